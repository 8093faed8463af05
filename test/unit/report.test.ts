import { expect, test } from 'vitest';
import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { builderJson, piecesThatFit, reportBody } from '../../src/report/encode.ts';
import type { Sample } from '../../src/span/sample.ts';
import { readReport } from '../support/strict-reader.ts';

const who = { appId: 'app', appName: 'App', clientId: 'c', version: '1.0.0' };

function builderOf(figures: Partial<SpanBuilder>): SpanBuilder {
  return Object.assign(new SpanBuilder('op', 1_000), { endTimeMs: 2_000, ...figures });
}

function written(builder: SpanBuilder) {
  const json = piecesThatFit(builder).map((piece) => builderJson(piece, 0));
  return readReport(reportBody(who, json)).Builders;
}

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

test('samples too many for one body follow in builders of Total 0', () => {
  const sample = (id: number): Sample => ({
    traceId: `t${id}`,
    spanId: `s${id}`,
    parentSpanId: '',
    startTimeMs: 1_000,
    costMs: 1,
    value: 0,
    traceFlags: 1,
    tag: '\u0001'.repeat(2_000),
    error: '',
  });
  const samples = Array.from({ length: 100 }, (_, id) => sample(id));
  const pieces = piecesThatFit(builderOf({ total: 100, minCostMs: 1, samples }));
  expect(pieces.map((piece) => piece.total)).toEqual([100, ...pieces.slice(1).map(() => 0)]);
  expect(pieces.flatMap((piece) => piece.samples)).toEqual(samples);
  for (const piece of pieces) expect(builderJson(piece, 0).length).toBeLessThan(256 * 1024);
});
