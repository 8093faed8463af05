import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { built, REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import { appWithOtherSdk } from '../support/processes/command.ts';
import { expectAllCounted, expectQuiet, runApp } from '../support/processes/run-app.ts';
import { liveServer } from '../support/processes/servers.ts';

const APPS = join(import.meta.dirname, '../matrix/apps');
const FIXTURES = join(import.meta.dirname, 'fixtures');
const REGISTER = 'opentelemetry-stardust/register';
const REGISTER_FILE = join(REPO, 'dist/register.cjs');

beforeAll(() => built(), 90_000);

describe('an app under register', { timeout: 60_000 }, () => {
  it.each([
    ['--import', 'express.cjs'],
    ['--require', 'express.cjs'],
    ['--import', 'express.mjs'],
    ['--require', 'express.mjs'],
  ] as const)('%s %s has every request counted under its route', async (preload, program) => {
    const { ended, received } = await runApp({ folder: APPS, preload, program, ending: 'natural' });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expectQuiet(ended);
    expectAllCounted(received);
    expect(received).toMatchObject({ logins: 1, logouts: 1 });
  });

  it('logs at its start, for debuggers, what it is about', async () => {
    const { ended } = await runApp({
      folder: APPS,
      preload: '--import',
      program: 'express.mjs',
      ending: 'exit',
      env: { OTEL_LOG_LEVEL: 'debug' },
    });
    const [line] = `${ended.stdout}${ended.stderr}`.split('\n').filter((each) => /register \d/.test(each));
    expect(line).toMatch(/register \d+\.\d+\.\d+ on Node [\d.]+ with OpenTelemetry SDK [\d.]+; /);
    expect(line).toMatch(
      /; server http:\/\/127\.0\.0\.1:\d+; app app; naming stardust; \d+ instrumentations: /,
    );
    expect(line).toMatch(/ express .* undici /);
  });

  it('is loaded by both flags and started once', async () => {
    const { app } = await run(['--require', REGISTER, '--import', REGISTER, 'threads.cjs']);
    expect(app).toMatchObject({ logins: 2 });
  });

  it.each(['threads.cjs', 'threads.mjs'])('has its workers report for themselves: %s', async (program) => {
    const { ended, app, clientIds } = await run(['--import', REGISTER, program]);
    expect(ended.stdout).toBe('worker ended with 0\n');
    expect(Object.fromEntries(app?.names.map(({ name, total }) => [name, total]) ?? [])).toMatchObject({
      main: 10,
      worker: 10,
      ...(program.endsWith('mjs') ? { '/users/:id': 1 } : {}),
    });
    const [main, worker] = clientIds;
    expect(worker).toMatch(new RegExp(`^${main}-\\d+$`));
    expect(clientIds).toHaveLength(2);
  });

  it('keeps a worker without spans off the console', async () => {
    const { ended, clientIds } = await run(['--import', REGISTER, 'threads.cjs', 'idle']);
    expect(ended.stdout).toBe('worker ended with 0\n');
    expect(clientIds).toHaveLength(1);
    expect(ended.stderr.match(/ reporting as /g)).toHaveLength(1);
  });

  it('leaves everything to an SDK that the app starts itself', async () => {
    const { ended, server } = await run(['--import', REGISTER, 'own-sdk.cjs']);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).not.toContain('duplicate');
    expect(ended.stdout).toBe('called with uber-trace-id\n');
    // One job by hand, and one request seen from both sides: each counted once.
    const own = Object.entries(totals(server.app('own')));
    const counted = own.map(([name, total]) => [name.replace(/:\d+$/, ':PORT'), total]);
    expect(Object.fromEntries(counted)).toEqual({ job: 10, '/': 1, 'http://localhost:PORT': 1 });
    expect(totals(server.app('app'))).toEqual({});
  });

  it('leaves everything to an SDK with a copy of the api of its own, and names both copies', async () => {
    const server = await liveServer();
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'app' };
    const cwd = appWithOtherSdk({});
    const ended = await runNode(['--require', REGISTER_FILE, 'app.js'], { cwd, env });
    expect(ended).toMatchObject({ code: 0, stdout: 'taken\n' });
    const lines = ended.stderr.trim().split('\n');
    expect(lines).toEqual([
      expect.stringContaining('the one of register gives way'),
      expect.stringMatching(
        /2 copies of .*node_modules\/@opentelemetry\/api and \S*\/other-sdk\/node_modules/,
      ),
    ]);
    expect(totals(server.app('app'))).toEqual({});
  });

  it('has a trace exporter of the environment beside it, and no other', async () => {
    const collector = await collecting();
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` };
    const { ended, received } = await runApp({
      folder: APPS,
      preload: '--import',
      program: 'express.mjs',
      ending: 'natural',
      env,
    });
    expectQuiet(ended);
    expectAllCounted(received);
    expect([...new Set(collector.paths)]).toEqual(['/v1/traces']);
  });
});

describe('register', { timeout: 60_000 }, () => {
  it('does nothing where OTEL_SDK_DISABLED is true', async () => {
    const { ended, server } = await run(['--import', REGISTER, 'threads.cjs'], { OTEL_SDK_DISABLED: 'true' });
    expect(ended).toMatchObject({ code: 0, stdout: 'worker ended with 0\n' });
    expect(server.requests()).toEqual([]);
  });

  it('warns where no server is set, and the app runs', async () => {
    const options = { cwd: FIXTURES, env: { STARDUST_APP_ID: 'app' } };
    const ended = await runNode(['--import', REGISTER, 'endings.cjs', 'natural'], options);
    expect(ended).toMatchObject({ code: 0, stdout: 'ready\n' });
    expect(ended.stderr).toBe(
      'opentelemetry-stardust register does not start: no server is set (variable STARDUST_SERVER)\n',
    );
  });

  it('sets no logger of its own where OTEL_LOG_LEVEL speaks', async () => {
    const { ended, app } = await run(['--import', REGISTER, 'endings.cjs', 'natural'], {
      OTEL_LOG_LEVEL: 'error',
    });
    expect(ended).toMatchObject({ code: 0, stdout: 'ready\n', stderr: '' });
    expect(totals(app)).toEqual({ job: 20 });
  });
});

/** Runs a fixture to its end. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const server = await liveServer();
  const variables = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'app', ...env };
  const ended = await runNode(args, { cwd: FIXTURES, env: variables });
  const logins = server.requests().filter(({ path }) => path.startsWith('/App/Login'));
  const clientIds = logins.map(({ body }) => (body as { ClientId: string }).ClientId).sort();
  return { ended, server, app: server.app('app'), clientIds };
}

function totals(app: Awaited<ReturnType<typeof run>>['app']): Record<string, number> {
  return Object.fromEntries(app?.names.map(({ name, total }) => [name, total]) ?? []);
}

/** A collector that takes everything. */
async function collecting(): Promise<{ readonly url: string; readonly paths: string[] }> {
  const paths: string[] = [];
  const server: Server = createServer((request, response) => {
    paths.push(request.url ?? '');
    request.resume().once('end', () => response.end());
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}
