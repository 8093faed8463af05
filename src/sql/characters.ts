/** Characters with a meaning, as UTF-16 units. */
export const Mark = {
  ...{ OPEN: 40, CLOSE: 41, COMMA: 44, DOT: 46, SEMICOLON: 59, QUESTION: 63, PLUS: 43, MINUS: 45 },
  ...{ DOUBLE_QUOTE: 34, HASH: 35, DOLLAR: 36, APOSTROPHE: 39, SLASH: 47, COLON: 58, AT: 64 },
  ...{ BRACKET: 91, BACKSLASH: 92, CLOSING_BRACKET: 93, BACKTICK: 96 },
} as const;

/** What a character is, as bits. */
export const Class = {
  SPACE: 1,
  LETTER: 2,
  DIGIT: 4,
  /** `$`, `#` and `@` stand inside names, but do not begin one. */
  SIGN: 8,
  /** May begin more than a mark. */
  OPENS: 16,
} as const;

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Z_a-z]/.test(char)) return Class.LETTER;
  if (/\d/.test(char)) return Class.DIGIT;
  if ('$#@'.includes(char)) return Class.SIGN;
  if (code <= 32 || code === 127) return Class.SPACE;
  return `'"\`[?:/-.`.includes(char) ? Class.OPENS : 0;
});

/** Beyond ASCII everything is a letter but the spaces and the general punctuation. NaN, behind a text, is nothing. */
export function classOf(code: number): number {
  if (code < 128) return CLASSES[code] ?? 0;
  const isSpace = code <= 0xa0 || (code >= 0x2000 && code <= 0x206f) || code === 0x3000 || code === 0xfeff;
  if (isSpace) return Class.SPACE;
  return code > 0xa0 ? Class.LETTER : 0;
}
