import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { built, REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import { appFolder, appWithCopy, runCommand, startCommand } from '../support/processes/command.ts';
import { liveServer } from '../support/processes/servers.ts';

beforeAll(() => built(), 90_000);

const fixture = (file: string) => join(REPO, 'test/command/fixtures', file);
const NEEDED = ['@opentelemetry/api', '@opentelemetry/core', 'undici'];
const PEERS = ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'];

/** A server, and the variables of an app that reports to it. */
async function serverFor(appId: string) {
  const server = await liveServer();
  return { server, env: { STARDUST_SERVER: server.url, STARDUST_APP_ID: appId } };
}

describe('run -- <command>', { timeout: 60_000 }, () => {
  it.each([
    ['node', fixture('bare.cjs')],
    ['node', fixture('app.mjs')],
    ['sh', '-c', `node ${fixture('bare.cjs')}`],
  ])('has the spans of an app without a line of code reported: %s %s', async (...command) => {
    const { server, env } = await serverFor('shop');
    const { code, stdout } = await runCommand(['run', '--', ...command], { env });
    expect(stdout).toMatch(/^served by \d+\n$/);
    expect(code).toBe(0);
    await server.waitForName('shop', '/orders/:id');
  });

  it('has those of an app reported that npm starts', async () => {
    const { server, env } = await serverFor('shop');
    const cwd = appFolder();
    writeFileSync(
      join(cwd, 'package.json'),
      JSON.stringify({ scripts: { start: `node ${fixture('bare.cjs')}` } }),
    );
    const { code } = await runCommand(['run', '--', 'npm', 'start'], { cwd, env: { ...env, HOME: cwd } });
    expect(code).toBe(0);
    await server.waitForName('shop', '/orders/:id');
    expect(server.app('shop')?.logins).toBe(1);
  });

  it('takes the command without -- too', async () => {
    expect(await runCommand(['run', 'node', '--eval', 'process.exit(4)'])).toMatchObject({ code: 4 });
  });

  it.each([0, 1, 7])('ends with the exit status of the app: %d', async (code) => {
    const ended = await runCommand(['run', '--', 'node', '--eval', `process.exit(${code})`]);
    expect(ended).toMatchObject({ code, signal: null });
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'])(
    'ends by the signal that ended the app: %s',
    async (signal) => {
      const ended = await runCommand(['run', '--', 'sh', '-c', `kill -${signal.slice(3)} $$`]);
      expect(ended).toMatchObject({ code: null, signal });
    },
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
    'passes %s on once, and leaves the end to the app',
    async (signal) => {
      const run = startCommand(['run', '--', 'node', fixture('signals.cjs'), signal]);
      await run.said('ready');
      run.kill(signal);
      expect(await run.ended).toMatchObject({ code: 5, signal: null, stdout: `ready\ngot ${signal}\n` });
    },
  );

  it('goes on for as long as the app does, after signals that do not end it', async () => {
    const run = startCommand(['run', '--', 'node', fixture('signals.cjs'), 'SIGTERM']);
    await run.said('ready');
    run.kill('SIGUSR2');
    await run.said('got SIGUSR2');
    run.kill('SIGINT');
    await run.said('got SIGINT');
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 5 });
  });

  it('ends by SIGTERM as an app does that has no listener', async () => {
    const run = startCommand(['run', '--', 'node', fixture('wait.cjs')]);
    await run.said('ready');
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('gives the app its own standard input', async () => {
    const run = startCommand(['run', '--', 'node', fixture('signals.cjs'), 'SIGTERM']);
    await run.said('ready');
    run.letGo();
    await run.said('end of input');
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 5 });
  });

  it('keeps what is in NODE_OPTIONS, and works in a folder with a blank in its name', async () => {
    const { server, env } = await serverFor('shop');
    const { cwd, cli } = appWithCopy(...NEEDED, ...PEERS);
    // On Node 20 it is loaded in the thread of the hooks too.
    const before = `if (require('node:worker_threads').isMainThread) console.log('before');`;
    writeFileSync(join(cwd, 'before.cjs'), before);
    const NODE_OPTIONS = `--require "${join(cwd, 'before.cjs')}" --no-deprecation`;
    const app = `console.log(process.noDeprecation); require(${JSON.stringify(fixture('bare.cjs'))})`;
    const args = [cli, 'run', '--', 'node', '--eval', app];
    const { code, stdout } = await runNode(args, { cwd, env: { ...env, NODE_OPTIONS } });
    // Once for the command itself and once for the app.
    expect(stdout).toMatch(/^before\nbefore\ntrue\nserved by \d+\n$/);
    expect(code).toBe(0);
    await server.waitForName('shop', '/orders/:id');
  });

  it('says how to install what it needs and the app does not have', async () => {
    const { cwd, cli } = appWithCopy(...NEEDED);
    const ended = await runNode([cli, 'run', '--', 'node', '--version'], { cwd });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^run needs @opentelemetry\/sdk-node and @opentelemetry\/auto-instrumentations-node, which /,
    );
    expect(ended.stderr).toMatch(/\n {2}npm install @opentelemetry\/api.* @opentelemetry\/sdk-node/);
  });

  it('says that there is no such program', async () => {
    expect(await runCommand(['run', '--', 'nonesuch-program'])).toMatchObject({
      code: 1,
      stderr: 'nonesuch-program was not found.\n',
    });
  });
});
