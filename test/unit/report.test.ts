import { expect, test } from 'vitest';
import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import {
  announcementJson,
  builderJson,
  piecesThatFit,
  reportBody,
  samplesApart,
} from '../../src/report/encode.ts';
import { packReport, REPORT_BUILDERS } from '../../src/report/packing.ts';
import type { Sample } from '../../src/span/sample.ts';
import { readReport } from '../support/strict-reader.ts';

const who = { appId: 'app', appName: 'App', clientId: 'c', version: '1.0.0' };

function builderOf({ samples = [], errorSamples = [], ...figures }: Partial<SpanBuilder>): SpanBuilder {
  const builder = Object.assign(new SpanBuilder('op', 1_000), { endTimeMs: 2_000, ...figures });
  for (const sample of samples) builder.keep(sample, false);
  for (const sample of errorSamples) builder.keep(sample, true);
  return builder;
}

function sampleOf(parts: Partial<Sample>): Sample {
  return {
    ...{ traceId: 't', spanId: 's', parentSpanId: '', startTimeMs: 1_000, costMs: 1 },
    ...{ value: 0, traceFlags: 1, tag: '', error: '', ...parts },
  };
}

function written(builder: SpanBuilder) {
  const json = piecesThatFit(builder).map((piece) => builderJson(piece, 0));
  return readReport(reportBody(who, json)).Builders;
}

test('a report is of its app, the name that the app is shown by, its instance and its version', () => {
  const { Builders, ...head } = readReport(reportBody(who, []));
  expect(head).toEqual({ AppId: 'app', AppName: 'App', ClientId: 'c', Version: '1.0.0' });
  expect(Builders).toEqual([]);
});

test('a count that passes 32 bits is sent as two builders that add up to it', () => {
  const total = 3_000_000_001;
  const pieces = written(builderOf({ total, errors: 7, costMs: total * 2, maxCostMs: 3, minCostMs: 1.5 }));
  expect(pieces).toHaveLength(2);
  expect(pieces.reduce((sum, piece) => sum + piece.Total, 0)).toBe(total);
  expect(pieces.reduce((sum, piece) => sum + piece.Errors, 0)).toBe(7);
  expect(pieces.reduce((sum, piece) => sum + piece.Cost, 0)).toBe(total * 2);
  expect(pieces.every((piece) => piece.MaxCost === 3 && piece.MinCost === 1)).toBe(true);
});

test.each([
  [2_147_483_647, 1],
  [2_147_483_648, 2],
])('a total of %d takes %d builder(s)', (total, count) => {
  expect(written(builderOf({ total, minCostMs: 0 }))).toHaveLength(count);
});

test('a cost beyond what a whole number holds is the largest that it holds', () => {
  const [piece] = written(builderOf({ total: 1, costMs: 1e30, maxCostMs: 1e30, minCostMs: 1e30 }));
  expect(piece).toMatchObject({
    Cost: Number.MAX_SAFE_INTEGER,
    MaxCost: 2_147_483_647,
    MinCost: 2_147_483_647,
  });
});

test.each(['samples', 'errorSamples'] as const)(
  '%s too many for one body follow in builders of Total 0',
  (kind) => {
    const tag = '\u0001'.repeat(2_000);
    const samples = Array.from({ length: 100 }, (_, id) => sampleOf({ spanId: `s${id}`, tag, error: tag }));
    const pieces = piecesThatFit(builderOf({ total: 100, minCostMs: 1, [kind]: samples }));
    expect(pieces.map((piece) => piece.total)).toEqual([100, ...pieces.slice(1).map(() => 0)]);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.length).toBeLessThan(20);
    expect(pieces.flatMap((piece) => piece[kind])).toEqual(samples);
    for (const piece of pieces) expect(builderJson(piece, 0).length).toBeLessThan(256 * 1024);
  },
);

