import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { Alarm } from '../runtime/alarm.ts';
import { monotonicTime } from '../runtime/clock.ts';
import type { ServerClock } from '../session/server-clock.ts';

const HOUR_MS = 3_600_000;
const BUCKET_MS = 300_000;
/** The server flushes an hour's figures once a minute; for thousands of names two looks are too few. */
const AFTER_MS = [70_000, 140_000, 300_000] as const;
const AGAIN_MS = 60_000;
const NAMES_AT_ONCE = 499;
/** After a long outage many hours are delivered at once: names beyond these are not settled. */
const MAX_NAMES = 20_000;

/** A builder to be sent with Total 0: it names the bucket whose hour is to be brought up to date. */
export type Settlement = Pick<SpanBuilder, 'name' | 'startTimeMs'>;

interface Hour {
  readonly names: Set<string>;
  /** In its last bucket that had counts. */
  startTimeMs: number;
  reportedMs: number;
  done: number;
}

/**
 * The server shows an hour and a day up to date only after a later report of the same app for that hour. This sees to
 * it: after the last report with counts for an hour, builders of Total 0 follow three times in its last bucket, for each
 * of its names. So they do for the hour before this process started, in the place of a process that ended then
 * (docs/protocol.md, "Hour and day figures").
 */
export class Settling {
  readonly #hours = new Map<number, Hour>();
  readonly #alarm = new Alarm('settling an hour', () => this.#settle());
  readonly #clock: ServerClock;
  readonly #send: (settlements: readonly Settlement[]) => Promise<boolean>;
  /** The number of the hour before the first delivery. */
  #hourBefore: number | undefined;

  /** `send` delivers the builders and tells whether they were taken. */
  constructor(clock: ServerClock, send: (settlements: readonly Settlement[]) => Promise<boolean>) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Builders with counts that were just delivered. */
  note(builders: readonly SpanBuilder[]): void {
    this.#hourBefore ??= this.#openHourBefore();
    const before = this.#hours.get(this.#hourBefore);
    let held = [...this.#hours.values()].reduce((sum, { names }) => sum + names.size, 0);
    const addName = (hour: Hour | undefined, name: string) => {
      if (hour === undefined || hour.names.has(name)) return;
      if (hour.names.size > 0 && held >= MAX_NAMES) return;
      hour.names.add(name);
      held++;
    };
    const nowMs = monotonicTime();
    for (const { name, startTimeMs, total } of builders) {
      if (total === 0) continue;
      addName(before, name);
      const key = Math.floor(startTimeMs / HOUR_MS);
      const hour = this.#hours.get(key) ?? this.#open(key, startTimeMs);
      hour.startTimeMs = Math.max(hour.startTimeMs, startTimeMs);
      hour.reportedMs = nowMs;
      hour.done = 0;
      addName(hour, name);
    }
    this.#setAlarm();
  }

  stop(): void {
    this.#alarm.stop();
    this.#hours.clear();
  }

  #openHourBefore(): number {
    const key = Math.floor(this.#clock.now() / HOUR_MS) - 1;
    this.#open(key, (key + 1) * HOUR_MS - BUCKET_MS);
    return key;
  }

  #open(key: number, startTimeMs: number): Hour {
    const hour = { names: new Set<string>(), startTimeMs, reportedMs: monotonicTime(), done: 0 };
    this.#hours.set(key, hour);
    return hour;
  }

  async #settle(): Promise<void> {
    const nowMs = monotonicTime();
    const due = [...this.#hours].filter(([, hour]) => dueMs(hour) <= nowMs);
    const settlements = due.flatMap(([, { names, startTimeMs }]) =>
      [...names].map((name) => ({ name, startTimeMs })),
    );
    for (let i = 0; i < settlements.length; i += NAMES_AT_ONCE) {
      const areTaken = await this.#send(settlements.slice(i, i + NAMES_AT_ONCE));
      if (!areTaken) return this.#alarm.set(AGAIN_MS);
    }
    for (const [key, hour] of due) if (++hour.done >= AFTER_MS.length) this.#hours.delete(key);
    this.#setAlarm();
  }

  #setAlarm(): void {
    const next = Math.min(...[...this.#hours.values()].map(dueMs));
    if (Number.isFinite(next)) this.#alarm.set(Math.max(0, next - monotonicTime()));
  }
}

const dueMs = (hour: Hour) => hour.reportedMs + (AFTER_MS[hour.done] ?? 0);
