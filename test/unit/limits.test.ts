import { expect, test } from 'vitest';
import { limitsAfter } from '../../src/aggregate/limits.ts';
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
