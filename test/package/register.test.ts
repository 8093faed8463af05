import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Line, packagesOf } from '../matrix/legs.ts';
import { type App, appWith, copiesOf, isSound, nodeOf, packed } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import { expectAllCounted, expectQuiet, runApp } from '../support/processes/run-app.ts';

/** A leg of the matrix of each line; `npm run test:matrix` runs them all. */
const LEGS = [
  { node: 20, line: 'otel2' },
  { node: 24, line: 'otel3' },
] as const;

const apps = new Map<Line, App>();
beforeAll(async () => {
  const { tarball } = await packed();
  const install = async ({ node, line }: (typeof LEGS)[number]) => {
    const app = await appWith(await nodeOf(String(node)), [...packagesOf(line), 'express@5', tarball]);
    cpSync(join(REPO, 'test/matrix/apps'), app.folder, { recursive: true });
    apps.set(line, app);
  };
  await Promise.all(LEGS.map(install));
}, 240_000);

describe.each(LEGS)('register on Node $node with $line', { timeout: 60_000 }, ({ line }) => {
  let app: App;
  beforeAll(() => {
    app = apps.get(line) as App;
  });

  it('installs without a warning, with one copy of the api', async () => {
    expect(app.stderr).not.toMatch(/ERESOLVE|EBADENGINE|peer/i);
    expect(await isSound(app)).toBe(true);
    expect(copiesOf('@opentelemetry/api', app)).toBe(1);
  });

  it.each([
    ['--import', 'express.mjs'],
    ['--require', 'express.cjs'],
  ] as const)('%s %s: every request is counted, and SIGTERM ends it', async (preload, program) => {
    const { folder, node } = app;
    const run = { folder, node, preload, program, ending: 'signal', signal: 'SIGTERM' } as const;
    const { ended, received } = await runApp(run);
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expectQuiet(ended);
    expectAllCounted(received);
  });
});

describe('register without the packages it needs', { timeout: 60_000 }, () => {
  it.each([['@opentelemetry/api@1.9', 'npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node@0.223']])(
    'names the command for %s, and the app runs',
    async (api, command) => {
      const { folder } = await appWith(process.execPath, [api, (await packed()).tarball]);
      const env = { STARDUST_SERVER: 'http://127.0.0.1:1', STARDUST_APP_ID: 'app' };
      const args = ['--import', 'opentelemetry-stardust/register', '--eval', 'console.log("the app")'];
      const ended = await runNode(args, { cwd: folder, env });
      expect(ended).toMatchObject({ code: 0, stdout: 'the app\n' });
      expect(ended.stderr.trim().split('\n')).toEqual([expect.stringContaining(command)]);
    },
  );
});
