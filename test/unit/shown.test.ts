import { afterEach, describe, expect, test } from 'vitest';
import { isSdkDisabled, variableOf } from '../../src/config/environment.ts';
import { optionOf } from '../../src/config/option-of.ts';
import { looksLikeToken, shown, shownIfHarmless } from '../../src/config/shown.ts';

/** How values of options and variables are read, and which of them the log shows. */

const HEX = '0123456789abcdef';

describe('a text that looks like a token', () => {
  test.each([
    'eyJhbGciOi',
    'bearer eyJh',
    'z'.repeat(200),
    'a b+c/d=e-f_'.repeat(17),
    HEX + HEX,
    `${HEX}${HEX}a`,
    `ABCDEF${HEX}${HEX}`,
    'K7pQm2ZtR9xLw4Vb',
    'is K7pQm2ZtR9xLw4Vb here',
    'K7-pQm_2Zt+R9xLw',
    '-----BEGIN KEY',
  ])('is %s', (text) => {
    expect(looksLikeToken(text)).toBe(true);
  });

  test.each([
    ['', 'nothing'],
    ['orders', 'a word'],
    ['z'.repeat(199), 'short'],
    [`.${'z'.repeat(200)}`, 'a long text with a dot before it'],
    [`${HEX}${HEX.slice(1)}`, 'a number of 31 digits'],
    [`${HEX}${HEX}x`, 'not of hex digits'],
    [`x${HEX}${HEX}`, 'not of hex digits'],
    ['K7pQm2ZtR9xLw4V', 'of 15 characters'],
    ['orders-service-2024', 'in small letters'],
    ['OrdersServiceOfOurs', 'without a digit'],
    ['1234567890123456', 'a number'],
    ['1234567890123456 A', 'a number and a letter'],
    ['-----', 'a line'],
    ['eu.K7pQm2ZtR9xLw4Vb', 'a host'],
    ['/K7pQm2ZtR9xLw4Vb', 'a path'],
    ['C:K7pQm2ZtR9xLw4Vb', 'a drive'],
    ['D\\K7pQm2ZtR9xLw4Vb', 'a folder'],
  ])('is not %s, which is %s', (text) => {
    expect(looksLikeToken(text)).toBe(false);
  });
});

test.each<[unknown, string]>([
  ['a "b"', '"a \\"b\\""'],
  ['x'.repeat(200), `"${'x'.repeat(99)}`],
  [['a', 'b'], '["a","b"]'],
  [['x'.repeat(200)], `["${'x'.repeat(98)}`],
  [() => {}, 'a function'],
  [{ a: 1 }, '{"a":1}'],
  [{ a: 'x'.repeat(200) }, `{"a":"${'x'.repeat(94)}`],
  [{ toJSON: () => undefined }, 'an object'],
  [null, 'null'],
  [7, '7'],
  [true, 'true'],
  [undefined, 'undefined'],
])('a value in use, such as %j, is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});

test.each<[unknown, string]>([
  ['cookie', '"cookie"'],
  ['Größe_1.5, a:b;c/d\\e *+ (f) [g] -h', '"Größe_1.5, a:b;c/d\\\\e *+ (f) [g] -h"'],
  ['x'.repeat(98), `"${'x'.repeat(98)}"`],
  ['x'.repeat(100), `"${'x'.repeat(99)}`],
  ['x'.repeat(101), 'a value of type string'],
  ['', 'a value of type string'],
  ['a@b', 'a value of type string'],
  ['@ab', 'a value of type string'],
  ['a?', 'a value of type string'],
  ['a=b', 'a value of type string'],
  ['a#b', 'a value of type string'],
  ['it is k7pqm2ztr9xlw4vb', 'a value of type string'],
  ['k7pqm2ztr9xlw4v', '"k7pqm2ztr9xlw4v"'],
  [7, '7'],
  [false, 'false'],
  [undefined, 'undefined'],
  [() => {}, 'a function'],
  [['a', 7], '["a",7]'],
  [['a', 'b=c'], 'a value of type array'],
  [['a', {}], 'a value of type array'],
  [{}, 'a value of type object'],
  [null, 'a value of type object'],
])('a bad value, such as %j, is shown only if it is harmless: %s', (value, text) => {
  expect(shownIfHarmless(value)).toBe(text);
});

describe('a variable', () => {
  test.each<[string | undefined, string | undefined]>([
    ['a', 'a'],
    [' a b ', 'a b'],
    ['"a b"', 'a b'],
    ["'a'", 'a'],
    [' " a " ', 'a'],
    ['"a\nb"', 'a\nb'],
    ['""', undefined],
    ["'  '", undefined],
    ['"', '"'],
    ['"a\'', '"a\''],
    ['"a" b', '"a" b'],
    ['b "a"', 'b "a"'],
    ['"\'a\'"', "'a'"],
    ['', undefined],
    ['  ', undefined],
    [undefined, undefined],
  ])('of %j is read as %j', (value, read) => {
    expect(variableOf({ X: value }, 'X')).toBe(read);
  });

  test('that a library refuses to tell is not set', () => {
    const strict = new Proxy(
      {},
      {
        get: (_, name) => {
          throw new Error(`${String(name)} is not declared`);
        },
      },
    );
    expect(variableOf(strict, 'X')).toBeUndefined();
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    ['"true"', true],
    ['false', false],
    ['1', false],
    ['', false],
    [undefined, false],
  ])('OTEL_SDK_DISABLED of %j turns the SDK off: %s', (value, isOff) => {
    expect(isSdkDisabled({ OTEL_SDK_DISABLED: value })).toBe(isOff);
  });
});

describe('an option', () => {
  const everybody = Object.prototype as { appId?: unknown };
  afterEach(() => {
    delete everybody.appId;
  });

  test('is what was given, also by a class, and not what a library gives every object', () => {
    class Inherited {
      get appId() {
        return 'of a class';
      }
    }
    const read = (options: { appId?: string }) => optionOf(options, 'appId');
    expect([read({ appId: 'own' }), read(new Inherited()), read({})]).toEqual([
      'own',
      'of a class',
      undefined,
    ]);
    Object.assign(everybody, { appId: 'of everybody' });
    expect([read({ appId: 'own' }), read({})]).toEqual(['own', undefined]);
  });
});
