import { Buffer } from 'node:buffer';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startLogHour } from '../../src/runtime/log.ts';
import { withoutSecrets } from '../../src/runtime/own-secrets.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import type { SeenAnswer, SessionSettings } from '../../src/session/session-parts.ts';
import { StardustSession } from '../../src/session/stardust-session.ts';
import type { TransportResult } from '../../src/wire/call.ts';
import type { Fields } from '../../src/wire/fields.ts';
import { saltedSecret } from '../../src/wire/login.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';
import { AWAY, CUT, later, MemoryServer, page, taken, UNREAD, verdict } from '../support/memory-server.ts';

const SETTINGS: SessionSettings = {
  secret: '',
  saltedSecret: true,
  tokenIn: 'query',
  pingIntervalSeconds: 30,
  processInfo: false,
};
const IDENTITY = { appId: 'app', appName: 'Shop', clientId: '10.0.0.7@1', version: '2.1.0' };
const BUILDER = Buffer.from('{"Name":"work","Total":1}');
const HOUR = 3_600_000;

const login = '/App/Login';
const ping = '/App/Ping';
const logout = '/App/Logout';
const report = '/Trace/Report';

// Twenty lines are logged an hour.
beforeEach(() => startLogHour(0));

/** A session with a server in memory, what it hears, and the data that it passes on. */
function sessionWith(settings: Partial<SessionSettings> = {}) {
  const server = new MemoryServer();
  const answered: Fields[] = [];
  const seen: SeenAnswer[] = [];
  const clock = new ServerClock(() => {});
  const session = new StardustSession({
    settings: { ...SETTINGS, ...settings },
    identity: IDENTITY,
    transport: server,
    clock,
    answered: (data) => answered.push(data),
    observe: (each) => seen.push(each),
  });
  onTestFinished(() => session.close());
  return { session, server, clock, answered, seen };
}

const tokens = (calls: MemoryServer['calls']) => calls.map(({ query }) => query.get('Token'));

