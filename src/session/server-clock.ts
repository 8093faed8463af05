import { monotonicTime, wallTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';

const PLAUSIBLE_FROM_MS = 1_000_000_000_000;
const PLAUSIBLE_TO_MS = 4_000_000_000_000;
const DAY_MS = 86_400_000;
/** A difference of no more than this is not worth moving anything for. */
const TOLERANCE_MS = 1_000;
const MEASUREMENTS = 5;
/** Either clock tells whole milliseconds. */
const ROUNDING_MS = 2;

/** What one answer tells of the server's clock. */
interface Measurement {
  /** Server time minus the monotonic clock, to within `withinMs`. */
  readonly baseMs: number;
  /** Half of the round trip. */
  readonly withinMs: number;
}

/**
 * The server's clock, as far as answers tell: its figures are filed by it. Between answers it runs with the monotonic
 * clock, so that a step of our own clock moves nothing. Until a first answer tells the time, it is our own clock, and
 * follows its steps.
 */
export class ServerClock {
  readonly #moved: (byMs: number) => void;
  /** Server time minus the monotonic clock. */
  #baseMs = wallTime() - monotonicTime();
  #isKnown = false;
  /** The last few that agree with each other; the one of the shortest round trip is believed. */
  #measurements: readonly Measurement[] = [];
  /** A step of over a day that one answer told; a second one has to confirm it. */
  #doubtful: Measurement | undefined;
  readonly #far = new OnChange();

  /** `moved` is called with each correction: what waits moves with it. */
  constructor(moved: (byMs: number) => void) {
    this.#moved = moved;
  }

  /** Whether a plausible time has come from the server. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Unix ms. */
  now(): number {
    if (!this.#isKnown) this.#followOurs();
    return Math.round(monotonicTime() + this.#baseMs);
  }

  /** Server time minus our own clock, in milliseconds: what the times of spans are off by. */
  get offsetMs(): number {
    const offsetMs = Math.round(this.now() - wallTime());
    return Math.abs(offsetMs) > TOLERANCE_MS ? offsetMs : 0;
  }

  /** Takes the time over from a thread that knew it: its server's clock minus its own, in milliseconds. */
  set(offsetMs: number): void {
    this.#isKnown = true;
    this.#baseMs = wallTime() - monotonicTime() + offsetMs;
  }

  /** Learns from an answer's `serverTime`. `sentMs` is when the call left, by the monotonic clock. */
  learn(serverTimeMs: number | undefined, sentMs: number): void {
    if (serverTimeMs === undefined) return;
    if (serverTimeMs < PLAUSIBLE_FROM_MS || serverTimeMs > PLAUSIBLE_TO_MS) return;
    const receivedMs = monotonicTime();
    const measured = {
      baseMs: serverTimeMs - (sentMs + receivedMs) / 2,
      withinMs: (receivedMs - sentMs) / 2,
    };
    if (this.#mustBeConfirmed(measured)) return;
    const agreeing = this.#measurements.filter((each) => agree(each, measured));
    this.#measurements = [...agreeing, measured].slice(-MEASUREMENTS);
    const best = this.#measurements.reduce((a, b) => (b.withinMs <= a.withinMs ? b : a));
    const beforeMs = this.now();
    this.#isKnown = true;
    const byMs = Math.round(best.baseMs - this.#baseMs);
    // Within half of the round trip the difference may be none at all.
    if (Math.abs(byMs) <= Math.max(best.withinMs + ROUNDING_MS, TOLERANCE_MS)) return;
    this.#baseMs += byMs;
    this.#logFar(beforeMs + byMs - wallTime());
    this.#moved(byMs);
  }

  #followOurs(): void {
    const byMs = wallTime() - monotonicTime() - this.#baseMs;
    if (Math.abs(byMs) <= TOLERANCE_MS) return;
    this.#baseMs += byMs;
    this.#moved(byMs);
  }

  /** One answer that is wrong by days must not move what waits to where the server drops it. */
  #mustBeConfirmed(measured: Measurement): boolean {
    const isStep = this.#isKnown && Math.abs(measured.baseMs - this.#baseMs) > DAY_MS;
    const isConfirmed = this.#doubtful !== undefined && agree(this.#doubtful, measured);
    this.#doubtful = isStep && !isConfirmed ? measured : undefined;
    return this.#doubtful !== undefined;
  }

  #logFar(offsetMs: number): void {
    if (Math.abs(offsetMs) <= DAY_MS || !this.#far.isNew('far')) return;
    const days = Math.abs(offsetMs / DAY_MS).toFixed(1);
    log.warn(`the server's clock is ${days} days from ours, and is followed: one of them is wrong`);
  }
}

function agree(a: Measurement, b: Measurement): boolean {
  return Math.abs(a.baseMs - b.baseMs) <= a.withinMs + b.withinMs + TOLERANCE_MS;
}
