/** Characters with a meaning, as UTF-16 units. */
export const Mark = {
  ...{ OPEN: 40, CLOSE: 41, COMMA: 44, DOT: 46, SEMICOLON: 59, QUESTION: 63, PLUS: 43, MINUS: 45 },
  ...{ DOUBLE_QUOTE: 34, HASH: 35, DOLLAR: 36, APOSTROPHE: 39, SLASH: 47, COLON: 58, AT: 64 },
  ...{ BRACKET: 91, BACKSLASH: 92, CLOSING_BRACKET: 93, BACKTICK: 96 },
} as const;

/** What a character is, in an order in which a comparison asks for several. */
export const Class = {
  MARK: 0,
  /** A parenthesis, a comma, a semicolon. */
  PARTS: 1,
  SPACE: 2,
  /** May begin more than a mark. */
  OPENS: 3,
  /** `$`, `#` and `@` stand inside names, but do not begin one. */
  SIGN: 4,
  DIGIT: 5,
  /** Those of ASCII have a class each, in either case the same, from here on; all others have this one. */
  LETTER: 6,
} as const;

/** By code; beyond ASCII everything is a letter but the spaces and the general punctuation. */
const CLASSES = new Uint8Array(0x1_0000)
  .fill(Class.LETTER)
  .fill(Class.MARK, 0, 0x80)
  .fill(Class.SPACE, 0, 0x21)
  .fill(Class.SPACE, 0x7f, 0xa1)
  .fill(Class.SPACE, 0x20_00, 0x20_70)
  .fill(Class.DIGIT, 48, 58);
for (const [type, chars] of [
  [Class.SPACE, '\u3000\ufeff'],
  [Class.SIGN, '$#@'],
  [Class.OPENS, `'"\`[?:/-`],
  [Class.PARTS, '(),;'],
] as const)
  for (const char of chars) CLASSES[char.charCodeAt(0)] = type;
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
  CLASSES[letter.charCodeAt(0)] = Class.LETTER + (letter.charCodeAt(0) & 31);

/** NaN, behind a text, is nothing. */
export function classOf(code: number): number {
  return CLASSES[code] ?? Class.MARK;
}
