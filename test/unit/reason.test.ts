import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../src/runtime/reason.ts';

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
  ])('of %s', (_, error, words) => {
    expect(reasonOf(error)).toBe(words);
  });

  it('is short, however long the message', () => {
    expect(reasonOf(new Error('x'.repeat(1_000))).length).toBe(200);
  });
});
