const FIRST_MS = 1_000;
const LAST_MS = 60_000;

/** How long to wait for a server that is away: twice as long each time, from 1 s to 60 s, with jitter. */
export class Backoff {
  #failures = 0;

  next(): number {
    const longest = Math.min(LAST_MS, FIRST_MS * 2 ** this.#failures++);
    return Math.max(FIRST_MS, longest * (0.5 + Math.random() / 2));
  }

  reset(): void {
    this.#failures = 0;
  }
}
