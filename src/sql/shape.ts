import { CLAUSES, Expected, Level, STATEMENTS } from './statements.ts';
import { TableNames } from './table-names.ts';
import { Kind, Mark, type SqlTokens } from './tokens.ts';
import { Is, type SqlWord } from './words.ts';

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
  #level: number = Level.STARTS | Level.READS;
  #expected: number = Expected.NOTHING;
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
    while (tokens.kind !== Kind.END) {
      if (tokens.kind === Kind.WORD) this.#word();
      else if (tokens.kind !== Kind.MARK) this.#value();
      else if (tokens.mark !== Mark.SEMICOLON) this.#mark();
      else break;
    }
    return { action: this.#finalAction(), tables: this.#names.found };
  }

  /** Goes to the first word; false where there is none. */
  #begin(): boolean {
    const tokens = this.#tokens;
    tokens.advance();
    while (tokens.mark === Mark.SEMICOLON || tokens.mark === Mark.OPEN) {
      if (tokens.mark === Mark.OPEN) this.#open();
      tokens.advance();
    }
    this.#mainDepth = this.#depth;
    if (tokens.kind !== Kind.WORD || tokens.end - tokens.start > FIRST_WORD_LETTERS) return false;
    const word = tokens.word;
    const spelling = word?.spelling ?? '';
    if (spelling === 'select' || spelling === 'with' || STATEMENTS.get(spelling)?.action !== undefined)
      return true;
    return this.#beginOther(word);
  }

  /** A statement that is called by its first word as it stands. */
  #beginOther(word: SqlWord | undefined): boolean {
    const tokens = this.#tokens;
    const first = tokens.text.slice(tokens.start, tokens.end);
    if (!LETTERS.test(first)) return false;
    this.#action = first.charAt(0).toUpperCase() + first.slice(1).toLowerCase();
    if (word === undefined) return true;
    if ((word.is & Is.EXPLAINS) !== 0) this.#skipToStatement();
    if ((word.is & Is.NO_TABLES) !== 0) tokens.skipTo(tokens.text.length);
    return true;
  }

  /** Over `analyze`, `(verbose, format json)` and the like. */
  #skipToStatement(): void {
    const tokens = this.#tokens;
    while (tokens.advance() !== Kind.END && tokens.mark !== Mark.SEMICOLON) {
      if (tokens.isWord(Is.BEGINS)) return;
    }
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  #word(): void {
    const word = this.#tokens.word;
    if (this.#expected === Expected.NOTHING) this.#keyword(word);
    else if (word !== undefined && (word.is & this.#expected) !== 0) this.#passOver(word);
    else if (word === undefined || (word.is & Is.RESERVED) === 0) this.#name();
    else {
      this.#expected = Expected.NOTHING;
      this.#keyword(word);
    }
  }

  #passOver(word: SqlWord): void {
    const tokens = this.#tokens;
    tokens.advance();
    if (word.spelling === 'top' && tokens.mark === Mark.OPEN) this.#level |= Level.AWAITS;
    if (word.spelling !== 'or') return;
    if (tokens.word?.spelling === 'replace') this.#upsert();
    tokens.advance();
  }

  #keyword(word: SqlWord | undefined): void {
    const isFirst = this.#has(Level.STARTS);
    this.#level &= ~Level.STARTS;
    if (word === undefined) {
      this.#goOn();
      return;
    }
    this.#tokens.advance();
    const begun = isFirst ? STATEMENTS.get(word.spelling) : undefined;
    if (word.spelling === 'select') this.#select();
    else if (begun === undefined) this.#clause(word);
    else {
      if (begun.action !== undefined) this.#decide(begun.action);
      this.#level = begun.level;
      this.#expected = begun.expects;
    }
  }

  #clause(word: SqlWord): void {
    const clause = CLAUSES.get(word.spelling);
    if (clause === undefined) {
      if ((word.is & Is.ENDS_LIST) !== 0) this.#level &= ~Level.LISTS;
      this.#pair(word);
      return;
    }
    const { needs = 0, adds = 0, drops = 0, expects } = clause;
    if ((this.#level & needs) !== needs) return;
    // `join b using (x)`
    if (needs === Level.USES && this.#tokens.mark === Mark.OPEN) return;
    this.#level = (this.#level & ~drops) | adds;
    if (word.spelling === 'table' && this.#has(Level.DROPS)) this.#level |= Level.LISTS;
    this.#expected = expects;
  }

  /** On to what may tell more: a known word, a parenthesis, the comma of a list. */
  #goOn(): void {
    this.#tokens.seek(this.#has(Level.LISTS | Level.WITH));
  }

  /** Words that mean something together with the next one. */
  #pair(word: SqlWord): void {
    const next = this.#tokens.word?.spelling;
    if (word.spelling === 'group' && next === 'by') this.#groups = true;
    else if (word.spelling === 'do' && next === 'update') this.#upsert();
    else if (word.spelling === 'duplicate' && next === 'key') this.#upsert();
    // `is distinct from`, `select x as order`
    else if (word.spelling === 'distinct' && next === 'from') this.#tokens.advance();
    else if (word.spelling === 'as' && next !== undefined && !this.#tokens.isWord(Is.BEGINS))
      this.#tokens.advance();
  }

  #select(): void {
    const tokens = this.#tokens;
    const isUndecided = this.#action === undefined;
    this.#decide('Select');
    this.#level = Level.READS;
    if (!isUndecided || this.#action === undefined || tokens.word?.spelling !== 'count') return;
    tokens.advance();
    this.#counts = tokens.mark === Mark.OPEN;
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
    const isName = kind === Kind.QUOTED || (kind === Kind.NUMBER && /[^\d.]/.test(text.slice(start, end)));
    if (isName && this.#expected !== Expected.NOTHING) {
      this.#name();
    } else {
      this.#expected = Expected.NOTHING;
      this.#goOn();
    }
  }

  #mark(): void {
    const tokens = this.#tokens;
    if (tokens.mark === Mark.OPEN) this.#open();
    else if (tokens.mark === Mark.CLOSE) this.#close();
    else if (tokens.mark === Mark.COMMA) this.#comma();
    else this.#expected = Expected.NOTHING;
    // What begins between parentheses is told by its first word, known or not.
    if (this.#expected === Expected.NOTHING && !this.#has(Level.STARTS)) this.#goOn();
    else tokens.advance();
  }

  #open(): void {
    levels[this.#depth++] = this.#level;
    // `from (a join b on …)`, `from (select …)`
    const isSource = this.#expected === Expected.SOURCE;
    this.#level = isSource ? Level.STARTS | Level.READS | Level.LISTS : Level.STARTS;
    if (!isSource) this.#expected = Expected.NOTHING;
  }

  #close(): void {
    if (this.#depth > 0) this.#level = levels[--this.#depth] ?? 0;
    this.#expected = this.#has(Level.AWAITS) ? Expected.TARGET : Expected.NOTHING;
    this.#level &= ~Level.AWAITS;
    if (this.#has(Level.WITH)) this.#level |= Level.STARTS;
  }

  #comma(): void {
    if (this.#has(Level.WITH)) this.#expected = Expected.EXPRESSION;
    else this.#expected = this.#has(Level.LISTS) ? Expected.SOURCE : Expected.NOTHING;
  }

  /** Reads a name with all its parts and what follows it, which tells what it names. */
  #name(): void {
    const tokens = this.#tokens;
    const expected = this.#expected;
    this.#expected = Expected.NOTHING;
    this.#level &= ~Level.STARTS;
    let { start, end } = tokens;
    let isQualified = false;
    tokens.advance();
    while (tokens.mark === Mark.DOT) {
      isQualified = true;
      // `shop..orders` of SQL Server
      while (tokens.mark === Mark.DOT) tokens.advance();
      if (tokens.kind !== Kind.WORD && tokens.kind !== Kind.QUOTED && tokens.kind !== Kind.NUMBER) return;
      ({ start, end } = tokens);
      tokens.advance();
    }
    if (expected === Expected.EXPRESSION) this.#expression(start, end);
    else if (this.#isTable(expected)) this.#table(start, end, isQualified);
  }

  #expression(start: number, end: number): void {
    if (this.#tokens.word?.spelling !== 'as' && this.#tokens.mark !== Mark.OPEN) return;
    this.#names.declare(start, end);
    this.#level = (this.#level | Level.WITH) & ~Level.LISTS;
  }

  /** `generate_series(…)` is a function; `insert ignore into t`, `into outfile '…'` name nothing before. */
  #isTable(expected: number): boolean {
    if (expected === Expected.SOURCE) return this.#tokens.mark !== Mark.OPEN;
    return this.#tokens.kind !== Kind.STRING && this.#tokens.word?.spelling !== 'into';
  }

  #table(start: number, end: number, isQualified: boolean): void {
    const tokens = this.#tokens;
    if (this.#has(Level.UPDATES)) {
      if (tokens.word?.spelling === 'as') tokens.advance();
      const isAlias = tokens.kind === Kind.QUOTED || (tokens.kind === Kind.WORD && tokens.word === undefined);
      if (isAlias) this.#names.remove(tokens.start, tokens.end);
    }
    this.#names.add(start, end, isQualified);
  }
}
