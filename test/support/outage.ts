import { expect } from 'vitest';
import { boundedBacklog, takeAll } from './backlog.ts';
import { spanBuilder } from './builder.ts';

const PERIOD_MS = 15_000;
const NAMES = Array.from({ length: 2_000 }, (_, i) => `GET /some/route/${i}`);
const HOUR_MS = 3_600_000;

interface Outage {
  readonly hours: number;
  readonly boundBytes: number;
  readonly nowMs: number;
}

/** Lets 2,000 names wait for an outage at a period of 15 s, and compares what then leaves with what came. */
export function expectNothingLostIn({ hours, boundBytes, nowMs }: Outage): void {
  const { backlog, givenUp } = boundedBacklog(boundBytes);
  let mostBytes = 0;
  for (let atMs = nowMs - hours * HOUR_MS; atMs < nowMs; atMs += PERIOD_MS) {
    backlog.add(NAMES.map((name) => spanBuilder(name, atMs, 3)));
    mostBytes = Math.max(mostBytes, backlog.bytes);
  }
  const calls = ((hours * HOUR_MS) / PERIOD_MS) * NAMES.length * 3;
  expect(mostBytes).toBeLessThanOrEqual(boundBytes);
  const sums = { total: 0, errors: 0, costMs: 0 };
  for (const { total, errors, costMs } of takeAll(backlog, nowMs)) {
    sums.total += total;
    sums.errors += errors;
    sums.costMs += costMs;
  }
  expect(sums).toEqual({ total: calls, errors: calls / 3, costMs: calls * 2 });
  expect(givenUp).toEqual({ expired: 0, overBound: 0 });
  expect([backlog.isEmpty, backlog.bytes]).toEqual([true, 0]);
}
