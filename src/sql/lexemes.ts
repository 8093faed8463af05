import { mayBeKnown } from './words.ts';

const COMMA = 44;
const APOSTROPHE = 39;
/** Beyond ASCII everything is a letter but the spaces and the general punctuation. */
const LETTERS = 'A-Z_a-z\\u00a1-\\u1fff\\u2070-\\u2fff\\u3001-\\ufefe\\uff00-\\uffff';
/** `$`, `#` and `@` stand inside names, but do not begin one. */
const PARTS = `${LETTERS}0-9$#@`;

// One sticky expression for each class of tokens. In none of them can a character be read in two ways, so that each
// takes a time linear in what it looks at.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are spaces
export const SPACES = /[\u0000-\u0020\u007f-\u00a0\u2000-\u206f\u3000\ufeff]*/y;
const A_WORD = sticky(`[${LETTERS}][${PARTS}]*`);
/** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: whatever clings to the digits belongs to them. */
export const A_NUMBER = sticky(`\\.?[0-9](?:[${LETTERS}0-9.]|(?<=[eE])[+-](?=[0-9]))*`);
/** `$1`, `:name`, `@p1`, `@@rowcount`; not an amount of money such as `$1.50`, nor a number behind an operator. */
export const A_PLACEHOLDER = sticky(`[?:@$](?:[0-9]{1,5}(?![${PARTS}.])|(?![0-9])[${PARTS}]+)`);
export const SLICE = /:[0-9]/y;
export const DOLLAR_TAG = sticky(`\\$(?![0-9])[${LETTERS}0-9]*\\$`);
/** `#>`, `#>>` and `#-` of PostgreSQL. */
export const HASH_OPERATOR = /#(?:>|-(?!-))/y;
/** `#temp` and `##temp` of SQL Server. */
export const TEMP_TABLE = sticky(`##?[${LETTERS}][${PARTS}]*`);
export const REST_OF_LINE = /[^\r\n]*/y;
export const LINE_COMMENT = /--[^\r\n]*/y;
const COMMENT_EDGE = /\*\/|\/\*/g;
export const BRACKETED_NAME = sticky(`\\[[${LETTERS}](?:[^\\]]|\\]\\])*`);
/** What sticks to the end of a string betrays a wrong dialect. */
export const GLUE = sticky(`[${LETTERS}0-9]`);
/** `N'…'`, `X'…'` and the like: the letters belong to the string. */
export const PREFIX = /(?:[benrx]|n?q)(?=')/iy;

// Up to the quote that closes, or the end. A quote stands for itself where it is doubled or behind a backslash.
export const PLAIN = { "'": /'(?:[^']|'')*/y, '"': /"(?:[^"]|"")*/y, '`': /`(?:[^`]|``)*/y } as const;
export const ESCAPING = {
  ...PLAIN,
  "'": /'(?:[^'\\]|\\[\s\S]|'')*/y,
  '"': /"(?:[^"\\]|\\[\s\S]|"")*/y,
} as const;
export type Quote = keyof typeof PLAIN;

function sticky(source: string): RegExp {
  return new RegExp(source, 'y');
}

/** Where a sticky expression that matches at `at` ends; -1 where it does not. */
export function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

// What a unit of ASCII is to a search for known words: most of a statement is such units, read fastest by a loop.
const LETTER = 1;
/** Stands inside words, and begins something that is read with care: a number or a placeholder. */
const PART = 2;
/** Passed over: spaces, dots, operators. */
const PASSED = 3;
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Z_a-z]/.test(char)) return LETTER;
  if (/[0-9$#@]/.test(char)) return PART;
  return /[ \n\t.*+=<>|%~]/.test(char) ? PASSED : 0;
});

/** Where the word ends that begins at `start` with `first`, as `A_WORD` would find it; -1 if there is none. */
export function endOfWord(text: string, start: number, first: number): number {
  if (first >= 128) return endOf(A_WORD, text, start);
  if (CLASSES[first] !== LETTER) return -1;
  const { length } = text;
  let end = start + 1;
  while (end < length) {
    const code = text.charCodeAt(end);
    if (code >= 128) return endOf(A_WORD, text, start);
    const part = CLASSES[code];
    if (part !== LETTER && part !== PART) break;
    end++;
  }
  return end;
}

/** A comment with `/*` inside, which nests in PostgreSQL and not in MySQL. */
export function endOfComment(text: string, start: number, nests: boolean): number {
  COMMENT_EDGE.lastIndex = start + 2;
  let depth = 1;
  for (let edge = COMMENT_EDGE.exec(text); edge !== null; edge = COMMENT_EDGE.exec(text)) {
    depth += edge[0] === '*/' ? -1 : 1;
    if (depth === 0 || (!nests && edge[0] === '*/')) return COMMENT_EDGE.lastIndex;
  }
  return -1;
}

/** Where a word may be known, or something begins that is read with care: a search passes quickly over the rest. */
export function nextOfInterest(text: string, from: number, wantsComma: boolean): number {
  const { length } = text;
  let at = from;
  while (at < length) {
    const code = text.charCodeAt(at);
    const sort = code < 128 ? CLASSES[code] : 0;
    if (sort === LETTER) {
      const end = endOfWord(text, at, code);
      if (mayBeKnown(code, end - at) || text.charCodeAt(end) === APOSTROPHE) return at;
      at = end;
    } else if (sort === PASSED || (code === COMMA && !wantsComma)) at++;
    else return at;
  }
  return at;
}
