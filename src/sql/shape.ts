import { Mark } from './characters.ts';
import { TableNames } from './table-names.ts';
import { Kind, type SqlTokens } from './tokens.ts';
import { type Clause, Is, Level, type Word } from './words.ts';

/** What a statement does, and with which tables. */
export interface SqlShape {
  /** `Select`, `SelectCount`, `Group`, `Insert`, `Update`, `Delete`, `Upsert`, or the first word, capitalised. */
  readonly action: string;
  /** Without schema and quotes, each once, in the order of appearance. */
  readonly tables: readonly string[];
}

const FIRST_WORD = /^[a-z]{1,20}$/i;
const NAME_WITH_DIGITS = /^\d+[^\d.][^.]*$/;
/** What a word became with the one before it, or as the first of its kind. */
const IS_DISTINCT = 'is distinct';
const FIRST_SELECT = 'first select';

/** Follows the clauses of a statement as far as they name tables. Reads the first statement of several. */
export class ShapeReader {
  readonly #tokens: SqlTokens;
  readonly #names = new TableNames();
  /** Where a name that ends may go on; -1 if the statement does not go on behind the text. */
  readonly #cutAt: number;
  /** The levels around the one at hand. */
  readonly #around: number[] = [];
  #level: number = Level.READS;
  /** What name comes next; 0 if none. */
  #expects = 0;
  #action: string | undefined;
  /** How deep the statement itself begins: `(select …) union (select …)`. */
  #mainDepth = 0;
  #counts = false;
  #groups = false;
  /** The known word right before the token at hand, or what it became with another one; empty if none. */
  #last = '';
  #mayBegin = true;

  /** @param isCut whether the statement goes on behind the text. */
  constructor(tokens: SqlTokens, isCut: boolean) {
    this.#tokens = tokens;
    this.#cutAt = isCut ? tokens.text.length : -1;
  }

