import {
  AWAITS,
  DROPS,
  EXPRESSION,
  LISTS,
  NOTHING,
  READS,
  SOURCE,
  STARTS,
  type Statement,
  statementOf,
  TARGET,
  UPDATES,
  USES,
  WITH,
} from './statements.ts';
import { TableNames } from './table-names.ts';
import {
  CLOSE,
  COMMA,
  DOT,
  END,
  MARK,
  NUMBER,
  OPEN,
  QUOTED,
  SEMICOLON,
  type SqlTokens,
  STRING,
  WORD,
} from './tokens.ts';
import { BEGINS, ENDS_LIST, EXPLAINS, NO_TABLES, RESERVED, type SqlWord } from './words.ts';

/** What a statement does, and with which tables. */
export interface SqlShape {
  /** `Select`, `SelectCount`, `Group`, `Insert`, `Update`, `Delete`, `Upsert`, or the first word, capitalised. */
  readonly action: string;
  /** Without schema and quotes, each once, in the order of appearance. */
  readonly tables: readonly string[];
}

/** A statement is read so far. */
export const SHAPE_UNITS = 4_096;

/** The levels around the one at hand; one for all readers, as each reads to its end at once. */
const levels = new Uint8Array(SHAPE_UNITS);

const FIRST_WORD_LETTERS = 20;
const LETTERS = /^[a-z]+$/i;

/** Follows the clauses of a statement as far as they name tables. Reads the first statement of several. */
export class ShapeReader {
  readonly #tokens: SqlTokens;
  readonly #names: TableNames;
  #depth = 0;
  #level = STARTS | READS;
  #expected = NOTHING;
  #action: string | undefined;
  /** How deep the statement itself begins: `(select …) union (select …)`. */
  #mainDepth = 0;
  #counts = false;
  #groups = false;

  constructor(tokens: SqlTokens, isCut: boolean) {
    this.#tokens = tokens;
    this.#names = new TableNames(tokens, isCut);
  }

  read(): SqlShape | undefined {
    if (!this.#begin()) return undefined;
    const tokens = this.#tokens;
    while (tokens.kind !== END) {
      if (tokens.kind === WORD) this.#word();
      else if (tokens.kind !== MARK) this.#value();
      else if (tokens.mark !== SEMICOLON) this.#mark();
      else break;
    }
    return { action: this.#finalAction(), tables: this.#names.found };
  }

  /** Goes to the first word; false where there is none. */
  #begin(): boolean {
    const tokens = this.#tokens;
    tokens.advance();
    while (tokens.mark === SEMICOLON || tokens.mark === OPEN) {
      if (tokens.mark === OPEN) this.#open();
      tokens.advance();
    }
    this.#mainDepth = this.#depth;
    if (tokens.kind !== WORD || tokens.end - tokens.start > FIRST_WORD_LETTERS) return false;
    const word = tokens.word;
    const isVerb = word?.spelling === 'select' || word?.spelling === 'with';
    return isVerb || statementOf(word)?.action !== undefined || this.#beginOther(word);
  }

  /** A statement that is called by its first word as it stands. */
  #beginOther(word: SqlWord | undefined): boolean {
    const tokens = this.#tokens;
    const first = tokens.text.slice(tokens.start, tokens.end);
    if (!LETTERS.test(first)) return false;
    this.#action = first.charAt(0).toUpperCase() + first.slice(1).toLowerCase();
    if (word === undefined) return true;
    if ((word.is & EXPLAINS) !== 0) this.#skipToStatement();
    if ((word.is & NO_TABLES) !== 0) tokens.skipTo(tokens.text.length);
    return true;
  }

  /** Over `analyze`, `(verbose, format json)` and the like. */
  #skipToStatement(): void {
    const tokens = this.#tokens;
    while (tokens.advance() !== END && tokens.mark !== SEMICOLON) {
      if (tokens.isWord(BEGINS)) return;
    }
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  #word(): void {
    const word = this.#tokens.word;
    if (this.#expected === NOTHING) this.#keyword(word);
    else if (word !== undefined && (word.is & this.#expected) !== 0) this.#passOver(word);
    else if (word === undefined || (word.is & RESERVED) === 0) this.#name();
    else {
      this.#expected = NOTHING;
      this.#keyword(word);
    }
  }

  #passOver(word: SqlWord): void {
    const tokens = this.#tokens;
    tokens.advance();
    if (word.spelling === 'top' && tokens.mark === OPEN) this.#level |= AWAITS;
    if (word.spelling !== 'or') return;
    if (tokens.word?.spelling === 'replace') this.#upsert();
    tokens.advance();
  }

  #keyword(word: SqlWord | undefined): void {
    if (word === undefined) {
      this.#level &= ~STARTS;
      this.#tokens.seek(this.#has(LISTS | WITH));
      return;
    }
    this.#tokens.advance();
    const begun = this.#has(STARTS) ? statementOf(word) : undefined;
    this.#level &= ~STARTS;
    if (begun !== undefined) this.#beginStatement(begun);
    else this.#clause(word);
  }

