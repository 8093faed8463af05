import { expect } from 'vitest';
import { cpuTime } from './cpu-time.ts';

const SMALL_UNITS = 2_000;
const TIMES = 16;

/**
 * Expects that a text sixteen times as long takes about sixteen times as long at most: at quadratic cost it would take
 * 256 times as long. The best of some runs is compared, as other programs of the machine are not to blame here.
 */
export function isLinear(run: (units: number) => unknown): void {
  const bound =
    Math.max(
      bestOf(() => run(SMALL_UNITS), 0),
      0.05,
    ) *
      TIMES *
      4 +
    2;
  expect(bestOf(() => run(SMALL_UNITS * TIMES), bound)).toBeLessThan(bound);
}

/** Milliseconds; once they are below `enough`, no more runs are made. */
function bestOf(run: () => unknown, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 6 && best > enough; turn++) {
    const start = cpuTime();
    run();
    best = Math.min(best, cpuTime() - start);
  }
  return best;
}
