import { describe, expect, test } from 'vitest';
import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { Report } from '../../src/backlog/report.ts';
import { Slot } from '../../src/backlog/slot.ts';
import { spanBuilder } from '../support/builder.ts';

/** What leaves the backlog: a report, and the five minutes that it comes from. */

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

/** A builder of this many calls, with samples and error samples of these ids. */
function op(name: string, total: number, samples = '', errorSamples = ''): SpanBuilder {
  const made = spanBuilder(name, NOW, total);
  for (const [ids, isError] of [
    [samples, false],
    [errorSamples, true],
  ] as const)
    for (const spanId of ids)
      made.keep(
        {
          ...{ traceId: 't', spanId, parentSpanId: '', startTimeMs: NOW, costMs: 1 },
          ...{ value: 0, traceFlags: 1, tag: '', error: '' },
        },
        isError,
      );
  return made;
}

const many = (count: number) => Array.from({ length: count }, (_, i) => op(`op ${i}`, 1));
/** `name=total`, with the ids of its samples, and of its error samples after a `!`. */
const shown = (builders: readonly SpanBuilder[]) =>
  builders.map(({ name, total, samples, errorSamples }) => {
    const ids = (each: readonly { readonly spanId: string }[]) => each.map(({ spanId }) => spanId).join('');
    return `${name}=${total}${ids(samples)}${errorSamples.length > 0 ? `!${ids(errorSamples)}` : ''}`;
  });

describe('a report', () => {
  test.each([
    [true, 'that has not left', () => new Report(many(1))],
    [true, 'of 498 builders', () => new Report(many(498))],
    [false, 'of 499 builders', () => new Report(many(499))],
    [false, 'that was turned away', () => new Report(many(1), 1)],
    [false, 'that is about to leave', () => new Report(many(1), 0, 'leaving')],
    [false, 'that is on its way', () => new Report(many(1), 0, 'sent')],
    [false, 'that may have arrived', () => new Report(many(1), 0, 'unclear')],
  ])('has room: %s for one %s', (hasRoom, _, made) => {
    expect(made().hasRoom).toBe(hasRoom);
  });

  test.each([
    [true, 'a sample turned away once by itself', () => new Report([op('a', 0, 'x')], 3), 1],
    [false, 'a sample turned away twice by itself', () => new Report([op('a', 0, 'x')], 3), 2],
    [true, 'a sample that was turned away only in company', () => new Report([op('a', 0, 'x')], 3), 0],
    [false, 'a builder with counts', () => new Report([op('a', 1)]), 1],
    [false, 'two samples', () => new Report([op('a', 0, 'x'), op('b', 0, 'y')]), 1],
  ])('may be turned away by chance: %s for %s', (mayBe, _, made, times) => {
    const report = made();
    report.rejections += times;
    expect(report.mayBeByChance).toBe(mayBe);
  });

  test.each([
    ['refusals alone', [2, 2], [false, true]],
    ['ends without an answer alone', [5, 5, 5, 5, 5], [false, false, false, false, true]],
    ['a refusal after an end without an answer', [5, 2, 2, 2, 2], [false, false, false, false, true]],
    ['an end without an answer after a refusal', [2, 5, 2, 2, 2], [false, false, false, false, true]],
  ])('is at fault by %s, of which %j each are needed: %j', (_, times, isAtFault) => {
    const report = new Report(many(1));
    expect(times.map((each) => report.reject(each))).toEqual(isAtFault);
    expect(report.rejections).toBe(times.length);
  });

  test('is judged without what came before an empty report that was not taken', () => {
    const report = new Report(many(1));
    report.reject(5);
    report.confirm(false);
    expect([report.rejections, report.reject(2), report.reject(2)]).toEqual([0, false, true]);
    report.confirm(true);
    report.reject(5);
    report.confirm(false);
    expect([report.rejections, report.reject(2)]).toEqual([2, true]);
  });

  test('knows its spans, and how often it was turned away before it was made', () => {
    expect(new Report([op('a', 2), op('b', 3), op('c', 0, 'x')]).spans).toBe(5);
    expect(new Report([op('c', 0, 'x')]).spans).toBe(0);
    expect(new Report(many(1), 3)).toMatchObject({ rejections: 3, state: 'ready' });
    expect(new Report(many(1))).toMatchObject({ rejections: 0 });
  });

  test.each([
    [false, 'counts alone', [op('a', 2), op('b', 1)]],
    [true, 'counts and a sample', [op('a', 2), op('b', 1, 'x')]],
    [true, 'counts and an error sample', [op('b', 1, '', 'x')]],
    [false, 'samples, each by itself', [op('a', 0, 'x'), op('a', 0, '', 'y')]],
    [true, 'two samples in one builder', [op('a', 0, 'x'), op('a', 0, 'yz')]],
    [true, 'a sample and an error sample in one builder', [op('a', 0, 'x', 'y')]],
    [false, 'neither', [op('a', 0)]],
  ])('is mixed: %s of %s', (isMixed, _, builders) => {
    expect(new Report(builders).isMixed).toBe(isMixed);
  });

  test.each([1, 2, 3])('is split at %i into parts in its state, which were turned away as often', (at) => {
    const builders = [op('a', 1), op('b', 1), op('c', 1), op('d', 0, 'x'), op('e', 0, 'y')];
    const parts = new Report(builders, 3, 'unclear').split(at);
    expect(parts.map((part) => part.builders)).toEqual([builders.slice(0, at), builders.slice(at)]);
    expect(parts.map(({ state }) => state)).toEqual(['unclear', 'unclear']);
    expect(parts.map(({ rejections }) => rejections)).toEqual([at === 1 ? 1 : 3, 3]);
  });

  test.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [5, 1],
  ])(
    'of counts that was turned away %i times in company counts %i times once it is alone',
    (before, after) => {
      const [first] = new Report([op('a', 1), op('b', 1)], before).split(1);
      expect(first.rejections).toBe(after);
      first.rejections++;
      first.confirm(false);
      expect(first.rejections).toBe(after);
      const [sample] = new Report([op('a', 0, 'x'), op('b', 1)], before).split(1);
      expect(sample.rejections).toBe(before);
    },
  );

  test('is taken apart into counts in its state and samples that have not left, each by itself', () => {
    const report = new Report([op('a', 3, 'xy', 'z'), op('b', 2), op('c', 0, 'w')], 4, 'unclear');
    const [counts, samples] = report.takeApart();
    expect(shown(counts.builders)).toEqual(['a=3', 'b=2', 'c=0']);
    expect(shown(samples.builders)).toEqual(['a=0x', 'a=0y', 'a=0!z', 'c=0w']);
    expect(counts).toMatchObject({ state: 'unclear', rejections: 4, isMixed: false });
    expect(samples).toMatchObject({ state: 'ready', rejections: 4, isMixed: false });
  });
});

