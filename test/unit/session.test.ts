import { describe, expect, test, vi } from 'vitest';
import { ServerClock } from '../../src/session/server-clock.ts';
import { StardustSession } from '../../src/session/stardust-session.ts';
import type { TransportResult } from '../../src/wire/call.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';
import { AWAY, CUT, later, MemoryServer, page, taken, UNREAD, verdict } from '../support/memory-server.ts';
import {
  BUILDER,
  IDENTITY,
  LOGIN,
  LOGOUT,
  PING,
  REPORT,
  SETTINGS,
  sessionWith,
  tokens,
} from '../support/memory-session.ts';

const HOUR = 3_600_000;

describe('the token', () => {
  test.each([
    ['query', ['t1', undefined]],
    ['header', [null, 'Bearer t1']],
  ] as const)('goes with each call but the login in the %s', async (tokenIn, sent) => {
    const { session, server } = sessionWith({ tokenIn });
    await session.report([]);
    await session.ping();
    await session.logout('end');
    expect(
      server.calls.map(({ path, query, headers }) => [path, query.get('Token'), headers.authorization]),
    ).toEqual([[LOGIN, null, undefined], ...[REPORT, PING, LOGOUT].map((path) => [path, ...sent])]);
  });

  test('of another thread is used without a login', async () => {
    const { session, server } = sessionWith();
    session.resume({ token: 'taken over', knownNames: ['a', 'b'], roundTripsMs: [7, 9] });
    expect(await session.report([])).toMatchObject({ kind: 'delivered' });
    expect(tokens(server.calls)).toEqual(['taken over']);
    expect(['a', 'b', 'c'].map((name) => session.knownNames.has(name))).toEqual([true, true, false]);
    expect(session.roundTrips.lastMs.slice(0, 2)).toEqual([7, 9]);
  });

  test('is not there if the other thread had none', async () => {
    const { session, server } = sessionWith();
    session.resume({ token: undefined, knownNames: [], roundTripsMs: [] });
    expect(session.state).toBe('new');
    await session.report([]);
    expect(server.of(LOGIN)).toHaveLength(1);
  });

  test.each([
    ['401', verdict(401, 'expired')],
    ['500 about it', verdict(500, 'not a base64 token')],
  ])('that is answered with %s is replaced, and the call repeated once', async (_, refusal) => {
    const { session, server } = sessionWith();
    server.answer(REPORT, refusal, taken({}));
    const left = vi.fn();
    expect(await session.report([BUILDER], left)).toMatchObject({ kind: 'delivered' });
    expect(tokens(server.of(REPORT))).toEqual(['t1', 't2']);
    expect(server.of(LOGIN)).toHaveLength(2);
    expect(left).toHaveBeenCalledTimes(2);
    server.answer(REPORT, refusal);
    expect(await session.report([BUILDER])).toMatchObject({ kind: 'refused', code: 401 });
    expect(tokens(server.of(REPORT).slice(2))).toEqual(['t2', 't3']);
    expect(session.state).toBe('loggedIn');
  });

  test('that two calls were refused with is replaced once', async () => {
    const { session, server } = sessionWith();
    const [first, second] = [later(), later()];
    await session.logIn();
    server.answer(REPORT, first.result, second.result, taken({}));
    const calls = [session.report([]), session.report([BUILDER])];
    await vi.waitFor(() => expect(server.of(REPORT)).toHaveLength(2));
    first.come(verdict(401, 'expired'));
    expect(await calls[0]).toMatchObject({ kind: 'delivered' });
    second.come(verdict(401, 'expired'));
    expect(await calls[1]).toMatchObject({ kind: 'delivered' });
    expect([server.of(LOGIN).length, tokens(server.of(REPORT))]).toEqual([2, ['t1', 't1', 't2', 't2']]);
  });
});

