import { describe, expect, test } from 'vitest';
import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import type { Backlog } from '../../src/backlog/backlog.ts';
import type { Report } from '../../src/backlog/report.ts';
import { boundedBacklog, takeAll, totalOf } from '../support/backlog.ts';
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

describe('what waits', () => {
  test('is merged name by name inside the five minutes of the server', () => {
    const { backlog } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW, 3), spanBuilder('b', NOW)]);
    backlog.add([spanBuilder('a', NOW + 4 * MINUTE, 2), spanBuilder('a', NOW + 5 * MINUTE)]);
    expect(totalOf(backlog)).toBe(7);
    expect(backlog.periods).toBe(2);
    const [a, b, later] = takeAll(backlog, NOW);
    expect(a).toMatchObject({ name: 'a', total: 5, errors: 2, costMs: 9, maxCostMs: 3, minCostMs: 1 });
    expect(a).toMatchObject({ startTimeMs: NOW, endTimeMs: NOW + 5 * MINUTE });
    expect([b?.name, later?.name, later?.total]).toEqual(['b', 'a', 1]);
    expect([totalOf(backlog), backlog.isEmpty]).toEqual([0, true]);
  });

  test('is taken oldest first, whenever it came', () => {
    const { backlog } = boundedBacklog();
    for (const hours of [2, 5, 1]) backlog.add([spanBuilder(`${hours}`, NOW - hours * HOUR)]);
    expect(takeAll(backlog, NOW).map(({ name }) => name)).toEqual(['5', '2', '1']);
  });

  test.each([
    [71, 1, 0],
    [72 - 10 / 60, 1, 0],
    [72 - 9 / 60, 0, 1],
    [73, 0, 1],
  ])('for %d hours is delivered: %d, given up: %d', (hours, delivered, expired) => {
    const lines = logLines();
    const { backlog, givenUp } = boundedBacklog();
    backlog.add([spanBuilder('old', NOW - hours * HOUR)]);
    expect(takeAll(backlog, NOW)).toHaveLength(delivered);
    expect(givenUp).toEqual({ expired, overBound: 0 });
    expect(lines.filter((line) => line.includes('given up'))).toHaveLength(expired);
  });
});

