import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { withoutSecrets } from '../../src/runtime/own-secrets.ts';
import type { TransportResult } from '../../src/wire/call.ts';
import { saltedSecret } from '../../src/wire/login.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';
import { AWAY, CUT, later, page, taken, UNREAD, verdict } from '../support/memory-server.ts';
import { BUILDER, IDENTITY, LOGIN, PING, sessionWith, tokens } from '../support/memory-session.ts';

const HOUR = 3_600_000;

describe('a login', () => {
  test('tells who reports, and the time', async () => {
    fakeTime();
    const { session, server } = sessionWith();
    await session.logIn();
    expect(server.calls).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: LOGIN,
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
    expect(server.of(LOGIN)[0]?.body?.Secret).toBe(sent);
  });

  test('goes by the clock of the server once that is known', async () => {
    fakeTime();
    const { session, server } = sessionWith({ secret: 'hunter2' });
    server.answer(LOGIN, taken({ token: 'a', serverTime: Date.now() + HOUR }));
    await session.logIn();
    await session.logIn();
    const time = Date.now() + HOUR;
    expect(server.of(LOGIN)[1]?.body).toMatchObject({ Time: time, Secret: saltedSecret('hunter2', time) });
  });

  test('is one for all who wait for it, and a new one afterwards', async () => {
    const { session, server } = sessionWith();
    const first = later();
    server.answer(LOGIN, first.result, taken({ token: 'b' }));
    const all = Promise.all([session.report([]), session.report([BUILDER]), session.logIn(), session.ping()]);
    first.come(taken({ token: 'a' }));
    await all;
    expect(server.of(LOGIN)).toHaveLength(1);
    expect(tokens(server.calls.slice(1))).toEqual(['a', 'a', 'a']);
    await session.logIn();
    expect(server.of(LOGIN)).toHaveLength(2);
    expect(session.token).toBe('b');
  });

  test('takes over the code and the secret that the server hands out', async () => {
    const { session, server } = sessionWith({ secret: 'hunter2', saltedSecret: false });
    server.answer(LOGIN, taken({ token: 'a', code: 'code', secret: 'given' }), taken({ token: 'b' }));
    await session.logIn();
    expect(session.identity).toEqual({ ...IDENTITY, appId: 'code' });
    await session.logIn();
    await session.logIn();
    expect(server.of(LOGIN).map(({ body }) => [body?.AppId, body?.Secret])).toEqual([
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
      server.answer(LOGIN, answer);
      for (let i = 0; i < 3; i++) expect(await session.report([BUILDER], () => {})).toMatchObject(outcome);
      expect([session.state, session.token]).toEqual([state, undefined]);
      expect(server.calls.map(({ path }) => path)).toEqual([LOGIN, LOGIN, LOGIN]);
      expect(lines).toEqual([expect.stringMatching(line)]);
      server.answer(LOGIN, taken({ token: 'a' }));
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
    server.answer(LOGIN, taken(ofLogin));
    server.answer(PING, taken(ofPing));
    await session.ping();
    expect(withoutSecrets(`see ${secret}`)).toBe('see ***');
  });
});

describe('the time of the server', () => {
  test.each([
    ['a login', 0],
    ['a ping', 1],
  ])('is learned from %s', async (_, at) => {
    fakeTime();
    const { session, server, clock } = sessionWith();
    const data = { serverTime: Date.now() + HOUR };
    server.answer(LOGIN, taken(at === 0 ? { token: 'a', ...data } : { token: 'a' }));
    server.answer(PING, taken(at === 1 ? data : {}));
    await session.logIn();
    if (at === 1) await session.ping();
    expect(clock.offsetMs).toBe(HOUR);
  });

  test('that comes with a slow answer is that of its middle', async () => {
    fakeTime();
    const { session, server, clock } = sessionWith();
    const answer = later();
    server.answer(LOGIN, answer.result);
    const outcome = session.logIn();
    const stamp = Date.now() + 2_000 + HOUR;
    vi.advanceTimersByTime(4_000);
    answer.come(taken({ token: 'a', serverTime: stamp }));
    await outcome;
    expect(clock.offsetMs).toBe(HOUR);
  });

  test('is not learned from a refusal', async () => {
    const { session, server, clock } = sessionWith();
    server.answer(LOGIN, {
      kind: 'answered',
      status: 200,
      body: JSON.stringify({ code: 403, data: { serverTime: Date.now() } }),
    });
    await session.logIn();
    expect(clock.isKnown).toBe(false);
  });
});
