import { describe, expect, test } from 'vitest';
import type { TraceSpan } from '../../src/dev/page/page-data.ts';
import { waterfall } from '../../src/dev/page/waterfall.ts';

function span(Id: string, ParentId: string, StartTime: number, EndTime: number): TraceSpan {
  const sample = {
    Id,
    ParentId,
    TraceId: 't',
    StartTime,
    EndTime,
    Value: 0,
    Tag: '',
    TraceFlag: 1,
    Error: '',
  };
  return { appId: 'app', name: Id, failed: false, sample };
}

function steps(...spans: TraceSpan[]): string[] {
  return waterfall(spans).bars.map(({ span: { name }, depth }) => `${depth} ${name}`);
}

describe('a waterfall', () => {
  test('puts each sample below its parent, in the order in which they began', () => {
    const spans = [span('a', '', 0, 9), span('c', 'b', 2, 3), span('b', 'a', 1, 4), span('d', 'a', 5, 6)];
    expect(steps(...spans)).toEqual(['0 a', '1 b', '2 c', '1 d']);
  });

  test('puts at the margin whose parent was not kept', () => {
    expect(steps(span('a', 'lost', 0, 1), span('b', 'a', 0, 1), span('c', 'lost', 2, 3))).toEqual([
      '0 a',
      '1 b',
      '0 c',
    ]);
  });

  test('shows each sample once, though they name themselves or one another as parents', () => {
    expect(steps(span('a', 'a', 0, 1), span('b', 'c', 0, 1), span('c', 'b', 0, 1))).toEqual([
      '0 a',
      '0 b',
      '1 c',
    ]);
  });

  test('shows a sample that came twice twice, and what is below it once', () => {
    expect(steps(span('a', '', 0, 1), span('a', '', 0, 1), span('b', 'a', 0, 1))).toEqual([
      '0 a',
      '1 b',
      '0 a',
    ]);
  });

  test('reaches from the first start to the last end', () => {
    const { bars, durationMs } = waterfall([span('a', '', 1_000, 1_050), span('b', 'a', 990, 1_100)]);
    expect(durationMs).toBe(110);
    expect(bars.map(({ offsetMs, costMs }) => [offsetMs, costMs])).toEqual([
      [10, 50],
      [0, 110],
    ]);
  });

  test('of nothing is nothing, and a sample that ends before it starts takes no time', () => {
    expect(waterfall([])).toEqual({ bars: [], durationMs: 0 });
    expect(waterfall([span('a', '', 5, 1)])).toMatchObject({ durationMs: 0, bars: [{ costMs: 0 }] });
  });

  test('goes as deep as there are samples', () => {
    const chain = Array.from({ length: 1_000 }, (_, index) => span(`${index}`, `${index - 1}`, index, 2_000));
    expect(steps(...chain).at(-1)).toBe('999 999');
  });
});