describe('what waits now', () => {
  const STATES = ['leaving', 'sent', 'unclear'] as const;
  const shown = (backlog: Backlog) =>
    backlog.waiting().map(({ state, builders }) => `${state} ${builders.map(({ name }) => name).join(' ')}`);

  test.each(STATES)('begins with what is %s, and goes on with the oldest', (state) => {
    const { backlog } = boundedBacklog();
    for (const minutes of [0, 30, 60]) backlog.add([spanBuilder(`${minutes}`, NOW - minutes * MINUTE)]);
    const report = backlog.next(NOW);
    if (report === undefined) throw new Error('nothing waits');
    report.state = state;
    expect(backlog.leaving).toBe(report);
    expect(shown(backlog)).toEqual([`${state === 'leaving' ? 'sent' : state} 60`, 'ready 30', 'ready 0']);
    expect(backlog.firsts).toEqual(state === 'unclear' ? { sent: 0, unclear: 1 } : { sent: 1, unclear: 0 });
  });

  test('is told of its first builders up to those that have not left', () => {
    const { backlog } = boundedBacklog();
    expect([backlog.firsts, backlog.leaving]).toEqual([{ sent: 0, unclear: 0 }, undefined]);
    backlog.addUnclear([spanBuilder('a', NOW), spanBuilder('b', NOW)]);
    backlog.addUnclear(['c', 'd', 'e'].map((name) => spanBuilder(name, NOW)));
    backlog.add([spanBuilder('f', NOW)]);
    expect(backlog.firsts).toEqual({ sent: 0, unclear: 5 });
    const first = backlog.next(NOW);
    if (first === undefined) throw new Error('nothing waits');
    const [a, b] = first.split(1);
    backlog.replace(first, [a, b]);
    a.state = 'sent';
    expect(backlog.firsts).toEqual({ sent: 1, unclear: 4 });
    b.state = 'ready';
    expect(backlog.firsts).toEqual({ sent: 1, unclear: 0 });
  });

  test('takes no memory on its way', () => {
    const { backlog } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW), spanBuilder('b', NOW), spanBuilder('a', NOW - 20 * MINUTE)]);
    expect(backlog.bytes).toBe(3 * 80);
    backlog.next(NOW);
    expect([backlog.bytes, backlog.periods]).toEqual([2 * 80, 2]);
  });

  test.each([
    ['ready', 'ready'],
    ['leaving', 'ready'],
    ['sent', 'sent'],
    ['unclear', 'unclear'],
  ] as const)('is taken out as a whole; what was %s is %s', (state, taken) => {
    const { backlog } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW - 10 * MINUTE), spanBuilder('b', NOW)]);
    const report = backlog.next(NOW);
    if (report === undefined) throw new Error('nothing waits');
    report.state = state;
    const { edition } = backlog;
    expect(backlog.clear().map((each) => [each.state, each.builders[0]?.name])).toEqual([
      [taken, 'a'],
      ['ready', 'b'],
    ]);
    expect([backlog.isEmpty, backlog.bytes, backlog.leaving, backlog.waiting()]).toEqual([
      true,
      0,
      undefined,
      [],
    ]);
    expect(backlog.edition).not.toBe(edition);
  });

  test('and lapses without any count costs none and is not logged', () => {
    const lines = logLines();
    const { backlog, givenUp } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW - 80 * HOUR, 0)]);
    expect(backlog.next(NOW)).toBeUndefined();
    expect([givenUp, lines, backlog.isEmpty]).toEqual([{ expired: 0, overBound: 0 }, [], true]);
  });

  test('is no more once it was taken out, whoever still has its report', () => {
    const { backlog } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW)]);
    const report = backlog.next(NOW);
    if (report === undefined) throw new Error('nothing waits');
    backlog.clear();
    backlog.add([spanBuilder('b', NOW)]);
    const other = backlog.next(NOW);
    const { edition } = backlog;
    backlog.remove(report);
    expect(backlog.replace(report, report.split(1))).toMatchObject({ builders: report.builders });
    expect([backlog.leaving, edition.gone]).toEqual([other, 0]);
  });

  test('is another edition if a part of a report is left out, and the same if it is only split', () => {
    const { backlog } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW), withSample(spanBuilder('b', NOW), 'x')]);
    const report = backlog.next(NOW);
    if (report === undefined) throw new Error('nothing waits');
    const { edition } = backlog;
    const [first] = [backlog.replace(report, report.split(1))];
    expect(backlog.edition).toBe(edition);
    backlog.remove(first);
    const second = backlog.next(NOW);
    if (second === undefined) throw new Error('nothing waits');
    backlog.replace(second, second.takeApart());
    expect(backlog.edition).not.toBe(edition);
  });
});