describe('a report', () => {
  test('brings its builders under who reports, and the data of its answer goes on', async () => {
    const { session, server, answered, seen } = sessionWith();
    server.answer(REPORT, taken({ maxSamples: 7 }));
    expect(await session.report([BUILDER, BUILDER])).toEqual({ kind: 'delivered', data: expect.anything() });
    const Builders = [JSON.parse(String(BUILDER)), JSON.parse(String(BUILDER))];
    expect(server.of(REPORT)[0]?.body).toEqual({
      AppId: 'app',
      AppName: 'Shop',
      ClientId: '10.0.0.7@1',
      Version: '2.1.0',
      Builders,
    });
    expect(answered.map((data) => data.number('maxSamples'))).toEqual([7]);
    expect(seen.map(({ result, outcome }) => [result.kind, outcome.kind])).toEqual([
      ['answered', 'delivered'],
      ['answered', 'delivered'],
    ]);
  });

  test('works without anybody who looks at answers', async () => {
    const session = new StardustSession({
      settings: SETTINGS,
      identity: IDENTITY,
      transport: new MemoryServer(),
      clock: new ServerClock(() => {}),
    });
    expect(await session.report([])).toMatchObject({ kind: 'delivered' });
    session.close();
  });

  test.each([
    ['refused', verdict(500, 'no')],
    ['not read', UNREAD],
    ['not answered', CUT],
  ])('that is %s tells no limits', async (_, answer) => {
    const { session, server, answered } = sessionWith();
    server.answer(REPORT, answer);
    await session.report([BUILDER]);
    expect(answered).toEqual([]);
  });

  test('goes under the name and version that the first span told', async () => {
    const { session, server } = sessionWith();
    await session.report([]);
    session.describe('Orders', '3.0');
    await session.report([]);
    await session.logIn();
    expect(session.identity).toEqual({ ...IDENTITY, appName: 'Orders', version: '3.0' });
    for (const call of [server.of(REPORT)[1], server.of(LOGIN)[1]])
      expect(call?.body).toMatchObject({ AppId: 'app', AppName: 'Orders', Version: '3.0' });
  });

  test.each([
    ['with counts', [BUILDER], () => {}, CUT, true],
    ['with counts', [BUILDER], () => {}, AWAY, false],
    ['with counts', [BUILDER], () => {}, page(504), true],
    ['that announces', [BUILDER], undefined, CUT, false],
    ['without builders', [], undefined, CUT, false],
  ])(
    '%s %# is unclear where it may have arrived and counts',
    async (_, builders, leaves, answer, unclear) => {
      const { session, server } = sessionWith();
      server.answer(REPORT, answer);
      expect(await session.report(builders, leaves)).toMatchObject({ kind: 'unreachable', unclear });
    },
  );

  test('for which there is no memory has not left, and its counts are not lost', async () => {
    const { session, server } = sessionWith();
    const left = vi.fn();
    const huge = Object.defineProperty(new Uint8Array(), 'length', { value: 2 ** 52 });
    expect(await session.report([huge], left)).toMatchObject({
      kind: 'unreachable',
      unclear: false,
      reason: expect.stringMatching(/^(?:ERR_OUT_OF_RANGE|RangeError): /),
    });
    expect(left).not.toHaveBeenCalled();
    expect(server.of(REPORT)).toEqual([]);
    expect(session.state).toBe('loggedIn');
  });

  test.each([
    ['a time', [BUILDER], { serverTime: 1 }, 'unreachable'],
    ['a token', [], { Token: 'a' }, 'unreachable'],
    ['limits and a time', [BUILDER], { serverTime: 1, maxSamples: 1 }, 'delivered'],
    ['nothing', [], {}, 'delivered'],
  ])('that is answered with %s counts as it should: %#', async (_, builders, data, kind) => {
    const { session, server } = sessionWith();
    server.answer(REPORT, taken(data));
    const outcome = await session.report(builders, () => {});
    expect(outcome).toMatchObject(kind === 'delivered' ? { kind } : { kind, unclear: true });
  });
});

