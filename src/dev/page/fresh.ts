import type { Overview } from './page-data.ts';

/** Fetches what a view shows besides the overview: again after each change, and one at a time. */
export class Fresh<T> {
  readonly #fetch: () => Promise<T>;
  readonly #show: (found: T) => void;
  #seen: Overview | undefined;
  #busy = false;

  constructor(fetch: () => Promise<T>, show: (found: T) => void) {
    this.#fetch = fetch;
    this.#show = show;
  }

  async follow(overview: Overview): Promise<void> {
    if (this.#busy || overview === this.#seen) return;
    this.#seen = overview;
    this.#busy = true;
    this.#show(await this.#fetch());
    this.#busy = false;
  }
}
