import { PerformanceObserver } from 'node:perf_hooks';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TransportResult } from '../../src/wire/call.ts';
import { fakeTime } from '../support/fake-time.ts';
import { CUT, type MemoryServer, taken, UNREAD, verdict } from '../support/memory-server.ts';
import { LOGIN, PING, REPORT, sessionWith, tokens } from '../support/memory-session.ts';

const HOUR = 3_600_000;

describe('a ping', () => {
  test('tells who reports, and our own time', async () => {
    fakeTime();
    const { session, server, clock } = sessionWith();
    clock.set(HOUR);
    await session.ping();
    expect(server.of(PING)[0]?.body).toEqual({
      Id: process.pid,
      Name: 'app',
      AppName: 'Shop',
      Version: '2.1.0',
      Time: Date.now(),
    });
  });

  test('comes at each interval after a login', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.calls).toEqual([]);
    await session.logIn();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(server.of(PING)).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(60_001);
    expect(tokens(server.of(PING))).toEqual(['t1', 't1', 't1']);
  });

  test.each([
    [0.5, 30],
    [0, 30],
    [-1, 30],
    [1, 1],
    [60, 60],
    [3_600, 3_600],
    [3_601, 30],
    ['60', 30],
  ])('that is answered with a period of %j is followed by one after %i s', async (period, seconds) => {
    fakeTime();
    const { session, server } = sessionWith();
    server.answer(PING, taken({ period }), taken({}));
    await session.logIn();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(session.pingSeconds).toBe(seconds);
    await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
    expect(server.of(PING)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.of(PING)).toHaveLength(2);
  });

  test('renews the token', async () => {
    const { session, server } = sessionWith();
    server.answer(PING, taken({ token: 'renewed' }), taken({}));
    await session.ping();
    await session.ping();
    await session.report([]);
    expect(session.token).toBe('renewed');
    expect(tokens(server.calls)).toEqual([null, 't1', 'renewed', 'renewed']);
  });

  test.each<[TransportResult, object]>([
    [verdict(403, 'no'), { kind: 'refused', code: 403 }],
    [UNREAD, { kind: 'unreadable' }],
    [CUT, { kind: 'unreachable' }],
  ])('that fails changes nothing: %#', async (answer, outcome) => {
    const { session, server } = sessionWith();
    server.answer(PING, answer);
    expect(await session.ping()).toMatchObject(outcome);
    expect([session.state, session.token, session.pingSeconds]).toEqual(['loggedIn', 't1', 30]);
  });

  test('that is due without a token logs nobody in, and those after the next login come', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    await session.logIn();
    server.answer(REPORT, verdict(401, 'expired'), taken({}));
    server.answer(LOGIN, verdict(403, 'no'), taken({ token: 'a' }));
    expect(await session.report([])).toMatchObject({ kind: 'refused', code: 403 });
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(server.calls.map(({ path }) => path)).toEqual([LOGIN, REPORT, LOGIN]);
    await session.report([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(tokens(server.of(PING))).toEqual(['a']);
  });

  test.each([
    [10, 60],
    [90, 90],
  ])(
    'of an interval of %i s that is refused with a new token is followed by one after %i s',
    async (interval, next) => {
      fakeTime();
      const { session, server } = sessionWith({ pingIntervalSeconds: interval });
      server.answer(PING, verdict(401, 'a'), verdict(401, 'b'), taken({}));
      await session.logIn();
      await vi.advanceTimersByTimeAsync(interval * 1_000);
      expect(tokens(server.of(PING))).toEqual(['t1', 't2']);
      await vi.advanceTimersByTimeAsync(next * 1_000 - 1);
      expect(server.of(PING)).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(1);
      expect(server.of(PING)).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(interval * 1_000);
      expect(server.of(PING)).toHaveLength(4);
    },
  );

  test('that nobody answers is followed by the next one', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    server.answer(PING, CUT);
    await session.logIn();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(server.of(PING)).toHaveLength(3);
  });

  test('whose answer nobody could look at is followed by the next one', async () => {
    fakeTime();
    const { session, server, seen } = sessionWith();
    await session.logIn();
    seen.push = () => {
      throw new Error('no');
    };
    await vi.advanceTimersByTimeAsync(90_000);
    expect(server.of(PING)).toHaveLength(3);
  });
});

describe('the figures of the process', () => {
  const figuresOf = (server: MemoryServer) => server.of(PING).map(({ body }) => 'WorkingSet' in (body ?? {}));

  test('go with each ping as long as the option and the server want them', async () => {
    const { session, server } = sessionWith({ processInfo: true });
    await session.ping();
    session.wantFigures(false);
    await session.ping();
    session.wantFigures(true);
    await session.ping();
    const without = sessionWith();
    without.session.wantFigures(true);
    await without.session.ping();
    expect([...figuresOf(server), ...figuresOf(without.server)]).toEqual([true, false, true, false]);
  });

  test('are those since the last PING, also if the server says again that it wants them', async () => {
    fakeTime();
    const cpu = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 });
    onTestFinished(() => cpu.mockRestore());
    const { session, server } = sessionWith({ processInfo: true });
    vi.advanceTimersByTime(10_000);
    cpu.mockReturnValue({ user: 5_000_000, system: 0 });
    session.wantFigures(true);
    await session.ping();
    expect(server.of(PING)[0]?.body).toMatchObject({ CpuUsage: 0.5 });
  });

  test('are read no more by a session that is closed, or whose server does not want them', () => {
    const collections = PerformanceObserver.prototype;
    const [begun, ended] = [vi.spyOn(collections, 'observe'), vi.spyOn(collections, 'disconnect')];
    onTestFinished(() => void vi.restoreAllMocks());
    const { session } = sessionWith({ processInfo: true });
    const watched = [true, false, true].map((isWanted) => {
      session.wantFigures(isWanted);
      return begun.mock.calls.length - ended.mock.calls.length;
    });
    session.close();
    session.wantFigures(true);
    expect([...watched, begun.mock.calls.length - ended.mock.calls.length]).toEqual([1, 0, 1, 0]);
  });
});
