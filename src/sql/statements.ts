import { Is } from './words.ts';

/** What a name would be that came next; a word that may stand before it has the same bit. */
export const Expected = {
  NOTHING: 0,
  /** Behind FROM, JOIN and commas: no table if it is called like a function. */
  SOURCE: Is.BEFORE_SOURCE,
  /** Behind INTO, UPDATE and TABLE: its columns may follow. */
  TARGET: Is.BEFORE_TARGET,
  /** A common table expression, behind WITH. */
  EXPRESSION: Is.BEFORE_EXPRESSION,
} as const;

/** What holds between a pair of parentheses, as bits. */
export const Level = {
  /** A statement may begin, so that `update` is not that of `for update`. */
  STARTS: 1,
  /** `from` has tables behind it, and is not that of `extract(year from x)`. */
  READS: 2,
  /** A comma has one more table behind it. */
  LISTS: 4,
  /** A comma has one more common table expression behind it. */
  WITH: 8,
  /** `using` has a table behind it, and is not that of `convert(x using utf8)`. */
  USES: 16,
  /** `table` may have a list behind it. */
  DROPS: 32,
  /** What is updated may turn out to be the alias of a table. */
  UPDATES: 64,
  /** The target comes behind the parentheses that were opened: `update top (5) t`. */
  AWAITS: 128,
} as const;

/** What a word does to what is read behind it. */
export interface Clause {
  /** The level must hold this, else the word means nothing. */
  readonly needs?: number;
  readonly adds?: number;
  readonly drops?: number;
  readonly expects: number;
}

/** A verb where a statement may begin. */
export interface Statement {
  /** Where it is not called by its first word as it stands. */
  readonly action?: string;
  readonly level: number;
  readonly expects: number;
}

export const STATEMENTS: ReadonlyMap<string, Statement> = new Map([
  ['copy', { level: 0, expects: Expected.TARGET }],
  ['delete', { action: 'Delete', level: Level.READS | Level.USES, expects: Expected.NOTHING }],
  ['drop', { level: Level.DROPS, expects: Expected.NOTHING }],
  ['insert', { action: 'Insert', level: 0, expects: Expected.TARGET }],
  ['merge', { action: 'Upsert', level: Level.READS | Level.USES, expects: Expected.TARGET }],
  ['replace', { action: 'Upsert', level: 0, expects: Expected.TARGET }],
  ['truncate', { level: Level.LISTS, expects: Expected.TARGET }],
  [
    'update',
    { action: 'Update', level: Level.READS | Level.LISTS | Level.UPDATES, expects: Expected.TARGET },
  ],
]);

const A_LIST = { adds: Level.LISTS, expects: Expected.SOURCE };

export const CLAUSES: ReadonlyMap<string, Clause> = new Map([
  ['from', { needs: Level.READS, ...A_LIST }],
  ['using', { needs: Level.USES, ...A_LIST }],
  ['join', { expects: Expected.SOURCE }],
  ['straight_join', { needs: Level.LISTS, expects: Expected.SOURCE }],
  ['with', { expects: Expected.EXPRESSION }],
  ['into', { drops: Level.LISTS, expects: Expected.TARGET }],
  ['table', { expects: Expected.TARGET }],
]);