describe('five minutes that wait', () => {
  test('have one builder for each name, in the order in which they came', () => {
    const slot = new Slot();
    slot.add([op('a', 1), op('b', 2)]);
    slot.add([op('c', 3), op('a', 4, 'x')]);
    slot.close();
    slot.add([op('b', 1)]);
    expect([slot.state, shown(slot.builders)]).toEqual(['ready', ['a=5x', 'b=3', 'c=3']]);
  });

  test('leave 499 names at a time, and hold nothing then', () => {
    const slot = new Slot();
    expect(slot.bytes).toBe(0);
    slot.add(many(700));
    expect(slot.bytes).toBe(700 * 80);
    expect([slot.next().length, slot.next().length, slot.next().length]).toEqual([499, 201, 0]);
    expect([slot.bytes, slot.builders]).toEqual([0, []]);
  });

  test('give a count that passes 32 bits out as several that add up to it', () => {
    const slot = new Slot();
    slot.add([Object.assign(op('a', 1), { total: 5_000_000_000 })]);
    const sums = [slot.builders, slot.next()].map((builders) => [
      builders.length,
      builders.reduce((sum, { total }) => sum + total, 0),
    ]);
    expect(sums).toEqual([
      [3, 5_000_000_000],
      [3, 5_000_000_000],
    ]);
  });

  test('give up samples, then the names with the fewest spans, as many as hold so many bytes', () => {
    const slot = new Slot();
    slot.add([op('a', 3, 'x', 'y'), op('b', 1), op('c', 2), op('d', 9)]);
    const withSamples = slot.bytes;
    slot.dropSamples();
    expect(slot.bytes).toBeLessThan(withSamples);
    expect(shown(slot.takeOut(81))).toEqual(['b=1', 'c=2']);
    expect(shown(slot.takeOut(80))).toEqual(['a=3']);
    expect(shown(slot.builders)).toEqual(['d=9']);
  });
});
