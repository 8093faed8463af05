/** Characters that mean something in SQL, as UTF-16 units. */
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const DOLLAR = 36;
export const QUOTE = 39;
export const OPEN = 40;
export const CLOSE = 41;
export const STAR = 42;
export const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const GREATER = 62;
export const QUESTION = 63;
export const AT = 64;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const BACKTICK = 96;
export const LOWER_E = 101;
export const LOWER_N = 110;
export const LOWER_Q = 113;

/** Turns an ASCII capital into its small letter, and leaves small letters as they are. */
export const TO_LOWER = 0x20;

// Sorts of characters, as bits, so that a run of several sorts is one test.
export const SPACE = 1;
export const LETTER = 2;
export const DIGIT = 4;
/** `$`, `#` and `@` stand inside names, but do not begin one. */
const SIGN = 8;
export const WORD_PART = LETTER | DIGIT | SIGN;
export const NUMBER_PART = LETTER | DIGIT;

const SORTS = new Uint8Array(128).map((_, code) => {
  const char = String.fromCharCode(code);
  if (/[a-z_]/i.test(char)) return LETTER;
  if (/[0-9]/.test(char)) return DIGIT;
  if (/[$#@]/.test(char)) return SIGN;
  return code <= 32 || code === 127 ? SPACE : 0;
});

/** The sort of a UTF-16 unit; 0 for everything with a meaning of its own. */
export function sortOf(code: number): number {
  return code < 128 ? (SORTS[code] ?? 0) : wideSort(code);
}

/** Beyond ASCII everything is a letter but the spaces and the general punctuation. */
function wideSort(code: number): number {
  const isSpace = code <= 0xa0 || (code >= 0x2000 && code <= 0x206f) || code === 0x3000 || code === 0xfeff;
  return isSpace ? SPACE : LETTER;
}

export function isAt(text: string, limit: number, at: number, code: number): boolean {
  return at < limit && text.charCodeAt(at) === code;
}

export function sortAt(text: string, limit: number, at: number): number {
  return at < limit ? sortOf(text.charCodeAt(at)) : 0;
}
