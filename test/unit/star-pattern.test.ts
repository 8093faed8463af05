import { expect, test } from 'vitest';
import { StarPattern } from '../../src/wire/star-pattern.ts';

/** All texts of these units, up to this length. */
function textsOf(units: readonly string[], length: number): string[] {
  if (length === 0) return [''];
  const shorter = textsOf(units, length - 1);
  return [...new Set([...shorter, ...shorter.flatMap((text) => units.map((unit) => text + unit))])];
}

const expressionOf = (pattern: string) =>
  new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');

test('every short pattern fits the texts that its expression fits, and no others', () => {
  const texts = textsOf(['a', 'b'], 5);
  for (const pattern of textsOf(['a', 'b', '*', '?'], 5)) {
    const made = new StarPattern(pattern);
    const expression = expressionOf(pattern);
    const wrong = texts.filter((text) => made.matches(text) !== expression.test(text));
    expect([pattern, wrong]).toEqual([pattern, []]);
  }
});

test.each([
  ['*ab?cd*ef', 'ababxcdabef', true],
  ['*ab?cd*ef', 'ababcdabef', false],
  ['a*b?c*d', 'ab1cb2cd', true],
  ['*a?*?a*', 'a12a', true],
  ['*a?*?a*', 'a1a', false],
  ['*\n?', 'a\nb', true],
  ['?', '😀', false],
  ['??', '😀', true],
])('%j fits %j: %o', (pattern, text, fits) => {
  expect(new StarPattern(pattern).matches(text)).toBe(fits);
});
