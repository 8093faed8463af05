import { describe, expect, test } from 'vitest';
import { MergedBuilders } from '../../src/aggregate/merged-builders.ts';
import { builderOf, PackedBuilders } from '../../src/aggregate/packed-builders.ts';
import { bucketOf, SpanBuilder, spansIn } from '../../src/aggregate/span-builder.ts';
import type { Sample } from '../../src/span/sample.ts';

/** The sums of a name, alone, merged, and packed into rows. */

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

function sampleOf(spanId: string): Sample {
  return {
    ...{ traceId: 't', spanId, parentSpanId: '', startTimeMs: NOW, costMs: 1 },
    ...{ value: 0, traceFlags: 1, tag: 'a'.repeat(30), error: 'b'.repeat(20) },
  };
}
/** Two bytes for each of its 50 characters, and 400 more. */
const SAMPLE_BYTES = 500;

/** Calls of these costs, of which those below 0 failed. */
function builderWith(name: string, costs: readonly number[], startTimeMs = NOW): SpanBuilder {
  const builder = new SpanBuilder(name, startTimeMs);
  for (const cost of costs) builder.add(Math.abs(cost), cost < 0);
  builder.endTimeMs = startTimeMs + MINUTE;
  return builder;
}

function withSamples(builder: SpanBuilder, samples: string[], errorSamples: string[] = []): SpanBuilder {
  for (const id of samples) builder.keep(sampleOf(id), false);
  for (const id of errorSamples) builder.keep(sampleOf(id), true);
  return builder;
}

const idsOf = ({ samples, errorSamples }: Pick<SpanBuilder, 'samples' | 'errorSamples'>) => [
  samples.map(({ spanId }) => spanId).join(),
  errorSamples.map(({ spanId }) => spanId).join(),
];

describe('a builder', () => {
  test('adds up calls, errors and costs, with the most and the least of them', () => {
    const builder = builderWith('op', [3, -0.5, 7.25, 2]);
    expect(builder).toMatchObject({ total: 4, errors: 1, costMs: 12.75, maxCostMs: 7.25, minCostMs: 0.5 });
    expect(builderWith('op', [0])).toMatchObject({ total: 1, errors: 0, maxCostMs: 0, minCostMs: 0 });
  });

  test('begins and ends at its first moment, and has nothing', () => {
    expect(new SpanBuilder('op', NOW)).toEqual({
      ...{ name: 'op', startTimeMs: NOW, endTimeMs: NOW, total: 0, errors: 0, costMs: 0, maxCostMs: 0 },
      ...{ minCostMs: Number.POSITIVE_INFINITY, value: 0, samples: [], errorSamples: [], sampleBytes: 0 },
    });
  });

  test('keeps samples of both kinds, knows what they take, and gives them up', () => {
    const builder = withSamples(builderWith('op', [1, -1]), ['a', 'b'], ['c']);
    expect(idsOf(builder)).toEqual(['a,b', 'c']);
    expect(builder.sampleBytes).toBe(3 * SAMPLE_BYTES);
    expect(idsOf(new SpanBuilder('other', NOW))).toEqual(['', '']);
    builder.dropSamples();
    expect(idsOf(builder)).toEqual(['', '']);
    expect(builder).toMatchObject({ sampleBytes: 0, total: 2, errors: 1 });
  });

  test('moves with the clock', () => {
    const builder = builderWith('op', [1]);
    builder.shift(-5_000);
    expect(builder).toMatchObject({ startTimeMs: NOW - 5_000, endTimeMs: NOW + MINUTE - 5_000 });
  });

  test('takes another one in: all figures, and the samples of both behind one another', () => {
    const one = withSamples(builderWith('op', [4, -2]), ['a'], ['b']);
    const other = withSamples(builderWith('op', [-9, 1, 1], NOW + 30_000), ['c', 'd'], ['e']);
    Object.assign(one, { value: 5 });
    Object.assign(other, { value: 7 });
    one.merge(other);
    expect(one).toMatchObject({
      ...{ total: 5, errors: 2, costMs: 17, maxCostMs: 9, minCostMs: 1, value: 12 },
      ...{ startTimeMs: NOW, endTimeMs: NOW + 90_000, sampleBytes: 5 * SAMPLE_BYTES },
    });
    expect([idsOf(one), idsOf(other)]).toEqual([
      ['a,c,d', 'b,e'],
      ['c,d', 'e'],
    ]);
    one.merge(builderWith('op', [2]));
    expect(idsOf(one)).toEqual(['a,c,d', 'b,e']);
    expect(one).toMatchObject({ maxCostMs: 9, minCostMs: 1, endTimeMs: NOW + 90_000 });
  });

  test.each([
    ['of the same five minutes starts with the earlier', 0, 299_999, 0],
    ['of the next five minutes starts with the later', 299_999, 300_000, 300_000],
    ['of the five minutes before too', 300_000, 299_999, 300_000],
    ['of the same five minutes, the later first, starts with the earlier', 299_999, 0, 0],
  ])('merged with one %s', (_, first, second, start) => {
    const builder = builderWith('op', [1], NOW + first);
    builder.merge(builderWith('op', [1], NOW + second));
    expect(builder.startTimeMs).toBe(NOW + start);
  });

  test('counts in the five minutes of its start', () => {
    const first = bucketOf(NOW);
    expect([NOW - 1, NOW, NOW + 299_999, NOW + 300_000].map((ms) => bucketOf(ms) - first)).toEqual([
      -1, 0, 0, 1,
    ]);
  });

  test('has spans, and so have several', () => {
    expect(spansIn([])).toBe(0);
    expect(spansIn([builderWith('a', [1, 2]), builderWith('b', [1]), builderWith('c', [])])).toBe(3);
  });
});

