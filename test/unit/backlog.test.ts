import { describe, expect, test } from 'vitest';
import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { Backlog } from '../../src/backlog/backlog.ts';
import { spanBuilder } from '../support/builder.ts';
import { logLines } from '../support/harness.ts';
import { expectNothingLostIn } from '../support/outage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

function withSample(made: SpanBuilder, tag: string): SpanBuilder {
  const { startTimeMs } = made;
  const ids = { traceId: 't', spanId: 's', parentSpanId: '', traceFlags: 1 };
  made.keep({ ...ids, startTimeMs, costMs: 1, value: 0, tag, error: '' }, false);
  return made;
}

const takeAll = (backlog: Backlog, nowMs = NOW) => {
  const taken: SpanBuilder[] = [];
  for (let batch = backlog.takeOldest(nowMs); batch !== undefined; batch = backlog.takeOldest(nowMs)) {
    taken.push(...batch.remaining());
  }
  return taken;
};

describe('what waits', () => {
  test('is merged name by name inside the five minutes of the server', () => {
    const backlog = new Backlog(1_000_000);
    backlog.add([spanBuilder('a', NOW, 3), spanBuilder('b', NOW)]);
    backlog.add([spanBuilder('a', NOW + 4 * MINUTE, 2), spanBuilder('a', NOW + 5 * MINUTE)]);
    expect(backlog.total).toBe(7);
    expect(backlog.periods).toBe(2);
    const [a, b, later] = takeAll(backlog);
    expect(a).toMatchObject({ name: 'a', total: 5, errors: 2, costMs: 9, maxCostMs: 3, minCostMs: 1 });
    expect(a).toMatchObject({ startTimeMs: NOW, endTimeMs: NOW + 5 * MINUTE });
    expect([b?.name, later?.name, later?.total]).toEqual(['b', 'a', 1]);
    expect([backlog.total, backlog.isEmpty]).toEqual([0, true]);
  });

  test('is taken oldest first, whenever it came', () => {
    const backlog = new Backlog(1_000_000);
    for (const hours of [2, 5, 1]) backlog.add([spanBuilder(`${hours}`, NOW - hours * HOUR)]);
    expect(takeAll(backlog).map(({ name }) => name)).toEqual(['5', '2', '1']);
  });

  test.each([
    [71, 1, 0],
    [73, 0, 1],
  ])('for %d hours is delivered: %d, given up: %d', (hours, delivered, expired) => {
    const lines = logLines();
    const backlog = new Backlog(1_000_000);
    backlog.add([spanBuilder('old', NOW - hours * HOUR)]);
    expect(takeAll(backlog)).toHaveLength(delivered);
    expect(backlog.givenUp).toEqual({ expired, overBound: 0, handedOver: 0 });
    expect(lines.filter((line) => line.includes('given up'))).toHaveLength(expired);
  });
});

describe('over its bound', () => {
  test('the samples of the oldest go first, and no count with them', () => {
    const backlog = new Backlog(10_000);
    for (let i = 0; i < 4; i++)
      backlog.add([withSample(spanBuilder(`${i}`, NOW - (4 - i) * HOUR), 'x'.repeat(1_500))]);
    expect(backlog.total).toBe(4);
    expect(takeAll(backlog).map(({ samples }) => samples.length)).toEqual([0, 0, 1, 1]);
    expect(backlog.givenUp).toEqual({ expired: 0, overBound: 0, handedOver: 0 });
  });

  test('the five minutes of the oldest hours go next, and no count with them', () => {
    const backlog = new Backlog(65_536);
    for (let bucket = 0; bucket < 24; bucket++) {
      backlog.add(
        Array.from({ length: 20 }, (_, i) => spanBuilder(`op ${i}`, NOW - 2 * HOUR + bucket * 5 * MINUTE, 2)),
      );
    }
    expect(backlog.bytes).toBeLessThanOrEqual(65_536);
    expect(backlog.total).toBe(24 * 20 * 2);
    const taken = takeAll(backlog);
    expect(taken.reduce((sum, each) => sum + each.total, 0)).toBe(960);
    expect(taken[0]).toMatchObject({ total: 24, errors: 12, maxCostMs: 2, minCostMs: 1 });
    // The latest of its parts: what is younger must not lapse with what is older.
    expect(taken[0]?.startTimeMs).toBe(NOW - HOUR - 5 * MINUTE);
    expect(backlog.givenUp).toEqual({ expired: 0, overBound: 0, handedOver: 0 });
  });

  test('an outage of 7 hours at 2,000 names loses no count in 4 MiB', () => {
    expectNothingLostIn({ hours: 7, boundBytes: 4 * 1024 * 1024, nowMs: NOW });
  }, 60_000);

  test('the oldest counts go last, are counted, and are said once', () => {
    const lines = logLines();
    const backlog = new Backlog(65_536);
    for (let hour = 60; hour > 0; hour--) {
      backlog.add(Array.from({ length: 40 }, (_, i) => spanBuilder(`op ${i}`, NOW - hour * HOUR, 2)));
    }
    const { overBound } = backlog.givenUp;
    expect(overBound).toBeGreaterThan(0);
    expect(backlog.total + overBound).toBe(4_800);
    expect(Math.min(...takeAll(backlog).map(({ startTimeMs }) => startTimeMs))).toBeGreaterThan(
      NOW - 60 * HOUR,
    );
    expect(lines.filter((line) => line.includes('given up'))).toHaveLength(1);
  });
});
