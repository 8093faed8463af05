const PLAUSIBLE_FROM_MS = 1_000_000_000_000;
const PLAUSIBLE_TO_MS = 4_000_000_000_000;
/** Less than this is the way of the answer, not a wrong clock. */
const TOLERANCE_MS = 1_000;

/** Our clock, set by the server's: figures must fall into the server's five minutes. */
export class ServerClock {
  readonly #changed: (offsetMs: number) => void;
  #offsetMs = 0;

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
    const measured = Math.round(serverTimeMs - (sentMs + Date.now()) / 2);
    if (Math.abs(measured - this.#offsetMs) <= TOLERANCE_MS) return;
    this.#offsetMs = Math.abs(measured) > TOLERANCE_MS ? measured : 0;
    this.#changed(this.#offsetMs);
  }
}