describe('a login', () => {
  test('tells who reports, and the time', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    await session.logIn();
    expect(server.calls).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: login,
        body: {
          AppId: 'app',
          Secret: '',
          ClientId: '10.0.0.7@1',
          AppName: 'Shop',
          Version: '2.1.0',
          Time: Date.now(),
        },
      }),
    ]);
    expect([session.state, session.token, session.server, session.servers]).toEqual([
      'loggedIn',
      't1',
      'http://one',
      1,
    ]);
  });

  test.each([
    ['', true, ''],
    ['', false, ''],
    ['hunter2', false, 'hunter2'],
    ['hunter2', true, saltedSecret('hunter2', Date.UTC(2026, 10, 24, 10))],
  ])('sends the secret %j, salted: %s, as %s', async (secret, isSalted, sent) => {
    fakeTime(Date.UTC(2026, 10, 24, 10));
    const { session, server } = sessionWith({ secret, saltedSecret: isSalted });
    await session.logIn();
    expect(server.of(login)[0]?.body?.Secret).toBe(sent);
  });

  test('goes by the clock of the server once that is known', async () => {
    fakeTime();
    const { session, server } = sessionWith({ secret: 'hunter2' });
    server.answer(login, taken({ token: 'a', serverTime: Date.now() + HOUR }));
    await session.logIn();
    await session.logIn();
    const time = Date.now() + HOUR;
    expect(server.of(login)[1]?.body).toMatchObject({ Time: time, Secret: saltedSecret('hunter2', time) });
  });

  test('is one for all who wait for it, and a new one afterwards', async () => {
    const { session, server } = sessionWith();
    const first = later();
    server.answer(login, first.result, taken({ token: 'b' }));
    const all = Promise.all([session.report([]), session.report([BUILDER]), session.logIn(), session.ping()]);
    first.come(taken({ token: 'a' }));
    await all;
    expect(server.of(login)).toHaveLength(1);
    expect(tokens(server.calls.slice(1))).toEqual(['a', 'a', 'a']);
    await session.logIn();
    expect(server.of(login)).toHaveLength(2);
    expect(session.token).toBe('b');
  });

  test('takes over the code and the secret that the server hands out', async () => {
    const { session, server } = sessionWith({ secret: 'hunter2', saltedSecret: false });
    server.answer(login, taken({ token: 'a', code: 'code', secret: 'given' }), taken({ token: 'b' }));
    await session.logIn();
    expect(session.identity).toEqual({ ...IDENTITY, appId: 'code' });
    await session.logIn();
    await session.logIn();
    expect(server.of(login).map(({ body }) => [body?.AppId, body?.Secret])).toEqual([
      ['app', 'hunter2'],
      ['code', 'given'],
      ['code', 'given'],
    ]);
  });

  test('is not sent without MD5, since the secret would go in clear unasked', async () => {
    const { createHash } = crypto;
    Object.assign(crypto, {
      createHash: () => {
        throw new Error('digital envelope routines::unsupported');
      },
    });
    syncBuiltinESMExports();
    onTestFinished(() => {
      Object.assign(crypto, { createHash });
      syncBuiltinESMExports();
    });
    const lines = logLines();
    const { session, server } = sessionWith({ secret: 'hunter2' });
    expect(await session.report([])).toMatchObject({ kind: 'refused', code: 0 });
    expect(await session.logIn()).toMatchObject({ kind: 'refused', code: 0 });
    expect([session.state, server.calls]).toEqual(['refused', []]);
    expect(lines).toEqual([expect.stringMatching(/^warn no login: .*STARDUST_SALTED_SECRET=false/)]);
    for (const without of [{ saltedSecret: false, secret: 'hunter2' }, {}]) {
      const { session: other } = sessionWith(without);
      expect(await other.logIn()).toMatchObject({ kind: 'delivered' });
    }
  });

  describe('that gets no token', () => {
    const switchedOff = 'the app is switched off';
    test.each<[string, TransportResult, string, object, RegExp]>([
      [
        'a refusal',
        verdict(403, 'no'),
        'refused',
        { kind: 'refused', code: 403, message: 'no' },
        /: 403 no$/,
      ],
      ['another', verdict(500, 'no'), 'refused', { kind: 'refused', code: 500, message: 'no' }, /: 500 no$/],
      ['401', verdict(401, 'no'), 'refused', { kind: 'refused', code: 401, message: 'no' }, /: 401 no$/],
      ['no data', UNREAD, 'refused', { kind: 'refused', code: 401 }, /: 401 the server could not read/],
      [
        'nothing else',
        taken({}),
        'refused',
        { code: 403, message: switchedOff },
        /: 403 the app is switched/,
      ],
      ['a code alone', taken({ code: 'c' }), 'refused', { message: switchedOff }, /of c: 403/],
      ['a secret alone', taken({ secret: 's' }), 'refused', { message: switchedOff }, /of app: 403/],
      ['code and secret', taken({ code: 'c', secret: 's' }), 'refused', {}, /of c: 403 the app is new to/],
      ['no connection', AWAY, 'away', { kind: 'unreachable', unclear: false }, / is away \(ECONNREFUSED\)/],
      ['no answer', CUT, 'away', { kind: 'unreachable', unclear: false }, / is away \(ECONNRESET\)/],
      [
        'a page',
        page(502),
        'away',
        { kind: 'unreachable', unclear: false, status: 502 },
        / is away \(HTTP 502/,
      ],
    ])('but %s ends so, which is logged once', async (_, answer, state, outcome, line) => {
      const lines = logLines();
      const { session, server } = sessionWith();
      server.answer(login, answer);
      for (let i = 0; i < 3; i++) expect(await session.report([BUILDER], () => {})).toMatchObject(outcome);
      expect([session.state, session.token]).toEqual([state, undefined]);
      expect(server.calls.map(({ path }) => path)).toEqual([login, login, login]);
      expect(lines).toEqual([expect.stringMatching(line)]);
      server.answer(login, taken({ token: 'a' }));
      expect(await session.report([BUILDER])).toMatchObject({ kind: 'delivered' });
      expect([session.state, session.token]).toEqual(['loggedIn', 'a']);
      expect(lines.slice(1)).toEqual([
        expect.stringMatching(
          state === 'away' ? /^info http:\/\/one is back$/ : /^info http:\/\/one lets \w+ log in again$/,
        ),
      ]);
    });
  });

  test.each([
    ['the token of a login', 'Kb7qZ-first', { token: 'Kb7qZ-first' }, {}],
    ['the secret of a login', 'Kb7qZ-second', { token: 'a', secret: 'Kb7qZ-second' }, {}],
    ['the token of a ping', 'Kb7qZ-third', { token: 'a' }, { token: 'Kb7qZ-third' }],
  ])('%s is shown nowhere', async (_, secret, ofLogin, ofPing) => {
    const { session, server } = sessionWith();
    server.answer(login, taken(ofLogin));
    server.answer(ping, taken(ofPing));
    await session.ping();
    expect(withoutSecrets(`see ${secret}`)).toBe('see ***');
  });
});

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
    ).toEqual([[login, null, undefined], ...[report, ping, logout].map((path) => [path, ...sent])]);
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
    expect(server.of(login)).toHaveLength(1);
  });

  test.each([
    ['401', verdict(401, 'expired')],
    ['500 about it', verdict(500, 'not a base64 token')],
  ])('that is answered with %s is replaced, and the call repeated once', async (_, refusal) => {
    const { session, server } = sessionWith();
    server.answer(report, refusal, taken({}));
    const left = vi.fn();
    expect(await session.report([BUILDER], left)).toMatchObject({ kind: 'delivered' });
    expect(tokens(server.of(report))).toEqual(['t1', 't2']);
    expect(server.of(login)).toHaveLength(2);
    expect(left).toHaveBeenCalledTimes(2);
    server.answer(report, refusal);
    expect(await session.report([BUILDER])).toMatchObject({ kind: 'refused', code: 401 });
    expect(tokens(server.of(report).slice(2))).toEqual(['t2', 't3']);
    expect(session.state).toBe('loggedIn');
  });

  test('that two calls were refused with is replaced once', async () => {
    const { session, server } = sessionWith();
    const [first, second] = [later(), later()];
    await session.logIn();
    server.answer(report, first.result, second.result, taken({}));
    const calls = [session.report([]), session.report([BUILDER])];
    await vi.waitFor(() => expect(server.of(report)).toHaveLength(2));
    first.come(verdict(401, 'expired'));
    expect(await calls[0]).toMatchObject({ kind: 'delivered' });
    second.come(verdict(401, 'expired'));
    expect(await calls[1]).toMatchObject({ kind: 'delivered' });
    expect([server.of(login).length, tokens(server.of(report))]).toEqual([2, ['t1', 't1', 't2', 't2']]);
  });
});

