import { FOLDED } from './fold-ids.ts';

/** Words that others choose, such as hosts: up to a number of them as they are, all further ones as `*`. */
export class BoundedWords {
  readonly #words = new Set<string>();
  readonly #atMost: number;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  /** The word itself, or `*` if there is no room for it. */
  of(word: string): string {
    if (this.#words.has(word)) return word;
    if (this.#words.size >= this.#atMost) return FOLDED;
    this.#words.add(word);
    return word;
  }
}
