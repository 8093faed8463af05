import { describe, expect, test } from 'vitest';
import { builderName, cut, dottedVersion, INT32_MAX, instant, whole, wireText } from '../../src/wire/text.ts';

describe('a builder name', () => {
  test.each([
    ['', '(unnamed)'],
    ['   ', '(unnamed)'],
    ['\n\t', '(unnamed)'],
    ['GET /a\nb\u0000c', 'GET /a b c'],
    ['line\u2028separator', 'line separator'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), 'x'.repeat(200)],
    [`${'x'.repeat(199)}😀`, 'x'.repeat(199)],
    [`${'x'.repeat(198)}😀y`, `${'x'.repeat(198)}😀`],
    ['\ud83d', '\ufffd'],
    [7, '7'],
    [null, 'null'],
  ])('%j becomes %j', (raw, name) => {
    expect(builderName(raw)).toBe(name);
  });
});

test('a cut never splits a surrogate pair and never grows', () => {
  expect(cut('a😀b', 2)).toBe('a');
  expect(cut('a😀b', 3)).toBe('a😀');
  expect(cut('abc', 0)).toBe('');
});

test('a lone surrogate anywhere becomes a replacement character', () => {
  expect(wireText('a\udc00b', 10)).toBe('a\ufffdb');
});

test.each([
  [30.5, 31],
  [0.4, 0],
  [-1, 0],
  [Number.NaN, 0],
  [Number.POSITIVE_INFINITY, INT32_MAX],
  [3e9, INT32_MAX],
  [INT32_MAX, INT32_MAX],
])('%d as a 32-bit count is %d', (value, expected) => {
  expect(whole(value, 0, INT32_MAX)).toBe(expected);
});

test('times before 1970 and after 9999 become the nearest that a .NET date holds', () => {
  expect(instant(-5)).toBe(0);
  expect(instant(1e300)).toBe(Date.UTC(9999, 11, 31, 23, 59, 59, 999));
});

test.each([
  ['1.2.3', '1.2.3'],
  ['1', '1.0'],
  ['v1.2.3', '1.2.3'],
  ['1.0.0-rc.1', '1.0.0'],
  ['1.2.3+build', '1.2.3'],
  ['1.2.3.4.5', '1.2.3.4'],
  ['latest', undefined],
  ['', undefined],
  ['99999999999.1', undefined],
])('version %j is sent to a ping as %j', (version, sent) => {
  expect(dottedVersion(version)).toBe(sent);
});
