import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { built, REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';

const NEEDED = ['@opentelemetry/api', '@opentelemetry/sdk-trace-node', 'vitest'];
const folder = mkdtempSync(join(tmpdir(), 'stardust-doc-'));

/** The examples of the page that are files, by their names, which stand in their first lines. */
const examples = new Map(
  [
    ...readFileSync(join(REPO, 'docs/dev-server.md'), 'utf8').matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```$/gms),
  ].map(([, name = '', code = '']) => [name, code]),
);

beforeAll(async () => {
  await built();
  link('opentelemetry-stardust', REPO);
  for (const name of NEEDED) link(name, join(REPO, 'node_modules', name));
  for (const [name, code] of examples) writeFileSync(join(folder, name), code);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the examples of docs/dev-server.md', { timeout: 60_000 }, () => {
  it('are three', () =>
    expect([...examples.keys()]).toEqual(['orders.test.mjs', 'orders.test.cjs', 'outage.test.mjs']));

  it('pass with vitest', async () => {
    const vitest = join(REPO, 'node_modules/vitest/vitest.mjs');
    const { code, stdout } = await run([vitest, 'run', '--root', folder, 'orders.test.mjs']);
    expect(stdout).toMatch(/Tests +1 passed/);
    expect(code).toBe(0);
  });

  it('pass with node:test', async () => {
    const { code, stdout } = await run(['--test', 'outage.test.mjs']);
    expect(stdout).toMatch(/pass 1$/m);
    expect(code).toBe(0);
  });
});

function run(args: readonly string[]) {
  return runNode(args, { cwd: folder, env: { NO_COLOR: '1' } });
}

function link(name: string, target: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
