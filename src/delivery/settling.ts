import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { Alarm } from '../runtime/alarm.ts';
import { wallTime } from '../runtime/clock.ts';

const HOUR_MS = 3_600_000;
/** The server flushes an hour's figures once a minute; two looks, a little over a minute apart, find all. */
const AFTER_MS = [70_000, 140_000] as const;
const AGAIN_MS = 60_000;

/** A builder to be sent with Total 0: it names the bucket whose hour is to be brought up to date. */
export interface Settlement {
  readonly name: string;
  readonly startTimeMs: number;
}

interface Hour {
  settlement: Settlement;
  reportedMs: number;
  done: number;
}

/**
 * The server shows an hour and a day up to date only after a later report of the same app for that hour. This
 * sees to it: after the last report with counts for an hour, two builders of Total 0 follow in its last bucket
 * (docs/protocol.md, "Hour and day figures").
 */
export class Settling {
  readonly #hours = new Map<number, Hour>();
  readonly #alarm = new Alarm('the settling of an hour', () => this.#settle());
  readonly #send: (settlements: readonly Settlement[]) => Promise<boolean>;

  /** `send` delivers the builders and tells whether they were taken. */
  constructor(send: (settlements: readonly Settlement[]) => Promise<boolean>) {
    this.#send = send;
  }

  /** Builders with counts that were just delivered. */
  note(builders: readonly SpanBuilder[]): void {
    const nowMs = wallTime();
    for (const { name, startTimeMs, total } of builders) {
      if (total === 0) continue;
      const key = Math.floor(startTimeMs / HOUR_MS);
      const before = this.#hours.get(key)?.settlement;
      const settlement = before && before.startTimeMs >= startTimeMs ? before : { name, startTimeMs };
      this.#hours.set(key, { settlement, reportedMs: nowMs, done: 0 });
    }
    this.#setAlarm();
  }

  stop(): void {
    this.#alarm.clear();
    this.#hours.clear();
  }

  async #settle(): Promise<void> {
    const nowMs = wallTime();
    const due = [...this.#hours.values()].filter((hour) => dueMs(hour) <= nowMs);
    if (due.length > 0 && !(await this.#send(due.map((hour) => hour.settlement)))) {
      this.#alarm.set(AGAIN_MS);
      return;
    }
    for (const hour of due) hour.done++;
    for (const [key, hour] of this.#hours) {
      if (hour.done >= AFTER_MS.length) this.#hours.delete(key);
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    const next = Math.min(...[...this.#hours.values()].map(dueMs));
    if (Number.isFinite(next)) this.#alarm.set(Math.max(0, next - wallTime()));
  }
}

function dueMs(hour: Hour): number {
  return hour.reportedMs + (AFTER_MS[hour.done] ?? 0);
}
