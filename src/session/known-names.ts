const MAX_NAMES = 10_000;

/** Names that a server has taken from this process. */
export class KnownNames {
  readonly #names = new Set<string>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(names: Iterable<string>): void {
    // To forget all is harmless, a name is only announced once more; to grow without a bound is not.
    if (this.#names.size > MAX_NAMES) this.#names.clear();
    for (const name of names) this.#names.add(name);
  }
}