  #beginStatement(statement: Statement): void {
    if (statement.action !== undefined) this.#decide(statement.action);
    this.#level = statement.level;
    this.#expected = statement.expected;
  }

  #clause(word: SqlWord): void {
    switch (word.spelling) {
      case 'select':
        this.#select();
        return;
      case 'with':
        this.#expected = EXPRESSION;
        return;
      case 'from':
        if (this.#has(READS)) this.#list();
        return;
      case 'using':
        if (this.#has(USES) && this.#tokens.mark !== OPEN) this.#list();
        return;
      case 'join':
        this.#expected = SOURCE;
        return;
      case 'straight_join':
        if (this.#has(LISTS)) this.#expected = SOURCE;
        return;
      case 'into':
        this.#level &= ~LISTS;
        this.#expected = TARGET;
        return;
      case 'table':
        if (this.#has(DROPS)) this.#level |= LISTS;
        this.#expected = TARGET;
        return;
      default:
        if ((word.is & ENDS_LIST) !== 0) this.#level &= ~LISTS;
        this.#pair(word);
    }
  }

  /** Words that mean something together with the next one. */
  #pair(word: SqlWord): void {
    const next = this.#tokens.word?.spelling;
    if (word.spelling === 'group' && next === 'by') this.#groups = true;
    else if (word.spelling === 'do' && next === 'update') this.#upsert();
    else if (word.spelling === 'duplicate' && next === 'key') this.#upsert();
    // `is distinct from`, `select x as order`
    else if (word.spelling === 'distinct' && next === 'from') this.#tokens.advance();
    else if (word.spelling === 'as' && next !== undefined && !this.#tokens.isWord(BEGINS))
      this.#tokens.advance();
  }

  #select(): void {
    const tokens = this.#tokens;
    const isUndecided = this.#action === undefined;
    this.#decide('Select');
    this.#level = READS;
    if (!isUndecided || this.#action === undefined || tokens.word?.spelling !== 'count') return;
    tokens.advance();
    this.#counts = tokens.mark === OPEN;
  }

  #list(): void {
    this.#level |= LISTS;
    this.#expected = SOURCE;
  }

  /** Takes the verb that counts; those inside common table expressions do not. */
  #decide(action: string): void {
    if (this.#depth === this.#mainDepth) this.#action ??= action;
  }

  #upsert(): void {
    if (this.#depth === this.#mainDepth && this.#action === 'Insert') this.#action = 'Upsert';
  }

  #finalAction(): string {
    // Cut off within its common table expressions: most of these lead to a select.
    const action = this.#action ?? 'Select';
    if (action !== 'Select') return action;
    if (this.#counts) return 'SelectCount';
    return this.#groups ? 'Group' : 'Select';
  }

  /** A quoted name or a value; MySQL allows tables called `2024_orders`. */
  #value(): void {
    const { kind, text, start, end } = this.#tokens;
    const isName = kind === QUOTED || (kind === NUMBER && /[^\d.]/.test(text.slice(start, end)));
    if (isName && this.#expected !== NOTHING) {
      this.#name();
    } else {
      this.#expected = NOTHING;
      this.#tokens.seek(this.#has(LISTS | WITH));
    }
  }

  #mark(): void {
    const tokens = this.#tokens;
    if (tokens.mark === OPEN) this.#open();
    else if (tokens.mark === CLOSE) this.#close();
    else if (tokens.mark === COMMA) this.#comma();
    else this.#expected = NOTHING;
    // What begins between parentheses is told by its first word, known or not.
    if (this.#expected === NOTHING && !this.#has(STARTS)) tokens.seek(this.#has(LISTS | WITH));
    else tokens.advance();
  }

  #open(): void {
    levels[this.#depth++] = this.#level;
    // `from (a join b on …)`, `from (select …)`
    const isSource = this.#expected === SOURCE;
    this.#level = isSource ? STARTS | READS | LISTS : STARTS;
    if (!isSource) this.#expected = NOTHING;
  }

  #close(): void {
    if (this.#depth > 0) this.#level = levels[--this.#depth] ?? 0;
    this.#expected = this.#has(AWAITS) ? TARGET : NOTHING;
    this.#level &= ~AWAITS;
    if (this.#has(WITH)) this.#level |= STARTS;
  }

  #comma(): void {
    if (this.#has(WITH)) this.#expected = EXPRESSION;
    else this.#expected = this.#has(LISTS) ? SOURCE : NOTHING;
  }

  /** Reads a name with all its parts and what follows it, which tells what it names. */
  #name(): void {
    const tokens = this.#tokens;
    const expected = this.#expected;
    this.#expected = NOTHING;
    this.#level &= ~STARTS;
    let { start, end } = tokens;
    let isQualified = false;
    tokens.advance();
    while (tokens.mark === DOT) {
      isQualified = true;
      // `shop..orders` of SQL Server
      while (tokens.mark === DOT) tokens.advance();
      if (tokens.kind !== WORD && tokens.kind !== QUOTED && tokens.kind !== NUMBER) return;
      ({ start, end } = tokens);
      tokens.advance();
    }
    if (expected === EXPRESSION) this.#expression(start, end);
    else if (this.#isTable(expected)) this.#table(start, end, isQualified);
  }

  #expression(start: number, end: number): void {
    if (this.#tokens.word?.spelling !== 'as' && this.#tokens.mark !== OPEN) return;
    this.#names.declare(start, end);
    this.#level = (this.#level | WITH) & ~LISTS;
  }

  /** `generate_series(…)` is a function; `insert ignore into t`, `into outfile '…'` name nothing before. */
  #isTable(expected: number): boolean {
    if (expected === SOURCE) return this.#tokens.mark !== OPEN;
    return this.#tokens.kind !== STRING && this.#tokens.word?.spelling !== 'into';
  }

  #table(start: number, end: number, isQualified: boolean): void {
    const tokens = this.#tokens;
    if (this.#has(UPDATES)) {
      if (tokens.word?.spelling === 'as') tokens.advance();
      const isAlias = tokens.kind === QUOTED || (tokens.kind === WORD && tokens.word === undefined);
      if (isAlias) this.#names.remove(tokens.start, tokens.end);
    }
    this.#names.add(start, end, isQualified);
  }
}
