import type { WireBuilder } from '../../wire/report-forms.ts';
import type { Operation } from '../page/page-data.ts';

/** How many periods of a name are shown. */
const PERIODS = 30;
/** Over how many of them the rate is computed. */
const RATE_PERIODS = 5;
const MINUTE_MS = 60_000;

interface Counts {
  total: number;
  errors: number;
}

/** The time that an app's reports cover. */
export interface ReportedTime {
  /** The length of a period. */
  readonly periodMs: number;
  /** When the first reported calls began. */
  readonly firstMs: number;
  /** When the last period with reported calls began. */
  readonly latestMs: number;
  /** The end of what has been reported. */
  readonly untilMs: number;
}

/** The figures of a name over the last periods. */
type RecentFigures = Pick<Operation, 'perMinute' | 'recent' | 'recentErrors'>;

/** The calls of one name by period: finer than the five-minute buckets of Stardust's console, over a shorter time. */
export class RecentPeriods {
  readonly #periods = new Map<number, Counts>();
  #periodMs = 0;

  /** Starts anew when the length of the period changes, since the former periods are not comparable. */
  add({ StartTime, Total, Errors }: WireBuilder, periodMs: number): void {
    if (periodMs !== this.#periodMs) this.#periods.clear();
    this.#periodMs = periodMs;
    const startMs = startOf(StartTime, periodMs);
    const counts = this.#periods.get(startMs) ?? { total: 0, errors: 0 };
    counts.total += Total;
    counts.errors += Errors;
    this.#periods.set(startMs, counts);
    if (this.#periods.size > PERIODS) this.#periods.delete(Math.min(...this.#periods.keys()));
  }

  figures({ periodMs, firstMs, latestMs, untilMs }: ReportedTime): RecentFigures {
    const lastMs = startOf(latestMs, periodMs);
    const starts = Array.from({ length: PERIODS }, (_, index) => lastMs - (PERIODS - 1 - index) * periodMs);
    const counts = periodMs === this.#periodMs ? starts.map((start) => this.#periods.get(start)) : [];
    const recent = starts.map((_, index) => counts[index]?.total ?? 0);
    const fromMs = Math.max(lastMs - (RATE_PERIODS - 1) * periodMs, firstMs);
    const calls = recent.slice(-RATE_PERIODS).reduce((sum, total) => sum + total, 0);
    return {
      perMinute: (calls * MINUTE_MS) / Math.max(untilMs - fromMs, 1_000),
      recent,
      recentErrors: starts.map((_, index) => counts[index]?.errors ?? 0),
    };
  }
}

function startOf(ms: number, periodMs: number): number {
  return Math.floor(ms / periodMs) * periodMs;
}
