import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { answersReport, mayHaveArrived, outcomeOf } from '../../src/wire/answer.ts';
import { loginCall, logoutCall, pingCall, reportCall, withToken } from '../../src/wire/calls.ts';
import { Fields } from '../../src/wire/fields.ts';
import { loginAnswer, saltedSecret, tokenOf } from '../../src/wire/login.ts';
import { pingAnswer } from '../../src/wire/ping.ts';
import { cut, dottedVersion, endOf, kept } from '../../src/wire/text.ts';
import { hostAndPort, parsedUrl, percentDecoded } from '../../src/wire/url.ts';

/** The forms of the protocol, one by one: what holds of whole calls is in test/integration. */

const who = { appId: 'shop', appName: 'Shop', clientId: '192.0.2.7@1', version: '2.1.0-rc' };
const bodyOf = ({ body }: { readonly body?: string | Buffer }) => JSON.parse(String(body));
const JSON_TYPE = { 'content-type': 'application/json' };

describe('a call', () => {
  test('to log in tells who reports, the secret and the time', () => {
    const call = loginCall(who, 's', 7);
    expect(call).toMatchObject({ method: 'POST', path: '/App/Login', headers: JSON_TYPE });
    expect(bodyOf(call)).toEqual({
      AppId: 'shop',
      Secret: 's',
      ClientId: '192.0.2.7@1',
      AppName: 'Shop',
      Version: '2.1.0-rc',
      Time: 7,
    });
  });

  test('to ping tells the process, and its version only as dotted numbers', () => {
    const call = pingCall(who, { Threads: 3 }, 7);
    expect(call).toMatchObject({ method: 'POST', path: '/App/Ping', headers: JSON_TYPE });
    const always = { Id: process.pid, Name: 'shop', AppName: 'Shop', Time: 7 };
    expect(bodyOf(call)).toEqual({ ...always, Version: '2.1.0', Threads: 3 });
    expect(bodyOf(pingCall({ ...who, version: 'main' }, undefined, 7))).toEqual(always);
  });

  test.each([
    [0, '/Trace/Report'],
    [1_024, '/Trace/Report'],
    [1_025, '/Trace/ReportRaw'],
    [100_000, '/Trace/ReportRaw'],
  ])('with a report of %i bytes goes to %s, packed if that is raw', async (bytes, path) => {
    const given = Buffer.alloc(bytes, 'x');
    const { method, headers, body, ...rest } = await reportCall(given);
    expect([method, rest.path]).toEqual(['POST', path]);
    const isPacked = path.endsWith('Raw');
    expect(headers).toEqual({ 'content-type': isPacked ? 'application/x-gzip' : 'application/json' });
    expect(isPacked ? gunzipSync(body as Buffer) : body).toEqual(given);
  });

  test('to log out tells why', () => {
    expect(logoutCall('a b')).toEqual({ method: 'GET', path: '/App/Logout?reason=a%20b' });
  });

  test('has its token in the query or in a header, beside what is there', () => {
    const call = loginCall(who, '', 7);
    expect(withToken(call, 'a/b', 'query').path).toBe('/App/Login?Token=a%2Fb');
    expect(withToken(logoutCall('x'), 't', 'query').path).toBe('/App/Logout?reason=x&Token=t');
    const { path, headers } = withToken(call, 't', 'header');
    expect([path, headers]).toEqual(['/App/Login', { ...JSON_TYPE, authorization: 'Bearer t' }]);
  });
});