describe('a report', () => {
  test('brings its builders under who reports, and the data of its answer goes on', async () => {
    const { session, server, answered, seen } = sessionWith();
    server.answer(report, taken({ maxSamples: 7 }));
    expect(await session.report([BUILDER, BUILDER])).toEqual({ kind: 'delivered', data: expect.anything() });
    const Builders = [JSON.parse(String(BUILDER)), JSON.parse(String(BUILDER))];
    expect(server.of(report)[0]?.body).toEqual({
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
    server.answer(report, answer);
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
    for (const call of [server.of(report)[1], server.of(login)[1]])
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
      server.answer(report, answer);
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
    expect(server.of(report)).toEqual([]);
    expect(session.state).toBe('loggedIn');
  });

  test.each([
    ['a time', [BUILDER], { serverTime: 1 }, 'unreachable'],
    ['a token', [], { Token: 'a' }, 'unreachable'],
    ['limits and a time', [BUILDER], { serverTime: 1, maxSamples: 1 }, 'delivered'],
    ['nothing', [], {}, 'delivered'],
  ])('that is answered with %s counts as it should: %#', async (_, builders, data, kind) => {
    const { session, server } = sessionWith();
    server.answer(report, taken(data));
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
    for (const path of [report, ping]) server.answer(path, answer);
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
    server.answer(report, AWAY, taken({}));
    await session.report([]);
    await send(session, kind);
    expect(session.state).toBe(isBack ? 'loggedIn' : 'away');
    expect(lines.slice(1)).toEqual(isBack ? ['info http://one is back'] : []);
  });

  test('a refusal tells that it is back, and the login is still refused', async () => {
    const lines = logLines();
    const { session, server } = sessionWith();
    server.answer(login, verdict(403, 'no'), AWAY, verdict(403, 'no'), taken({ token: 'a' }));
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
    server.answer(report, AWAY, taken({}));
    server.answer(ping, taken({ token: 'renewed' }));
    await session.report([]);
    await session.ping();
    expect([session.state, session.token]).toEqual(['away', 'renewed']);
    await session.report([]);
    expect([session.state, tokens(server.of(report))]).toEqual(['loggedIn', ['t1', 'renewed']]);
  });
});

describe('a ping', () => {
  test('tells who reports, and our own time', async () => {
    fakeTime();
    const { session, server, clock } = sessionWith();
    clock.set(HOUR);
    await session.ping();
    expect(server.of(ping)[0]?.body).toEqual({
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
    expect(server.of(ping)).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(60_001);
    expect(tokens(server.of(ping))).toEqual(['t1', 't1', 't1']);
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
    server.answer(ping, taken({ period }), taken({}));
    await session.logIn();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(session.pingSeconds).toBe(seconds);
    await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
    expect(server.of(ping)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.of(ping)).toHaveLength(2);
  });

  test('renews the token', async () => {
    const { session, server } = sessionWith();
    server.answer(ping, taken({ token: 'renewed' }), taken({}));
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
    server.answer(ping, answer);
    expect(await session.ping()).toMatchObject(outcome);
    expect([session.state, session.token, session.pingSeconds]).toEqual(['loggedIn', 't1', 30]);
  });

  test('that is due without a token logs nobody in, and those after the next login come', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    await session.logIn();
    server.answer(report, verdict(401, 'expired'), taken({}));
    server.answer(login, verdict(403, 'no'), taken({ token: 'a' }));
    expect(await session.report([])).toMatchObject({ kind: 'refused', code: 403 });
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(server.calls.map(({ path }) => path)).toEqual([login, report, login]);
    await session.report([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(tokens(server.of(ping))).toEqual(['a']);
  });

  test.each([
    [10, 60],
    [90, 90],
  ])(
    'of an interval of %i s that is refused with a new token is followed by one after %i s',
    async (interval, next) => {
      fakeTime();
      const { session, server } = sessionWith({ pingIntervalSeconds: interval });
      server.answer(ping, verdict(401, 'a'), verdict(401, 'b'), taken({}));
      await session.logIn();
      await vi.advanceTimersByTimeAsync(interval * 1_000);
      expect(tokens(server.of(ping))).toEqual(['t1', 't2']);
      await vi.advanceTimersByTimeAsync(next * 1_000 - 1);
      expect(server.of(ping)).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(1);
      expect(server.of(ping)).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(interval * 1_000);
      expect(server.of(ping)).toHaveLength(4);
    },
  );

  test('that nobody answers is followed by the next one', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    server.answer(ping, CUT);
    await session.logIn();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(server.of(ping)).toHaveLength(3);
  });

  test('whose answer nobody could look at is followed by the next one', async () => {
    fakeTime();
    const { session, server, seen } = sessionWith();
    await session.logIn();
    seen.push = () => {
      throw new Error('no');
    };
    await vi.advanceTimersByTimeAsync(90_000);
    expect(server.of(ping)).toHaveLength(3);
  });
});

describe('the figures of the process', () => {
  const figuresOf = (server: MemoryServer) => server.of(ping).map(({ body }) => 'WorkingSet' in (body ?? {}));

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

  test('are those since the last ping, also if the server says again that it wants them', async () => {
    fakeTime();
    const cpu = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 });
    onTestFinished(() => cpu.mockRestore());
    const { session, server } = sessionWith({ processInfo: true });
    vi.advanceTimersByTime(10_000);
    cpu.mockReturnValue({ user: 5_000_000, system: 0 });
    session.wantFigures(true);
    await session.ping();
    expect(server.of(ping)[0]?.body).toMatchObject({ CpuUsage: 0.5 });
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
      logout,
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
    server.answer(report, AWAY);
    await session.report([]);
    await session.logout('end');
    expect(server.of(logout)).toHaveLength(1);
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
    server.answer(ping, answer.result);
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
    server.answer(login, answer.result);
    const outcome = session.report([BUILDER], () => {});
    session.close();
    answer.come(result);
    expect(await outcome).toMatchObject({ kind: 'refused', code: 403 });
    expect(server.of(report)).toEqual([]);
    expect([session.state, session.token]).toEqual(['closed', undefined]);
  });

  test('while a call is under way is not undone by its end', async () => {
    const lines = logLines();
    const { session, server } = sessionWith();
    const answer = later();
    server.answer(report, answer.result);
    const outcome = session.report([]);
    await vi.waitFor(() => expect(server.of(report)).toHaveLength(1));
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
  server.answer(login, verdict(403, 'no'));
  for (let i = 0; i < 2; i++) {
    await session.report([]);
    session.rest();
  }
  expect([session.state, lines.length]).toEqual(['refused', 1]);
});

describe('the time of the server', () => {
  test.each([
    ['a login', 0],
    ['a ping', 1],
  ])('is learned from %s', async (_, at) => {
    fakeTime();
    const { session, server, clock } = sessionWith();
    const data = { serverTime: Date.now() + HOUR };
    server.answer(login, taken(at === 0 ? { token: 'a', ...data } : { token: 'a' }));
    server.answer(ping, taken(at === 1 ? data : {}));
    await session.logIn();
    if (at === 1) await session.ping();
    expect(clock.offsetMs).toBe(HOUR);
  });

  test('that comes with a slow answer is that of its middle', async () => {
    fakeTime();
    const { session, server, clock } = sessionWith();
    const answer = later();
    server.answer(login, answer.result);
    const outcome = session.logIn();
    const stamp = Date.now() + 2_000 + HOUR;
    vi.advanceTimersByTime(4_000);
    answer.come(taken({ token: 'a', serverTime: stamp }));
    await outcome;
    expect(clock.offsetMs).toBe(HOUR);
  });

  test('is not learned from a refusal', async () => {
    const { session, server, clock } = sessionWith();
    server.answer(login, {
      kind: 'answered',
      status: 200,
      body: JSON.stringify({ code: 403, data: { serverTime: Date.now() } }),
    });
    await session.logIn();
    expect(clock.isKnown).toBe(false);
  });
});

describe('the round trips', () => {
  const MS = 30;

  test('are how long the process had nothing to do but wait', async () => {
    const { session, server } = sessionWith();
    server.answerBy(login, () => {
      const until = performance.now() + MS;
      while (performance.now() < until);
      return taken({ token: 'a' });
    });
    server.answerBy(report, async () => {
      await new Promise((resolve) => setTimeout(resolve, MS));
      return taken({});
    });
    const startedMs = performance.now();
    await session.report([]);
    const tookMs = performance.now() - startedMs;
    const [ofLogin = Number.NaN, ofReport = Number.NaN] = session.roundTrips.lastMs;
    expect(ofLogin).toBeLessThan(MS / 2);
    expect(ofReport).toBeGreaterThan(MS / 2);
    expect(ofReport).toBeLessThan(tookMs);
    expect(session.roundTrips.longestMs).toBe(Math.max(ofLogin, ofReport));
  });

  test('of the last five answers are remembered, and of none are nothing', async () => {
    const { session, server } = sessionWith();
    expect([session.roundTrips.longestMs, session.roundTrips.lastMs]).toEqual([0, []]);
    session.resume({ token: 'a', knownNames: [], roundTripsMs: [900, 2, 3, 4, 5] });
    expect(session.roundTrips.longestMs).toBe(900);
    server.answer(report, taken({}), AWAY);
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
