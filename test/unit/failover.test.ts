import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Failover } from '../../src/session/failover.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import { StardustSession } from '../../src/session/stardust-session.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';
import { AWAY, type Call, CUT, later, MemoryServer, page, taken, verdict } from '../support/memory-server.ts';
import { BUILDER, IDENTITY, SETTINGS } from '../support/memory-session.ts';

const MINUTE = 60_000;

beforeEach(() => {
  fakeTime();
});

/** Sessions with servers in memory, `http://a`, `http://b` and so on, as one. */
function failover(count = 2, processInfo = false) {
  const servers = ['a', 'b', 'c'].slice(0, count).map((name) => new MemoryServer(`http://${name}`));
  const sessions = servers.map(
    (transport) =>
      new StardustSession({
        settings: { ...SETTINGS, processInfo },
        identity: IDENTITY,
        transport,
        clock: new ServerClock(() => {}),
      }),
  );
  const session = new Failover(sessions as [StardustSession, ...StardustSession[]]);
  onTestFinished(() => session.close());
  const [a, b, c] = servers as [MemoryServer, MemoryServer, MemoryServer];
  return { session, sessions, a, b, c };
}

const report = (session: Failover) => session.report([BUILDER], () => {});

/** A run of reports, as one follows the other: the server is chosen, then the report goes, at two servers at most. */
async function run(session: Failover): Promise<void> {
  await session.prepare();
  if ((await report(session)).kind === 'unreachable') await report(session);
}

const reportsOf = (server: MemoryServer) => server.of('/Trace/Report');
/** An empty report asks whether the server takes any. */
const isProbe = ({ body }: Call) => JSON.stringify(body?.Builders) === '[]';
const probesOf = (server: MemoryServer) => reportsOf(server).filter(isProbe).length;

