import { knownWord, RESERVED, type SqlWord, TABLE_FOLLOWS } from './words.ts';

// What a token is, as numbers, which the engine compares fastest.
export const END = 0;
export const WORD = 1;
/** A name in quotes. */
export const QUOTED = 2;
export const STRING = 3;
export const NUMBER = 4;
const PLACEHOLDER = 5;
export const COMMENT = 6;
/** Any other character. */
export const MARK = 7;

/** Marks with a meaning, as UTF-16 units. */
export const OPEN = 40;
export const CLOSE = 41;
export const COMMA = 44;
export const DOT = 46;
export const SEMICOLON = 59;

/** Beyond ASCII everything is a letter but the spaces and the general punctuation. */
const LETTERS = 'A-Z_a-z\\u00a1-\\u1fff\\u2070-\\u2fff\\u3001-\\ufefe\\uff00-\\uffff';
/** `$`, `#` and `@` stand inside names, but do not begin one. */
const PARTS = `${LETTERS}0-9$#@`;

// One sticky expression for each class of tokens. In none of them can a character be read in two ways, so that each
// takes a time linear in what it looks at.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are spaces
const SPACES = /[\u0000-\u0020\u007f-\u00a0\u2000-\u206f\u3000\ufeff]*/y;
const A_WORD = sticky(`[${LETTERS}][${PARTS}]*`);
/** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: whatever clings to the digits belongs to them. */
const A_NUMBER = sticky(`[0-9.](?:[${LETTERS}0-9.]|(?<=[eE])[+-](?=[0-9]))*`);
/** `$1`, `:name`, `@p1`, `@@rowcount`; not an amount of money such as `$1.50`, nor a number behind an operator. */
const A_PLACEHOLDER = sticky(`[?:@$](?:[0-9]{1,5}(?![${PARTS}.])|(?![0-9])[${PARTS}]+)`);
const SLICE = /:[0-9]/y;
const DOLLAR_TAG = sticky(`\\$(?![0-9])[${LETTERS}0-9]*\\$`);
/** `N'…'`, `X'…'` and the like: the letter belongs to the string. */
const PREFIX = /^[bnrx]$/i;
/** `#>`, `#>>` and `#-` of PostgreSQL. */
const HASH_OPERATOR = /#(?:>|-(?!-))/y;
/** `#temp` and `##temp` of SQL Server. */
const TEMP_TABLE = sticky(`##?[${LETTERS}][${PARTS}]*`);
const REST_OF_LINE = /[^\r\n]*/y;
const COMMENT_EDGE = /\*\/|\/\*/g;
const BRACKETED_NAME = sticky(`\\[[${LETTERS}](?:[^\\]]|\\]\\])*\\](?!\\])`);
/** What sticks to the end of a string betrays a wrong dialect. */
const GLUE = sticky(`[${LETTERS}0-9]`);
const PLAIN = { "'": quoted("'", ''), '"': quoted('"', ''), '`': quoted('`', '') } as const;
const ESCAPING = { "'": quoted("'", '\\\\'), '"': quoted('"', '\\\\') } as const;
type Quote = keyof typeof PLAIN;

function sticky(source: string): RegExp {
  return new RegExp(source, 'y');
}

/** A quote stands for itself where it is doubled or, perhaps, behind a backslash. */
function quoted(quote: string, escaping: string): RegExp {
  const escaped = escaping === '' ? '' : `|${escaping}[\\s\\S]`;
  return sticky(`${quote}(?:[^${quote}${escaping}]${escaped}|${quote}${quote})*${quote}(?!${quote})`);
}

/** Where a sticky expression that matches at `at` ends; -1 where it does not. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

/** What stands in names of ASCII: 1 for letters, which begin one as well, and 2 for the other parts. */
const IN_NAMES = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return /[A-Z_a-z]/.test(char) ? 1 : /[0-9$#@]/.test(char) ? 2 : 0;
});