describe('whether the server is away', () => {
  type Kind = 'a report' | 'an empty report' | 'a ping';
  const send = (session: StardustSession, kind: Kind) =>
    kind === 'a ping' ? session.ping() : session.report(kind === 'a report' ? [BUILDER] : [], () => {});

  test.each<[Kind, string, TransportResult, boolean]>([
    ['a report', 'no connection', AWAY, true],
    ['a report', 'no answer', CUT, true],
    ['a report', 'the answer of something else', page(403), false],
    ['an empty report', 'no connection', AWAY, true],
    ['an empty report', 'the answer of something else', page(403), true],
    ['a ping', 'no connection', AWAY, false],
    ['a ping', 'the answer of something else', page(403), false],
    ['a report', 'a refusal', verdict(500, 'no'), false],
    ['a report', 'no reading', UNREAD, false],
  ])('%s with %s tells: %#', async (kind, _, answer, isAway) => {
    const lines = logLines();
    const { session, server } = sessionWith();
    await session.logIn();
    for (const path of [REPORT, PING]) server.answer(path, answer);
    for (let i = 0; i < 2; i++) await send(session, kind);
    expect([session.state, session.token]).toEqual([isAway ? 'away' : 'loggedIn', 't1']);
    expect(lines).toEqual(
      isAway ? [expect.stringMatching(/^warn http:\/\/one is away .*counts are kept$/)] : [],
    );
  });

  test.each<[Kind, boolean]>([
    ['a report', true],
    ['an empty report', true],
    ['a ping', false],
  ])('%s that is answered tells that it is back: %s', async (kind, isBack) => {
    const lines = logLines();
    const { session, server } = sessionWith();
    server.answer(REPORT, AWAY, taken({}));
    await session.report([]);
    await send(session, kind);
    expect(session.state).toBe(isBack ? 'loggedIn' : 'away');
    expect(lines.slice(1)).toEqual(isBack ? ['info http://one is back'] : []);
  });

  test('a refusal tells that it is back, and the login is still refused', async () => {
    const lines = logLines();
    const { session, server } = sessionWith();
    server.answer(LOGIN, verdict(403, 'no'), AWAY, verdict(403, 'no'), taken({ token: 'a' }));
    const states: string[] = [];
    for (let i = 0; i < 4; i++) {
      await session.logIn();
      states.push(session.state);
    }
    expect(states).toEqual(['refused', 'away', 'refused', 'loggedIn']);
    expect(lines.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'warn http://one refuses the',
      'warn http://one is away',
      'info http://one is back',
      'info http://one lets app',
    ]);
  });

  test('a token that is taken meanwhile is used afterwards', async () => {
    const { session, server } = sessionWith();
    server.answer(REPORT, AWAY, taken({}));
    server.answer(PING, taken({ token: 'renewed' }));
    await session.report([]);
    await session.ping();
    expect([session.state, session.token]).toEqual(['away', 'renewed']);
    await session.report([]);
    expect([session.state, tokens(server.of(REPORT))]).toEqual(['loggedIn', ['t1', 'renewed']]);
  });
});

describe('the end of a session', () => {
  test('by a logout tells the server the reason, and nothing follows', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    await session.logIn();
    await session.logout('shut down');
    await session.logout('again');
    const [, call] = server.calls;
    expect([call?.method, call?.path, call?.query.get('reason'), call?.query.get('Token')]).toEqual([
      'GET',
      LOGOUT,
      'shut down',
      't1',
    ]);
    for (const work of [
      () => session.report([BUILDER], () => {}),
      () => session.report([]),
      () => session.ping(),
    ])
      expect(await work()).toEqual({ kind: 'unreachable', unclear: false, reason: 'closed' });
    session.resume({ token: 'late', knownNames: [], roundTripsMs: [] });
    await vi.advanceTimersByTimeAsync(HOUR);
    expect([session.state, session.token, server.calls.length, server.isClosed]).toEqual([
      'closed',
      undefined,
      2,
      false,
    ]);
  });

  test('by a logout of a session that never logged in tells nothing', async () => {
    const { session, server } = sessionWith();
    await session.logout('end');
    expect([session.state, server.calls]).toEqual(['closed', []]);
  });

  test('tells the server also while that is away', async () => {
    const { session, server } = sessionWith();
    server.answer(REPORT, AWAY);
    await session.report([]);
    await session.logout('end');
    expect(server.of(LOGOUT)).toHaveLength(1);
    expect(session.state).toBe('closed');
  });

  test('closes the transport, and no timer is left', async () => {
    fakeTime();
    const { session, server } = sessionWith({ processInfo: true });
    await session.logIn();
    expect(vi.getTimerCount()).toBe(1);
    session.close();
    expect([server.isClosed, session.state, vi.getTimerCount()]).toEqual([true, 'closed', 0]);
  });

  test('while a ping is under way leaves no timer', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    const answer = later();
    server.answer(PING, answer.result);
    await session.logIn();
    await vi.advanceTimersByTimeAsync(30_000);
    session.close();
    answer.come(taken({ token: 'late' }));
    await vi.advanceTimersByTimeAsync(1);
    expect([vi.getTimerCount(), session.token, session.state]).toEqual([0, undefined, 'closed']);
  });

  test.each<[string, TransportResult]>([
    ['gets a token', taken({ token: 'late' })],
    ['is refused', verdict(403, 'no')],
  ])('while a login is under way, which %s, sends no report', async (_, result) => {
    const { session, server } = sessionWith();
    const answer = later();
    server.answer(LOGIN, answer.result);
    const outcome = session.report([BUILDER], () => {});
    session.close();
    answer.come(result);
    expect(await outcome).toMatchObject({ kind: 'refused', code: 403 });
    expect(server.of(REPORT)).toEqual([]);
    expect([session.state, session.token]).toEqual(['closed', undefined]);
  });

  test('while a call is under way is not undone by its end', async () => {
    const lines = logLines();
    const { session, server } = sessionWith();
    const answer = later();
    server.answer(REPORT, answer.result);
    const outcome = session.report([]);
    await vi.waitFor(() => expect(server.of(REPORT)).toHaveLength(1));
    session.close();
    answer.come(AWAY);
    await outcome;
    expect([session.state, lines]).toEqual(['closed', []]);
  });
});

