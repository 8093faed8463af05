import { expect, test } from 'vitest';
import { RecentPeriods } from '../../src/dev/received/recent-periods.ts';
import { builder } from '../support/builder.ts';

const START = Date.UTC(2026, 10, 24, 10, 0, 0);
const MINUTE = 60_000;

/** The calls of the last three periods, and of a minute, at the end of this period. */
function shown(periods: RecentPeriods, startMs: number, periodMs: number) {
  const time = { periodMs, firstMs: START, latestMs: startMs, untilMs: startMs + periodMs };
  const { recent, perMinute } = periods.figures(time);
  return { recent: recent.slice(-3), perMinute };
}

test('calls are shown by period, with those of a minute over the last five', () => {
  const periods = new RecentPeriods();
  for (const [index, Total] of [10, 20, 30, 40, 50, 60].entries())
    periods.add(builder('a', { StartTime: START + index * MINUTE, Total }), MINUTE);
  expect(shown(periods, START + 5 * MINUTE, MINUTE)).toEqual({ recent: [40, 50, 60], perMinute: 40 });
});

test('the line starts anew when the period changes', () => {
  const periods = new RecentPeriods();
  const add = (Total: number, periodMs: number) =>
    periods.add(builder('a', { StartTime: START + MINUTE, Total }), periodMs);
  add(600, MINUTE);
  add(1, 1_000);
  expect(shown(periods, START + MINUTE, 1_000).recent).toEqual([0, 0, 1]);
  add(7, MINUTE);
  expect(shown(periods, START + MINUTE, MINUTE).recent).toEqual([0, 0, 7]);
});