describe('what is on its way', () => {
  test('and what waits of the same five minutes are one period', () => {
    const { backlog } = boundedBacklog();
    backlog.add(Array.from({ length: 1_200 }, (_, i) => spanBuilder(`n${i}`, NOW)));
    const periods = [backlog.periods];
    for (let next = backlog.next(NOW); next !== undefined; next = backlog.next(NOW)) {
      periods.push(backlog.periods);
      backlog.remove(next);
    }
    expect([...periods, backlog.periods]).toEqual([1, 1, 1, 1, 0]);
    backlog.add([spanBuilder('a', NOW), spanBuilder('a', NOW + 5 * MINUTE)]);
    backlog.next(NOW);
    backlog.add([spanBuilder('b', NOW)]);
    expect(backlog.periods).toBe(2);
  });

  test('is given up after three days too, and only when all of it has waited for that long', () => {
    const { backlog, givenUp } = boundedBacklog();
    backlog.addUnclear([spanBuilder('old', NOW - 73 * HOUR, 2), spanBuilder('young', NOW - 2 * HOUR, 3)]);
    expect(backlog.next(NOW)?.builders).toHaveLength(2);
    expect(givenUp.expired).toBe(0);
    expect(backlog.next(NOW + 72 * HOUR)).toBeUndefined();
    expect(givenUp.expired).toBe(5);
  });

  test('loses the builders that have lapsed, and no younger one beside them', () => {
    const { backlog, givenUp } = boundedBacklog();
    const bucket = Math.floor(NOW / (5 * MINUTE)) * 5 * MINUTE;
    backlog.add([3, 1, 4].map((minute) => spanBuilder(`${minute}`, bucket + minute * MINUTE, minute)));
    const now = bucket + 2 * MINUTE + 72 * HOUR - 10 * MINUTE;
    expect(takeAll(backlog, now).map(({ name }) => name)).toEqual(['3', '4']);
    expect(givenUp).toEqual({ expired: 1, overBound: 0 });
  });

  test('goes in order, whole or split, and tells how far a copy of it has come', () => {
    const { backlog } = boundedBacklog();
    backlog.add(['a', 'b', 'c', 'd'].map((name) => spanBuilder(name, NOW)));
    const edition = backlog.newEdition();
    const whole = backlog.next(NOW);
    if (whole === undefined) throw new Error('nothing waits');
    backlog.replace(whole, whole.split(2));
    const left: string[] = [];
    for (let report = backlog.next(NOW); report !== undefined; report = backlog.next(NOW)) {
      left.push(`${edition.gone}: ${report.builders.map(({ name }) => name).join(' ')}`);
      backlog.remove(report);
    }
    expect(left).toEqual(['0: a b', '2: c d']);
    expect(backlog.edition).toBe(edition);
  });

  test('has at most 499 names, and those that are left merge with what comes', () => {
    const { backlog } = boundedBacklog();
    const names = Array.from({ length: 1_200 }, (_, i) => `op ${i}`);
    const added = (each: readonly string[]) => backlog.add(each.map((name) => spanBuilder(name, NOW)));
    added(names.slice(0, 700));
    added(names.slice(500));
    const first = backlog.next(NOW);
    if (first === undefined) throw new Error('nothing waits');
    expect(first.builders.map(({ name }) => name)).toEqual(names.slice(0, 499));
    added(names);
    backlog.remove(first);
    const edition = backlog.newEdition();
    const waiting = backlog.waiting().flatMap(({ builders }) => builders);
    const sizes: number[] = [];
    const left: SpanBuilder[] = [];
    for (let report = backlog.next(NOW); report !== undefined; report = backlog.next(NOW)) {
      sizes.push(report.builders.length);
      left.push(...report.builders);
      backlog.remove(report);
    }
    expect(sizes).toEqual([499, 499, 202]);
    expect(left).toEqual(waiting);
    expect([backlog.edition, edition.gone]).toEqual([edition, 1_200]);
    const totals = new Map(left.map(({ name, total }) => [name, total]));
    expect(
      names.filter((name, i) => totals.get(name) !== (i < 499 ? 1 : i < 500 ? 2 : i < 700 ? 3 : 2)),
    ).toEqual([]);
    expect([backlog.isEmpty, backlog.bytes]).toEqual([true, 0]);
  });

  test('is filled up with the names that follow, if it was too large before', () => {
    const { backlog } = boundedBacklog();
    const names = Array.from({ length: 900 }, (_, i) => `op ${i}`);
    backlog.add(names.map((name) => spanBuilder(name, NOW)));
    const edition = backlog.newEdition();
    const whole = backlog.next(NOW);
    if (whole === undefined) throw new Error('nothing waits');
    const cut = backlog.replace(whole, whole.split(300));
    expect(backlog.next(NOW)).toBe(cut);
    backlog.remove(cut);
    const filled = backlog.next(NOW);
    expect(filled?.builders.map(({ name }) => name)).toEqual(names.slice(300));
    expect([backlog.next(NOW), backlog.edition, edition.gone]).toEqual([filled, edition, 300]);
  });

  test.each<[string, (backlog: Backlog, report: Report) => void]>([
    ['it was turned away', (_, report) => report.rejections++],
    [
      'it may have arrived',
      (_, report) => {
        report.state = 'unclear';
      },
    ],
    ['more of its names came', (backlog) => backlog.add([spanBuilder('op 0', NOW)])],
  ])('is not filled up once %s', (_, happen) => {
    const { backlog } = boundedBacklog();
    backlog.add(Array.from({ length: 900 }, (_, i) => spanBuilder(`op ${i}`, NOW)));
    const whole = backlog.next(NOW);
    if (whole === undefined) throw new Error('nothing waits');
    const [cut, left] = whole.split(300);
    backlog.replace(whole, [cut, left]);
    backlog.remove(cut);
    happen(backlog, left);
    expect(backlog.next(NOW)).toBe(left);
    backlog.remove(left);
    expect(backlog.next(NOW)?.builders.length).toBeGreaterThan(400);
  });

  test('is not merged with what comes', () => {
    const { backlog } = boundedBacklog();
    backlog.add([spanBuilder('a', NOW)]);
    backlog.next(NOW);
    backlog.add([spanBuilder('a', NOW)]);
    backlog.add([spanBuilder('a', NOW)]);
    expect(backlog.waiting().map((each) => each.builders.map(({ total }) => total))).toEqual([[1], [2]]);
  });
});

