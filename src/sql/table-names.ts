import { cut } from '../wire/text.ts';
import type { SqlTokens } from './tokens.ts';

const MAX_TABLES = 4;
const NAME_UNITS = 60;
const NONE: readonly string[] = [];

// A colon would begin the next part of a name made of it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029:]/g;
const QUOTED_NAME = /^["`[]/;
/** Nearly no name is, and this is many times faster than to replace nothing. */
const UNTIDY = /[^\w $#@-]/;

/** Collects the tables of a statement in the order of appearance, each once, and knows which names are none. */
export class TableNames {
  readonly #tokens: SqlTokens;
  readonly #isCut: boolean;
  #tables: string[] | undefined;
  /** In small letters. */
  #expressions: Set<string> | undefined;

  /** `isCut`: the statement goes on behind what is read of it. */
  constructor(tokens: SqlTokens, isCut: boolean) {
    this.#tokens = tokens;
    this.#isCut = isCut;
  }

  get found(): readonly string[] {
    return this.#tables ?? NONE;
  }

  /** Adds the name from `start` to `end`, unless a common table expression is called like that. */
  add(start: number, end: number, isQualified: boolean): void {
    const tables = this.#tables;
    if (tables !== undefined && tables.length >= MAX_TABLES) return;
    const name = nameAt(this.#tokens.text, start, end);
    if (name === '' || this.#isCutOff(end)) return;
    if (!isQualified && this.#expressions?.has(name.toLowerCase())) return;
    if (tables === undefined) this.#tables = [name];
    else if (!tables.some((table) => isSame(table, name))) tables.push(name);
  }

  /** Half a name at the end of what is read would be one more name for nothing. */
  #isCutOff(end: number): boolean {
    const { text, isUnclosed } = this.#tokens;
    return end === text.length && (isUnclosed || this.#isCut);
  }

  /** Declares a common table expression. */
  declare(start: number, end: number): void {
    this.#expressions ??= new Set();
    this.#expressions.add(nameAt(this.#tokens.text, start, end).toLowerCase());
  }

  /** Takes a name out that turned out to be the alias of another table: `update o set … from orders o`. */
  remove(start: number, end: number): void {
    const alias = nameAt(this.#tokens.text, start, end);
    this.#tables = this.#tables?.filter((table) => !isSame(table, alias));
  }
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && (one === other || one.toLowerCase() === other.toLowerCase());
}

/** A name without its quotes, fit to be a part of a builder's name. */
function nameAt(text: string, start: number, end: number): string {
  const name = text.slice(start, end);
  if (!QUOTED_NAME.test(name)) return cut(name, NAME_UNITS);
  const quote = text.charAt(end - 1);
  const inside = name.slice(1, -1);
  return cut(
    UNTIDY.test(inside) ? inside.replaceAll(quote + quote, quote).replace(UNFIT, '_') : inside,
    NAME_UNITS,
  );
}
