import { wallTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';

const PLAUSIBLE_FROM_MS = 1_000_000_000_000;
const PLAUSIBLE_TO_MS = 4_000_000_000_000;
/** A step of more than this is not believed before a second answer confirms it: what waits could lapse by it. */
const MAX_STEP_MS = 86_400_000;
const CONFIRMED_WITHIN_MS = 60_000;
/** Less than this is the way of the answer, not a wrong clock. */
const TOLERANCE_MS = 1_000;

/** Our clock, set by the server's: figures must fall into the server's five minutes. */
export class ServerClock {
  readonly #changed: (offsetMs: number) => void;
  #offsetMs = 0;
  #isKnown = false;
  /** An offset that was told once and is hard to believe. */
  #doubtfulMs = Number.NaN;
  #saidFar = false;

  /** `changed` is told the new offset. */
  constructor(changed: (offsetMs: number) => void) {
    this.#changed = changed;
  }

  /** Server time minus ours, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Whether a plausible time has come from the server. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  now(): number {
    return wallTime() + this.#offsetMs;
  }

  /** Learns from an answer's `serverTime`; `sentMs` and now are our times around the call. */
  learn(serverTimeMs: number | undefined, sentMs: number): void {
    if (serverTimeMs === undefined) return;
    if (serverTimeMs < PLAUSIBLE_FROM_MS || serverTimeMs > PLAUSIBLE_TO_MS) return;
    const measured = Math.round(serverTimeMs - (sentMs + wallTime()) / 2);
    const isStep = this.#isKnown && Math.abs(measured - this.#offsetMs) > MAX_STEP_MS;
    const isConfirmed = Math.abs(measured - this.#doubtfulMs) <= CONFIRMED_WITHIN_MS;
    this.#isKnown = true;
    this.#doubtfulMs = isStep && !isConfirmed ? measured : Number.NaN;
    if (isStep && !isConfirmed) return;
    if (Math.abs(measured - this.#offsetMs) <= TOLERANCE_MS) return;
    this.#offsetMs = Math.abs(measured) > TOLERANCE_MS ? measured : 0;
    this.#sayFar(measured);
    this.#changed(this.#offsetMs);
  }

  #sayFar(measured: number): void {
    if (this.#saidFar || Math.abs(measured) <= MAX_STEP_MS) return;
    this.#saidFar = true;
    log.warn(
      `the server's clock is ${Math.abs(measured / MAX_STEP_MS).toFixed(1)} days from ours, and is followed: one of them is wrong`,
    );
  }
}
