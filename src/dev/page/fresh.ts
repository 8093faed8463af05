import type { Overview } from './page-data.ts';

/**
 * Fetches what a view shows besides the overview: again after each change, and one at a time. While the server is away,
 * what was shown stays.
 */
export class Fresh<T> {
  readonly #fetch: () => Promise<T | undefined>;
  readonly #show: (found: T) => void;
  #seen: Overview | undefined;
  #busy = false;

  constructor(fetch: () => Promise<T | undefined>, show: (found: T) => void) {
    this.#fetch = fetch;
    this.#show = show;
  }

  async follow(overview: Overview): Promise<void> {
    if (this.#busy || overview === this.#seen) return;
    this.#seen = overview;
    this.#busy = true;
    const found = await this.#fetch();
    if (found !== undefined) this.#show(found);
    this.#busy = false;
  }
}
