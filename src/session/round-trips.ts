const REMEMBERED = 5;
/** The first answers of a process may wait for its modules to be loaded: one alone tells nothing. */
const TELLING = 2;

/** How long a server took to answer the last few calls, on the way there and back. */
export class RoundTrips {
  #lastMs: readonly number[] = [];

  /** Newest last, in milliseconds. */
  get lastMs(): readonly number[] {
    return this.#lastMs;
  }

  /** 0 until enough is known. */
  get shortestMs(): number {
    return this.#lastMs.length < TELLING ? 0 : Math.min(...this.#lastMs);
  }

  note(...tookMs: readonly number[]): void {
    this.#lastMs = [...this.#lastMs, ...tookMs].slice(-REMEMBERED);
  }
}
