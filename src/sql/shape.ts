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
  readonly #names: TableNames;
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
    this.#names = new TableNames(tokens.text, isCut);
  }

  /** `undefined` if the statement does not begin with a word. */
  read(): SqlShape | undefined {
    if (!this.#begin()) return undefined;
    while (!this.#isAtEnd) if (this.#expects === 0 || !this.#name()) this.#item();
    return { action: this.#finalAction(), tables: this.#names.found };
  }

  /** Reads up to the first word, and what it says of the whole statement; false if there is none. */
  #begin(): boolean {
    const tokens = this.#tokens;
    this.#next();
    for (; tokens.mark === Mark.OPEN || tokens.mark === Mark.SEMICOLON; this.#next())
      if (tokens.mark === Mark.OPEN) this.#around.push(0);
    this.#mainDepth = this.#around.length;
    const { word } = tokens;
    const sort = word?.sort ?? 0;
    if (word === undefined || (word.verb?.action === undefined && word.clause?.action === undefined)) {
      const first = tokens.text.slice(tokens.start, tokens.end);
      if (tokens.kind !== Kind.WORD || !FIRST_WORD.test(first)) return false;
      if (word?.text !== 'with') this.#action = first.charAt(0).toUpperCase() + first.slice(1).toLowerCase();
    }
    if ((sort & Is.NO_TABLES) !== 0) tokens.skipTo(tokens.text.length);
    // Over `analyze`, `(verbose, format json)` and the like.
    if ((sort & Is.EXPLAINS) !== 0)
      while (!this.#isAtEnd && ((tokens.word?.sort ?? 0) & Is.BEGINS) === 0) this.#next();
    return true;
  }

  get #isAtEnd(): boolean {
    return this.#tokens.kind === Kind.END || this.#tokens.mark === Mark.SEMICOLON;
  }

  #next(): void {
    this.#tokens.nextTold();
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  /** Reads a word or mark. */
  #item(): void {
    const { mark, word } = this.#tokens;
    const last = this.#last;
    const verb = this.#mayBegin ? word?.verb : undefined;
    this.#mayBegin = false;
    this.#last = '';
    if (word === undefined) this.#atMark(mark);
    else if (verb !== undefined) this.#take(verb);
    else this.#word(word, last);
    if (this.#expects !== 0) this.#next();
    else if (this.#tokens.nextKnown()) {
      this.#last = '';
      this.#mayBegin = false;
    }
  }

  #atMark(mark: number): void {
    if (mark === Mark.OPEN) this.#open();
    else if (mark === Mark.CLOSE) this.#close();
    else if (mark === Mark.COMMA && (this.#level & (Level.LISTS | Level.WITH)) !== 0)
      this.#expects = this.#has(Level.WITH) ? Is.BEFORE_EXPRESSION : Is.BEFORE_SOURCE;
    else this.#expects = 0;
  }

  #take({ action, adds = 0, drops = 0, expects }: Clause): void {
    if (action !== undefined) this.#decide(action);
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
    if (clause === undefined || last === IS_DISTINCT) return;
    const { needs = 0 } = clause;
    if ((this.#level & needs) !== needs) return;
    // `join b using (x)`
    if (text === 'using' && this.#tokens.following === Mark.OPEN) return;
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

  #open(): void {
    this.#around.push(this.#level);
    // `from (a join b on …)`, `from (select …)`
    const isSource = this.#expects === Is.BEFORE_SOURCE;
    this.#level = isSource ? Level.READS | Level.LISTS : 0;
    if (!isSource) this.#expects = 0;
    this.#mayBegin = !isSource;
  }

  #close(): void {
    this.#level = this.#around.pop() ?? this.#level;
    this.#expects = this.#has(Level.AWAITS) ? Is.BEFORE_TARGET : 0;
    this.#level &= ~Level.AWAITS;
    this.#mayBegin = this.#has(Level.WITH);
  }

  get #isMain(): boolean {
    return this.#around.length === this.#mainDepth;
  }

  /** Takes the verb that counts; those inside common table expressions do not. */
  #decide(action: string): void {
    if (this.#isMain) this.#action ??= action;
  }

  #upsert(): void {
    if (this.#isMain && this.#action === 'Insert') this.#action = 'Upsert';
  }

  #finalAction(): string {
    // Cut off within its common table expressions: most of these lead to a select.
    const action = this.#action ?? 'Select';
    if (action !== 'Select') return action;
    if (this.#counts) return 'SelectCount';
    return this.#groups ? 'Group' : 'Select';
  }

  /** Takes the name that is expected, or a word before it; false if the token at hand is neither. */
  #name(): boolean {
    const tokens = this.#tokens;
    const expects = this.#expects;
    const word = tokens.word === undefined || tokens.following === Mark.DOT ? undefined : tokens.word;
    const sort = word?.sort ?? 0;
    if ((sort & expects) !== 0) {
      this.#passOver(word?.text ?? '');
      return true;
    }
    if ((sort & Is.RESERVED) !== 0 || !this.#isName) return false;
    this.#expects = 0;
    let isQualified = false;
    let { start, end } = tokens;
    this.#next();
    while (tokens.mark === Mark.DOT) {
      isQualified = true;
      while (tokens.mark === Mark.DOT) this.#next();
      if (!this.#isName) return true;
      ({ start, end } = tokens);
      this.#next();
    }
    this.#last = '';
    this.#named(expects, start, end, isQualified);
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
    this.#next();
    if (word === 'top' && tokens.mark === Mark.OPEN) this.#level |= Level.AWAITS;
    if (word !== 'or' || tokens.kind !== Kind.WORD) return;
    if (tokens.word?.text === 'replace') this.#upsert();
    this.#next();
  }

  /** Takes a name; the token at hand is the one behind it. */
  #named(expects: number, start: number, end: number, isQualified: boolean): void {
    const { text, mark, kind, word } = this.#tokens;
    const isCalled = mark === Mark.OPEN;
    if (expects === Is.BEFORE_EXPRESSION) {
      if (!isCalled && word?.text !== 'as') return;
      this.#names.declare(text.slice(start, end));
      this.#level = (this.#level | Level.WITH) & ~Level.LISTS;
      return;
    }
    // `into outfile '…'`, `insert all into t`
    const isNoTarget = kind === Kind.STRING || mark === Mark.QUESTION || word?.text === 'into';
    if (expects === Is.BEFORE_SOURCE ? isCalled : isNoTarget) return;
    if (this.#has(Level.UPDATES)) this.#alias();
    this.#names.add(text.slice(start, end), end, isQualified);
  }

  /** `update o set … from orders o` */
  #alias(): void {
    const tokens = this.#tokens;
    if (tokens.word?.text === 'as') this.#next();
    if (this.#isName && tokens.word === undefined)
      this.#names.remove(tokens.text.slice(tokens.start, tokens.end));
  }
}
