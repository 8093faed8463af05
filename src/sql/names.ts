import { cut } from '../wire/text.ts';
import type { SqlTokens } from './tokens.ts';

const NAME_UNITS = 60;
const NAME_WITH_DIGITS = /^\d+[^\d.][^.]*$/;
// A colon would begin the next part of a name made of it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029:]/g;

/** Whether the token at hand may be a name. */
export function isName({ kind, text, start, end, isUnclosed }: SqlTokens): boolean {
  if (kind === 'number') return NAME_WITH_DIGITS.test(text.slice(start, end));
  // With a backslash in it nobody knows where it ends.
  return kind === 'word' || (kind === 'quoted' && !isUnclosed && !text.slice(start, end).includes('\\'));
}

/** The token at hand as a name without its quotes, fit to be a part of a builder's name. */
export function nameOf({ kind, text, start, end }: SqlTokens): string {
  const given = text.slice(start, end);
  if (kind !== 'quoted') return cut(given, NAME_UNITS);
  const quote = given.charAt(given.length - 1);
  const name = given.slice(1, -1).replaceAll(quote + quote, quote);
  return cut(name.replace(UNFIT, '_'), NAME_UNITS);
}

/** Reads the last part of a name and moves behind it; `undefined` if it ends with a dot. */
export function readName(tokens: SqlTokens) {
  for (let isQualified = false; isName(tokens); isQualified = true) {
    const name = { text: nameOf(tokens), end: tokens.end, isQualified };
    if (tokens.nextTold() !== 'mark' || tokens.mark !== '.') return name;
    while (tokens.mark === '.') tokens.nextTold();
  }
  return undefined;
}
