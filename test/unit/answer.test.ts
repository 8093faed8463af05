import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../src/wire/answer.ts';

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

test.each([
  ['HTML of a proxy', 200, '<html>login please</html>'],
  ['nothing', 204, ''],
  ['half JSON', 200, '{"code":0,"da'],
  ['an array', 200, '[1]'],
  ['a string', 200, '"ok"'],
  ['JSON without a code', 200, '{"status":"ok"}'],
  ['a code that is a word', 200, '{"code":"0","data":{}}'],
  ['a redirect', 302, ''],
  ['too many requests', 429, ''],
  ['a page of nginx that asks for a certificate', 400, '<html>No required SSL certificate was sent</html>'],
  ['a bad gateway', 502, '{"code":0,"data":{}}'],
  ['deep nesting', 200, '['.repeat(100_000)],
])('%s is no Stardust answer: kept, and nothing is unclear', (_, status, body) => {
  expect(answered(status, body)).toMatchObject({ kind: 'unreachable', unclear: false });
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
