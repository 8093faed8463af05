/**
 * Remembers the last state that was logged, so that each change is logged once. The caller names states by texts;
 * with one text only, it is logged once at all.
 */
export class OnChange {
  #last: string | undefined;

  /** @param initial a state that needs no line. */
  constructor(initial?: string) {
    this.#last = initial;
  }

  /** Whether this is another state than the last one, which it replaces. */
  isNew(state: string): boolean {
    const isNew = state !== this.#last;
    this.#last = state;
    return isNew;
  }

  /** Starts anew: the next state is new. */
  forget(): void {
    this.#last = undefined;
  }
}
