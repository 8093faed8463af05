/** Beyond ASCII everything is a letter but the spaces and the general punctuation. */
const BEYOND_ASCII = '\\u00a1-\\u1fff\\u2070-\\u2fff\\u3001-\\ufefe\\uff00-\\uffff';
const LETTERS = `A-Z_a-z${BEYOND_ASCII}`;
/** `$`, `#` and `@` stand inside names, but do not begin one. */
const PARTS = `${LETTERS}0-9$#@`;

// One sticky expression for each class of tokens. In none of them can a character be read in two ways, so that each
// takes a time linear in what it looks at.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are spaces
export const SPACES = /[\u0000-\u0020\u007f-\u00a0\u2000-\u206f\u3000\ufeff]*/y;
export const A_WORD = sticky(`[${LETTERS}][${PARTS}]*`);
/** Behind a dot or a mark a word is a name, beyond ASCII a part of one. */
export const NOT_BEFORE_A_WORD = new RegExp(`[.$@#:${BEYOND_ASCII}]`);
/** As a source: a word, a temporary table, a name of MySQL that begins with a digit, or one in quotes. */
export const A_PART_OF_A_NAME = `(?:(?:##?)?[${LETTERS}][${PARTS}]*(?![${PARTS}])|[0-9]+[${LETTERS}][${PARTS}]*(?![${PARTS}])|"(?:[^"]|"")*"(?!")|\`(?:[^\`]|\`\`)*\`(?!\`)|\\[(?:[^\\]]|\\]\\])*\\](?!\\]))`;
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

export function sticky(source: string): RegExp {
  return new RegExp(source, 'y');
}

/** Where a sticky expression that matches at `at` ends; -1 where it does not. */
export function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
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