test.each([0, 5, 40])('%d samples that fit stay in one builder, with its counts', (length) => {
  const samples = Array.from({ length }, (_, id) => sampleOf({ spanId: `s${id}`, tag: 'a'.repeat(500) }));
  const builder = builderOf({ total: 40, errors: 9, minCostMs: 1, samples, errorSamples: samples });
  expect(piecesThatFit(builder)).toEqual([builder]);
});

test('the parts of a count bring the value and the times of the whole, and samples of both kinds once', () => {
  const startTimeMs = 1_700_000_000_000;
  const [samples, errorSamples] = [[sampleOf({ spanId: 'a' })], [sampleOf({ spanId: 'b', error: 'no' })]];
  const pieces = written(
    builderOf({
      ...{ startTimeMs, endTimeMs: startTimeMs + 60_000, total: 5_000_000_000, minCostMs: 1, maxCostMs: 2 },
      ...{ value: 2_000_000_000_001, samples, errorSamples },
    }),
  );
  expect(pieces.map(({ Total }) => Total)).toEqual([1_666_666_668, 1_666_666_666, 1_666_666_666]);
  expect(pieces.reduce((sum, { Value }) => sum + Value, 0)).toBe(2_000_000_000_001);
  expect(pieces.flatMap(({ Samples }) => Samples.map(({ Id }) => Id))).toEqual(['a']);
  expect(pieces.flatMap(({ ErrorSamples }) => ErrorSamples.map(({ Id }) => Id))).toEqual(['b']);
  for (const { StartTime, EndTime } of pieces)
    expect([StartTime, EndTime]).toEqual([startTimeMs, startTimeMs + 60_000]);
});

test('a sample is written with the times of the server, its texts cut, and its flags in one byte', () => {
  const given = sampleOf({
    ...{ traceId: 't'.repeat(60), spanId: 's'.repeat(60), parentSpanId: 'p'.repeat(60), traceFlags: 0x301 },
    ...{
      startTimeMs: 1_700_000_000_000,
      costMs: 12.6,
      value: 77,
      tag: 'a'.repeat(2_001),
      error: 'b'.repeat(2_001),
    },
  });
  const builder = builderOf({
    ...{ total: 1, errors: 1, costMs: 1, minCostMs: 1, maxCostMs: 1 },
    ...{ samples: [given], errorSamples: [{ ...given, spanId: 'e' }] },
  });
  const [read] = readReport(reportBody(who, [builderJson(builder, -5_000)])).Builders;
  const expected = {
    ...{ Id: 's'.repeat(50), ParentId: 'p'.repeat(50), TraceId: 't'.repeat(50), TraceFlag: 1 },
    ...{ StartTime: 1_699_999_995_000, EndTime: 1_699_999_995_013, Value: 77 },
    ...{ Tag: 'a'.repeat(2_000), Error: 'b'.repeat(2_000) },
  };
  expect(read).toMatchObject({ Samples: [expected], ErrorSamples: [{ ...expected, Id: 'e' }] });
});

test('a builder without calls has no least cost, one with calls has it in whole milliseconds', () => {
  const [none] = written(builderOf({}));
  expect(none).toMatchObject({ Total: 0, MinCost: 0, MaxCost: 0, Cost: 0 });
  const [one] = written(builderOf({ total: 1, costMs: 1.9, minCostMs: 1.9, maxCostMs: 1.9 }));
  expect(one).toMatchObject({ Total: 1, MinCost: 1, MaxCost: 2, Cost: 2 });
});

test('samples set apart are each in a builder of their own of Total 0, usual ones and errors', () => {
  const [first, second, bad] = ['a', 'b', 'c'].map((spanId) => sampleOf({ spanId, tag: spanId }));
  if (!first || !second || !bad) throw new Error('three samples');
  const builder = builderOf({ total: 3, errors: 1, samples: [first, second], errorSamples: [bad] });
  const apart = samplesApart(builder);
  expect(apart.map(({ samples, errorSamples }) => [samples, errorSamples])).toEqual([
    [[first], []],
    [[second], []],
    [[], [bad]],
  ]);
  for (const each of apart)
    expect(each).toMatchObject({
      name: 'op',
      startTimeMs: 1_000,
      endTimeMs: 2_000,
      total: 0,
      sampleBytes: 402,
    });
});

