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
/** A statement may begin, so that `update` is not that of `for update`. */
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

interface Statement {
  readonly action?: string;
  readonly level: number;
  readonly expected: Expected;
}

/** What begins with a word, where a statement may begin. */
const STATEMENTS: Readonly<Partial<Record<SqlWord, Statement>>> = {
  copy: { level: 0, expected: 'target' },
  delete: { action: 'Delete', level: READS | USES, expected: 'nothing' },
  drop: { level: DROPS, expected: 'nothing' },
  insert: { action: 'Insert', level: 0, expected: 'target' },
  merge: { action: 'Upsert', level: READS | USES, expected: 'target' },
  replace: { action: 'Upsert', level: 0, expected: 'target' },
  truncate: { level: LISTS, expected: 'target' },
  update: { action: 'Update', level: READS | LISTS | UPDATES, expected: 'target' },
};

/** Statements with a FROM that has something else than tables behind it. */
const WITHOUT_TABLES = new Set<SqlWord | undefined>(['backup', 'fetch', 'move', 'restore', 'revoke']);
const EXPLAINING = new Set<SqlWord | undefined>(['desc', 'describe', 'explain']);

/** Behind these a comma has no table behind it. */
const ENDS_LIST = new Set<SqlWord>([
  ...(['for', 'having', 'order', 'output', 'returning', 'set', 'update', 'values', 'where', 'window'] as const),
]);

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
    this.#names = new TableNames(tokens);
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
    if (word === 'select' || word === 'with' || statementOf(word)?.action !== undefined) return true;
    return this.#beginOther(word);
  }

  /** A statement that is called by its first word as it stands. */
  #beginOther(word: SqlWord | undefined): boolean {
    const { text, start, end } = this.#tokens;
    const first = text.slice(start, end);
    if (!LETTERS.test(first)) return false;
    this.#action = first.charAt(0).toUpperCase() + first.slice(1).toLowerCase();
    if (WITHOUT_TABLES.has(word)) this.#kind = 'end';
    if (EXPLAINING.has(word)) this.#skipToStatement();
    return true;
  }

  /** Over `analyze`, `(verbose, format json)` and the like. */
  #skipToStatement(): void {
    while (this.#advance() !== 'end' && !this.#isMark(SEMICOLON)) {
      const word = this.#known();
      if (word === 'select' || word === 'with' || word === 'table' || statementOf(word) !== undefined) return;
    }
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

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  #word(): void {
    const word = this.#known();
    if (this.#expected === 'nothing') this.#keyword(word);
    else if (word !== undefined && PASSED_OVER[this.#expected].has(word)) this.#passOver(word);
    else if (word === undefined || !isReserved(word)) this.#name();
    else {
      this.#expected = 'nothing';
      this.#keyword(word);
    }
  }

  #keyword(word: SqlWord | undefined): void {
    this.#advance();
    const begun = this.#has(STARTS) ? statementOf(word) : undefined;
    this.#level &= ~STARTS;
    if (begun !== undefined) this.#beginStatement(begun);
    else if (word !== undefined) this.#clause(word);
  }

  #passOver(word: SqlWord): void {
    this.#advance();
    if (word === 'top' && this.#isMark(OPEN)) this.#level |= AWAITS;
    if (word !== 'or') return;
    if (this.#known() === 'replace') this.#upsert();
    this.#advance();
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
    if (this.#has(WITH)) this.#level |= STARTS;
  }

  #comma(): void {
    if (this.#has(WITH)) this.#expected = 'expression';
    else this.#expected = this.#has(LISTS) ? 'source' : 'nothing';
  }

  #beginStatement(statement: Statement): void {
    if (statement.action !== undefined) this.#decide(statement.action);
    this.#level = statement.level;
    this.#expected = statement.expected;
  }

  /** Takes the verb that counts; those inside common table expressions do not. */
  #decide(action: string): void {
    if (this.#outer.length === this.#mainDepth) this.#action ??= action;
  }

  #upsert(): void {
    if (this.#outer.length === this.#mainDepth && this.#action === 'Insert') this.#action = 'Upsert';
  }

  #finalAction(): string {
    // Cut off within its common table expressions: most of these lead to a select.
    const action = this.#action ?? 'Select';
    if (action !== 'Select') return action;
    if (this.#counts) return 'SelectCount';
    return this.#groups ? 'Group' : 'Select';
  }

  #clause(word: SqlWord): void {
    switch (word) {
      case 'select':
        return this.#select();
      case 'with':
        this.#expected = 'expression';
        return;
      case 'from':
        if (this.#has(READS)) this.#list();
        return;
      case 'using':
        if (this.#has(USES) && !this.#isMark(OPEN)) this.#list();
        return;
      case 'join':
        this.#expected = 'source';
        return;
      case 'straight_join':
        if (this.#has(LISTS)) this.#expected = 'source';
        return;
      case 'into':
        this.#level &= ~LISTS;
        this.#expected = 'target';
        return;
      case 'table':
        if (this.#has(DROPS)) this.#level |= LISTS;
        this.#expected = 'target';
        return;
      case 'distinct':
        if (this.#known() === 'from') this.#advance();
        return;
      case 'do':
        if (this.#known() === 'update') this.#upsert();
        return;
      case 'duplicate':
        if (this.#known() === 'key') this.#upsert();
        return;
      case 'group':
        if (this.#known() === 'by') this.#groups = true;
        break;
      default:
        if (!ENDS_LIST.has(word)) return;
    }
    this.#level &= ~LISTS;
  }

  #select(): void {
    const isFirst = this.#action === undefined;
    this.#decide('Select');
    this.#level = READS;
    if (!isFirst || this.#action === undefined || this.#known() !== 'count') return;
    this.#advance();
    this.#counts = this.#isMark(OPEN);
  }

  #list(): void {
    this.#level |= LISTS;
    this.#expected = 'source';
  }

  /** Reads a name with all its parts and what follows it, which tells what it names. */
  #name(): void {
    const tokens = this.#tokens;
    const expected = this.#expected;
    this.#expected = 'nothing';
    this.#level &= ~STARTS;
    let { start, end } = tokens;
    let isQualified = false;
    this.#advance();
    while (this.#isMark(DOT)) {
      isQualified = true;
      // `shop..orders` of SQL Server
      while (this.#isMark(DOT)) this.#advance();
      if (this.#kind !== 'word' && this.#kind !== 'quoted' && this.#kind !== 'number') return;
      ({ start, end } = tokens);
      this.#advance();
    }
    if (expected === 'expression') this.#expression(start, end);
    else if (this.#isTable(expected)) this.#table(start, end, isQualified);
  }

  #expression(start: number, end: number): void {
    if (this.#known() !== 'as' && !this.#isMark(OPEN)) return;
    this.#names.declare(start, end);
    this.#level = (this.#level | WITH) & ~LISTS;
  }

  /** `generate_series(…)` is a function; `insert ignore into t`, `into outfile '…'` name nothing before. */
  #isTable(expected: Expected): boolean {
    if (expected === 'source') return !this.#isMark(OPEN);
    return this.#kind !== 'string' && this.#known() !== 'into';
  }

  #table(start: number, end: number, isQualified: boolean): void {
    if (this.#has(UPDATES)) {
      if (this.#known() === 'as') this.#advance();
      const isAlias = this.#kind === 'quoted' || (this.#kind === 'word' && this.#known() === undefined);
      if (isAlias) this.#names.remove(this.#tokens.start, this.#tokens.end);
    }
    this.#names.add(start, end, isQualified);
  }
}

function statementOf(word: SqlWord | undefined): Statement | undefined {
  return word === undefined ? undefined : STATEMENTS[word];
}
