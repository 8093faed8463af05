import { expect, test } from 'vitest';
import { Limits, limitsAfter, type SamplingLimits } from '../../src/aggregate/limits.ts';
import { Fields } from '../../src/wire/fields.ts';

const BEFORE = {
  periodSeconds: 60,
  maxSamples: 1,
  maxErrors: 10,
  slowThresholdMillis: 5_000,
  maxTagLength: 1_024,
};

test.each([0, -1, -5, 0.5, '60', 'NaN', 'Infinity', null, true, [], [7], {}, Number.NaN, -1e308])(
  'a limit of %j leaves what was in force',
  (value) => {
    const data = { period: value, maxSamples: value, maxErrors: value, timeout: value, maxTagLength: value };
    expect(limitsAfter(new Fields(data), BEFORE)).toEqual(BEFORE);
  },
);

test.each([1e9, 2 ** 53, 1e308])(
  'a limit of %d counts as the end of its range, a period as none',
  (value) => {
    const data = { period: value, maxSamples: value, maxErrors: value, timeout: value, maxTagLength: value };
    expect(limitsAfter(new Fields(data), BEFORE)).toEqual({
      periodSeconds: 60,
      maxSamples: 1_000,
      maxErrors: 1_000,
      slowThresholdMillis: 86_400_000,
      maxTagLength: 2_000,
    });
  },
);

test.each<[string, number, Partial<SamplingLimits>]>([
  ['period', 1, { periodSeconds: 1 }],
  ['period', 3_600, { periodSeconds: 3_600 }],
  ['period', 3_601, { periodSeconds: 60 }],
  ['maxSamples', 1_000, { maxSamples: 1_000 }],
  ['maxSamples', 1_001, { maxSamples: 1_000 }],
  ['maxSamples', 2.9, { maxSamples: 2 }],
  ['MAXSAMPLES', 7, { maxSamples: 7 }],
  ['maxErrors', 1, { maxErrors: 1 }],
  ['maxErrors', 1_001, { maxErrors: 1_000 }],
  ['timeout', 1, { slowThresholdMillis: 1 }],
  ['timeout', 86_400_001, { slowThresholdMillis: 86_400_000 }],
  ['maxTagLength', 1, { maxTagLength: 1 }],
  ['maxTagLength', 2_001, { maxTagLength: 2_000 }],
])('the answer %s = %d changes that limit alone', (field, value, change) => {
  expect(limitsAfter(new Fields({ [field]: value }), BEFORE)).toEqual({ ...BEFORE, ...change });
});

test('limits begin with those of the settings, and whoever listens is told after each answer', () => {
  const limits = new Limits({ ...BEFORE, naming: 'span' } as SamplingLimits);
  const begun = limits.value;
  expect(begun).toEqual(BEFORE);
  const told: [string, SamplingLimits, SamplingLimits][] = [];
  for (const who of ['a', 'b']) limits.onChange((now, before) => told.push([who, now, before]));
  limits.take(new Fields({ maxSamples: 5 }));
  const then = limits.value;
  limits.take(new Fields({}));
  expect(then).toEqual({ ...BEFORE, maxSamples: 5 });
  expect(limits.value).toEqual(then);
  expect(begun).toEqual(BEFORE);
  expect(told).toEqual([
    ['a', then, begun],
    ['b', then, begun],
    ['a', then, then],
    ['b', then, then],
  ]);
});

test('nobody changes limits that were read', () => {
  const limits = new Limits({ ...BEFORE });
  for (let answer = 0; answer < 2; answer++) {
    expect(() => Object.assign(limits.value, { maxSamples: 99 })).toThrow(TypeError);
    limits.take(new Fields({}));
  }
});
