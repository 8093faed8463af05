import { isName, nameOf, readName } from './names.ts';
import type { SqlTokens } from './tokens.ts';
import { CLAUSES, type Expected, Level, WORDS } from './words.ts';

const { READS, LISTS, WITH, DROPS, UPDATES, AWAITS } = Level;

/** What a statement does, and with which tables. */
export interface SqlShape {
  /** `Select`, `SelectCount`, `Group`, `Insert`, `Update`, `Delete`, `Upsert`, or the first word, capitalised. */
  readonly action: string;
  /** Without schema and quotes, each once, in the order of appearance. */
  readonly tables: readonly string[];
}

const MAX_TABLES = 4;
const FIRST_WORD = /^[a-z]{1,20}$/;

/** Follows the clauses of a statement as far as they name tables. Reads the first statement of several. */
export class ShapeReader {
  readonly #tokens: SqlTokens;
  #tables: { readonly name: string; readonly key: string }[] = [];
  /** The names of the common table expressions, in small letters. */
  readonly #expressions = new Set<string>();
  /** Where a name that ends may go on; -1 if the statement does not go on behind the text. */
  readonly #cutAt: number;
  /** The levels around the one at hand. */
  readonly #around: number[] = [];
  #level: number = READS;
  #expects: Expected | undefined;
  #action: string | undefined;
  /** How deep the statement itself begins: `(select …) union (select …)`. */
  #mainDepth = 0;
  /** What a statement is called that does nothing but read. */
  #reads: 'Select' | 'SelectCount' | 'Group' = 'Select';
  /** The word right before the token at hand, or what it became with another one; empty if it was none. */
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
    while (!this.#isAtEnd) {
      if (this.#expects !== undefined && this.#name(this.#expects)) continue;
      this.#item();
      this.#tokens.nextTold();
    }
    // Cut off within its common table expressions: most of these lead to a select.
    const action = this.#action ?? 'Select';
    return {
      action: action === 'Select' ? this.#reads : action,
      tables: this.#tables.map(({ name }) => name),
    };
  }

  /** Reads up to the first word, and what it says of the whole statement; false if there is none. */
  #begin(): boolean {
    const tokens = this.#tokens;
    for (tokens.nextTold(); tokens.mark === '(' || tokens.mark === ';'; tokens.nextTold())
      if (tokens.mark === '(') this.#around.push(0);
    this.#mainDepth = this.#around.length;
    const { word, text, start, end } = tokens;
    const first = text.slice(start, end).toLowerCase();
    if (!FIRST_WORD.test(first)) return false;
    if (CLAUSES.get(word)?.action === undefined && word !== 'with')
      this.#action = first.charAt(0).toUpperCase() + first.slice(1);
    if (WORDS.nameNoTables.has(word)) tokens.skipTo(tokens.text.length);
    // Over `analyze`, `(verbose, format json)` and the like.
    if (WORDS.explain.has(word))
      while (!this.#isAtEnd && !WORDS.begin.has(this.#tokens.word)) tokens.nextTold();
    return true;
  }