describe('packed builders', () => {
  const builders = () => [
    withSamples(builderWith('a', [1.5, -2]), ['s'], ['e', 'f']),
    builderWith('b', [3], NOW + MINUTE),
    Object.assign(withSamples(builderWith('c', [-7, 8, 9]), [], ['g']), { value: 77 }),
  ];

  test('are as they were once they are unpacked, each time anew', () => {
    const packed = new PackedBuilders(builders());
    const [first, again] = [packed.builders(), packed.builders()];
    expect(first).toEqual(builders());
    expect(again).toEqual(first);
    expect(again[0]).not.toBe(first[0]);
    expect(packed.names).toEqual(['a', 'b', 'c']);
  });

  test('take 80 bytes each, and what their samples take', () => {
    const packed = new PackedBuilders(builders());
    expect(packed.bytes).toBe(3 * 80 + 4 * SAMPLE_BYTES);
    packed.add([withSamples(builderWith('d', [1]), ['x'])]);
    expect(packed.bytes).toBe(4 * 80 + 5 * SAMPLE_BYTES);
    packed.merge(3, withSamples(builderWith('d', [1]), ['y', 'z']));
    expect(packed.bytes).toBe(4 * 80 + 7 * SAMPLE_BYTES);
    packed.merge(1, builderWith('b', [1]));
    expect(packed.bytes).toBe(4 * 80 + 7 * SAMPLE_BYTES);
    packed.dropSamples();
    expect(packed.bytes).toBe(4 * 80);
    packed.merge(0, withSamples(builderWith('a', [1]), ['z']));
    expect(packed.bytes).toBe(4 * 80 + SAMPLE_BYTES);
  });

  test('are added behind those that are there', () => {
    const [a, b, c] = builders();
    if (!a || !b || !c) throw new Error('three builders');
    const packed = new PackedBuilders([a]);
    packed.add([b, c]);
    packed.add([]);
    expect(packed.builders()).toEqual(builders());
  });

  test('are merged one by one, and the others stay', () => {
    const packed = new PackedBuilders(builders());
    packed.merge(2, withSamples(builderWith('c', [20]), ['h']));
    const [a, b, c] = packed.builders();
    expect([a, b]).toEqual(builders().slice(0, 2));
    expect(c).toMatchObject({ name: 'c', total: 4, errors: 1, costMs: 44, maxCostMs: 20, value: 77 });
    expect(c && idsOf(c)).toEqual(['h', 'g']);
  });

  test('give the samples of one up with those of all; the counts stay', () => {
    const packed = new PackedBuilders(builders());
    expect([0, 1, 2].map((row) => packed.samplesOf(row)?.sampleBytes)).toEqual([1_500, undefined, 500]);
    packed.dropSamples();
    expect([0, 1, 2].map((row) => packed.samplesOf(row))).toEqual([undefined, undefined, undefined]);
    expect(packed.builders().map(({ total, samples }) => [total, samples])).toEqual([
      [2, []],
      [1, []],
      [3, []],
    ]);
  });

  test('tell their spans, and those by name, from one on', () => {
    const packed = new PackedBuilders([...builders(), builderWith('b', [1, 1])]);
    expect([0, 1, 3, 4].map((first) => packed.spansFrom(first))).toEqual([8, 6, 2, 0]);
    expect([...packed.totalsFrom(0)]).toEqual([
      ['a', 2],
      ['b', 3],
      ['c', 3],
    ]);
    expect([...packed.totalsFrom(2)]).toEqual([
      ['c', 3],
      ['b', 2],
    ]);
    expect([...packed.totalsFrom(4)]).toEqual([]);
  });

  test('are rows that make builders elsewhere too', () => {
    const packed = new PackedBuilders(builders());
    const [, b] = builders();
    expect(builderOf('b', packed.row(1))).toEqual(b);
    expect(builderOf('b', [...packed.row(1)])).toEqual(b);
  });

  test('without a call have no least cost, with one of no time it is 0', () => {
    const zeros = [NOW, NOW, 0, 0, 0, 0, 0, 0];
    expect(builderOf('op', zeros).minCostMs).toBe(Number.POSITIVE_INFINITY);
    expect(builderOf('op', zeros.with(2, 1)).minCostMs).toBe(0);
    expect(builderOf('op', [])).toEqual(Object.assign(new SpanBuilder('op', 0), { endTimeMs: 0 }));
  });
});

