import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import { built } from '../support/processes/built.ts';
import { type Child, type Ended, startNode } from '../support/processes/child.ts';
import { liveServer, silentServer } from '../support/processes/servers.ts';

/** Far below the 15 s of a request and the 60 s of a period; what a busy machine adds is in it. */
const AT_ONCE_MS = 6_000;
/** For a shutdown of three programs that start at once on a busy machine. */
const PATIENCE_MS = 20_000;

const FIXTURES = join(import.meta.dirname, 'fixtures');

beforeAll(() => built(), 90_000);

// What differs between ES modules and CommonJS at an end is in exit.test.ts.
const program = 'program.mjs';

describe('a program', { timeout: 60_000 }, () => {
  describe('run twice, and by its parent too', () => {
    it.each([
      ['by child_process.fork', 'fork'],
      ['in worker threads', 'thread'],
    ])('%s: each reports for itself and ends by itself', async (_, kind) => {
      const server = await liveServer();
      const ended = await start(server, [kind, 'itself', program, 'spans', 'shutdown'], PATIENCE_MS).ended;
      expect(childrenOf(ended)).toMatchObject([{ code: 0 }, { code: 0 }]);
      expectAllCounts(server);
    });

    it.each([
      ['by cluster', 'cluster'],
      ['as PM2 does it', 'pm2'],
    ])('%s: each reports for itself, and ends once it is disconnected', async (_, kind) => {
      const server = await liveServer();
      const child = start(server, [kind, 'disconnect', program, 'spans', 'shutdown', 'serve'], PATIENCE_MS);
      const ended = await letGoWhen(child.said('holding'), child);
      expect(childrenOf(ended)).toMatchObject([
        { code: 0, signal: null },
        { code: 0, signal: null },
      ]);
      expectAllCounts(server);
    });
  });

  it.each([
    ['with time enough loses nothing', '90000', 600],
    ['with too little time tells what it could not deliver', '1', 0],
    ['tells what it could not deliver in the usual time', '', 0],
  ])(
    'in thirty threads at once on a busy machine %s',
    async (_, shutdownMs, atLeast) => {
      const server = await liveServer();
      const args = ['many-threads.mjs', '30', program, 'spans', 'shutdown', 'tell'];
      const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'exit' };
      const ended = await startNode(args, {
        cwd: FIXTURES,
        env: { ...env, ...(shutdownMs === '' ? {} : { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: shutdownMs }) },
        lifetimeMs: 100_000,
      }).ended;
      expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
      const told = JSON.parse(ended.stdout).reduce((sum: number, each: number) => sum + each, 0);
      const arrived = server.app('exit')?.names.find(({ name }) => name === 'job')?.total ?? 0;
      expect(arrived).toBeGreaterThanOrEqual(Math.max(600 - told, atLeast));
      expect(arrived).toBeLessThanOrEqual(600);
    },
    110_000,
  );

  describe('with a call to a server in flight that never answers', () => {
    it.each([
      [
        'a cluster worker ends at once when it is disconnected',
        'cluster',
        'disconnect',
        { code: 0, signal: null },
      ],
      ['a cluster worker ends at once by SIGINT', 'cluster', 'SIGINT', { code: null, signal: 'SIGINT' }],
      ['a process of PM2 ends at once by SIGINT', 'pm2', 'SIGINT', { code: null, signal: 'SIGINT' }],
      ['a worker thread ends at once when it is terminated', 'thread', 'terminate', { code: 1 }],
    ])('%s', async (_, kind, ending, how) => {
      const server = await silentServer();
      const child = start(server, [kind, ending, program, 'spans', 'serve']);
      const ended = childrenOf(await letGoWhen(server.requested, child));
      expect(ended).toMatchObject([how, how]);
      for (const { tookMs } of ended) expect(tookMs).toBeLessThan(AT_ONCE_MS);
    });

    it.each(['fork', 'thread'])('by %s it ends at once by itself', async (kind) => {
      const server = await silentServer();
      const ended = childrenOf(await start(server, [kind, 'itself', program, 'spans']).ended);
      expect(ended).toMatchObject([{ code: 0 }, { code: 0 }]);
      for (const { tookMs } of ended) expect(tookMs).toBeLessThan(AT_ONCE_MS);
    });
  });
});

function start({ url }: { readonly url: string }, args: readonly string[], shutdownMs = 500): Child {
  return startNode(['--unhandled-rejections=strict', 'parent.mjs', ...args], {
    cwd: FIXTURES,
    env: {
      STARDUST_SERVER: url,
      STARDUST_APP_ID: 'exit',
      STARDUST_SHUTDOWN_TIMEOUT_MILLIS: String(shutdownMs),
    },
    lifetimeMs: 50_000,
  });
}

async function letGoWhen(happened: Promise<unknown>, child: Child): Promise<Ended> {
  await Promise.all([happened, child.said('holding')]);
  child.letGo();
  return child.ended;
}

/** How the children ended, as their parent tells it, which has ended well itself. */
function childrenOf(ended: Ended): { readonly code: number | null; readonly tookMs: number }[] {
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  const told = ended.stdout.split('\n').find((line) => line.startsWith('['));
  return JSON.parse(told ?? '[]');
}

/** Twenty spans of each, under three names of instances. */
function expectAllCounts(server: DevServer): void {
  const app = server.app('exit');
  expect(app?.names).toMatchObject([{ name: 'job', total: 60 }]);
  expect(app).toMatchObject({ logins: 3, logouts: 3 });
  const logins = server.requests().filter(({ path }) => path === '/App/Login');
  const ids = logins.map(({ body }) => (body as { ClientId: string }).ClientId);
  expect(new Set(ids).size).toBe(3);
}
