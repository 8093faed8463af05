import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST = 0x10ffff;

/**
 * Any character of Unicode, also one that stands for nothing: the same as fast-check's unit `binary`, which begins with a
 * table of all 1.1 million, a second's work, and keeps it in memory for as long as the process runs.
 */
export const anyCharacter = fc.nat({ max: LAST - SURROGATES.count }).map(characterOf, placeOf);

function characterOf(place: number): string {
  return String.fromCodePoint(place < SURROGATES.first ? place : place + SURROGATES.count);
}

function placeOf(character: unknown): number {
  if (typeof character !== 'string' || [...character].length !== 1) throw new Error('not one character');
  const code = character.codePointAt(0) ?? 0;
  if (code < SURROGATES.first) return code;
  if (code < SURROGATES.first + SURROGATES.count) throw new Error('half a character');
  return code - SURROGATES.count;
}
