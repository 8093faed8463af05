import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packed } from '../support/package/npm.ts';
import { runNode } from '../support/processes/child.ts';

const folder = mkdtempSync(join(tmpdir(), 'stardust-page-'));
const installed = join(folder, 'node_modules/opentelemetry-stardust');

beforeAll(async () => {
  const { tarball } = await packed();
  mkdirSync(join(folder, 'node_modules'));
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  renameSync(join(folder, 'package'), installed);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the server of the package, without any other package beside it, and asks for its page. */
const SHOW = `.then(async ({ startDevServer }) => {
  const server = await startDevServer({ port: 0 });
  for (const path of ['/', '/page.js', '/page.css', '/icon.svg']) {
    const answer = await fetch(server.url + path);
    console.log(answer.status, (await answer.text()).length > 100);
  }
  await server.close();
});`;

describe('the page in the package', { timeout: 60_000 }, () => {
  it.each([
    ['an ES module', ['--input-type=module', '-e', `import('opentelemetry-stardust/dev')${SHOW}`]],
    ['CommonJS', ['-e', `Promise.resolve(require('opentelemetry-stardust/dev'))${SHOW}`]],
  ])('is served from %s', async (_, args) => {
    const { code, stdout, stderr } = await runNode(args, { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout).toBe('200 true\n'.repeat(4));
    expect(code).toBe(0);
  });

  it('takes little room, and the pictures of the docs none', async () => {
    const { files } = await packed();
    const page = files.filter((file) => file.startsWith('dist/page/'));
    expect(page.sort()).toEqual(
      ['icon.svg', 'index.html', 'page.css', 'page.js'].map((file) => `dist/page/${file}`),
    );
    const bytes = page.map((file) => readFileSync(join(installed, file)).length);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(64 * 1024);
    expect(files.filter((file) => file.endsWith('.png'))).toEqual([]);
  });

  it.each(['index.js', 'index.cjs'])('is nothing that the main entry loads: %s', (entry) => {
    const loaded = filesOf(entry).map((file) => readFileSync(join(installed, 'dist', file), 'utf8'));
    expect(loaded.join('\n')).not.toMatch(/event-stream|startDevServer|node:http['"]/);
  });
});

/** An entry and the files of ours that it loads. */
function filesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(join(installed, 'dist', file), 'utf8');
  const parts = [...text.matchAll(/(?:from|require\(|import\() ?["']\.\/([^"']+)["']/g)];
  for (const [, part = ''] of parts) filesOf(part, seen);
  return [...seen];
}