test('an announcement brings a name and its moment, and counts nothing', () => {
  const json = announcementJson({ name: 'op', startTimeMs: 1_700_000_000_000.4 });
  expect(readReport(reportBody(who, [json, json])).Builders).toEqual(
    Array.from({ length: 2 }, () => ({
      ...{ Name: 'op', StartTime: 1_700_000_000_000, EndTime: 1_700_000_000_000 },
      ...{ Total: 0, Errors: 0, Cost: 0, MaxCost: 0, MinCost: 0, Value: 0, Samples: [], ErrorSamples: [] },
    })),
  );
});

test('who reports stands at the head of a report, cut to what the server takes', () => {
  const long = 'x'.repeat(60);
  const body = reportBody({ appId: long, appName: long, clientId: long, version: long }, []);
  expect(readReport(body)).toEqual({
    ...{ AppId: 'x'.repeat(50), AppName: 'x'.repeat(50), ClientId: 'x'.repeat(50) },
    ...{ Version: 'x'.repeat(50), Builders: [] },
  });
});

test('a report takes at most 499 builders, the first of those that wait', async () => {
  const waiting = Array.from({ length: 501 }, (_, id) => Object.assign(builderOf({}), { name: `op ${id}` }));
  const { builders, json } = await packReport(waiting, 0);
  expect(REPORT_BUILDERS).toBe(499);
  expect(builders).toEqual(waiting.slice(0, 499));
  expect(json.map(String)).toEqual(builders.map((each) => String(builderJson(each, 0))));
});

test('a report takes the first builders, as many as fit 500 KiB', async () => {
  const large = builderOf({
    ...{ total: 1, minCostMs: 1 },
    samples: Array.from({ length: 100 }, () => sampleOf({ tag: 'a'.repeat(1_024) })),
  });
  const bytes = builderJson(large, 0).length + 1;
  const fitting = Math.floor((500 * 1024) / bytes);
  const waiting = [...Array.from({ length: 6 }, () => large), builderOf({})];
  expect(fitting).toBeLessThan(6);
  expect((await packReport(waiting, 0)).builders).toEqual(waiting.slice(0, fitting));
});

test('a report of 500 KiB is full, to the byte and with a comma behind each builder', async () => {
  const withTags = (...units: number[]) =>
    builderOf({
      ...{ total: 1, costMs: 1, minCostMs: 1, maxCostMs: 1 },
      samples: units.map((count) => sampleOf({ tag: 'a'.repeat(count) })),
    });
  const sizeOf = (builder: SpanBuilder) => builderJson(builder, 0).length;
  const one = sizeOf(withTags(2_000));
  const each = sizeOf(withTags(2_000, 2_000)) - one;
  const ofSize = (bytes: number) => {
    const more = Math.ceil((bytes - one) / each);
    const over = one + more * each - bytes;
    const [first, second] = [Math.floor(over / 2), Math.ceil(over / 2)];
    return withTags(2_000 - first, 2_000 - second, ...Array.from({ length: more - 1 }, () => 2_000));
  };
  const small = withTags(10);
  const room = 500 * 1024 - 1 - (sizeOf(small) + 1);
  expect(sizeOf(ofSize(room))).toBe(room);
  expect((await packReport([ofSize(room), small, small], 0)).json).toHaveLength(2);
  expect((await packReport([ofSize(room + 1), small, small], 0)).json).toHaveLength(1);
});

test('a builder that is too large by itself is packed alone, and the clock of the server goes into samples', async () => {
  const huge = builderOf({
    ...{ total: 1, minCostMs: 1 },
    samples: Array.from({ length: 300 }, () => sampleOf({ tag: 'a'.repeat(2_000) })),
  });
  const { builders, json } = await packReport([huge, huge], 7_000);
  expect(builders).toEqual([huge]);
  expect(json.map(String)).toEqual([String(builderJson(huge, 7_000))]);
});
