import { TO_LOWER } from './sql-chars.ts';

/** Words that stand nowhere for a table unless quoted. */
const RESERVED = [
  ...['alter', 'as', 'by', 'create', 'delete', 'distinct', 'drop', 'exists', 'for', 'from', 'group', 'having'],
  ...['if', 'insert', 'into', 'join', 'not', 'on', 'only', 'or', 'order', 'returning', 'select', 'set'],
  ...['straight_join', 'table', 'union', 'update', 'using', 'values', 'where', 'with'],
] as const;

/** Words that mean something to the reader in one place and may name a table in another. */
const OTHERS = [
  ...['analyze', 'backup', 'conflict', 'count', 'delayed', 'desc', 'describe', 'do', 'duplicate', 'explain'],
  ...['fetch', 'high_priority', 'ignore', 'key', 'lateral', 'low_priority', 'merge', 'move', 'output'],
  ...['overwrite', 'recursive', 'replace', 'restore', 'revoke', 'top', 'truncate', 'window'],
] as const;

export type SqlWord = (typeof RESERVED)[number] | (typeof OTHERS)[number];

const NAMELESS: ReadonlySet<SqlWord> = new Set<SqlWord>(RESERVED);
const LONGEST = 13;

/** The known words of a length and a first letter: a word of a statement is compared with one or two. */
const BY_SHAPE: (SqlWord[] | undefined)[] = new Array((LONGEST + 1) << 5).fill(undefined);
for (const word of [...RESERVED, ...OTHERS]) {
  const shape = shapeOf(word.length, word.charCodeAt(0));
  const alike = BY_SHAPE[shape];
  if (alike === undefined) BY_SHAPE[shape] = [word];
  else alike.push(word);
}

/** The known word that `text` holds from `start` to `end` in any case, found without cutting it out. */
export function knownWord(text: string, start: number, end: number): SqlWord | undefined {
  if (end - start > LONGEST) return undefined;
  const alike = BY_SHAPE[shapeOf(end - start, text.charCodeAt(start))];
  if (alike === undefined) return undefined;
  for (const word of alike) if (spells(text, start, word)) return word;
  return undefined;
}

export function isReserved(word: SqlWord): boolean {
  return NAMELESS.has(word);
}

function shapeOf(length: number, first: number): number {
  return (length << 5) | (first & 31);
}

function spells(text: string, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if ((text.charCodeAt(start + i) | TO_LOWER) !== (word.charCodeAt(i) | TO_LOWER)) return false;
  }
  return true;
}