/** As `A_WORD` would find it. Most of a statement is words of ASCII, which a loop reads several times faster. */
function endOfWord(text: string, start: number, first: number): number {
  if (first >= 128) return endOf(A_WORD, text, start);
  if (IN_NAMES[first] !== 1) return -1;
  let end = start + 1;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code >= 128) return endOf(A_WORD, text, start);
    if (IN_NAMES[code] === 0) break;
    end++;
  }
  return end;
}

/** Where a text ends that begins at `from` and is closed by `close`. */
function endBehind(text: string, close: string, from: number): number {
  const at = text.indexOf(close, from);
  return at < 0 ? -1 : at + close.length;
}

/** How strings are written, as far as it is known. */
export interface Quoting {
  /** Whether a backslash escapes a quote. */
  readonly backslashEscapes: boolean;
  /** Whether `"…"` is text, and no name. */
  readonly doubleQuotedIsText: boolean;
}

/**
 * Reads a statement of any dialect token by token, in a time linear in its length. Nothing is cut out or kept.
 * As the dialect is not known, some guesses are made, and what may tell that they were wrong is noted.
 */
export class SqlTokens {
  readonly text: string;
  kind = END;
  start = 0;
  end = 0;
  /** The token at hand, if it is a mark; else 0. */
  mark = 0;
  /** The token at hand, if it is a word that is known; not kept by `next`. */
  word: SqlWord | undefined;
  /** Whether the text ended inside a string or a quoted name. */
  isUnclosed = false;
  /** Whether a backslash stands before a quote: a part of the string in MySQL, its end in PostgreSQL. */
  sawEscapedQuote = false;
  /**
   * Whether a word sticks to the end of a string. This betrays that strings were read by the rules of the wrong
   * dialect, which turns their inside and their outside around.
   */
  isGlued = false;
  /** Where the first token begins that another dialect would have ended elsewhere; -1 where there is none. */
  doubtAt = -1;
  readonly #strings: Readonly<Record<"'" | '"', RegExp>>;
  readonly #doubleQuoted: number;
  #nestsComments = true;

  constructor(text: string, { backslashEscapes, doubleQuotedIsText }: Quoting) {
    this.text = text;
    this.#strings = backslashEscapes ? ESCAPING : PLAIN;
    this.#doubleQuoted = doubleQuotedIsText ? STRING : QUOTED;
  }

  /** Whether everything closed, and closed as was guessed. */
  get isClear(): boolean {
    return !this.isUnclosed && this.#nestsComments;
  }

  /** Whether the token at hand is a known word of that sort. */
  isWord(sort: number): boolean {
    return this.word !== undefined && (this.word.is & sort) !== 0;
  }

  /** Moves to the next token. */
  next(): number {
    const { text } = this;
    let at = this.end;
    let code = text.charCodeAt(at);
    if (code === 32) code = text.charCodeAt(++at);
    if (code <= 32 || code >= 127) {
      at = endOf(SPACES, text, at);
      code = text.charCodeAt(at);
    }
    if (at >= text.length) return this.#take(END, at, at);
    const end = endOfWord(text, at, code);
    if (end >= 0) return text.charCodeAt(end) === 39 ? this.#prefixed(at, end) : this.#take(WORD, at, end);
    return this.#other(at, code);
  }

  /** Moves to the next token that is no comment. */
  advance(): number {
    let kind = this.next();
    while (kind === COMMENT) kind = this.next();
    this.word = kind === WORD ? this.#known() : undefined;
    return kind;
  }