describe('an answer', () => {
  test.each([
    ['abc.DEF-_~!', true],
    ['x'.repeat(4_096), true],
    ['x'.repeat(4_097), false],
    ['', false],
    ['a b', false],
    [' a', false],
    ['a\n', false],
    ['a\x7f', false],
    ['é', false],
    [7, false],
    [undefined, false],
  ])('with the token %j: taken: %o', (token, isTaken) => {
    const data = new Fields({ Token: token });
    expect(tokenOf(data)).toBe(isTaken ? token : undefined);
    expect([loginAnswer(data).token, pingAnswer(data).token]).toEqual(
      isTaken ? [token, token] : [undefined, undefined],
    );
  });

  test.each([0, 1, 199, 200, 201])('with a code and a secret of %i characters', (units) => {
    const text = 'x'.repeat(units);
    const { code, secret } = loginAnswer(new Fields({ code: text, secret: text }));
    const taken = units > 0 && units <= 200 ? text : undefined;
    expect([code, secret]).toEqual([taken, taken]);
  });

  test('has numbers where they are numbers, and no more than a thousand fields', () => {
    const data = new Fields({
      serverTime: 7,
      period: Number.NaN,
      ...Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`f${i}`, i])),
    });
    expect(loginAnswer(data).serverTimeMs).toBe(7);
    expect(pingAnswer(data).periodSeconds).toBeUndefined();
    expect(pingAnswer(new Fields({ Period: 30 })).periodSeconds).toBe(30);
    expect(pingAnswer(new Fields({ period: '30' })).periodSeconds).toBeUndefined();
    expect([data.number('F997'), data.number('f998')]).toEqual([997, undefined]);
  });

  test.each([
    [{ period: 60, maxSamples: 1 }, true],
    [{ serverTime: 1, maxSamples: 1 }, true],
    [{ serverTime: 1 }, false],
    [{ token: 'x' }, false],
    [{}, true],
  ])('of %j can be one to a report: %o', (data, can) => {
    expect(answersReport(new Fields(data))).toBe(can);
  });

  test('of code 429 asks to wait, and nothing was taken', () => {
    const outcome = outcomeOf({ kind: 'answered', status: 200, body: '{"code":429,"message":"slowly"}' });
    expect(outcome).toEqual({ kind: 'unreachable', unclear: false, reason: 'code 429 slowly' });
  });

  test.each([
    [299, true],
    [300, false],
    [407, false],
    [408, true],
    [409, false],
    [499, true],
    [500, true],
  ])('of HTTP %i that is not of Stardust is unclear: %o', (status, unclear) => {
    const page = { kind: 'answered', status, body: '{"title":"x"}' } as const;
    expect(outcomeOf(page)).toMatchObject({ kind: 'unreachable', unclear, status });
  });

  test.each(['', 'null', '[]', '7', '{}', '{"code":"0"}', '{'])(
    'that reads %j is none of Stardust',
    (body) => {
      expect(outcomeOf({ kind: 'answered', status: 200, body })).toMatchObject({
        kind: 'unreachable',
        unclear: true,
      });
    },
  );

  test.each([
    [500, 'The input is not a valid Base-64 string', 'unauthorized'],
    [500, 'not base64', 'unauthorized'],
    [500, 'bad Token', 'unauthorized'],
    [500, '令牌', 'unauthorized'],
    [500, 'tokenizer failed', 'refused'],
    [403, 'bad token', 'refused'],
    [401, 'no', 'unauthorized'],
  ])('of code %i and %j is %s', (code, message, kind) => {
    const body = JSON.stringify({ code, message });
    expect(outcomeOf({ kind: 'answered', status: 200, body })).toMatchObject({ kind, message });
  });

  test('tells whether the call may have arrived', () => {
    const unreachable = { kind: 'unreachable', reason: '' } as const;
    expect(mayHaveArrived({ kind: 'delivered', data: new Fields({}) })).toBe(true);
    expect(mayHaveArrived({ ...unreachable, unclear: true })).toBe(true);
    expect(mayHaveArrived({ ...unreachable, unclear: false })).toBe(false);
    expect(mayHaveArrived({ kind: 'refused', code: 1, message: '' })).toBe(false);
  });
});

test('the salted secret is the double MD5 in capitals, with whole seconds', () => {
  expect(saltedSecret('secret', 1_700_000_000_999)).toMatch(/^\$md5\$1700000000\$[0-9A-F]{32}$/);
  expect(saltedSecret('secret', 1_700_000_000_000)).toBe(saltedSecret('secret', 1_700_000_000_999));
  expect(saltedSecret('secret', 1_700_000_001_000)).not.toBe(saltedSecret('secret', 1_700_000_000_999));
});

describe('a text that is cut', () => {
  const [low, high] = ['\u{10000}', '\u{10ffff}'];
  test.each([
    ['abc', 3, 'abc', 'abc'],
    ['abcd', 3, 'abc', 'bcd'],
    ['abc', 0, '', ''],
    [`ab${low}`, 3, 'ab', `b${low}`],
    [`ab${high}`, 3, 'ab', `b${high}`],
    [`${low}ab`, 3, `${low}a`, 'ab'],
    [`${high}ab`, 3, `${high}a`, 'ab'],
    ['ab\ue000d', 3, 'ab\ue000', 'b\ue000d'],
    ['ab\ue000', 1, 'a', '\ue000'],
    ['a\ud7ffcd', 3, 'a\ud7ffc', '\ud7ffcd'],
  ])('%j to %i units begins as %j or ends as %j', (text, units, begin, end) => {
    expect(cut(text, units)).toBe(begin);
    expect(endOf(text, units)).toBe(end);
  });
});

test.each([
  ['http://h', 'h', 80],
  ['https://h', 'h', 443],
  ['http://h:443', 'h', 443],
  ['https://h:80', 'h', 80],
  ['http://[::1]:81', '::1', 81],
  ['https://[fe80::1]', 'fe80::1', 443],
])('%s is host %s, port %i', (address, host, port) => {
  const url = parsedUrl(address);
  expect(url && hostAndPort(url)).toEqual({ host, port });
});

test('what is no address is none, and what is not percent-encoded stays', () => {
  expect(parsedUrl('no address')).toBeUndefined();
  expect([percentDecoded('a%20b'), percentDecoded('100%')]).toEqual(['a b', '100%']);
});

test('what is kept of a text is as long as it may be', () => {
  for (const units of [0, 1, 2, 3]) expect(kept('ab', units)).toBe('ab'.slice(0, units));
  expect(kept('a\u{1f600}', 2)).toBe('a');
});

test('a version may have several digits in each place, and space around it', () => {
  expect([' 12.345 ', '2026.11.24.1200'].map(dottedVersion)).toEqual(['12.345', '2026.11.24.1200']);
});
