import { log } from './log.ts';

const PLAUSIBLE_FROM_MS = 1_000_000_000_000;
const PLAUSIBLE_TO_MS = 4_000_000_000_000;
/** Of two clocks further apart, one has never been set; what waits would lapse if it were the server's. */
const MAX_CORRECTION_MS = 86_400_000;
/** Less than this is the way of the answer, not a wrong clock. */
const TOLERANCE_MS = 1_000;

/** Our clock, set by the server's: figures must fall into the server's five minutes. */
export class ServerClock {
  readonly #changed: (offsetMs: number) => void;
  #offsetMs = 0;
  #saidFar = false;

  /** `changed` is told the new offset. */
  constructor(changed: (offsetMs: number) => void) {
    this.#changed = changed;
  }

  /** Server time minus ours, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Learns from an answer's `serverTime`; `sentMs` and now are our times around the call. */
  learn(serverTimeMs: number | undefined, sentMs: number): void {
    if (serverTimeMs === undefined) return;
    if (serverTimeMs < PLAUSIBLE_FROM_MS || serverTimeMs > PLAUSIBLE_TO_MS) return;
    const nowMs = Date.now();
    const measured = Math.round(serverTimeMs - (sentMs + nowMs) / 2);
    // A clock of ours that stands in 1970 is the one that is wrong.
    if (Math.abs(measured) > MAX_CORRECTION_MS && nowMs >= PLAUSIBLE_FROM_MS) {
      this.#sayFar(measured);
      return;
    }
    if (Math.abs(measured - this.#offsetMs) <= TOLERANCE_MS) return;
    this.#offsetMs = Math.abs(measured) > TOLERANCE_MS ? measured : 0;
    this.#changed(this.#offsetMs);
  }
  #sayFar(measured: number): void {
    if (this.#saidFar) return;
    this.#saidFar = true;
    const days = Math.abs(measured / MAX_CORRECTION_MS).toFixed(1);
    log.warn(
      `the server's clock is ${days} days from ours, which is too far to follow: counts may be dropped there`,
    );
  }
}
