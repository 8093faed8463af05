import { describe, expect, test } from 'vitest';
import { either, flag, hook, integer, list, number, oneOf, text } from '../../src/config/forms.ts';

/** What each form of an option takes, in code and as a variable. */

const nothing = () => {};

describe('in code', () => {
  test.each([
    ['text', text, ['', 'a'], [7, null, ['a'], nothing]],
    ['a number', number(1, 10), [1, 1.5, 10], [0.99, 10.01, Number.NaN, '5', true, [5]]],
    ['a whole number', integer(1, 10), [1, 10], [0, 1.5, 11, '5', Number.POSITIVE_INFINITY]],
    ['a flag', flag, [true, false], ['true', 1, 0, null, {}]],
    ['a word', oneOf('a', 'b'), ['a', 'b'], ['A', 'c', '', 7]],
    ['a list', list, [[], ['a', 'b']], ['a', ['a', 7], {}, nothing]],
    ['a function', hook(), [nothing], ['a', {}, true]],
    ['either', either(integer(1, 2), oneOf('a')), [1, 'a'], [3, 'b']],
  ])('%s takes %j, and nothing else', (_, form, taken, refused) => {
    for (const value of taken) expect(form.fromCode(value)).toEqual(value);
    for (const value of refused) expect([value, form.fromCode(value)]).toEqual([value, undefined]);
  });
});

describe('as a variable', () => {
  test.each([
    [
      'a number',
      number(1, 10),
      { '1': 1, '2.5': 2.5, '10': 10, '0.9': undefined, '11': undefined, x: undefined },
    ],
    ['a whole number', integer(1, 10), { '1': 1, '10': 10, '2.5': undefined, '11': undefined }],
    [
      'a flag',
      flag,
      {
        true: true,
        TRUE: true,
        '1': true,
        false: false,
        False: false,
        '0': false,
        yes: undefined,
        '': undefined,
      },
    ],
    ['a word', oneOf('a', 'b'), { a: 'a', B: 'b', c: undefined }],
    ['a list', list, { 'a, b;;c ': ['a', 'b', 'c'], '': [] }],
    ['a function', hook(), { 'x => x': undefined }],
    ['either', either(integer(1, 2), oneOf('a')), { '1': 1, A: 'a', '3': undefined }],
  ])('%s reads %j', (_, form, texts) => {
    for (const [given, value] of Object.entries(texts))
      expect([given, form.fromText(given)]).toEqual([given, value]);
  });
});