  /** `undefined` if the statement does not begin with a word. */
  read(): SqlShape | undefined {
    if (!this.#begin()) return undefined;
    while (!this.#isAtEnd) if (this.#expects === 0 || !this.#name()) this.#item();
    const selects = this.#counts ? 'SelectCount' : this.#groups ? 'Group' : 'Select';
    // Cut off within its common table expressions: most of these lead to a select.
    const { found: tables } = this.#names;
    return { action: this.#action === 'Select' ? selects : (this.#action ?? selects), tables };
  }

  /** Reads up to the first word, and what it says of the whole statement; false if there is none. */
  #begin(): boolean {
    const tokens = this.#tokens;
    for (tokens.nextTold(); tokens.mark === Mark.OPEN || tokens.mark === Mark.SEMICOLON; tokens.nextTold())
      if (tokens.mark === Mark.OPEN) this.#around.push(0);
    this.#mainDepth = this.#around.length;
    const { word } = tokens;
    if (word?.clause?.action === undefined) {
      const first = tokens.text.slice(tokens.start, tokens.end);
      if (tokens.kind !== Kind.WORD || !FIRST_WORD.test(first)) return false;
      if (word?.text !== 'with') this.#action = first.charAt(0).toUpperCase() + first.slice(1).toLowerCase();
    }
    if (this.#is(Is.NO_TABLES)) tokens.skipTo(tokens.text.length);
    // Over `analyze`, `(verbose, format json)` and the like.
    if (this.#is(Is.EXPLAINS)) while (!this.#isAtEnd && !this.#is(Is.BEGINS)) tokens.nextTold();
    return true;
  }

  get #isAtEnd(): boolean {
    return this.#tokens.kind === Kind.END || this.#tokens.mark === Mark.SEMICOLON;
  }

  get #isMain(): boolean {
    return this.#around.length === this.#mainDepth;
  }

  /** Whether the token at hand is a known word of this sort. */
  #is(sort: number): boolean {
    const { word } = this.#tokens;
    return word !== undefined && (word.sort & sort) !== 0;
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  /** Reads a word or mark. */
  #item(): void {
    const { mark, word } = this.#tokens;
    const last = this.#last;
    const mayBegin = this.#mayBegin;
    this.#mayBegin = false;
    this.#last = '';
    if (word === undefined) this.#atMark(mark);
    else if (mayBegin && word.clause !== undefined && this.#is(Is.VERB)) this.#take(word.clause);
    else this.#word(word, last);
    if (this.#expects !== 0) this.#tokens.nextTold();
    else if (this.#tokens.nextKnown()) {
      this.#last = '';
      this.#mayBegin = false;
    }
  }

  #atMark(mark: number): void {
    const { READS, LISTS, WITH, AWAITS } = Level;
    // `from (a join b on …)`, `from (select …)`
    const isSource = mark === Mark.OPEN && this.#expects === Is.BEFORE_SOURCE;
    if (!isSource) this.#expects = 0;
    if (mark === Mark.OPEN) {
      this.#around.push(this.#level);
      this.#level = isSource ? READS | LISTS : 0;
      this.#mayBegin = !isSource;
    } else if (mark === Mark.CLOSE) {
      this.#level = this.#around.pop() ?? this.#level;
      if (this.#has(AWAITS)) this.#expects = Is.BEFORE_TARGET;
      this.#level &= ~AWAITS;
      this.#mayBegin = this.#has(WITH);
    } else if (mark === Mark.COMMA && this.#has(LISTS | WITH))
      this.#expects = this.#has(WITH) ? Is.BEFORE_EXPRESSION : Is.BEFORE_SOURCE;
  }

  #take({ action, adds = 0, drops = 0, expects }: Clause): void {
    // The verb that counts; those inside common table expressions do not.
    if (action !== undefined && this.#isMain) this.#action ??= action;
    this.#level = (this.#level & ~drops) | adds;
    this.#expects = expects;
  }

  #word({ text, sort, clause }: Word, last: string): void {
    this.#expects = 0;
    this.#last = text;
    // `select x as order`
    if (last === 'as' && (sort & Is.BEGINS) === 0) return;
    if (last !== '') this.#pair(last, text);
    if ((sort & Is.ENDS_LIST) !== 0) this.#level &= ~Level.LISTS;
    if (clause === undefined || (sort & Is.VERB) !== 0 || last === IS_DISTINCT) return;
    const { needs = 0 } = clause;
    // `join b using (x)`
    const isJoin = text === 'using' && this.#tokens.following === Mark.OPEN;
    if ((this.#level & needs) !== needs || isJoin) return;
    if (text === 'select' && this.#action === undefined && this.#isMain) this.#last = FIRST_SELECT;
    this.#take(clause);
    if (text === 'table' && this.#has(Level.DROPS)) this.#level |= Level.LISTS;
  }

  /** What two words mean together. */
  #pair(last: string, text: string): void {
    if (text === 'by') this.#groups ||= last === 'group';
    else if (text === 'distinct' && (last === 'is' || last === 'not')) this.#last = IS_DISTINCT;
    else if ((text === 'update' && last === 'do') || (text === 'key' && last === 'duplicate')) this.#upsert();
    else if (text === 'count' && last === FIRST_SELECT) this.#counts = this.#tokens.following === Mark.OPEN;
  }

  #upsert(): void {
    if (this.#isMain && this.#action === 'Insert') this.#action = 'Upsert';
  }

  /** Takes the name that is expected, or a word before it; false if the token at hand is neither. */
  #name(): boolean {
    const tokens = this.#tokens;
    const expects = this.#expects;
    const word = tokens.word === undefined || tokens.following === Mark.DOT ? undefined : tokens.word;
    if (word !== undefined && this.#is(expects)) {
      this.#passOver(word.text);
      return true;
    }
    if ((word !== undefined && this.#is(Is.RESERVED)) || !this.#isName) return false;
    this.#expects = 0;
    this.#last = '';
    let isQualified = false;
    let { start, end } = tokens;
    tokens.nextTold();
    while (tokens.mark === Mark.DOT) {
      isQualified = true;
      while (tokens.mark === Mark.DOT) tokens.nextTold();
      if (!this.#isName) return true;
      ({ start, end } = tokens);
      tokens.nextTold();
    }
    if (end !== this.#cutAt) this.#named(expects, tokens.text.slice(start, end), isQualified);
    return true;
  }

  /** Whether the token at hand may be a name. */
  get #isName(): boolean {
    const { kind, text, start, end, isUnclosed } = this.#tokens;
    if (kind === Kind.WORD) return true;
    if (kind === Kind.NUMBER) return NAME_WITH_DIGITS.test(text.slice(start, end));
    // With a backslash in it nobody knows where it ends.
    return kind === Kind.QUOTED && !isUnclosed && !text.slice(start, end).includes('\\');
  }

  #passOver(word: string): void {
    const tokens = this.#tokens;
    tokens.nextTold();
    if (word === 'top' && tokens.mark === Mark.OPEN) this.#level |= Level.AWAITS;
    if (word !== 'or' || tokens.kind !== Kind.WORD) return;
    if (tokens.word?.text === 'replace') this.#upsert();
    tokens.nextTold();
  }

  /** Takes a name; the token at hand is the one behind it. */
  #named(expects: number, name: string, isQualified: boolean): void {
    const { mark, kind, word } = this.#tokens;
    const isCalled = mark === Mark.OPEN;
    if (expects === Is.BEFORE_EXPRESSION) {
      if (!isCalled && word?.text !== 'as') return;
      this.#names.declare(name);
      this.#level = (this.#level | Level.WITH) & ~Level.LISTS;
      return;
    }
    // `into outfile '…'`, `insert all into t`
    const isNoTarget = kind === Kind.STRING || mark === Mark.QUESTION || word?.text === 'into';
    if (expects === Is.BEFORE_SOURCE ? isCalled : isNoTarget) return;
    if (this.#has(Level.UPDATES)) this.#alias();
    this.#names.add(name, isQualified);
  }

  /** `update o set … from orders o` */
  #alias(): void {
    const tokens = this.#tokens;
    if (tokens.word?.text === 'as') tokens.nextTold();
    if (this.#isName && tokens.word === undefined)
      this.#names.remove(tokens.text.slice(tokens.start, tokens.end));
  }
}
