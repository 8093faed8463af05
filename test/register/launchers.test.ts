import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { built, REPO } from '../support/processes/built.ts';
import { liveServer } from '../support/processes/servers.ts';

beforeAll(() => built(), 90_000);

const PACKAGE = 'opentelemetry-stardust';

/** An app's folder, with the package as npm installs it. */
function appFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(REPO, join(folder, 'node_modules/opentelemetry-stardust'));
  symlinkSync(join(REPO, 'dist/cli.js'), join(folder, 'node_modules/.bin/opentelemetry-stardust'));
  chmodSync(join(REPO, 'dist/cli.js'), 0o755);
  return folder;
}

describe('NODE_OPTIONS as the docs write it', { timeout: 60_000 }, () => {
  const lines = ['README.md', 'docs/zero-code.md', 'docs/command.md'].flatMap((file) =>
    [...readFileSync(join(REPO, file), 'utf8').matchAll(/NODE_OPTIONS="([^"]*register[^"]*)"/g)].map(
      ([, value = '']) => value,
    ),
  );

  it('is there', () => expect(lines.length).toBeGreaterThan(0));

  it.each(lines)('starts the app and its children in other folders: %s', (line) => {
    const cwd = appFolder();
    const child = `require('node:child_process').execFileSync(process.execPath, ['-p', '"child works"'], { cwd: '/' })`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-p', `String(${child})`], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, NODE_OPTIONS: line.replaceAll('$PWD', cwd) },
    });
    expect(stdout + stderr).toContain('child works');
  });
});

it('run, started by its file, hands SIGTERM to the app and ends as it does', {
  timeout: 60_000,
}, async () => {
  const server = await liveServer();
  const cwd = appFolder();
  writeFileSync(
    join(cwd, 'app.cjs'),
    `process.on('SIGTERM', () => { console.log('told'); process.exit(7); }); setInterval(() => {}, 1_000); console.log('up');`,
  );
  const child = spawn(join(cwd, 'node_modules/.bin', PACKAGE), ['run', '--', 'node', 'app.cjs'], {
    cwd,
    env: { PATH: process.env.PATH, STARDUST_SERVER: server.url, STARDUST_APP_ID: 'launched' },
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '' && text.includes('up')) child.kill('SIGTERM');
    stdout += text;
  });
  const [code] = await once(child, 'close');
  expect(stdout).toBe('up\ntold\n');
  expect(code).toBe(7);
});

describe('a reader that goes away', { timeout: 60_000 }, () => {
  it.each(['check', 'check --json', 'check --help', 'dev --help', '--help', 'nonsense 2>&1'])(
    'hears nothing of it from %s',
    (args) => {
      const { stderr } = spawnSync('sh', ['-c', `"$0" dist/cli.js ${args} | true`, process.execPath], {
        cwd: REPO,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, STARDUST_SERVER: 'http://127.0.0.1:9', STARDUST_APP_ID: 'a' },
      });
      expect(stderr).not.toMatch(/at |Error|Unhandled/);
    },
  );
});
