import { describe, expect, test } from 'vitest';
import {
  nameOf,
  parseName,
  replaced,
  takenName,
  takenNumber,
  takenState,
} from '../../src/backlog/disk/file-name.ts';

/** The names of what waits on disk: they say how far its delivery has come. */

const file = (number: number, taken = 0) => ({ number, taken, spans: 1, done: 0, sent: 0, unclear: 0 });

test('the name of a file tells all of its figures', () => {
  const figures = { number: 7, taken: 3, spans: 120, done: 4, unclear: 5, sent: 6 };
  expect(nameOf(figures)).toBe('7.3.120.4.5.6.waiting');
  expect(parseName('7.3.120.4.5.6.waiting')).toEqual(figures);
});

test.each([
  '',
  '1.2.3.4.5.waiting',
  'NaN.2.3.4.5.6.waiting',
  '1 2 3 4 5 6',
  '1.2.3.4.5.6.7.waiting',
  'x1.2.3.4.5.6.waiting',
  '1.2.3.4.5.6.waiting.tmp',
  '1.2.3.4.5.6.waiting.broken',
  '1.2.3.4.5.6.taken',
  '1.2.3.4.5.x.waiting',
  '1.2.3.4.5.-6.waiting',
  '1.2.3.4.5..waiting',
  '01.2.3.4.5.6.waiting',
  '1.2.3.4.5.6.waiting\n',
  `${'9'.repeat(30)}.2.3.4.5.6.waiting`,
])('%j is the name of no file', (name) => {
  expect(parseName(name)).toBeUndefined();
});

test.each([
  ['ready', '12.taken'],
  ['sent', '12.sent'],
  ['unclear', '12.unclear'],
] as const)('a folder that was taken and is %s is called %s, and its name tells both', (state, name) => {
  expect(takenName(12, state)).toBe(name);
  expect([takenNumber(name), takenState(name)]).toEqual([12, state]);
});

test.each(['', 'lock', 'alive', 'x1.taken', '1.takenx', '1.', '.taken', '1.ready', 'taken', '1.2.taken'])(
  '%j is the name of no such folder',
  (name) => {
    expect(takenNumber(name)).toBe(0);
  },
);

describe('a file stands for', () => {
  const [second, tenth, eleventh] = [file(2), file(10, 5), file(11)].map(nameOf);
  const names = ['lock', '3.taken', eleventh, '1.sent', 'notes.txt', tenth, '2.unclear', second].map(String);

  test.each<[string, number, number, (string | undefined)[]]>([
    ['nothing', 0, 0, []],
    ['the folders taken up to one', 2, 0, ['1.sent', '2.unclear']],
    ['files of lower numbers, the lowest first', 0, 11, [second, tenth]],
    ['both, the folders first', 9, 99, ['3.taken', '1.sent', '2.unclear', second, tenth, eleventh]],
  ])('%s', (_, taken, before, expected) => {
    expect(replaced(names, taken, before)).toEqual(expected);
  });
});