describe('merged builders', () => {
  const calls = (...names: string[]) => names.map((name) => builderWith(name, [1]));
  const totals = (builders: readonly SpanBuilder[]) =>
    builders.map(({ name, total }) => `${name}${total}`).join(' ');

  test('are one for each name, in the order in which these came', () => {
    const merged = new MergedBuilders(2);
    merged.add(calls('a', 'b', 'a', 'c', 'c', 'c'));
    expect(totals(merged.builders())).toBe('a2 b1 c3');
    merged.add(calls('d', 'c', 'e', 'a', 'f', 'd', 'b'));
    expect(totals(merged.builders())).toBe('a3 b2 c4 d2 e1 f1');
    merged.add([]);
    merged.add(calls('e'));
    expect(totals(merged.builders())).toBe('a3 b2 c4 d2 e2 f1');
  });

  test('leave in batches, all full but for the last', () => {
    const merged = new MergedBuilders(3);
    merged.add(calls('a', 'b'));
    merged.add(calls('c', 'd', 'e', 'f', 'g'));
    const taken = [1, 2, 3, 4].map(() => totals(merged.takeBatch()));
    expect(taken).toEqual(['a1 b1 c1', 'd1 e1 f1', 'g1', '']);
    expect(merged.builders()).toEqual([]);
  });

  test('a name that was taken comes back behind those that wait', () => {
    const merged = new MergedBuilders(2);
    merged.add(calls('a', 'b', 'c', 'd', 'e'));
    expect(totals(merged.takeBatch())).toBe('a1 b1');
    merged.add(calls('b', 'e', 'd', 'f', 'a', 'b'));
    expect(totals(merged.builders())).toBe('c1 d2 e2 b2 f1 a1');
    expect(totals(merged.takeBatch())).toBe('c1 d2');
    merged.add(calls('e', 'f'));
    expect([1, 2, 3].map(() => totals(merged.takeBatch()))).toEqual(['e3 b2', 'f2 a1', '']);
  });

  test('are found again once they were closed, and once some were taken', () => {
    const merged = new MergedBuilders(2);
    merged.add(calls('a', 'b', 'c', 'd', 'e'));
    merged.close();
    merged.add(calls('d', 'a'));
    merged.close();
    expect(totals(merged.takeBatch())).toBe('a2 b1');
    merged.add(calls('e', 'a', 'd'));
    expect(totals(merged.builders())).toBe('c1 d3 e2 a1');
  });

  test('keep all figures and samples of what is merged', () => {
    const merged = new MergedBuilders(1);
    merged.add([builderWith('x', [1]), withSamples(builderWith('a', [4]), ['s'])]);
    merged.add([withSamples(builderWith('a', [-2]), [], ['e']), builderWith('a', [6])]);
    const [, a] = merged.builders();
    expect(a).toMatchObject({ total: 3, errors: 1, costMs: 12, maxCostMs: 6, minCostMs: 2 });
    expect(a && idsOf(a)).toEqual(['s', 'e']);
    expect(merged.bytes).toBe(2 * 80 + 2 * SAMPLE_BYTES);
    merged.dropSamples();
    expect(merged.bytes).toBe(2 * 80);
    expect(totals(merged.builders())).toBe('x1 a3');
  });

  test.each([
    [0, '', 'a1 b1 c2 d3'],
    [1, 'b1', 'a1 c2 d3'],
    [80, 'b1', 'a1 c2 d3'],
    [81, 'b1 a1', 'c2 d3'],
    [240, 'b1 a1 c2', 'd3'],
    [10_000, 'b1 a1 c2 d3', ''],
  ])('to make room for %d bytes those with the fewest spans leave', (bytes, taken, left) => {
    const merged = new MergedBuilders(2);
    merged.add(calls('d', 'd', 'b', 'd', 'c', 'a', 'c'));
    expect(totals(merged.takeFewest(bytes))).toBe(taken);
    const sorted = (builders: SpanBuilder[]) => totals(builders).split(' ').sort().join(' ');
    expect(sorted(merged.builders())).toBe(left);
    merged.add(calls('d', 'b'));
    expect(spansIn(merged.builders())).toBe(
      9 -
        taken
          .replace(/\D/g, '')
          .split('')
          .reduce((sum, n) => sum + Number(n), 0),
    );
    expect(new Set(merged.builders().map(({ name }) => name)).size).toBe(merged.builders().length);
    expect(merged.takeBatch().length).toBeLessThanOrEqual(2);
  });
});
