import { isPattern, StarPattern } from '../wire/star-pattern.ts';

const MAX_ENTRIES = 1_000;
const MAX_UNITS = 500;
/** All patterns of a list together: what a name costs that none of them fits. */
const MAX_PATTERN_UNITS = 20_000;
/** A pattern with `?` is tried at each place of a name, so its characters count ten times. */
const LOOSE_WEIGHT = 10;
const METHOD = /^(?:get|head|post|put|delete|connect|options|trace|patch|query|http) /;

/** Whose entry hid a name. */
export type ExcludedBy = 'server' | 'user';

/**
 * Which names are not counted. An entry with `*` (anything) or `?` (one UTF-16 unit) is a pattern for the whole
 * name. Without one, a server's entry is a whole name, also behind a leading `METHOD `, and a user's entry is a
 * piece of text found anywhere. Case is ignored. A name costs time in proportion to its length and to that of the patterns.
 */
export class Excludes {
  readonly #wholeNames: ReadonlySet<string>;
  readonly #serverPatterns: readonly StarPattern[];
  readonly #userPatterns: readonly StarPattern[];
  readonly #pieces: readonly string[];

  constructor(fromServer: readonly string[], fromUser: readonly string[]) {
    const [serverPatterns, wholeNames] = sorted(fromServer);
    const [userPatterns, pieces] = sorted(fromUser);
    this.#wholeNames = new Set(wholeNames);
    this.#serverPatterns = serverPatterns;
    this.#userPatterns = userPatterns;
    this.#pieces = pieces;
  }

  /** Who hides this name, if anybody does. */
  verdict(name: string): ExcludedBy | undefined {
    const text = name.toLowerCase();
    if (this.#isWholeName(text) || matchesAny(this.#serverPatterns, text)) return 'server';
    if (this.#pieces.some((piece) => text.includes(piece)) || matchesAny(this.#userPatterns, text)) {
      return 'user';
    }
    return undefined;
  }

  #isWholeName(text: string): boolean {
    return this.#wholeNames.has(text) || this.#wholeNames.has(text.replace(METHOD, ''));
  }
}

/** The entries of a list that count, in lower case; what is no string is passed over. */
export function tidy(entries: readonly unknown[]): string[] {
  return entries
    .slice(0, MAX_ENTRIES)
    .filter((entry) => typeof entry === 'string')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '' && entry.length <= MAX_UNITS);
}

/** The patterns of a list, as far as there is room for them, and its other entries. */
function sorted(entries: readonly string[]): [patterns: StarPattern[], others: string[]] {
  const patterns: StarPattern[] = [];
  const others: string[] = [];
  let units = 0;
  for (const entry of tidy(entries)) {
    if (!isPattern(entry)) {
      others.push(entry);
      continue;
    }
    units += entry.includes('?') ? LOOSE_WEIGHT * entry.length : entry.length;
    if (units <= MAX_PATTERN_UNITS) patterns.push(new StarPattern(entry));
  }
  return [patterns, others];
}

function matchesAny(patterns: readonly StarPattern[], text: string): boolean {
  return patterns.some((pattern) => pattern.matches(text));
}
