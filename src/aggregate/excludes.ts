import { isPattern, Pattern } from './pattern.ts';

const MAX_ENTRIES = 1_000;
const MAX_UNITS = 500;
const METHOD = /^(?:get|head|post|put|delete|connect|options|trace|patch|query|http) (.+)$/s;

/** Whose entry hid a name. */
export type ExcludedBy = 'server' | 'user';

/**
 * Which names are not counted. An entry with `*` (anything) or `?` (one UTF-16 unit) is a pattern for the whole
 * name. Without one, a server's entry is a whole name, also behind a leading `METHOD `, and a user's entry is a
 * piece of text found anywhere. Case is ignored. A name costs time linear in its length, whatever the patterns.
 */
export class Excludes {
  readonly #wholeNames = new Set<string>();
  readonly #serverPatterns: Pattern[] = [];
  readonly #userPatterns: Pattern[] = [];
  readonly #pieces: string[] = [];

  constructor(fromServer: readonly string[], fromUser: readonly string[]) {
    for (const entry of tidy(fromServer)) {
      if (isPattern(entry)) this.#serverPatterns.push(new Pattern(entry));
      else this.#wholeNames.add(entry);
    }
    for (const entry of tidy(fromUser)) {
      if (isPattern(entry)) this.#userPatterns.push(new Pattern(entry));
      else this.#pieces.push(entry);
    }
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
    if (this.#wholeNames.size === 0) return false;
    if (this.#wholeNames.has(text)) return true;
    const behindMethod = METHOD.exec(text)?.[1];
    return behindMethod !== undefined && this.#wholeNames.has(behindMethod);
  }
}

/** The entries of a list that count, in lower case; whatever is no string in it is passed over. */
export function tidy(entries: readonly unknown[]): string[] {
  return entries
    .slice(0, MAX_ENTRIES)
    .filter((entry) => typeof entry === 'string')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '' && entry.length <= MAX_UNITS);
}

function matchesAny(patterns: readonly Pattern[], text: string): boolean {
  return patterns.some((pattern) => pattern.matches(text));
}
