/** Beyond ASCII everything is a letter but the spaces and the general punctuation. */
const LETTERS = ['AZ', '__', 'az', '\u00a1\u1fff', '\u2070\u2fff', '\u3001\ufefe', '\uff00\uffff'] as const;
const LETTER = LETTERS.map((range) => `${range[0]}-${range[1]}`).join('');
const TAG = String.raw`\$(?:[LETTER][\dLETTER]*)?\$`;

/** What a character is, in an order in which a comparison asks for several. */
export const Class = { SPACE: 0, MARK: 1, OPENS: 2, INSIDE: 3, DIGIT: 4, LETTER: 5 } as const;
const CLASSES = new Uint8Array(0x1_0000).fill(Class.MARK, 0x21, 0x7f).fill(Class.DIGIT, 0x30, 0x3a);
// May begin more than a mark.
for (const char of `"'-./:?[\``) CLASSES[char.charCodeAt(0)] = Class.OPENS;
// Stands inside names, but does not begin one.
for (const char of '$#@') CLASSES[char.charCodeAt(0)] = Class.INSIDE;
for (const range of LETTERS) CLASSES.fill(Class.LETTER, range.charCodeAt(0), range.charCodeAt(1) + 1);

/** The class of the character at a place; behind the text, of a mark. */
export function classAt(text: string, at: number): number {
  return at < text.length ? (CLASSES[text.charCodeAt(at)] ?? 0) : Class.MARK;
}

/** How the tokens of all dialects are written. Each expression matches right at a place or not at all. */
export const Spelling = {
  /** `#t` and `##t` of SQL Server. */
  temporary: sticky(String.raw`##?[LETTER][\d$#@LETTER]*`),
  /** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: what clings to the digits belongs to them. */
  number: sticky(String.raw`\.?\d(?:[\d.LETTER]|(?<=e)[+-](?=\d))*`),
  /** `$1`, `:name`, `@p1`, `@@rowcount`; not an amount of money such as `$1.50` or a number behind an operator. */
  placeholder: sticky(String.raw`[$?:@](?:\d{1,5}(?![\d.$#@LETTER])|(?!\d)[\d$#@LETTER]+)`),
  comment: sticky(String.raw`--[^\r\n]*`),
  /** Not `#>` and `#-` of PostgreSQL. */
  hash: sticky(String.raw`#(?!>|-(?!-))[^\r\n]*`),
  /** Opens `$tag$it's$tag$`. */
  tag: sticky(TAG),
  dollars: sticky(String.raw`(${TAG})[^]*?\1`),
  brackets: quotes(String.raw`\[`, String.raw`\]`),
  backticks: quotes('`', '`'),
  /** With the letters of `N'…'`, `X'…'`, `E'…'` and the like before it. */
  "plain'": quotes("[a-z]?'", "'"),
  "escaped'": quotes("[a-z]?'", "'", true),
  "triple'": sticky("'''[^]*?'''"),
  'plain"': quotes('"', '"'),
  'escaped"': quotes('"', '"', true),
  'triple"': sticky('"""[^]*?"""'),
  /** `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs. */
  anyQuotes: sticky(String.raw`n?q'(?:\[[^]*?\]|\([^]*?\)|\{[^]*?\}|<[^]*?>|([^[({<])[^]*?\1)'`),
};

function sticky(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll('LETTER', LETTER), 'iy');
}

/** Up to the mark that closes, which stands for itself where it is doubled or behind a backslash that escapes. */
function quotes(open: string, close: string, escapes = false): RegExp {
  const inside = escapes ? `[^${close}\\\\]*` : `[^${close}]*`;
  const itself = escapes ? `(?:${close}{2}|\\\\[^])` : `${close}{2}`;
  return sticky(`${open}${inside}(?:${itself}${inside})*${close}(?!${close})`);
}

/** Where a sticky expression that matches right at a place ends; else -1. */
export function matchEnd(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}
