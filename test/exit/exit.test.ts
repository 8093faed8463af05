import { beforeAll, describe, expect, it } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import { built } from '../support/processes/built.ts';
import {
  AT_ONCE_MS,
  expectGoodEnd,
  letGoWhen,
  requested,
  SLACK_MS,
  starter,
} from '../support/processes/program.ts';
import {
  closedPort,
  countingProxy,
  liveServer,
  silentServer,
  unreachableServer,
} from '../support/processes/servers.ts';

/** Where it is told what a server receives: a busy machine may take longer than the 2 s of the default. */
const UNHURRIED = { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '15000' };
/** An attempt to connect, whose timer is a coarse one, and the start of the process. */
const CONNECT_MS = 9_000;

beforeAll(() => built(), 90_000);

describe.each(['program.mjs', 'program.cjs'])('%s', { timeout: 30_000 }, (program) => {
  const start = starter(program);

  describe('with a server that works', () => {
    const unhurried = (server: DevServer, ...steps: string[]) => start(server, steps, UNHURRIED).ended;

    it('delivers and logs out when its last line awaits shutdown()', async () => {
      const server = await liveServer();
      expectGoodEnd(await unhurried(server, 'spans', 'shutdown'));
      const app = server.app('exit');
      expect(app?.names).toMatchObject([{ name: 'job', total: 20 }]);
      expect(app).toMatchObject({ logins: 1, logouts: 1 });
    });

    it('delivers when process.exit() comes while shutdown() runs', async () => {
      const server = await liveServer();
      expect(await unhurried(server, 'spans', 'leave')).toMatchObject({ code: 0, stderr: '' });
      expect(server.app('exit')?.names).toMatchObject([{ name: 'job', total: 20 }]);
      expect(await unhurried(server, 'spans', 'forceFlush', 'spans', 'leave')).toMatchObject({ code: 0 });
      expect(server.app('exit')?.names).toMatchObject([{ name: 'job', total: 60 }]);
    });

    it('delivers every name when process.exit() comes while a shutdown() has taken a part of them', async () => {
      const server = await liveServer();
      const ended = await unhurried(server, 'spans', 'forceFlush', 'manyNames', 'leaveSoon');
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const totals = server.app('exit')?.names.map(({ total }) => total) ?? [];
      expect([totals.length, totals.filter((total) => total === 1).length]).toEqual([1_901, 1_900]);
    });

    it('delivers by the clock of the server when process.exit() comes', async () => {
      const aheadMs = 3_600_000;
      const server = await liveServer({ clockOffsetMillis: aheadMs });
      const ended = await unhurried(server, 'spans', 'forceFlush', 'manyNames', 'leave');
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const names = server.app('exit')?.names ?? [];
      const timesMs = names.flatMap(({ samples }) => samples.map(({ StartTime }) => StartTime));
      expect(timesMs.length).toBeGreaterThan(1_000);
      expect(timesMs.filter((ms) => Math.abs(ms - aheadMs - Date.now()) > 120_000)).toEqual([]);
    });

    it.each(['forceFlush', 'flushProcessor'])('delivers when its last line awaits %s()', async (ending) => {
      const server = await liveServer();
      expectGoodEnd(await unhurried(server, 'spans', ending));
      const app = server.app('exit');
      expect(app?.names).toMatchObject([{ name: 'job', total: 20 }]);
      expect(app).toMatchObject({ logins: 1, logouts: 0 });
    });

    it('delivers what came between the two and before each', async () => {
      const server = await liveServer();
      expectGoodEnd(await unhurried(server, 'spans', 'forceFlush', 'spans', 'shutdown', 'spans'));
      expect(server.app('exit')?.names).toMatchObject([{ name: 'job', total: 40 }]);
    });

    it('ends well when it shuts down without a span', async () => {
      const server = await liveServer();
      expectGoodEnd(await unhurried(server, 'shutdown', 'forceFlush', 'shutdown'));
      expect(server.app('exit')?.names ?? []).toEqual([]);
    });
  });

  describe('with a server that never answers', () => {
    it('awaits shutdown() no longer than 2 s', async () => {
      const server = await silentServer();
      const ended = await letGoWhen(server.requested, start(server, ['spans', 'hold', 'shutdown']));
      expectGoodEnd(ended, 2_000 + SLACK_MS);
    });

    it('is not waited for longer than 2 s by process.exit() while shutdown() runs', async () => {
      const server = await silentServer();
      const ended = await letGoWhen(server.requested, start(server, ['spans', 'hold', 'leave']));
      expect(ended.tookMs).toBeLessThan(2_000 + SLACK_MS);
    });

    it('is waited for by a late process.exit() for what is left of the time-out of shutdown()', async () => {
      const server = await silentServer();
      const env = { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '5000', STARDUST_REQUEST_TIMEOUT_MILLIS: '30000' };
      const ended = await letGoWhen(server.requested, start(server, ['spans', 'hold', 'leaveLate'], env));
      expect(ended.tookMs).toBeLessThan(5_000 + SLACK_MS);
    });

    it.each([
      ['shutdown', { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '500' }],
      ['forceFlush', { STARDUST_REQUEST_TIMEOUT_MILLIS: '500' }],
      ['flushProcessor', { STARDUST_REQUEST_TIMEOUT_MILLIS: '500' }],
    ])('awaits %s() no longer than its time-out', async (ending, env) => {
      const server = await silentServer();
      expectGoodEnd(await start(server, ['spans', ending], env).ended, 500 + SLACK_MS);
    });

    it.each([
      ['shutdown', { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '500' }],
      ['forceFlush', { STARDUST_REQUEST_TIMEOUT_MILLIS: '500' }],
    ])('awaits %s() no longer than its time-out with a report in flight', async (ending, env) => {
      const server = await liveServer();
      server.fault({ kind: 'hang', path: '/Trace/' });
      const child = start(server, ['spans', 'hold', ending], env);
      expectGoodEnd(await letGoWhen(requested(server, '/Trace/'), child), 500 + SLACK_MS);
    });
  });

  describe('where nobody listens', () => {
    it.each([['spans'], ['spans forceFlush'], ['spans shutdown'], ['spans forceFlush shutdown']])(
      'ends at once: %s',
      async (steps) => {
        expectGoodEnd(await start(await closedPort(), steps.split(' ')).ended, AT_ONCE_MS);
      },
    );
  });

  describe('without a server set', () => {
    it.each([['spans'], ['spans forceFlush shutdown']])('ends at once: %s', async (steps) => {
      expectGoodEnd(await start({ url: '' }, steps.split(' ')).ended, AT_ONCE_MS);
    });
  });

  describe('ending without forceFlush() and shutdown()', () => {
    it.each([
      ['works', liveServer],
      ['never answers', silentServer],
    ])('ends at once before any request of a server that %s', async (_, serverOf) => {
      expectGoodEnd(await start(await serverOf(), ['spans']).ended, AT_ONCE_MS);
    });

    it('ends at once with a login in flight', async () => {
      const server = await silentServer();
      expectGoodEnd(await letGoWhen(server.requested, start(server, ['spans', 'hold'])), AT_ONCE_MS);
    });

    it('ends at once with a report in flight', async () => {
      const server = await liveServer();
      server.fault({ kind: 'hang', path: '/Trace/' });
      const child = start(server, ['spans', 'hold']);
      expectGoodEnd(await letGoWhen(requested(server, '/Trace/'), child), AT_ONCE_MS);
    });

    it('ends at once with an idle socket that was used before', async () => {
      const server = await liveServer();
      const proxy = await countingProxy(server.port);
      const child = start(proxy, ['spans', 'forceFlush', 'hold']);
      expectGoodEnd(await letGoWhen(child.said('holding'), child), AT_ONCE_MS);
      expect(server.requests().length).toBeGreaterThan(proxy.connections());
      expect(server.app('exit')?.names).toMatchObject([{ name: 'job', total: 20 }]);
    });

    it('ends at once with a ping in flight on a socket that was used before', async () => {
      const server = await liveServer();
      const proxy = await countingProxy(server.port);
      server.fault({ kind: 'hang', path: '/App/Ping' });
      const child = start(proxy, ['spans', 'forceFlush', 'hold'], { STARDUST_PING_INTERVAL_SECONDS: '1' });
      await child.said('holding');
      const kept = proxy.connections();
      expectGoodEnd(await letGoWhen(requested(server, '/App/Ping'), child), AT_ONCE_MS);
      expect(proxy.connections()).toBe(kept);
    });
  });

  // A connection that is being made holds the process, whatever `unref` says: so its time-out is short.
  describe.runIf(process.platform === 'linux')('while a connection is neither made nor refused', () => {
    it('ends with the attempt, within seconds, without forceFlush() and shutdown()', async () => {
      const child = start(await unreachableServer(), ['spans', 'hold']);
      expectGoodEnd(await letGoWhen(child.said('holding'), child), CONNECT_MS);
    });

    it('awaits shutdown() no longer than its time-out', async () => {
      const env = { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '500' };
      const ended = await start(await unreachableServer(), ['spans', 'shutdown'], env).ended;
      expectGoodEnd(ended, 500 + SLACK_MS);
    });
  });
});