test.each<[string, (backlog: Backlog) => void, boolean]>([
  ['nothing new', (backlog) => backlog.add([]), true],
  ['a look at what goes next', (backlog) => void backlog.next(NOW), true],
  ['more of a name', (backlog) => backlog.add([spanBuilder('a', NOW)]), false],
  ['what a former process left', (backlog) => backlog.addUnclear([spanBuilder('a', NOW)]), false],
  ['a correction of the clock', (backlog) => backlog.shift(MINUTE), false],
  ['what lapses', (backlog) => void backlog.next(NOW + 80 * HOUR), false],
])('after %s a copy still holds what waits: %o', (_, change, holds) => {
  const { backlog } = boundedBacklog();
  backlog.add([spanBuilder('a', NOW)]);
  const edition = backlog.newEdition();
  change(backlog);
  expect(backlog.edition === edition).toBe(holds);
});

test('when the clock turns out to be wrong, all that waits moves, into the five minutes that are right', () => {
  const { backlog } = boundedBacklog();
  backlog.add([
    spanBuilder('a', NOW),
    spanBuilder('a', NOW + 4 * MINUTE),
    spanBuilder('b', NOW + 4 * MINUTE),
  ]);
  backlog.next(NOW);
  backlog.add([spanBuilder('c', NOW), spanBuilder('d', NOW + 4 * MINUTE)]);
  backlog.add([spanBuilder('e', NOW - 5 * HOUR)]);
  backlog.shift(3 * MINUTE);
  const minutes = (timeMs: number) => (timeMs - NOW) / MINUTE;
  const moved = takeAll(backlog, NOW);
  expect(moved.map((each) => [each.name, minutes(each.startTimeMs), minutes(each.endTimeMs)])).toEqual([
    ['a', 3, 8],
    ['b', 7, 8],
    ['e', -297, -296],
    ['c', 3, 4],
    ['d', 7, 8],
  ]);
});

