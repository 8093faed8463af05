/** What a word may be, as bits; the first three are those of `Expected`. */
export const Is = {
  /** Passed over where a source is expected, as in `from only t`. */
  BEFORE_SOURCE: 1,
  /** Passed over where a target is expected, as in `create table if not exists t`. */
  BEFORE_TARGET: 2,
  /** Passed over where a common table expression is expected. */
  BEFORE_EXPRESSION: 4,
  /** Never names a table unless quoted. */
  RESERVED: 8,
  ENDS_LIST: 16,
  /** Begins a statement where one may begin. */
  BEGINS: 32,
  /** As the first word: a statement follows. */
  EXPLAINS: 64,
  /** As the first word: what is behind FROM is no table. */
  NO_TABLES: 128,
  /** Right behind it a table is named. */
  TABLE_FOLLOWS: 256,
} as const;

const SORTS: readonly (readonly [number, string])[] = [
  [Is.BEFORE_SOURCE, 'lateral only table'],
  [Is.BEFORE_TARGET, 'delayed exists high_priority if ignore low_priority not only or overwrite table top'],
  [Is.BEFORE_EXPRESSION, 'recursive'],
  [
    Is.RESERVED,
    'alter as by create delete distinct drop exists for from group having if insert into join not on only',
  ],
  [
    Is.RESERVED,
    'or order ordinality returning select set straight_join table union update using values where with',
  ],
  [Is.ENDS_LIST, 'for group having order output returning set update values where window'],
  [Is.BEGINS, 'copy delete drop insert merge replace select table truncate update with'],
  [Is.EXPLAINS, 'desc describe explain'],
  [Is.NO_TABLES, 'backup fetch move restore revoke'],
  [Is.TABLE_FOLLOWS, 'exists from into join table update'],
  [0, 'count do duplicate key'],
];

/** A word the reader knows. */
export interface SqlWord {
  readonly spelling: string;
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
const sorts = SORTS.map(([sort, words]) => [sort, words.split(' ')] as const);
for (const spelling of new Set(sorts.flatMap(([, words]) => words))) {
  const is = sorts.reduce((bits, [sort, words]) => (words.includes(spelling) ? bits | sort : bits), 0);
  const place = placeOf(spelling.length, spelling.charCodeAt(0));
  const letters = Array.from(spelling, (letter) => letter.charCodeAt(0) | TO_LOWER);
  places[place] = { spelling, is, letters, alike: places[place] };
}

/** Whether a word of this length that begins so may be known. */
export function mayBeKnown(first: number, length: number): boolean {
  return length <= LONGEST && places[placeOf(length, first)] !== undefined;
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
