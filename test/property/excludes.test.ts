import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { Excludes } from '../../src/aggregate/excludes.ts';
import { leastCpuTime } from '../support/cpu-time.ts';

test('a pattern hides what the same regular expression fits', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '?', '*'), minLength: 1, maxLength: 80 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 120 });
  fc.assert(
    fc.property(pattern, name, (entry, text) => {
      fc.pre(/[*?]/.test(entry));
      const same = new RegExp(`^${entry.replaceAll('?', '.').replace(/\*+/g, '.*')}$`, 's');
      expect(new Excludes([entry], []).verdict(text) === 'server').toBe(same.test(text));
    }),
    { numRuns: 3_000 },
  );
});

test('a piece of any length with question marks is found at its first place', () => {
  for (const length of [1, 31, 32, 33, 63, 64, 65, 120]) {
    const piece = `${'a?'.repeat(length).slice(0, length - 1)}b`;
    const fitting = piece.replaceAll('?', 'x');
    const excludes = new Excludes([`*${piece}*${piece}`], []);
    expect(excludes.verdict(`zz${fitting}z${fitting}`)).toBe('server');
    expect(excludes.verdict(`zz${fitting}z${fitting.slice(1)}`)).toBeUndefined();
  }
});

const judge = (patterns: readonly string[], names: readonly string[]) => {
  const excludes = new Excludes(patterns, []);
  return () => {
    for (const name of names) if (excludes.verdict(name) !== undefined) throw new Error(name);
  };
};

const evil: [string, (units: number) => string][] = [
  ['stars', (units) => `${'*'.repeat(units)}b`],
  ['stars and letters', (units) => `${'*a'.repeat(units / 2)}*b`],
  ['question marks', (units) => `*${'a?'.repeat(units / 2)}b*`],
  ['a letter at the start', (units) => `*b${'a'.repeat(units)}*`],
  ['a letter at the end', (units) => `*${'a'.repeat(units)}b*`],
];

test.each(evil)('four times the name or the pattern costs about four times the time: %s', (_, pattern) => {
  const names = (units: number) => Array.from({ length: 100 }, (_, i) => 'a'.repeat(units) + (i % 10));
  const usual = leastCpuTime(judge([pattern(60)], names(2_000)));
  // Where time grew with the square, it would be sixteen times.
  const bound = 10 * usual + 2;
  expect(leastCpuTime(judge([pattern(60)], names(8_000)), bound)).toBeLessThan(bound);
  expect(leastCpuTime(judge([pattern(240)], names(2_000)), bound)).toBeLessThan(bound);
});

describe('a list of a megabyte', () => {
  const names = Array.from({ length: 2_000 }, (_, i) => `${'a'.repeat(150)} ${i}`);
  let lookUps: number;
  beforeAll(() => {
    lookUps = leastCpuTime(() => {
      for (const name of names)
        for (let i = 0; i < 200; i++) if (name.includes(`b${'a'.repeat(99)}${i}`)) return;
    });
  });

  test.each(evil)('costs 2,000 names a bounded multiple of plain look-ups: %s', (_, pattern) => {
    const list = Array.from({ length: 10_000 }, (_, i) => pattern(100) + i);
    const bound = 20 * lookUps;
    expect(leastCpuTime(judge(list, names), bound)).toBeLessThan(bound);
  });
});
