import { CLOSE, COMMA, DOT, OPEN, SEMICOLON } from './sql-chars.ts';
import { hasLetter, TableNames } from './sql-names.ts';
import type { SqlTokens, TokenKind } from './sql-tokens.ts';
import { isReserved, knownWord, type SqlWord } from './sql-words.ts';

/** What a statement does, and with which tables. */
export interface SqlShape {
  /** `Select`, `SelectCount`, `Group`, `Insert`, `Update`, `Delete`, `Upsert`, or the first word, capitalised. */
  readonly action: string;
  /** Without schema and quotes, each once, in the order of appearance. */
  readonly tables: readonly string[];
}

/**
 * What a name would be that came next: a source behind FROM, JOIN and commas (no table if it is called like a
 * function), a target behind INTO, UPDATE and TABLE (its columns may follow), or a common table expression.
 */
type Expected = 'nothing' | 'source' | 'target' | 'expression';

// What holds between a pair of parentheses, as bits.
/** A statement may begin: `update` is not that of `for update`. */
const STARTS = 1;
/** `from` has tables behind it, and is not that of `extract(year from x)`. */
const READS = 2;
/** A comma has one more table behind it. */
const LISTS = 4;
/** A comma has one more common table expression behind it. */
const WITH = 8;
/** `using` has a table behind it, and is not that of `convert(x using utf8)`. */
const USES = 16;
/** `table` may have a list behind it. */
const DROPS = 32;
/** What is updated may turn out to be the alias of a table. */
const UPDATES = 64;
/** The target comes behind the parentheses that were opened: `update top (5) t`. */
const AWAITS = 128;

/** Words between a keyword and its name: `join lateral`, `update low_priority`, `create table if not exists`. */
const PASSED_OVER: Readonly<Record<Expected, ReadonlySet<SqlWord>>> = {
  nothing: new Set(),
  source: new Set<SqlWord>(['only', 'lateral', 'table']),
  target: new Set<SqlWord>([
    ...(['only', 'table', 'if', 'not', 'exists', 'or', 'top', 'overwrite'] as const),
    ...(['ignore', 'delayed', 'low_priority', 'high_priority'] as const),
  ]),
  expression: new Set<SqlWord>(['recursive']),
};

const FIRST_WORD_LETTERS = 20;
const LETTERS = /^[a-z]+$/i;

/** Follows the clauses of a statement as far as they name tables. Reads the first statement of several. */
export class ShapeReader {
  readonly #tokens: SqlTokens;
  readonly #names: TableNames;
  /** The levels around this one. */
  readonly #outer: number[] = [];
  #level = STARTS | READS;
  #expected: Expected = 'nothing';
  #kind: TokenKind = 'mark';
  #action: string | undefined;
  /** How deep the statement itself begins: `(select …) union (select …)`. */
  #mainDepth = 0;
  #counts = false;
  #groups = false;

  constructor(tokens: SqlTokens) {
    this.#tokens = tokens;
    this.#names = new TableNames(tokens.text);
  }

  read(): SqlShape | undefined {
    if (!this.#begin()) return undefined;
    while (this.#kind !== 'end') {
      if (this.#kind === 'word') this.#word();
      else if (this.#kind !== 'mark') this.#value();
      else if (this.#tokens.code !== SEMICOLON) this.#mark(this.#tokens.code);
      else break;
    }
    return { action: this.#finalAction(), tables: this.#names.found };
  }

  /** Goes to the first word; false where there is none. */
  #begin(): boolean {
    const tokens = this.#tokens;
    while (this.#advance() === 'mark' && (tokens.code === SEMICOLON || tokens.code === OPEN)) {
      if (tokens.code === OPEN) this.#open();
    }
    this.#mainDepth = this.#outer.length;
    if (this.#kind !== 'word' || tokens.end - tokens.start > FIRST_WORD_LETTERS) return false;
    const word = this.#known();
    if (word !== undefined && VERBS.has(word)) return true;
    const first = tokens.text.slice(tokens.start, tokens.end);
    if (!LETTERS.test(first)) return false;
    this.#action = first.charAt(0).toUpperCase() + first.slice(1).toLowerCase();
    if (word === undefined || !EXPLAINING.has(word)) this.#level = READS;
    if (word !== undefined && FROM_ELSEWHERE.has(word)) this.#level = 0;
    return true;
  }

  /** Takes the verb that decides; those inside common table expressions do not. */
  #decide(action: string): void {
    if (this.#outer.length === this.#mainDepth) this.#action ??= action;
  }

  #finalAction(): string {
    // Cut off within its common table expressions: most of these lead to a select.
    const action = this.#action ?? 'Select';
    if (action !== 'Select') return action;
    if (this.#counts) return 'SelectCount';
    return this.#groups ? 'Group' : 'Select';
  }

  #advance(): TokenKind {
    const tokens = this.#tokens;
    let kind = tokens.next();
    while (kind === 'comment') kind = tokens.next();
    this.#kind = kind;
    return kind;
  }

  #isMark(code: number): boolean {
    return this.#kind === 'mark' && this.#tokens.code === code;
  }

  /** The word at hand, if it is a known one. */
  #known(): SqlWord | undefined {
    if (this.#kind !== 'word') return undefined;
    const { text, start, end } = this.#tokens;
    return knownWord(text, start, end);
  }

  #word(): void {
    const word = this.#known();
    const expected = this.#expected;
    if (expected !== 'nothing') {
      if (word === undefined) return this.#name();
      if (PASSED_OVER[expected].has(word)) return this.#passOver(word);
      if (!isReserved(word)) return this.#name();
      this.#expected = 'nothing';
    }
    this.#advance();
    if (word !== undefined) this.#clause(word);
  }

  #passOver(word: SqlWord): void {
    this.#advance();
    if (word === 'or') this.#advance();
    else if (word === 'top' && this.#isMark(OPEN)) this.#level |= AWAITS;
  }

  /** A quoted name or a value; MySQL allows tables called `2024_orders`. */
  #value(): void {
    const { text, start, end } = this.#tokens;
    const isName = this.#kind === 'quoted' || (this.#kind === 'number' && hasLetter(text, start, end));
    if (isName && this.#expected !== 'nothing') return this.#name();
    this.#expected = 'nothing';
    this.#advance();
  }

  #mark(code: number): void {
    if (code === OPEN) this.#open();
    else if (code === CLOSE) this.#close();
    else if (code === COMMA) this.#comma();
    else this.#expected = 'nothing';
    this.#advance();
  }

  #open(): void {
    this.#outer.push(this.#level);
    // `from (a join b on …)`, `from (select …)`
    const isSource = this.#expected === 'source';
    this.#level = isSource ? STARTS | READS | LISTS : STARTS;
    if (!isSource) this.#expected = 'nothing';
  }

  #close(): void {
    this.#level = this.#outer.pop() ?? this.#level;
    this.#expected = this.#has(AWAITS) ? 'target' : 'nothing';
    this.#level &= ~AWAITS;
  }

  #comma(): void {
    if (this.#has(WITH)) this.#expected = 'expression';
    else this.#expected = this.#has(LISTS) ? 'source' : 'nothing';
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }
