import { describe, expect, it } from 'vitest';
import { codeOf, reasonOf, stackOf } from '../../src/runtime/reason.ts';

const thrower = {
  toString() {
    throw new Error('odd');
  },
};

describe('the reason of an error', () => {
  it.each([
    ['an error', new TypeError('no\n  function'), 'TypeError: no function'],
    [
      'an error with a code',
      Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED: refused',
    ],
    ['an error without words', Object.assign(new Error(), { code: 'EMFILE' }), 'EMFILE'],
    ['an error of another realm', { name: 'RangeError', message: 'too long' }, 'RangeError: too long'],
    ['a text', 'nothing works', 'nothing works'],
    ['nothing', undefined, 'undefined'],
    ['a value whose text throws', thrower, 'an unknown error'],
    ['a value without a text', Object.create(null), 'an unknown error'],
    ['null', null, 'null'],
    ['a value with a message that is no text', { message: 7, toString: () => 'odd' }, 'odd'],
    ['a function with a message', Object.assign(() => {}, { message: 'no', toString: () => 'f' }), 'f'],
    ['an error whose code is a number', Object.assign(new Error('no'), { code: 7 }), 'Error: no'],
    ['a text with white space around it', '  a \t\n b ', 'a b'],
  ])('of %s', (_, error, words) => {
    expect(reasonOf(error)).toBe(words);
  });

  it('is short, however long the message', () => {
    expect(reasonOf(new Error('x'.repeat(1_000))).length).toBe(200);
  });
});

describe('the stack of an error', () => {
  const hostile = {
    message: 'no',
    get stack() {
      throw new Error('odd');
    },
  };

  it.each<[string, unknown, string]>([
    [
      'is that of the error',
      Object.assign(new Error('no'), { stack: 'Error: no\n at a' }),
      'Error: no\n at a',
    ],
    ['of another realm too', { message: 'no', stack: 'E: no\n at b' }, 'E: no\n at b'],
    ['is its reason if it has none', Object.assign(new Error('no'), { stack: undefined }), 'Error: no'],
    ['is its reason if it cannot be read', Object.assign(hostile, { name: 'Odd' }), 'Odd: no'],
    ['is the text of what is no error', { stack: 'x', toString: () => 'thing' }, 'thing'],
    ['is the text of nothing', undefined, 'undefined'],
  ])('%s', (_, error, stack) => {
    expect(stackOf(error)).toBe(stack);
  });
});

describe('the code of an error', () => {
  it.each<[unknown, string | undefined]>([
    [Object.assign(new Error('no'), { code: 'EPERM' }), 'EPERM'],
    [{ code: 'EPERM' }, 'EPERM'],
    [{ code: 7 }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
    ['EPERM', undefined],
    [Object.assign(() => {}, { code: 'EPERM' }), undefined],
  ])('of %o is %s', (error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});