  get #isAtEnd(): boolean {
    return this.#tokens.kind === 'end' || this.#tokens.mark === ';';
  }

  get #isMain(): boolean {
    return this.#around.length === this.#mainDepth;
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  /** Reads a word or anything else that is no name in its place. */
  #item(): void {
    const word = this.#tokens.word;
    const last = this.#last;
    const mayBegin = this.#mayBegin;
    this.#last = word;
    this.#mayBegin = false;
    if (word === '') this.#atMark(this.#tokens.mark);
    else this.#atWord(word, last, mayBegin);
  }

  #atMark(mark: string): void {
    // `from (a join b on …)`, `from (select …)`
    const isSource = mark === '(' && this.#expects === 'source';
    if (!isSource) this.#expects = undefined;
    if (mark === '(') {
      this.#around.push(this.#level);
      this.#level = isSource ? READS | LISTS : 0;
      this.#mayBegin = !isSource;
    } else if (mark === ')') {
      this.#level = this.#around.pop() ?? this.#level;
      if (this.#has(AWAITS)) this.#expects = 'target';
      this.#level &= ~AWAITS;
      this.#mayBegin = this.#has(WITH);
    } else if (mark === ',' && this.#has(LISTS | WITH))
      this.#expects = this.#has(WITH) ? 'expression' : 'source';
  }

  #atWord(word: string, last: string, mayBegin: boolean): void {
    this.#expects = undefined;
    // `select x as order`
    if (last === 'as' && !WORDS.begin.has(word)) return;
    if (last !== '') this.#pair(last, word);
    if (WORDS.endList.has(word)) this.#level &= ~LISTS;
    const clause = CLAUSES.get(word);
    if (clause === undefined || last === 'is distinct' || (clause.isVerb && !mayBegin)) return;
    const { action, needs = 0, adds = 0, drops = 0, expects } = clause;
    // `join b using (x)`
    const isJoin = word === 'using' && this.#tokens.following === '(';
    if ((this.#level & needs) !== needs || isJoin) return;
    if (word === 'select' && this.#action === undefined && this.#isMain) this.#last = 'first select';
    // The verb that counts; those inside common table expressions do not.
    if (this.#isMain) this.#action ??= action;
    const lists = word === 'table' && this.#has(DROPS) ? LISTS : 0;
    this.#level = (this.#level & ~drops) | adds | lists;
    this.#expects = expects;
  }

  /** What two words mean together. */
  #pair(last: string, word: string): void {
    const pair = `${last} ${word}`;
    if (pair === 'group by' && this.#reads === 'Select') this.#reads = 'Group';
    else if (pair === 'is distinct' || pair === 'not distinct') this.#last = 'is distinct';
    else if (pair === 'do update' || pair === 'duplicate key') this.#upsert();
    else if (pair === 'first select count' && this.#tokens.following === '(') this.#reads = 'SelectCount';
  }

  #upsert(): void {
    if (this.#isMain && this.#action === 'Insert') this.#action = 'Upsert';
  }

  /** Takes the name that is expected, or a word before it; false if the token at hand is neither. */
  #name(expected: Expected): boolean {
    const tokens = this.#tokens;
    const word = tokens.word !== '' && tokens.following === '.' ? '' : tokens.word;
    if (word !== '' && WORDS[expected].has(word)) {
      tokens.nextTold();
      if (word === 'top' && tokens.mark === '(') this.#level |= AWAITS;
      if (word !== 'or' || tokens.kind !== 'word') return true;
      if (tokens.word === 'replace') this.#upsert();
      tokens.nextTold();
      return true;
    }
    if (WORDS.reserved.has(word) || !isName(tokens)) return false;
    this.#expects = undefined;
    this.#last = '';
    const name = readName(tokens);
    if (name === undefined || name.end === this.#cutAt) return true;
    const { kind, mark } = tokens;
    const isDeclared = mark === '(' || tokens.word === 'as';
    // `into outfile '…'`, `insert all into t`
    const isNoTarget = kind === 'string' || kind === 'number' || mark === '?' || tokens.word === 'into';
    if (expected === 'expression') {
      if (isDeclared) this.#expressions.add(name.text.toLowerCase());
      if (isDeclared) this.#level = (this.#level | WITH) & ~LISTS;
    } else if (expected === 'source' ? mark !== '(' : !isNoTarget) this.#table(name.text, name.isQualified);
    return true;
  }

  #table(name: string, isQualified: boolean): void {
    const tokens = this.#tokens;
    // `update o set … from orders o`
    if (this.#has(UPDATES)) {
      if (this.#tokens.word === 'as') tokens.nextTold();
      const alias = isName(tokens) && !WORDS.reserved.has(tokens.word) ? nameOf(tokens).toLowerCase() : '';
      this.#tables = this.#tables.filter((table) => table.key !== alias);
    }
    const key = name.toLowerCase();
    const isKnown =
      this.#tables.some((table) => table.key === key) || (!isQualified && this.#expressions.has(key));
    if (name !== '' && !isKnown && this.#tables.length < MAX_TABLES) this.#tables.push({ name, key });
  }
}
