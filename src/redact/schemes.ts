import { HIDDEN } from './values.ts';

/** What follows is a word of a sentence and no credential: `bearer bonds`. */
const BEARER = /([Bb][Ee][Aa][Rr][Ee][Rr])((?:%20)+|[\t +\xa0]+)(?![a-z]{4,}(?![\w.+/=~-]))[^\s"',&]+/g;
/** Base64: with a digit, a capital behind the first letter, or padding. */
const BASIC =
  /([Bb][Aa][Ss][Ii][Cc])((?:%20)+|[\t +\xa0]+)(?=[\w+/-]{8})(?=\w*[\d+/=-]|\w[a-z]*[A-Z])[\w+/=%-]+/g;

/** Hides what follows the words Bearer and Basic, the words stay. */
export function redactSchemes(text: string): string {
  return text.replace(BEARER, `$1$2${HIDDEN}`).replace(BASIC, `$1$2${HIDDEN}`);
}