describe('of several servers', () => {
  test('the first is used while it answers, and the others hear nothing', async () => {
    const lines = logLines();
    const { session, a, b } = failover();
    for (let i = 0; i < 3; i++) await run(session);
    expect([session.server, session.servers, session.state]).toEqual(['http://a', 2, 'loggedIn']);
    expect([reportsOf(a).length, probesOf(a), b.calls, lines]).toEqual([3, 0, [], []]);
  });

  test.each([
    ['no connection', AWAY],
    ['a page', page(403)],
    ['code 429', verdict(429, 'busy')],
  ])('the next is used after %s, which is logged once it answers', async (_, answer) => {
    const lines = logLines();
    const { session, a, b } = failover();
    a.answer('/Trace/Report', answer);
    expect(await report(session)).toMatchObject({ kind: 'unreachable', unclear: false });
    expect([session.server, session.state, session.token]).toEqual(['http://b', 'new', undefined]);
    const isNoNews = (line: string) => !line.includes('reports go to');
    expect(lines.every(isNoNews)).toBe(true);
    expect(await report(session)).toMatchObject({ kind: 'delivered' });
    await report(session);
    expect([session.server, session.state, session.token]).toEqual(['http://b', 'loggedIn', 't1']);
    expect([reportsOf(a).length, reportsOf(b).length]).toEqual([1, 2]);
    expect(lines.filter((line) => !isNoNews(line))).toEqual(['info reports go to http://b now']);
  });

  test.each([
    ['a report that may have arrived', CUT],
    ['a report that a gateway gave up', page(504)],
    ['a refusal', verdict(500, 'no')],
    ['a report that could not be read', taken({ serverTime: 1 })],
  ])('%s keeps the one in use', async (_, answer) => {
    const { session, a, b } = failover();
    a.answer('/Trace/Report', answer);
    for (let i = 0; i < 2; i++) await report(session);
    expect([session.server, b.calls]).toEqual(['http://a', []]);
  });

  test('each gets its turn, and the first follows the last', async () => {
    const { session, a, b, c } = failover(3);
    for (const server of [a, b, c]) server.answerAll(AWAY);
    const used: string[] = [];
    for (let i = 0; i < 5; i++) {
      used.push(session.server);
      await report(session);
    }
    expect(used).toEqual(['a', 'b', 'c', 'a', 'b'].map((name) => `http://${name}`));
  });

  test('all are away when each of them is', async () => {
    const lines = logLines();
    const { session, a, b } = failover();
    for (const server of [a, b]) server.answerAll(AWAY);
    const states: string[] = [];
    for (let i = 0; i < 5; i++) {
      states.push(session.state);
      await report(session);
    }
    expect(states).toEqual(['new', 'new', 'away', 'away', 'away']);
    expect(lines.map((line) => line.split(' (')[0])).toEqual([
      'warn http://a is away',
      'warn http://b is away',
    ]);
  });

  test('the one in use is new when it is away alone, since it may be another the next time', async () => {
    const { session, a } = failover();
    await report(session);
    a.answer('/Trace/Report', CUT);
    await report(session);
    expect([session.server, session.state]).toEqual(['http://a', 'new']);
  });

  test('each has its own token, names and round trips', async () => {
    const { session, a } = failover();
    session.resume({ token: 'resumed', knownNames: ['x'], roundTripsMs: [7_000] });
    const held = () => [session.token, session.knownNames.has('x'), session.roundTrips.longestMs > 5_000];
    expect(held()).toEqual(['resumed', true, true]);
    a.answer('/Trace/Report', AWAY);
    await report(session);
    expect(held()).toEqual([undefined, false, false]);
    await report(session);
    expect(session.token).toBe('t1');
  });

  test('each is told what the app is called, and whether figures are wanted', async () => {
    const { session, sessions, a, b } = failover(2, true);
    session.describe('Orders', '3.0');
    session.wantFigures(false);
    for (const each of sessions) await each.ping();
    for (const server of [a, b]) {
      expect(server.of('/App/Login')[0]?.body).toMatchObject({ AppName: 'Orders', Version: '3.0' });
      expect(server.of('/App/Ping')[0]?.body).not.toHaveProperty('WorkingSet');
    }
    expect(session.identity).toMatchObject({ appId: 'app', appName: 'Orders', version: '3.0' });
  });

  test('the one in use is logged out of, and all are closed', async () => {
    const { session, a, b } = failover();
    a.answer('/Trace/Report', AWAY);
    await run(session);
    await session.logout('end');
    expect([a.of('/App/Logout').length, b.of('/App/Logout').length]).toEqual([0, 1]);
    expect(session.state).toBe('closed');
    session.close();
    expect([a.isClosed, b.isClosed]).toEqual([true, true]);
  });

  test('the one in use rests when all together do', async () => {
    const { session } = failover();
    await report(session);
    session.rest();
    expect([session.token, session.state]).toEqual([undefined, 'new']);
  });

  test('one that is no longer used hears no ping, and is logged in to anew when it is its turn', async () => {
    const { session, a, b } = failover();
    await run(session);
    a.answer('/Trace/Report', AWAY);
    await run(session);
    a.takeAll();
    a.calls.length = 0;
    await vi.advanceTimersByTimeAsync(50_000);
    expect([a.calls, b.of('/App/Ping').length]).toEqual([[], 1]);
    await vi.advanceTimersByTimeAsync(10_000);
    await run(session);
    expect([session.server, a.of('/App/Login').length]).toEqual(['http://a', 1]);
    b.calls.length = 0;
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(b.calls).toEqual([]);
  });
});

