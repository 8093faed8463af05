import { TO_LOWER } from './sql-chars.ts';

/** Words that never stand for a table unless quoted. */
const RESERVED = [
  'alter as by create delete distinct drop exists for from group having if insert into join not on only or',
  'order ordinality returning select set straight_join table union update using values where with',
] as const;

/** Words that mean something in one place and may name a table in another. */
const OTHERS = [
  'backup copy count delayed desc describe do duplicate explain fetch high_priority ignore key lateral',
  'low_priority merge move output overwrite recursive replace restore revoke top truncate window',
] as const;

type Words<Line> = Line extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Line;

/** A word the reader knows. */
export type SqlWord = Words<(typeof RESERVED | typeof OTHERS)[number]>;

const reserved: ReadonlySet<string> = new Set(RESERVED.join(' ').split(' '));

/** The known words of a length and a first letter, so that a word is compared with hardly more than one. */
const bySpelling: (SqlWord[] | undefined)[] = [];
for (const word of [...RESERVED, ...OTHERS].join(' ').split(' ') as SqlWord[]) {
  const place = placeOf(word.length, word.charCodeAt(0));
  while (bySpelling.length <= place) bySpelling.push(undefined);
  const alike = bySpelling[place];
  if (alike === undefined) bySpelling[place] = [word];
  else alike.push(word);
}

/** The known word that `text` holds from `start` to `end` in any case, found without cutting it out. */
export function knownWord(text: string, start: number, end: number): SqlWord | undefined {
  const place = placeOf(end - start, text.charCodeAt(start));
  if (place >= bySpelling.length) return undefined;
  const alike = bySpelling[place];
  if (alike === undefined) return undefined;
  for (const word of alike) if (spells(text, start, word)) return word;
  return undefined;
}

export function isReserved(word: SqlWord): boolean {
  return reserved.has(word);
}

function placeOf(length: number, first: number): number {
  return (length << 5) | (first & 31);
}

function spells(text: string, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if ((text.charCodeAt(start + i) | TO_LOWER) !== (word.charCodeAt(i) | TO_LOWER)) return false;
  }
  return true;
}