describe('over its bound', () => {
  test('the samples of the oldest go first, and no count with them', () => {
    const { backlog, givenUp } = boundedBacklog(10_000);
    for (let i = 0; i < 4; i++)
      backlog.add([withSample(spanBuilder(`${i}`, NOW - (4 - i) * HOUR), 'x'.repeat(1_500))]);
    expect(totalOf(backlog)).toBe(4);
    expect(takeAll(backlog, NOW).map(({ samples }) => samples.length)).toEqual([0, 0, 1, 1]);
    expect(givenUp).toEqual({ expired: 0, overBound: 0 });
  });

  test('the five minutes of the oldest hours go next, and no count with them', () => {
    const { backlog, givenUp } = boundedBacklog(20_480);
    for (let bucket = 0; bucket < 24; bucket++) {
      backlog.add(
        Array.from({ length: 20 }, (_, i) => spanBuilder(`op ${i}`, NOW - 2 * HOUR + bucket * 5 * MINUTE, 2)),
      );
    }
    expect(backlog.bytes).toBeLessThanOrEqual(20_480);
    expect(totalOf(backlog)).toBe(24 * 20 * 2);
    const taken = takeAll(backlog, NOW);
    expect(taken.reduce((sum, each) => sum + each.total, 0)).toBe(960);
    expect(taken[0]).toMatchObject({ total: 24, errors: 12, maxCostMs: 2, minCostMs: 1 });
    // The latest of its parts: what is younger must not lapse with what is older.
    expect(taken[0]?.startTimeMs).toBe(NOW - HOUR - 5 * MINUTE);
    expect(givenUp).toEqual({ expired: 0, overBound: 0 });
  });

  test('whole hours are packed, by the clock of the server, one after the other and no more than needed', () => {
    const { backlog } = boundedBacklog(9 * 80);
    const from = NOW - 2 * HOUR;
    for (const minutes of [40, 50, 60, 70, 80, 100, 120, 130, 140, 150])
      backlog.add([spanBuilder('op', from + minutes * MINUTE)]);
    const waiting = backlog.waiting().flatMap(({ builders }) => builders);
    expect(waiting.map(({ startTimeMs, total }) => [(startTimeMs - from) / MINUTE, total])).toEqual([
      [50, 2],
      ...[60, 70, 80, 100, 120, 130, 140, 150].map((minutes) => [minutes, 1]),
    ]);
  });

  test('at the bound nothing is given up, and one byte less costs what it must', () => {
    for (const [maxBytes, total, samples] of [
      [80 + 2 * 402, 1, 2],
      [80 + 2 * 402 - 1, 1, 0],
      [80, 1, 0],
      [79, 0, 0],
    ] as const) {
      const { backlog, givenUp } = boundedBacklog(maxBytes);
      backlog.add([withSample(withSample(spanBuilder('op', NOW), 'x'), 'y')]);
      expect(backlog.isEmpty).toBe(total === 0);
      const left = takeAll(backlog, NOW);
      expect([totalOf(backlog), left.length, left[0]?.samples.length ?? 0]).toEqual([0, total, samples]);
      expect(givenUp.overBound).toBe(1 - total);
    }
  });

  test('an outage of 7 hours at 2,000 names loses no count in 4 MiB', () => {
    expectNothingLostIn({ hours: 7, boundBytes: 4 * 1024 * 1024, nowMs: NOW });
  }, 60_000);

  test('the oldest counts go last, are counted, and are logged once', () => {
    const lines = logLines();
    const { backlog, givenUp } = boundedBacklog(65_536);
    for (let hour = 60; hour > 0; hour--) {
      backlog.add(Array.from({ length: 40 }, (_, i) => spanBuilder(`op ${i}`, NOW - hour * HOUR, 2)));
    }
    const { overBound } = givenUp;
    expect(overBound).toBeGreaterThan(0);
    expect(totalOf(backlog) + overBound).toBe(4_800);
    expect(Math.min(...takeAll(backlog, NOW).map(({ startTimeMs }) => startTimeMs))).toBeGreaterThan(
      NOW - 60 * HOUR,
    );
    expect(lines.filter((line) => line.includes('given up'))).toHaveLength(1);
  });

  test.each([1, 3])(
    'of %i hours as many names as needed lose their counts, those with the fewest of the oldest',
    (hours) => {
      const { backlog, givenUp } = boundedBacklog(65_536);
      const names = Math.floor(65_536 / 80 / hours);
      for (let hour = hours; hour > 0; hour--) {
        const spans = (i: number) => (i % 2 === 0 ? 5 : 2);
        backlog.add(
          Array.from({ length: names }, (_, i) => spanBuilder(`op ${i}`, NOW - hour * HOUR, spans(i))),
        );
      }
      expect(givenUp.overBound).toBe(0);
      backlog.add([1, 2, 3, 4, 5].map((i) => spanBuilder(`late ${i}`, NOW, 1)));
      const held = hours * names;
      expect(givenUp.overBound).toBe(2 * (held + 5 - Math.floor(65_536 / 80)));
      expect(takeAll(backlog, NOW).filter(({ name }) => name.startsWith('late'))).toHaveLength(5);
    },
  );

  test('a loss is logged once in an outage, and once more in the next', () => {
    const lines = logLines();
    const { backlog } = boundedBacklog(1_000);
    for (let outage = 1; outage <= 2; outage++) {
      for (let hour = 40; hour > 0; hour--) backlog.add([spanBuilder('op', NOW - hour * HOUR)]);
      expect(takeAll(backlog, NOW)).not.toEqual([]);
      expect(lines.filter((line) => line.includes('given up'))).toHaveLength(outage);
    }
  });
});