describe('the first server', () => {
  /** Reports each ten seconds for so long. */
  async function runFor(session: Failover, ms: number, everyMs = 10_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += everyMs) {
      await vi.advanceTimersByTimeAsync(everyMs);
      await run(session);
    }
  }

  test('is asked with an empty report a minute after it went away, and used again when it takes that', async () => {
    const lines = logLines();
    const { session, a, b } = failover();
    a.answer('/Trace/Report', AWAY);
    await run(session);
    const before = a.calls.length;
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    await run(session);
    expect([session.server, a.calls.length]).toEqual(['http://b', before]);
    a.answer('/Trace/Report', taken({}));
    await vi.advanceTimersByTimeAsync(1);
    await run(session);
    expect([session.server, probesOf(a), reportsOf(a).length]).toEqual(['http://a', 1, 3]);
    expect(reportsOf(b)).toHaveLength(2);
    expect(lines.filter((line) => line.includes('reports go to'))).toEqual([
      'info reports go to http://b now',
      'info reports go to http://a now',
    ]);
  });

  test.each([
    ['is not there', AWAY],
    ['takes no report', verdict(500, 'no')],
    ['takes it, but the answer is of something else', page(502)],
  ])('is asked again each minute while it %s', async (_, answer) => {
    const { session, a, b } = failover();
    a.answer('/Trace/Report', AWAY, answer);
    await run(session);
    await runFor(session, 5 * MINUTE);
    expect([session.server, probesOf(a)]).toEqual(['http://b', 5]);
    expect(reportsOf(b)).toHaveLength(31);
  });

  test('is asked no sooner when another server went away too', async () => {
    const { session, a, b, c } = failover(3);
    a.answer('/Trace/Report', AWAY, taken({}));
    await run(session);
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    b.answer('/Trace/Report', AWAY);
    await run(session);
    expect([session.server, probesOf(a)]).toEqual(['http://c', 0]);
    await vi.advanceTimersByTimeAsync(1);
    await run(session);
    expect([session.server, probesOf(a), reportsOf(c).length]).toEqual(['http://a', 1, 1]);
  });

  test('is asked after ever longer pauses, of ten minutes at most, while it goes away again with each report', async () => {
    const { session, a } = failover();
    const askedAt: number[] = [];
    a.answerBy('/Trace/Report', (call) => {
      if (!isProbe(call)) return AWAY;
      askedAt.push(Date.now());
      return taken({});
    });
    await runFor(session, 46 * MINUTE, MINUTE / 2);
    const pauses = askedAt.slice(1).map((at, i) => (at - (askedAt[i] ?? 0)) / MINUTE);
    expect(pauses).toEqual([2, 4, 8, 10, 10, 10]);
  });

  test.each([
    ['soon', 60_000, 2],
    ['later', 200_000, 1],
  ])('that goes away %s after it came back, %i ms, is asked after %i minutes', async (_, wellMs, minutes) => {
    const { session, a } = failover();
    a.answer('/Trace/Report', AWAY, taken({}));
    await run(session);
    await vi.advanceTimersByTimeAsync(MINUTE);
    await run(session);
    await vi.advanceTimersByTimeAsync(wellMs);
    a.answer('/Trace/Report', AWAY);
    await run(session);
    expect(session.server).toBe('http://b');
    a.answer('/Trace/Report', taken({}));
    const asked = probesOf(a);
    await vi.advanceTimersByTimeAsync(minutes * MINUTE - 1);
    await run(session);
    expect(probesOf(a)).toBe(asked);
    await vi.advanceTimersByTimeAsync(1);
    await run(session);
    expect([probesOf(a), session.server]).toEqual([asked + 1, 'http://a']);
  });

  test('that is used again while it is asked keeps its token', async () => {
    const { session, a, b } = failover();
    a.answer('/Trace/Report', AWAY);
    await run(session);
    const answer = later();
    a.answer('/Trace/Report', answer.result);
    await vi.advanceTimersByTimeAsync(MINUTE);
    const asked = session.prepare();
    b.answer('/Trace/Report', AWAY);
    await report(session);
    const { token } = session;
    answer.come(taken({}));
    await asked;
    expect([session.server, session.token]).toEqual(['http://a', token]);
    expect(token).toMatch(/^t\d$/);
  });
});
