import { expect } from 'vitest';
import { leastCpuTime } from './cpu-time.ts';

const SMALL_UNITS = 2_000;
const TIMES = 16;

/**
 * Expects that a text sixteen times as long takes about sixteen times as long at most: at quadratic cost it would take
 * 256 times as long. The best of some runs is compared, as other programs of the machine are not to blame here.
 */
export function isLinear(run: (units: number) => unknown): void {
  const small = Math.max(
    leastCpuTime(() => run(SMALL_UNITS)),
    0.05,
  );
  const bound = small * TIMES * 4 + 2;
  expect(leastCpuTime(() => run(SMALL_UNITS * TIMES), bound)).toBeLessThan(bound);
}