  /** Moves to the next known word, parenthesis, semicolon or wanted comma, over names, values and operators. */
  seek(wantsComma: boolean): number {
    for (;;) {
      const kind = this.next();
      if (kind === WORD) {
        this.word = this.#known();
        if (this.word !== undefined) return kind;
      } else if (kind === END || (kind === MARK && this.#separates(wantsComma))) {
        this.word = undefined;
        return kind;
      }
    }
  }

  /** Passes over everything up to `end`. */
  skipTo(end: number): void {
    this.#take(END, end, end);
  }

  /** The word at hand, if it is known; `m.from` is a name. */
  #known(): SqlWord | undefined {
    const { text, start } = this;
    const word = knownWord(text, start, this.end);
    return word !== undefined && start > 0 && text.charCodeAt(start - 1) === DOT ? undefined : word;
  }

  #separates(wantsComma: boolean): boolean {
    const { mark } = this;
    if (mark === COMMA) return wantsComma;
    return mark === OPEN || mark === CLOSE || mark === SEMICOLON;
  }

  #other(start: number, code: number): number {
    const { text } = this;
    const char = text.charAt(start);
    switch (char) {
      case "'":
        return this.#quoted(STRING, start, start, this.#strings[char]);
      case '"':
        return this.#quoted(this.#doubleQuoted, start, start, this.#strings[char]);
      case '`':
        return this.#quoted(QUOTED, start, start, PLAIN[char]);
      case '[':
        return this.#bracket(start);
      case '$':
        return this.#dollar(start);
      case '?':
      case ':':
      case '@':
        return this.#placeholder(start, code);
      case '#':
        return this.#hash(start);
      case '-':
        if (!text.startsWith('--', start)) break;
        return this.#take(COMMENT, start, endOf(REST_OF_LINE, text, start));
      case '/':
        if (!text.startsWith('/*', start)) break;
        return this.#comment(start);
    }
    // `shop.1st` holds a name of MySQL, `.1` is a number.
    const isDigit = (at: number) => text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;
    if (isDigit(start) || (code === DOT && isDigit(start + 1) && !this.#touchesValue(start))) {
      return this.#take(NUMBER, start, endOf(A_NUMBER, text, start));
    }
    return this.#mark(start, code);
  }

  /** A word right before a quote: the letter of `E'…'`, `N'…'`, `X'…'` and the like belongs to the string. */
  #prefixed(start: number, quote: number): number {
    const { text } = this;
    const prefix = text.slice(start, Math.min(quote, start + 3)).toLowerCase();
    if (prefix === 'q' || prefix === 'nq') return this.#oracle(start, quote + 1);
    if (prefix === 'e') return this.#quoted(STRING, start, quote, ESCAPING["'"], true);
    if (!PREFIX.test(prefix)) return this.#take(WORD, start, quote);
    return this.#quoted(STRING, start, quote, this.#strings["'"]);
  }

  /** `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs. */
  #oracle(start: number, open: number): number {
    const char = this.text.charAt(open);
    const pair = '[{(<'.indexOf(char);
    const close = char === '' || pair < 0 ? char : ']})>'.charAt(pair);
    return this.#closed(STRING, start, endBehind(this.text, `${close}'`, open + 1));
  }

  #quoted(kind: number, start: number, open: number, expression: RegExp, isSure = false): number {
    const { text } = this;
    const end = endOf(expression, text, open);
    const quote = text.charAt(open) as Quote;
    if (
      !isSure &&
      expression !== PLAIN[quote] &&
      holdsEscaped(text.slice(open, end < 0 ? undefined : end), quote)
    ) {
      this.sawEscapedQuote = true;
      this.#doubt(start);
    }
    if (!isSure && end >= 0 && endOf(GLUE, text, end) >= 0) this.isGlued = true;
    return this.#closed(kind, start, end);
  }

  /** `[Order Details]`; but `t.x[1]`, `f(x)[i]` and `[1, 2]` are no names. */
  #bracket(start: number): number {
    const { text } = this;
    if (endOf(A_WORD, text, start + 1) < 0 || this.#touchesValue(start)) return this.#mark(start, 91);
    const end = endOf(BRACKETED_NAME, text, start);
    // It may as well have been an array with a string inside.
    if (end < 0 || /['"]/.test(text.slice(start, end))) this.#doubt(start);
    return this.#closed(QUOTED, start, end);
  }

  #dollar(start: number): number {
    const { text } = this;
    const tagEnd = endOf(DOLLAR_TAG, text, start);
    if (tagEnd < 0) return this.#placeholder(start, 36);
    return this.#closed(STRING, start, endBehind(text, text.slice(start, tagEnd), tagEnd));
  }

  /** The `:20` of `x[1:20]` is none. */
  #placeholder(start: number, code: number): number {
    const { text } = this;
    const isSlice = endOf(SLICE, text, start) >= 0 && this.#touchesValue(start);
    const end = isSlice ? -1 : endOf(A_PLACEHOLDER, text, start);
    return end < 0 ? this.#mark(start, code) : this.#take(PLACEHOLDER, start, end);
  }

  /** A comment of MySQL, an operator of PostgreSQL or a table of SQL Server. */
  #hash(start: number): number {
    const { text } = this;
    if (endOf(HASH_OPERATOR, text, start) >= 0) return this.#mark(start, 35);
    const isBehindTableWord = this.kind === WORD && ((this.#known()?.is ?? 0) & TABLE_FOLLOWS) !== 0;
    const tableEnd = isBehindTableWord ? endOf(TEMP_TABLE, text, start) : -1;
    if (tableEnd >= 0) return this.#take(WORD, start, tableEnd);
    this.#doubt(start);
    return this.#take(COMMENT, start, endOf(REST_OF_LINE, text, start));
  }

  /** A comment that would never close if it nests closes by the rules of MySQL, and from then on all do. */
  #comment(start: number): number {
    const { text } = this;
    let end = endOfComment(text, start, this.#nestsComments);
    if (end < 0 && this.#nestsComments) {
      end = endOfComment(text, start, false);
      if (end >= 0) {
        this.#nestsComments = false;
        this.#doubt(start);
      }
    }
    return this.#take(COMMENT, start, end < 0 ? text.length : end);
  }

  #mark(start: number, code: number): number {
    return this.#take(MARK, start, start + 1, code);
  }

  #closed(kind: number, start: number, end: number): number {
    if (end < 0) this.isUnclosed = true;
    return this.#take(kind, start, end < 0 ? this.text.length : end);
  }

  #take(kind: number, start: number, end: number, mark = 0): number {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.mark = mark;
    return kind;
  }

  #doubt(at: number): void {
    if (this.doubtAt < 0) this.doubtAt = at;
  }

  /** Whether the token at hand ends right here and is something that can be indexed or have a part. */
  #touchesValue(at: number): boolean {
    if (this.end !== at || at === 0) return false;
    if (this.kind === MARK) return this.mark === CLOSE || this.mark === 93;
    if (this.kind === WORD) return ((this.#known()?.is ?? 0) & RESERVED) === 0;
    return this.kind !== COMMENT && this.kind !== STRING;
  }
}

/** Whether a backslash escapes a quote like the one the text begins with, where backslashes escape. */
function holdsEscaped(text: string, quote: Quote): boolean {
  if (!text.includes('\\')) return false;
  return text
    .slice(0, -1)
    .replace(/\\[\s\S]/g, (pair) => (pair[1] === quote ? '\\' : ''))
    .includes('\\');
}

/** A comment with `/*` inside, which nests in PostgreSQL and not in MySQL. */
function endOfComment(text: string, start: number, nests: boolean): number {
  COMMENT_EDGE.lastIndex = start + 2;
  let depth = 1;
  for (let edge = COMMENT_EDGE.exec(text); edge !== null; edge = COMMENT_EDGE.exec(text)) {
    depth += edge[0] === '*/' ? -1 : 1;
    if (depth === 0 || (!nests && edge[0] === '*/')) return COMMENT_EDGE.lastIndex;
  }
  return -1;
}
