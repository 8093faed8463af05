import { StarPattern } from '../wire/star-pattern.ts';

/** The user's `nameGroups`: a name that fits a pattern is counted under the pattern; the first that fits wins. */
export class NameGroups {
  readonly #groups: { readonly name: string; readonly pattern: StarPattern }[];

  constructor(patterns: readonly string[]) {
    this.#groups = patterns
      .map((each) => each.trim())
      .map((name) => ({ name, pattern: new StarPattern(name.toLowerCase()) }));
  }

  groupOf(name: string): string {
    const text = name.toLowerCase();
    return this.#groups.find(({ pattern }) => pattern.matches(text))?.name ?? name;
  }
}
