import { cut } from '../wire/text.ts';
import { BACKTICK, DOUBLE_QUOTE, LETTER, MINUS, OPEN_BRACKET, sortOf, WORD_PART } from './chars.ts';
import type { SqlTokens } from './tokens.ts';

const MAX_TABLES = 4;
const NAME_UNITS = 60;
const SPACE_UNIT = 32;
const NONE: readonly string[] = [];

// A colon would begin the next part of a name made of it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029:]/g;

/** Collects the tables of a statement in the order of appearance, each once, and knows which names are none. */
export class TableNames {
  readonly #tokens: SqlTokens;
  #tables: string[] | undefined;
  /** In small letters. */
  #expressions: Set<string> | undefined;

  constructor(tokens: SqlTokens) {
    this.#tokens = tokens;
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
    const { limit, text, isUnclosed } = this.#tokens;
    return end === limit && (isUnclosed || limit < text.length);
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

/** Whether anything but digits is found from `start` to `end`. */
export function hasLetter(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (sortOf(text.charCodeAt(at)) === LETTER) return true;
  return false;
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && (one === other || one.toLowerCase() === other.toLowerCase());
}

/** A name without its quotes, fit to be a part of a builder's name. */
function nameAt(text: string, start: number, end: number): string {
  const open = text.charCodeAt(start);
  if (open !== DOUBLE_QUOTE && open !== BACKTICK && open !== OPEN_BRACKET) {
    return cut(text.slice(start, end), NAME_UNITS);
  }
  const name = text.slice(start + 1, end - 1);
  return cut(isTidy(text, start + 1, end - 1) ? name : tidied(name, text.charAt(end - 1)), NAME_UNITS);
}

/** Nearly every name is, and this is many times faster than to replace nothing. */
function isTidy(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== SPACE_UNIT && code !== MINUS && (code >= 128 || (sortOf(code) & WORD_PART) === 0))
      return false;
  }
  return true;
}

function tidied(name: string, quote: string): string {
  return name.replaceAll(quote + quote, quote).replace(UNFIT, '_');
}
