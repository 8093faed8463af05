import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import { temporaryFolder } from '../support/folders.ts';
import { installedTool } from '../support/package/npm.ts';
import { built, REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import { closedPort, liveServer } from '../support/processes/servers.ts';

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

describe.concurrent('PM2 as the docs configure it', { timeout: 180_000 }, () => {
  const APP = `
    import { createServer } from 'node:http';
    createServer((_, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1');`;
  const modes: [mode: string, app: object, workers: number][] = [
    ['fork', { script: 'app.js', node_args: '--import opentelemetry-stardust/register' }, 1],
    ['cluster', { script: 'start.cjs', instances: 2, exec_mode: 'cluster' }, 2],
  ];

  it.each(modes)('%s mode: no request is lost by a reload or a stop', async (_, app, workers) => {
    const server = await liveServer();
    const cwd = appFolder();
    symlinkSync(join(REPO, 'node_modules/@opentelemetry'), join(cwd, 'node_modules/@opentelemetry'));
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(cwd, 'app.js'), APP);
    writeFileSync(join(cwd, 'start.cjs'), startCjs());
    const port = await freePort();
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'shop', PORT: String(port) };
    const config = { apps: [{ name: 'shop', kill_timeout: 5_000, ...app, env }] };
    writeFileSync(join(cwd, 'ecosystem.config.cjs'), `module.exports = ${JSON.stringify(config)};`);
    const program = join(await installedTool('pm2', process.execPath), 'bin/pm2');
    const home = { PM2_HOME: join(cwd, '.pm2') };
    const pm2 = (...args: string[]) => runNode([program, ...args], { cwd, env: home });
    const logins = (number: number) =>
      server.waitFor(() => (server.app('shop')?.logins ?? 0) >= number, 20_000);
    try {
      await pm2('start', 'ecosystem.config.cjs');
      await logins(workers);
      const before = await answers(port, 30);
      await pm2('reload', 'shop');
      await logins(2 * workers);
      const after = await answers(port, 20);
      await pm2('stop', 'shop');
      await server.waitFor(() => counted(server) >= before + after, 20_000);
      expect(counted(server)).toBe(before + after);
      expect(server.app('shop')?.logins).toBe(2 * workers);
    } finally {
      await pm2('kill');
    }
  });

  function startCjs(): string {
    const page = readFileSync(join(REPO, 'docs/deployment.md'), 'utf8');
    return /^```js\n([^`]*import\('\.\/app\.js'\);\n)```/m.exec(page)?.[1] ?? '';
  }

  function counted(server: DevServer): number {
    return server.app('shop')?.names.reduce((sum, { total }) => sum + total, 0) ?? 0;
  }

  /** Asks until so many were answered, on connections of their own. */
  async function answers(port: number, wanted: number): Promise<number> {
    let answered = 0;
    while (answered < wanted) {
      if (await isAnswered(port)) answered++;
      else await delay(100);
    }
    return answered;
  }

  function isAnswered(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      get({ port, agent: false }, (response) => response.resume().on('end', () => resolve(true))).on(
        'error',
        () => resolve(false),
      );
    });
  }

  async function freePort(): Promise<number> {
    return Number(new URL((await closedPort()).url).port);
  }
});
