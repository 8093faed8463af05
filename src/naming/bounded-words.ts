import { cut, detached, NAME_UNITS } from '../wire/text.ts';
import { FOLDED } from './fold-ids.ts';

/** Words that others choose, such as hosts: up to a number of them as they are, all further ones as `*`. */
export class BoundedWords {
  readonly #words = new Map<string, string>();
  readonly #atMost: number;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  /** The word, cut to the length of a name and held apart from the text around it, or `*` if there is no room for it. */
  of(given: string): string {
    const word = cut(given, NAME_UNITS);
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (this.#words.size >= this.#atMost) return FOLDED;
    const own = detached(word);
    this.#words.set(own, own);
    return own;
  }
}
