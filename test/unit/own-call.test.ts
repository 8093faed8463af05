import { describe, expect, test } from 'vitest';
import { OwnCalls } from '../../src/span/own-call.ts';
import { makeSpan } from '../support/make-span.ts';

type Attributes = Record<string, unknown>;

const isOwn = (servers: readonly string[], url: string, more: Attributes) => {
  const { hostname, port } = new URL(url);
  const attributes = { 'server.address': hostname, 'server.port': Number(port), 'url.full': url, ...more };
  return new OwnCalls(servers).include(makeSpan({ kind: 2, attributes }));
};

describe.each([
  ['a server', ['http://Star.Example:6601'], ''],
  ['one of two servers', ['http://star.example:6600', 'http://star.example:6601'], ''],
  ['a server behind a path', ['http://star.example:6601/Apm'], '/apm'],
])('a client span to %s', (_, servers, prefix) => {
  test.each<[string, string, Attributes, boolean]>([
    ['and a path of its own is', `http://star.example:6601${prefix}/Trace/Report`, {}, true],
    [
      'in another spelling is',
      `http://star.example:6601${prefix}/trace/REPORT`,
      { 'server.address': 'STAR.example' },
      true,
    ],
    ['and another path is not', `http://star.example:6601${prefix}/other`, {}, false],
    ['with another port is not', `http://star.example:6602${prefix}/Trace/Report`, {}, false],
    ['with another host is not', `http://other.example:6601${prefix}/Trace/Report`, {}, false],
    [
      'without an address is not',
      `http://star.example:6601${prefix}/Trace/Report`,
      { 'url.full': undefined },
      false,
    ],
    [
      'without a port is not',
      `http://star.example:6601${prefix}/Trace/Report`,
      { 'server.port': undefined },
      false,
    ],
  ])('%s taken for our own call', (_, url, more, expected) => {
    expect(isOwn(servers, url, more)).toBe(expected);
  });
});

test('without a server no client span is taken for our own call', () => {
  expect(isOwn([], 'http://star.example:6601/Trace/Report', {})).toBe(false);
});
