import { cut } from '../wire/text.ts';

const MAX_TABLES = 4;
const NAME_UNITS = 60;

const OPENS_QUOTES = /^["`[]/;
// A colon would begin the next part of a name made of it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029:]/g;

/** Collects the tables of a statement in the order of appearance, each once, and knows which names are none. */
export class TableNames {
  readonly found: string[] = [];
  /** Those found in small letters. */
  readonly #keys: string[] = [];
  /** The common table expressions, in small letters. */
  readonly #expressions: string[] = [];

  /** Adds a name, unless a common table expression is called like that. */
  add(given: string, isQualified: boolean): void {
    if (this.found.length >= MAX_TABLES) return;
    const name = tidy(given);
    const key = name.toLowerCase();
    const isKnown = this.#keys.includes(key) || (!isQualified && this.#expressions.includes(key));
    if (name === '' || isKnown) return;
    this.found.push(name);
    this.#keys.push(key);
  }

  /** Declares a common table expression. */
  declare(given: string): void {
    this.#expressions.push(tidy(given).toLowerCase());
  }

  /** Takes a name out that turned out to be the alias of another table: `update o set … from orders o`. */
  remove(given: string): void {
    const at = this.#keys.indexOf(tidy(given).toLowerCase());
    if (at >= 0) for (const list of [this.found, this.#keys]) list.splice(at, 1);
  }
}

/** A name without its quotes, fit to be a part of a builder's name. */
function tidy(given: string): string {
  if (!OPENS_QUOTES.test(given)) return cut(given, NAME_UNITS);
  const quote = given.charAt(given.length - 1);
  return cut(
    given
      .slice(1, -1)
      .replaceAll(quote + quote, quote)
      .replace(UNFIT, '_'),
    NAME_UNITS,
  );
}