test('a session that rests pings no more, and logs in anew when it is used again', async () => {
  fakeTime();
  const { session, server } = sessionWith();
  await session.report([]);
  session.rest();
  expect([session.state, session.token, vi.getTimerCount()]).toEqual(['new', undefined, 0]);
  await session.report([]);
  expect(tokens(server.calls)).toEqual([null, 't1', null, 't2']);
});

test('a session that is refused, and rests, logs no refusal anew', async () => {
  const lines = logLines();
  const { session, server } = sessionWith();
  server.answer(LOGIN, verdict(403, 'no'));
  for (let i = 0; i < 2; i++) {
    await session.report([]);
    session.rest();
  }
  expect([session.state, lines.length]).toEqual(['refused', 1]);
});

describe('the round trips', () => {
  const idleMs = () => performance.eventLoopUtilization().idle;

  test('are how long the process had nothing to do but wait', async () => {
    const { session, server } = sessionWith();
    let waitedMs = 0;
    server.answerBy(REPORT, async () => {
      const sinceMs = idleMs();
      await new Promise((resolve) => setTimeout(resolve, 20));
      waitedMs = idleMs() - sinceMs;
      return taken({});
    });
    const sinceMs = idleMs();
    await session.report([]);
    const inAllMs = idleMs() - sinceMs;
    const [ofLogin = Number.NaN, ofReport = Number.NaN] = session.roundTrips.lastMs;
    expect(ofLogin).toBeGreaterThanOrEqual(0);
    expect(ofReport).toBeGreaterThanOrEqual(waitedMs);
    expect(ofLogin + ofReport).toBeLessThanOrEqual(inAllMs);
    expect(session.roundTrips.longestMs).toBe(Math.max(ofLogin, ofReport));
  });

  test('of the last five answers are remembered, and of none are nothing', async () => {
    const { session, server } = sessionWith();
    expect([session.roundTrips.longestMs, session.roundTrips.lastMs]).toEqual([0, []]);
    session.resume({ token: 'a', knownNames: [], roundTripsMs: [900, 2, 3, 4, 5] });
    expect(session.roundTrips.longestMs).toBe(900);
    server.answer(REPORT, taken({}), AWAY);
    await session.report([]);
    await session.report([]);
    expect(session.roundTrips.lastMs).toHaveLength(5);
    expect(session.roundTrips.lastMs.slice(0, 4)).toEqual([2, 3, 4, 5]);
    expect(session.roundTrips.longestMs).toBeLessThan(900);
  });
});

test('names are known to the server until there are over 10,000 of them, and are announced anew then', () => {
  const { session } = sessionWith();
  const names = Array.from({ length: 10_000 }, (_, i) => `name ${i}`);
  session.knownNames.add(names);
  session.knownNames.add(['one more']);
  expect([session.knownNames.has('name 7'), session.knownNames.has('one more')]).toEqual([true, true]);
  session.knownNames.add(['another']);
  expect(['name 7', 'one more', 'another'].map((name) => session.knownNames.has(name))).toEqual([
    false,
    false,
    true,
  ]);
});
