import { cut } from '../wire/text.ts';

const MAX_TABLES = 4;
const NAME_UNITS = 60;

// A colon would begin the next part of a name made of it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029:]/g;
/** Nearly no name is, and this is many times faster than to replace nothing. */
const OPENS_QUOTES = /^["`[]/;
const UNTIDY = /[^\w $#@-]/;

/** Collects the tables of a statement in the order of appearance, each once, and knows which names are none. */
export class TableNames {
  readonly #cutAt: number;
  readonly #tables: string[] = [];
  /** In small letters. */
  #expressions: Set<string> | undefined;

  /** `isCut`: the statement goes on behind `text`, so that a name at its end is only half of one. */
  constructor(text: string, isCut: boolean) {
    this.#cutAt = isCut ? text.length : -1;
  }

  get found(): readonly string[] {
    return this.#tables;
  }

  /** Adds the name that ends at `end`, unless a common table expression is called like that. */
  add(given: string, end: number, isQualified: boolean): void {
    if (this.#tables.length >= MAX_TABLES || end === this.#cutAt) return;
    const name = tidy(given);
    if (name === '' || (!isQualified && this.#expressions?.has(name.toLowerCase()))) return;
    if (this.#indexOf(name) < 0) this.#tables.push(name);
  }

  /** Declares a common table expression. */
  declare(given: string): void {
    this.#expressions ??= new Set();
    this.#expressions.add(tidy(given).toLowerCase());
  }

  /** Takes a name out that turned out to be the alias of another table: `update o set … from orders o`. */
  remove(given: string): void {
    const at = this.#indexOf(tidy(given));
    if (at >= 0) this.#tables.splice(at, 1);
  }

  #indexOf(name: string): number {
    for (let i = 0; i < this.#tables.length; i++) if (isSame(this.#tables[i] ?? '', name)) return i;
    return -1;
  }
}

function isSame(one: string, other: string): boolean {
  return one === other || (one.length === other.length && one.toLowerCase() === other.toLowerCase());
}

/** A name without its quotes, fit to be a part of a builder's name. */
function tidy(given: string): string {
  if (!OPENS_QUOTES.test(given)) return cut(given, NAME_UNITS);
  const quote = given.charAt(given.length - 1);
  const name = given.slice(1, -1);
  const isTidy = !UNTIDY.test(name);
  return cut(isTidy ? name : name.replaceAll(quote + quote, quote).replace(UNFIT, '_'), NAME_UNITS);
}
