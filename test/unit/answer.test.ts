import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answersReport, outcomeOf } from '../../src/wire/answer.ts';
import { Fields } from '../../src/wire/fields.ts';

interface Exchange {
  readonly name: string;
  readonly response: { readonly status: number; readonly body: unknown };
}

const recordings = readFileSync(new URL('../fixtures/exchanges.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Exchange => JSON.parse(line));

const answered = (status: number, body: unknown) =>
  outcomeOf({ kind: 'answered', status, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('what the real server answered', () => {
  const expected: Record<string, string> = {
    'login: empty AppId': 'refused',
    'login: body is not JSON': 'unreadable',
    'login: app switched off on the console': 'refused',
    'ping: no token': 'unauthorized',
    'ping: malformed token': 'unauthorized',
    'ping: no token because the app is switched off': 'unauthorized',
    'ping: expired token': 'unauthorized',
    'report: bad signature': 'unauthorized',
    'report: expired token': 'unauthorized',
    'report: unknown AppId empty': 'unreadable',
    'report: Cost 30.5': 'unreadable',
    'report: Total 3e9': 'unreadable',
    'report: lone surrogate in a Tag': 'unreadable',
    'report: body is not JSON': 'unreadable',
    'report: Info.Version 1': 'refused',
    'raw: gzip under application/gzip': 'refused',
    'raw: gzip with charset parameter': 'refused',
    'raw: not gzip': 'refused',
    'unknown path': 'unreachable',
    'report: tracing of the app switched off': 'refused',
  };
  test.each(recordings.map((each) => [each.name, each] as const))('%s', (name, { response }) => {
    const otherwise = /^ping: Version/.test(name) ? 'refused' : 'delivered';
    expect(answered(response.status, response.body).kind).toBe(expected[name] ?? otherwise);
  });
});

const PAGE = '<html>Bad Gateway</html>';

test.each([
  ['a page of a proxy', 200, '<html>login please</html>', true],
  ['nothing', 204, '', true],
  ['half JSON', 200, '{"code":0,"da', true],
  ['an array', 200, '[1]', true],
  ['a string', 200, '"ok"', true],
  ['JSON without a code', 200, '{"status":"ok"}', true],
  ['a code that is a word', 200, '{"code":"0","data":{}}', true],
  ['deep nesting', 200, '['.repeat(100_000), true],
  ['a request time-out', 408, PAGE, true],
  ['a client that went away, as nginx has it', 499, PAGE, true],
  ['an error', 500, PAGE, true],
  ['a bad gateway', 502, '{"code":0,"data":{}}', true],
  ['a service that is not available', 503, PAGE, true],
  ['a gateway that waited for too long', 504, PAGE, true],
  ['an error of a content network', 520, PAGE, true],
  ['a redirect', 302, '', false],
  ['a permanent redirect', 308, '', false],
  ['a firewall', 403, PAGE, false],
  ['a firewall that speaks JSON', 400, '{"message":"Bad Request"}', false],
  ['an unknown path', 404, '', false],
  ['too many requests', 429, '', false],
  [
    'a page of nginx that asks for a certificate',
    400,
    '<html>No required SSL certificate was sent</html>',
    false,
  ],
])(
  '%s (HTTP %i) is no Stardust answer; the request may have been taken: %4$s',
  (_, status, body, unclear) => {
    expect(answered(status, body)).toMatchObject({ kind: 'unreachable', unclear, status });
  },
);

test('a redirect is told with where it leads, without the query, which may hold a token', () => {
  const location = 'https://stardust.example/Trace/Report?Token=secret';
  const outcome = outcomeOf({ kind: 'answered', status: 301, body: '', location });
  expect(outcome).toMatchObject({
    reason: 'HTTP 301 to https://stardust.example/Trace/Report without a Stardust answer',
  });
});

test.each([
  ['the limits', { period: 60, maxSamples: 1 }, true],
  ['limits beside a time', { maxSamples: 1, serverTime: 1 }, true],
  ['nothing', {}, true],
  ['what a ping is answered with', { serverTime: 1, period: 60 }, false],
  ['what a login is answered with', { Token: 't', ServerTime: 1 }, false],
])('%s can be the answer to a report: %3$s', (_, data, isOne) => {
  expect(answersReport(new Fields(data))).toBe(isOne);
});

test('PascalCase is read as camelCase is', () => {
  const outcome = answered(200, { Code: 0, Data: { Token: 'a', MaxSamples: 3 } });
  expect(outcome.kind === 'delivered' && outcome.data.text('token')).toBe('a');
  expect(outcome.kind === 'delivered' && outcome.data.number('maxSamples')).toBe(3);
});

test('keys such as __proto__ are data', () => {
  const outcome = answered(200, '{"code":0,"data":{"__proto__":{"token":"x"},"constructor":1}}');
  expect(outcome.kind === 'delivered' && outcome.data.text('token')).toBeUndefined();
});

test('code 200 is a success, as code 0', () => {
  expect(answered(200, { code: 200, data: {} }).kind).toBe('delivered');
});

test('HTTP 413 and "Request body too large" mean that the body was not read', () => {
  expect(answered(413, '').kind).toBe('unreadable');
  expect(answered(200, { code: 500, message: 'Request body too large. The max…' }).kind).toBe('unreadable');
});

test('a call that left and was cut is unclear, one that never left is not', () => {
  const cut = { kind: 'unreachable', reason: 'cut' } as const;
  expect(outcomeOf({ ...cut, sent: true })).toMatchObject({ unclear: true });
  expect(outcomeOf({ ...cut, sent: false })).toMatchObject({ unclear: false });
});
