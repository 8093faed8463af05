// What a word may be, as bits; the three kinds of names that may be expected are bits of the same numbers.
/** Passed over where a source is expected, as in `from only t`. */
export const BEFORE_SOURCE = 1;
/** Passed over where a target is expected, as in `create table if not exists t`. */
export const BEFORE_TARGET = 2;
/** Passed over where a common table expression is expected. */
export const BEFORE_EXPRESSION = 4;
/** Never names a table unless quoted. */
export const RESERVED = 8;
/** Ends a list of tables. */
export const ENDS_LIST = 16;
/** Begins a statement where one may begin. */
export const BEGINS = 32;
/** As the first word: a statement follows. */
export const EXPLAINS = 64;
/** As the first word: what is behind FROM is no table. */
export const NO_TABLES = 128;
/** Right behind it a table is named. */
export const TABLE_FOLLOWS = 256;

const WORDS = {
  alter: RESERVED,
  as: RESERVED,
  backup: NO_TABLES,
  by: RESERVED,
  copy: BEGINS,
  count: 0,
  create: RESERVED,
  delayed: BEFORE_TARGET,
  delete: BEGINS | RESERVED,
  desc: EXPLAINS,
  describe: EXPLAINS,
  distinct: RESERVED,
  do: 0,
  drop: BEGINS | RESERVED,
  duplicate: 0,
  exists: BEFORE_TARGET | RESERVED | TABLE_FOLLOWS,
  explain: EXPLAINS,
  fetch: NO_TABLES,
  for: ENDS_LIST | RESERVED,
  from: RESERVED | TABLE_FOLLOWS,
  group: ENDS_LIST | RESERVED,
  having: ENDS_LIST | RESERVED,
  high_priority: BEFORE_TARGET,
  if: BEFORE_TARGET | RESERVED,
  ignore: BEFORE_TARGET,
  insert: BEGINS | RESERVED,
  into: RESERVED | TABLE_FOLLOWS,
  join: RESERVED | TABLE_FOLLOWS,
  key: 0,
  lateral: BEFORE_SOURCE,
  low_priority: BEFORE_TARGET,
  merge: BEGINS,
  move: NO_TABLES,
  not: BEFORE_TARGET | RESERVED,
  on: RESERVED,
  only: BEFORE_SOURCE | BEFORE_TARGET | RESERVED,
  or: BEFORE_TARGET | RESERVED,
  order: ENDS_LIST | RESERVED,
  ordinality: RESERVED,
  output: ENDS_LIST,
  overwrite: BEFORE_TARGET,
  recursive: BEFORE_EXPRESSION,
  replace: BEGINS,
  restore: NO_TABLES,
  returning: ENDS_LIST | RESERVED,
  revoke: NO_TABLES,
  select: BEGINS | RESERVED,
  set: ENDS_LIST | RESERVED,
  straight_join: RESERVED,
  table: BEGINS | BEFORE_SOURCE | BEFORE_TARGET | RESERVED | TABLE_FOLLOWS,
  top: BEFORE_TARGET,
  truncate: BEGINS,
  union: RESERVED,
  update: BEGINS | ENDS_LIST | RESERVED | TABLE_FOLLOWS,
  using: RESERVED,
  values: ENDS_LIST | RESERVED,
  where: ENDS_LIST | RESERVED,
  window: ENDS_LIST,
  with: BEGINS | RESERVED,
} as const;

/** A word the reader knows. */
export interface SqlWord {
  readonly spelling: keyof typeof WORDS;
  readonly is: number;
  readonly letters: readonly number[];
  /** The next one of the same length and first letter. */
  readonly alike: SqlWord | undefined;
}

const LONGEST = 13;
/** Turns an ASCII capital into its small letter, and leaves small letters as they are. */
const TO_LOWER = 0x20;

/** The known words by length and first letter, so that a word is compared with hardly more than one. */
const places: (SqlWord | undefined)[] = Array.from({ length: placeOf(LONGEST + 1, 0) }, () => undefined);
for (const spelling of Object.keys(WORDS) as SqlWord['spelling'][]) {
  const place = placeOf(spelling.length, spelling.charCodeAt(0));
  const letters = Array.from(spelling, (letter) => letter.charCodeAt(0) | TO_LOWER);
  places[place] = { spelling, is: WORDS[spelling], letters, alike: places[place] };
}

/** The known word that `text` holds from `start` to `end` in any case, found without cutting it out. */
export function knownWord(text: string, start: number, end: number): SqlWord | undefined {
  if (end - start > LONGEST) return undefined;
  let word = places[placeOf(end - start, text.charCodeAt(start))];
  while (word !== undefined && !spells(text, start, word.letters)) word = word.alike;
  return word;
}

function placeOf(length: number, first: number): number {
  return (length << 5) | (first & 31);
}

function spells(text: string, start: number, letters: readonly number[]): boolean {
  for (let i = 0; i < letters.length; i++) {
    if ((text.charCodeAt(start + i) | TO_LOWER) !== letters[i]) return false;
  }
  return true;
}
