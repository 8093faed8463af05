import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpanBuilder, spansIn } from '../../src/aggregate/span-builder.ts';
import { announcementJson, builderJson, piecesThatFit, reportBody } from '../../src/report/encode.ts';
import { packReport } from '../../src/report/packing.ts';
import { bytesOfSample, type Sample } from '../../src/span/sample.ts';
import { readReport, type StrictReport } from '../support/strict-reader.ts';

const WHO = { appId: 'app', appName: 'App', clientId: 'c', version: '1.0.0' };
const REPORT_BYTES = 500 * 1024;
const REPORT_BUILDERS = 499;

let samplesMade = 0;

/** From nothing in it to the longest that the wire takes, plain or six bytes for each character. */
const text = fc
  .tuple(fc.constantFrom('a', '\u0001', '令'), fc.constantFrom(0, 40, 2_000))
  .map(([unit, units]) => unit.repeat(units));
const sample = fc.record({ tag: text, error: text }).map(
  (texts): Sample => ({
    traceId: 't'.repeat(32),
    spanId: String(++samplesMade),
    parentSpanId: '',
    startTimeMs: 1_700_000_000_000,
    costMs: 7,
    value: 3,
    traceFlags: 1,
    ...texts,
  }),
);
const samples = fc.oneof(
  { weight: 6, arbitrary: fc.array(sample, { maxLength: 2 }) },
  { weight: 2, arbitrary: fc.array(sample, { maxLength: 60, size: 'max' }) },
  // Without a text a sample is small, and there may be ten times as many as are allowed.
  { weight: 1, arbitrary: fc.integer({ max: 4_000, min: 0 }).map((count) => manyOf(count)) },
);
const builder = fc
  .record({
    total: fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 2 ** 30, max: 2 ** 34 })),
    errorShare: fc.constantFrom(0, 0.5, 1),
    least: fc.integer({ min: 0, max: 50 }),
    value: fc.integer({ min: 0, max: 2 ** 40 }),
    samples,
    errorSamples: samples,
  })
  .map(({ total, errorShare, least, ...rest }) => {
    const made = new SpanBuilder(`op ${++samplesMade}`, 1_700_000_000_000);
    made.endTimeMs = made.startTimeMs + 60_000;
    made.total = total;
    made.errors = Math.floor(total * errorShare);
    made.costMs = total * (least + 1);
    made.minCostMs = total === 0 ? Number.POSITIVE_INFINITY : least;
    made.maxCostMs = total === 0 ? 0 : least + 2;
    made.value = rest.value;
    for (const each of rest.samples) made.keep(each, false);
    for (const each of rest.errorSamples) made.keep(each, true);
    return made;
  });
const builders = fc.oneof(
  { weight: 4, arbitrary: fc.array(builder, { maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 495, max: 1_500 }).map(withoutSamples) },
);

function manyOf(count: number): Sample[] {
  const [one] = fc.sample(sample, { numRuns: 1, seed: 1 });
  return Array.from({ length: count }, () => ({
    ...(one as Sample),
    tag: '',
    error: '',
    spanId: `${++samplesMade}`,
  }));
}

function withoutSamples(count: number): SpanBuilder[] {
  return Array.from({ length: count }, () => {
    const made = new SpanBuilder(`op ${++samplesMade}`, 1_700_000_000_000);
    made.endTimeMs = made.startTimeMs + 60_000;
    made.add(1, false);
    return made;
  });
}

test('builders of any size are sent in full reports that fit, and add up to what they were', async () => {
  await fc.assert(
    fc.asyncProperty(builders, async (given) => {
      const pieces = given.flatMap(piecesThatFit);
      const sent: StrictReport[] = [];
      for (let rest = pieces; rest.length > 0; ) {
        const { builders: packed, json } = await packReport(rest, 0);
        expect(packed).toEqual(rest.slice(0, json.length));
        sent.push(readReport(reportBody(WHO, json)));
        rest = rest.slice(json.length);
        const next = rest[0];
        if (next === undefined) break;
        // Nothing more would have fitted.
        const bytes = json.reduce((sum, each) => sum + each.length + 1, 0);
        expect(bytes).toBeLessThanOrEqual(REPORT_BYTES);
        if (json.length < REPORT_BUILDERS)
          expect(bytes + builderJson(next, 0).length + 1).toBeGreaterThan(REPORT_BYTES);
      }
      const written = sent.flatMap(({ Builders }) => Builders);
      for (const before of given) {
        const now = written.filter(({ Name }) => Name === before.name);
        const sum = (field: 'Total' | 'Errors' | 'Value' | 'Cost') =>
          now.reduce((all, each) => all + each[field], 0);
        expect([sum('Total'), sum('Errors'), sum('Value')]).toEqual([
          before.total,
          before.errors,
          before.value,
        ]);
        expect(Math.abs(sum('Cost') - before.costMs)).toBeLessThanOrEqual(now.length);
        expect(now.flatMap((each) => each.Samples.map(({ Id }) => Id))).toEqual(idsOf(before.samples));
        expect(now.flatMap((each) => each.ErrorSamples.map(({ Id }) => Id))).toEqual(
          idsOf(before.errorSamples),
        );
        for (const { Total, MaxCost, MinCost, StartTime, EndTime } of now) {
          const hasCalls = Total > 0;
          expect([MinCost, MaxCost]).toEqual(hasCalls ? [before.minCostMs, before.maxCostMs] : [0, 0]);
          expect([StartTime, EndTime]).toEqual([before.startTimeMs, before.endTimeMs]);
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('the pieces of a builder know what their samples take, and hold no more of them than two kinds take room', () => {
  fc.assert(
    fc.property(builder, (given) => {
      const pieces = piecesThatFit(given);
      expect(spansIn(pieces)).toBe(given.total);
      for (const { samples: usual, errorSamples, sampleBytes } of pieces)
        expect(sampleBytes).toBe(
          [...usual, ...errorSamples].reduce((sum, each) => sum + bytesOfSample(each), 0),
        );
      // No more pieces than either its calls or its samples ask for.
      const needed = Math.max(
        1,
        Math.ceil(given.total / (2 ** 31 - 1)),
        ...[given.samples, given.errorSamples].map((list) => Math.ceil(mostBytesOf(list) / (96 * 1024))),
      );
      expect(pieces.length).toBeLessThanOrEqual(needed);
    }),
    { numRuns: 40 },
  );
});

test('an announcement is a builder of Total 0 that brings nothing but its name and its five minutes', () => {
  const startTimeMs = 1_700_000_000_000;
  const report = readReport(reportBody(WHO, [announcementJson({ name: 'op', startTimeMs })]));
  expect(report.Builders).toEqual([
    {
      ...{ Name: 'op', StartTime: startTimeMs, EndTime: startTimeMs },
      ...{ Total: 0, Errors: 0, Cost: 0, MaxCost: 0, MinCost: 0, Value: 0, Samples: [], ErrorSamples: [] },
    },
  ]);
});

function idsOf(list: readonly Sample[]): string[] {
  return list.map(({ spanId }) => spanId);
}

/** As many as JSON takes for each character at most, and the names of the fields. */
function mostBytesOf(list: readonly Sample[]): number {
  return list.reduce((sum, { tag, error }) => sum + (tag.length + error.length) * 6 + 400, 0);
}
