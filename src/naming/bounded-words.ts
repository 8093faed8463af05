import { cut, detached, NAME_UNITS } from '../wire/text.ts';
import { FOLDED } from './fold-ids.ts';

/** What is made of words that others choose, such as hosts: of up to a number of them, and once of all further ones. */
export class Bounded<Made> {
  readonly #made = new Map<string, Made>();
  readonly #atMost: number;
  readonly #make: (word: string) => Made;

  /** @param make is given a word cut to the length of a name and held apart from the text around it, or `*`. */
  constructor(atMost: number, make: (word: string) => Made) {
    this.#atMost = atMost;
    this.#make = make;
  }

  of(given: string): Made {
    const word = cut(given, NAME_UNITS);
    const known = this.#made.get(word);
    if (known !== undefined) return known;
    if (this.#made.size >= this.#atMost && word !== FOLDED) return this.of(FOLDED);
    const own = detached(word);
    const made = this.#make(own);
    this.#made.set(own, made);
    return made;
  }
}

/** Up to a number of words as they are, all further ones as `*`. */
export class BoundedWords extends Bounded<string> {
  constructor(atMost: number) {
    super(atMost, (word) => word);
  }
}
