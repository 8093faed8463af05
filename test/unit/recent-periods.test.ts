import { describe, expect, test } from 'vitest';
import { RecentPeriods, type ReportedTime } from '../../src/dev/received/recent-periods.ts';
import type { WireBuilder } from '../../src/wire/report-forms.ts';

const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2026, 10, 24, 12);

function builder(minute: number, Total: number, Errors = 0): WireBuilder {
  return { StartTime: NOON_MS + minute * MINUTE_MS, Total, Errors } as WireBuilder;
}

function until(minute: number, firstMinute = -60): ReportedTime {
  return {
    periodMs: MINUTE_MS,
    firstMs: NOON_MS + firstMinute * MINUTE_MS,
    latestMs: NOON_MS + (minute - 1) * MINUTE_MS,
    untilMs: NOON_MS + minute * MINUTE_MS,
  };
}

function periods(...builders: WireBuilder[]): RecentPeriods {
  const recent = new RecentPeriods();
  for (const each of builders) recent.add(each, MINUTE_MS);
  return recent;
}

describe('the last periods', () => {
  test('are 30, oldest first, with nothing where nothing came, whatever order they came in', () => {
    const recent = periods(builder(2, 30, 3), builder(0, 10, 1), builder(2.5, 5));
    const figures = recent.figures(until(3));
    expect(figures.recent).toHaveLength(30);
    expect(figures.recent.slice(-4)).toEqual([0, 10, 0, 35]);
    expect(figures.recentErrors.slice(-4)).toEqual([0, 1, 0, 3]);
  });

  test('keep the newest 30', () => {
    const recent = periods(...Array.from({ length: 40 }, (_, minute) => builder(minute, minute)));
    expect(recent.figures(until(40)).recent).toEqual(Array.from({ length: 30 }, (_, index) => index + 10));
    expect(recent.figures(until(30)).recent[0]).toBe(0);
  });

  test('begin anew with another length of period', () => {
    const recent = periods(builder(0, 10));
    recent.add(builder(1, 2), 1_000);
    expect(recent.figures({ ...until(2), periodMs: 1_000, latestMs: NOON_MS + MINUTE_MS }).recent).toEqual([
      ...Array.from({ length: 29 }, () => 0),
      2,
    ]);
    expect(recent.figures(until(2)).recent).not.toContain(10);
  });
});

describe('the rate', () => {
  test('is that of the last five periods', () => {
    const recent = periods(builder(0, 1_000), builder(1, 10), builder(3, 20), builder(5, 30));
    expect(recent.figures(until(6)).perMinute).toBe(12);
  });

  test('of an app that began later is that since it began', () => {
    const recent = periods(builder(5.5, 30));
    expect(recent.figures(until(6, 5.5)).perMinute).toBe(60);
  });

  test('of the first calls of all is not blown up by the shortness of their time', () => {
    const recent = periods(builder(5, 3));
    expect(recent.figures({ ...until(6, 5), untilMs: NOON_MS + 5 * MINUTE_MS + 1 }).perMinute).toBe(180);
  });

  test('falls to nothing once nothing comes any more', () => {
    const recent = periods(builder(0, 50));
    expect(recent.figures(until(5)).perMinute).toBe(10);
    expect(recent.figures(until(6)).perMinute).toBe(0);
  });
});
