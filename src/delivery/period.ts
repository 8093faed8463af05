import { Alarm } from '../runtime/alarm.ts';
import { monotonicTime } from '../runtime/clock.ts';
import type { ServerClock } from '../session/server-clock.ts';

const BORDER_MS = 300_000;
/** A timer may ring this much early. */
const EARLY_MS = 5;

/**
 * When the map of builders is taken: at wall-clock multiples of the period, and at every five-minute border too,
 * since the server counts a builder whole in the five minutes of its start. Time is the server's; when a clock
 * is set, the next taking is aligned anew.
 */
export class Period {
  readonly #clock: ServerClock;
  readonly #take: (periodIsOver: boolean) => unknown;
  readonly #alarm = new Alarm('the end of a period', () => this.#ring());
  #periodMs = 0;
  /** When the first period ends by the monotonic clock: no answer moves it. */
  #firstEndsMs: number | undefined;
  #overMs = 0;

  /** `take` is told whether a period is over or only a border was passed. */
  constructor(clock: ServerClock, take: (periodIsOver: boolean) => unknown) {
    this.#clock = clock;
    this.#take = take;
  }

  /** Starts with a first, shorter period. */
  start(periodMs: number, firstMs: number): void {
    this.#firstEndsMs = monotonicTime() + firstMs;
    this.align(periodMs);
  }

  /** Takes a changed period, or a changed clock, into account at once. */
  align(periodMs: number): void {
    this.#periodMs = periodMs;
    const now = this.#clock.now();
    this.#overMs =
      this.#firstEndsMs === undefined
        ? nextMultiple(now, periodMs)
        : now + Math.max(0, this.#firstEndsMs - monotonicTime());
    this.#setAlarm();
  }

  stop(): void {
    this.#alarm.stop();
  }

  #ring(): unknown {
    const now = this.#clock.now() + EARLY_MS;
    const over = now >= this.#overMs;
    if (over) {
      this.#firstEndsMs = undefined;
      this.#overMs = nextMultiple(now, this.#periodMs);
    }
    this.#setAlarm();
    return this.#take(over);
  }

  #setAlarm(): void {
    const now = this.#clock.now();
    const nextMs = Math.min(this.#overMs, nextMultiple(now + EARLY_MS, BORDER_MS));
    this.#alarm.set(Math.max(0, nextMs - now));
  }
}

const nextMultiple = (ms: number, of: number) => (Math.floor(ms / of) + 1) * of;
