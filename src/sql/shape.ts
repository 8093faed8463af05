import { A_PART_OF_A_NAME, endOf, NOT_BEFORE_A_WORD, sticky } from './lexemes.ts';
import { TableNames } from './table-names.ts';
import { CLAUSES, type Clause, Is, Level, STATEMENTS, WORDS } from './words.ts';

/** What a statement does, and with which tables. */
export interface SqlShape {
  /** `Select`, `SelectCount`, `Group`, `Insert`, `Update`, `Delete`, `Upsert`, or the first word, capitalised. */
  readonly action: string;
  /** Without schema and quotes, each once, in the order of appearance. */
  readonly tables: readonly string[];
}

/** Pairs of words that mean something together, or that make the second one a name: `select x as order`. */
const PAIRS =
  'group\\s+by|do\\s+update|duplicate\\s+key|(?:is\\s+|not\\s+)distinct\\s+from|as\\s+(?:order|group|from|join|into|for|set|where|by|values|output)';
const CLAUSE_WORDS = [...CLAUSES.keys(), ...WORDS.keys()].filter(
  (word, i, words) =>
    words.indexOf(word) === i && ((WORDS.get(word) ?? 0) & (Is.ENDS_LIST | Is.BEGINS) || CLAUSES.has(word)),
);
const ITEM = `\\b(?:${PAIRS}|${CLAUSE_WORDS.join('|')})\\b(?![$@#])|[();]|"(?:[^"]|"")*"?|\`[^\`]*\`?|\\[(?=[A-Za-z_])[^\\]]*\\]?`;
/** What is looked for between names; quoted names are among it to be passed over. */
const ITEMS = new RegExp(ITEM, 'gi');
const ITEMS_AND_COMMAS = new RegExp(`${ITEM}|,`, 'gi');
/** The parentheses and semicolons before the first word, and the word. */
const BEGINNING = /([\s;(]*)([a-z]{1,20})(?![\w$#@\u00a1-\uffff])/iy;
const WORD = /\s*([a-z_]+)(?![\w$#@\u00a1-\uffff])/iy;
const SPACES = /\s*/y;
/** A name with all its parts, the last of them, and what calls it a function. */
const NAME = sticky(
  `\\s*(?:${A_PART_OF_A_NAME}\\s*\\.[\\s.]*)*(${A_PART_OF_A_NAME})(?!\\s*\\.)(?=(\\s*\\()?)`,
);
const ALIAS = sticky(`\\s*(?:as\\b)?\\s*(${A_PART_OF_A_NAME})`);
const COUNTS = /\s*count\s*\(/iy;
const IS_CALLED = /\s*\(/y;
/** `into outfile '…'`, `insert all into t` */
const IS_NO_TARGET = /\s*(?:\?|into\b)/iy;
const IS_EXPRESSION = /\s*(?:\(|as\b)/iy;

/** Follows the clauses of a statement as far as they name tables. Reads the first statement of several. */
export class ShapeReader {
  readonly #text: string;
  readonly #names: TableNames;
  #at = 0;
  /** The levels around the one at hand. */
  readonly #around: number[] = [];
  #level: number = Level.READS;
  #expects = 0;
  #action: string | undefined;
  /** How deep the statement itself begins: `(select …) union (select …)`. */
  #mainDepth = 0;
  #counts = false;
  #groups = false;

  /** @param text without strings and comments. `isCut`: the statement goes on behind it. */
  constructor(text: string, isCut: boolean) {
    this.#text = text;
    this.#names = new TableNames(text, isCut);
  }

  read(): SqlShape | undefined {
    if (!this.#begin()) return undefined;
    do {
      if (this.#expects !== 0) this.#name();
    } while (this.#item());
    return { action: this.#finalAction(), tables: this.#names.found };
  }

  /** Reads the first word; false if there is none. */
  #begin(): boolean {
    const [all = '', before = '', given = ''] = matchAt(BEGINNING, this.#text, 0) ?? [];
    if (given === '') return false;
    this.#at = all.length;
    for (const mark of before) if (mark === '(') this.#around.push(0);
    this.#mainDepth = this.#around.length;
    const first = given.toLowerCase();
    const statement = STATEMENTS.get(first);
    if (first !== 'select' && first !== 'with' && statement?.action === undefined)
      this.#action = first.charAt(0).toUpperCase() + first.slice(1);
    const sort = WORDS.get(first) ?? 0;
    if ((sort & Is.NO_TABLES) !== 0) this.#at = this.#text.length;
    if ((sort & Is.EXPLAINS) !== 0) this.#skipToStatement();
    else if (statement === undefined) this.#word(first);
    else this.#take(statement);
    return true;
  }

  /** Over `analyze`, `(verbose, format json)` and the like. */
  #skipToStatement(): void {
    ITEMS.lastIndex = this.#at;
    for (let item = ITEMS.exec(this.#text); item !== null && item[0] !== ';'; item = ITEMS.exec(this.#text)) {
      this.#at = item.index;
      if (((WORDS.get(item[0].toLowerCase()) ?? 0) & Is.BEGINS) !== 0) {
        this.#start();
        return;
      }
    }
    this.#at = this.#text.length;
  }

  /** Where a statement may begin: takes its verb, if one stands here. */
  #start(): void {
    const found = matchAt(WORD, this.#text, this.#at);
    const clause = STATEMENTS.get(found?.[1]?.toLowerCase() ?? '');
    if (clause === undefined) return;
    this.#at += found?.[0].length ?? 0;
    this.#take(clause);
  }

  #take({ action, adds = 0, drops = 0, expects }: Clause): void {
    if (action !== undefined) this.#decide(action);
    this.#level = (this.#level & ~drops) | adds;
    this.#expects = expects;
  }

  #has(bit: number): boolean {
    return (this.#level & bit) !== 0;
  }

  /** Reads on to the next word or mark that means something; false at the end of the statement. */
  #item(): boolean {
    const items = this.#has(Level.LISTS | Level.WITH) ? ITEMS_AND_COMMAS : ITEMS;
    items.lastIndex = this.#at;
    const found = items.exec(this.#text);
    if (found === null || found[0] === ';') return false;
    this.#at = items.lastIndex;
    const [item] = found;
    if (item === '(') this.#open();
    else if (item === ')') this.#close();
    else if (item === ',') this.#expects = this.#has(Level.WITH) ? Is.BEFORE_EXPRESSION : Is.BEFORE_SOURCE;
    else if (!NOT_BEFORE_A_WORD.test(this.#text.charAt(found.index - 1))) this.#word(item.toLowerCase());
    return true;
  }

  #word(word: string): void {
    const clause = CLAUSES.get(word);
    if (clause === undefined) {
      if (((WORDS.get(word) ?? 0) & Is.ENDS_LIST) !== 0 || word.startsWith('group'))
        this.#level &= ~Level.LISTS;
      if (word.startsWith('group') && word !== 'group') this.#groups = true;
      if (word.startsWith('do') || word.startsWith('duplicate')) this.#upsert();
      return;
    }
    const { needs = 0 } = clause;
    // `join b using (x)`
    const isCalled = word === 'using' && endOf(IS_CALLED, this.#text, this.#at) >= 0;
    if ((this.#level & needs) !== needs || isCalled) return;
    if (word === 'select' && this.#action === undefined && this.#around.length === this.#mainDepth)
      this.#counts = endOf(COUNTS, this.#text, this.#at) >= 0;
    this.#take(clause);
    if (word === 'table' && this.#has(Level.DROPS)) this.#level |= Level.LISTS;
  }

  #open(): void {
    this.#around.push(this.#level);
    // `from (a join b on …)`, `from (select …)`
    const isSource = this.#expects === Is.BEFORE_SOURCE;
    this.#level = isSource ? Level.READS | Level.LISTS : 0;
    if (!isSource) this.#expects = 0;
    if (!isSource) this.#start();
  }

  #close(): void {
    this.#level = this.#around.pop() ?? this.#level;
    this.#expects = this.#has(Level.AWAITS) ? Is.BEFORE_TARGET : 0;
    this.#level &= ~Level.AWAITS;
    if (this.#has(Level.WITH)) this.#start();
  }

  /** Takes the verb that counts; those inside common table expressions do not. */
  #decide(action: string): void {
    if (this.#around.length === this.#mainDepth) this.#action ??= action;
  }

  #upsert(): void {
    if (this.#around.length === this.#mainDepth && this.#action === 'Insert') this.#action = 'Upsert';
  }

  #finalAction(): string {
    // Cut off within its common table expressions: most of these lead to a select.
    const action = this.#action ?? 'Select';
    if (action !== 'Select') return action;
    if (this.#counts) return 'SelectCount';
    return this.#groups ? 'Group' : 'Select';
  }

  /** Takes the name that is expected, if one stands here, and the words before it. */
  #name(): void {
    const expects = this.#expects;
    const found = matchAt(NAME, this.#text, this.#at);
    const [all = '', name = '', call] = found ?? [];
    const isWhole = name.length === all.trimStart().length;
    const sort = (isWhole && WORDS.get(name.toLowerCase())) || 0;
    // `from (a join b on …)`
    if (found === undefined && this.#text.charAt(endOf(SPACES, this.#text, this.#at)) === '(') return;
    if ((sort & expects) !== 0) {
      this.#at += all.length;
      this.#passOver(name.toLowerCase(), call !== undefined);
      return;
    }
    this.#expects = 0;
    if (found === undefined || (sort & Is.RESERVED) !== 0) return;
    this.#at += all.length;
    if (expects === Is.BEFORE_EXPRESSION) this.#expression(name);
    else if (
      expects === Is.BEFORE_SOURCE ? call === undefined : endOf(IS_NO_TARGET, this.#text, this.#at) < 0
    )
      this.#table(name, !isWhole);
  }

  #passOver(word: string, isCalled: boolean): void {
    if (word === 'top' && isCalled) this.#level |= Level.AWAITS;
    if (word === 'or') {
      const [all = '', next = ''] = matchAt(WORD, this.#text, this.#at) ?? [];
      this.#at += all.length;
      if (next.toLowerCase() === 'replace') this.#upsert();
    }
    this.#name();
  }

  #expression(name: string): void {
    if (endOf(IS_EXPRESSION, this.#text, this.#at) < 0) return;
    this.#names.declare(name);
    this.#level = (this.#level | Level.WITH) & ~Level.LISTS;
  }

  #table(name: string, isQualified: boolean): void {
    const alias = this.#has(Level.UPDATES) ? matchAt(ALIAS, this.#text, this.#at)?.[1] : undefined;
    if (alias !== undefined && !WORDS.has(alias.toLowerCase())) this.#names.remove(alias);
    this.#names.add(name, this.#at, isQualified);
  }
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}
