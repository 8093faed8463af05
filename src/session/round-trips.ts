const REMEMBERED = 5;

/**
 * How long a server took to answer the last few calls, as far as this thread had nothing else to do meanwhile: an
 * answer that waits until modules are loaded tells nothing of the server.
 */
export class RoundTrips {
  #lastMs: readonly number[] = [];

  /** Newest last, in milliseconds. */
  get lastMs(): readonly number[] {
    return this.#lastMs;
  }

  get longestMs(): number {
    return Math.max(0, ...this.#lastMs);
  }

  note(...waitedMs: readonly number[]): void {
    this.#lastMs = [...this.#lastMs, ...waitedMs].slice(-REMEMBERED);
  }
}
