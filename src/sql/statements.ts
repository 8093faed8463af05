import { BEFORE_EXPRESSION, BEFORE_SOURCE, BEFORE_TARGET, BEGINS, type SqlWord } from './words.ts';

// What a name would be that came next.
export const NOTHING = 0;
/** Behind FROM, JOIN and commas: no table if it is called like a function. */
export const SOURCE = BEFORE_SOURCE;
/** Behind INTO, UPDATE and TABLE: its columns may follow. */
export const TARGET = BEFORE_TARGET;
/** A common table expression, behind WITH. */
export const EXPRESSION = BEFORE_EXPRESSION;

// What holds between a pair of parentheses, as bits.
/** A statement may begin, so that `update` is not that of `for update`. */
export const STARTS = 1;
/** `from` has tables behind it, and is not that of `extract(year from x)`. */
export const READS = 2;
/** A comma has one more table behind it. */
export const LISTS = 4;
/** A comma has one more common table expression behind it. */
export const WITH = 8;
/** `using` has a table behind it, and is not that of `convert(x using utf8)`. */
export const USES = 16;
/** `table` may have a list behind it. */
export const DROPS = 32;
/** What is updated may turn out to be the alias of a table. */
export const UPDATES = 64;
/** The target comes behind the parentheses that were opened: `update top (5) t`. */
export const AWAITS = 128;

export interface Statement {
  /** Where it is not called by its first word as it stands. */
  readonly action?: string;
  readonly level: number;
  readonly expected: number;
}

const STATEMENTS: Readonly<Partial<Record<SqlWord['spelling'], Statement>>> = {
  copy: { level: 0, expected: TARGET },
  delete: { action: 'Delete', level: READS | USES, expected: NOTHING },
  drop: { level: DROPS, expected: NOTHING },
  insert: { action: 'Insert', level: 0, expected: TARGET },
  merge: { action: 'Upsert', level: READS | USES, expected: TARGET },
  replace: { action: 'Upsert', level: 0, expected: TARGET },
  truncate: { level: LISTS, expected: TARGET },
  update: { action: 'Update', level: READS | LISTS | UPDATES, expected: TARGET },
};

/** What a word begins where a statement may begin. */
export function statementOf(word: SqlWord | undefined): Statement | undefined {
  return word !== undefined && (word.is & BEGINS) !== 0 ? STATEMENTS[word.spelling] : undefined;
}
