import { describe, expect, test } from 'vitest';
import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { Backlog } from '../../src/backlog/backlog.ts';
import { logLines } from '../support/harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

function builder(name: string, startTimeMs: number, total = 1, tag = ''): SpanBuilder {
  const made = new SpanBuilder(name, startTimeMs);
  for (let i = 0; i < total; i++) made.add(i + 1, i === 0);
  made.endTimeMs = startTimeMs + MINUTE;
  if (tag !== '') {
    const place = {
      traceId: 't',
      spanId: 's',
      parentSpanId: '',
      startTimeMs,
      costMs: 1,
      value: 0,
      traceFlags: 1,
    };
    made.keep({ ...place, tag, error: '' }, false);
  }
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
    backlog.add([builder('a', NOW, 3), builder('b', NOW)]);
    backlog.add([builder('a', NOW + 4 * MINUTE, 2), builder('a', NOW + 5 * MINUTE)]);
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
    for (const hours of [2, 5, 1]) backlog.add([builder(`${hours}`, NOW - hours * HOUR)]);
    expect(takeAll(backlog).map(({ name }) => name)).toEqual(['5', '2', '1']);
  });

  test.each([
    [71, 1, 0],
    [73, 0, 1],
  ])('for %d hours is delivered: %d, given up: %d', (hours, delivered, expired) => {
    const lines = logLines();
    const backlog = new Backlog(1_000_000);
    backlog.add([builder('old', NOW - hours * HOUR)]);
    expect(takeAll(backlog)).toHaveLength(delivered);
    expect(backlog.givenUp).toEqual({ expired, overBound: 0, handedOver: 0 });
    expect(lines.filter((line) => line.includes('given up'))).toHaveLength(expired);
  });
});

describe('over its bound', () => {
  test('the samples of the oldest go first, and no count with them', () => {
    const backlog = new Backlog(10_000);
    for (let i = 0; i < 4; i++) backlog.add([builder(`${i}`, NOW - (4 - i) * HOUR, 1, 'x'.repeat(1_500))]);
    expect(backlog.total).toBe(4);
    expect(takeAll(backlog).map(({ samples }) => samples.length)).toEqual([0, 0, 1, 1]);
    expect(backlog.givenUp).toEqual({ expired: 0, overBound: 0, handedOver: 0 });
  });

  test('the five minutes of the oldest hours go next, and no count with them', () => {
    const backlog = new Backlog(65_536);
    for (let bucket = 0; bucket < 24; bucket++) {
      backlog.add(
        Array.from({ length: 20 }, (_, i) => builder(`op ${i}`, NOW - 2 * HOUR + bucket * 5 * MINUTE, 2)),
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

  test('an outage of 71 hours at a period of 15 s with 2,000 names loses no count in 16 MiB', () => {
    const bound = 16 * 1024 * 1024;
    const backlog = new Backlog(bound);
    const names = Array.from({ length: 2_000 }, (_, i) => `GET /some/route/${i}`);
    const start = NOW - 71 * HOUR;
    let most = 0;
    for (let at = start; at < NOW; at += 15_000) {
      backlog.add(
        names.map((name) => {
          const made = new SpanBuilder(name, at);
          made.total = 3;
          made.errors = 1;
          made.costMs = 6;
          made.maxCostMs = 4;
          made.minCostMs = 1;
          made.endTimeMs = at + 15_000;
          return made;
        }),
      );
      most = Math.max(most, backlog.bytes);
    }
    const periods = (71 * HOUR) / 15_000;
    expect(most).toBeLessThanOrEqual(bound);
    expect(backlog.total).toBe(periods * 2_000 * 3);
    const sums = { total: 0, errors: 0, costMs: 0 };
    for (const each of takeAll(backlog)) {
      sums.total += each.total;
      sums.errors += each.errors;
      sums.costMs += each.costMs;
    }
    expect(sums).toEqual({ total: periods * 6_000, errors: periods * 2_000, costMs: periods * 12_000 });
    expect(backlog.givenUp).toEqual({ expired: 0, overBound: 0, handedOver: 0 });
    expect([backlog.total, backlog.bytes]).toEqual([0, 0]);
  }, 120_000);

  test('the oldest counts go last, are counted, and are said once', () => {
    const lines = logLines();
    const backlog = new Backlog(65_536);
    for (let hour = 60; hour > 0; hour--) {
      backlog.add(Array.from({ length: 40 }, (_, i) => builder(`op ${i}`, NOW - hour * HOUR, 2)));
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
