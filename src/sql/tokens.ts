import * as lexemes from './lexemes.ts';
import { endOf } from './lexemes.ts';
import { Is, WORDS } from './words.ts';

/** What a token is, as numbers, which the engine compares fastest. */
export const Kind = {
  END: 0,
  WORD: 1,
  /** A name in quotes. */
  QUOTED: 2,
  STRING: 3,
  NUMBER: 4,
  PLACEHOLDER: 5,
  COMMENT: 6,
  /** Any other character. */
  MARK: 7,
} as const;

/** Marks with a meaning, as UTF-16 units. */
export const Mark = { OPEN: 40, CLOSE: 41, COMMA: 44, DOT: 46, SEMICOLON: 59, CLOSING_BRACKET: 93 } as const;
const APOSTROPHE = 39;

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
  kind: number = Kind.END;
  start = 0;
  end = 0;
  /** The token at hand, if it is a mark; else 0. */
  mark = 0;
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
  readonly #strings: Readonly<Record<lexemes.Quote, RegExp>>;
  readonly #doubleQuoted: number;
  #nestsComments = true;

  constructor(text: string, { backslashEscapes, doubleQuotedIsText }: Quoting) {
    this.text = text;
    this.#strings = backslashEscapes ? lexemes.ESCAPING : lexemes.PLAIN;
    this.#doubleQuoted = doubleQuotedIsText ? Kind.STRING : Kind.QUOTED;
  }

  /** Whether everything closed, and closed as was guessed. */
  get isClear(): boolean {
    return !this.isUnclosed && this.#nestsComments;
  }

  /** Moves to the next token. */
  next(): number {
    const { text } = this;
    const at = endOf(lexemes.SPACES, text, this.end);
    if (at >= text.length) return this.#take(Kind.END, at, at);
    const end = endOf(lexemes.A_WORD, text, at);
    if (end < 0) return this.#other(at, text.charCodeAt(at));
    return text.charCodeAt(end) === APOSTROPHE ? this.#prefixed(at, end) : this.#take(Kind.WORD, at, end);
  }

  /** Passes over everything up to `end`. */
  skipTo(end: number): void {
    this.#take(Kind.END, end, end);
  }

  /** What the word at hand may be. */
  get #sort(): number {
    return WORDS.get(this.text.slice(this.start, this.end).toLowerCase()) ?? 0;
  }

  #other(start: number, code: number): number {
    const { text } = this;
    const char = text.charAt(start);
    switch (char) {
      case "'":
      case '`':
        return this.#quoted(char === "'" ? Kind.STRING : Kind.QUOTED, start, start, this.#strings[char]);
      case '"':
        return this.#quoted(this.#doubleQuoted, start, start, this.#strings[char]);
      case '[':
        return this.#bracket(start);
      case '$':
      case '?':
      case ':':
      case '@':
        return this.#placeholder(start, code);
      case '#':
        return this.#hash(start);
      case '/':
        if (text.startsWith('/*', start)) return this.#comment(start);
    }
    const lineEnd = char === '-' ? endOf(lexemes.LINE_COMMENT, text, start) : -1;
    if (lineEnd >= 0) return this.#take(Kind.COMMENT, start, lineEnd);
    // `shop.1st` holds a name of MySQL, `.1` is a number.
    const mayBeNumber = code === Mark.DOT ? !this.#touchesValue(start) : code >= 48 && code <= 57;
    const numberEnd = mayBeNumber ? endOf(lexemes.A_NUMBER, text, start) : -1;
    return numberEnd < 0
      ? this.#take(Kind.MARK, start, start + 1, code)
      : this.#take(Kind.NUMBER, start, numberEnd);
  }

  /** A word right before a quote may belong to the string. */
  #prefixed(start: number, quote: number): number {
    const { text } = this;
    if (endOf(lexemes.PREFIX, text, start) !== quote) return this.#take(Kind.WORD, start, quote);
    const prefix = text.charCodeAt(quote - 1) | 32;
    if (prefix === 0x71) return this.#oracle(start, quote + 1);
    const isEscaping = prefix === 0x65;
    return this.#quoted(
      Kind.STRING,
      start,
      quote,
      (isEscaping ? lexemes.ESCAPING : this.#strings)["'"],
      isEscaping,
    );
  }

  /** `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs. */
  #oracle(start: number, open: number): number {
    const char = this.text.charAt(open);
    const pair = '[{(<'.indexOf(char);
    return this.#upTo(`${char === '' || pair < 0 ? char : ']})>'.charAt(pair)}'`, start, open + 1);
  }

  #quoted(kind: number, start: number, open: number, expression: RegExp, isSure = false): number {
    const { text } = this;
    const quote = text.charAt(open) as lexemes.Quote;
    // `'''it's'''` of BigQuery and others that have text in double quotes
    const triple = quote.repeat(3);
    if (
      this.#doubleQuoted === Kind.STRING &&
      text.startsWith(triple, open) &&
      text.includes(triple, open + 3)
    )
      return this.#upTo(triple, start, open + 3);
    const end = endOf(expression, text, open);
    const isOtherwiseLonger =
      !isSure &&
      !this.sawEscapedQuote &&
      expression !== lexemes.PLAIN[quote] &&
      endOf(lexemes.PLAIN[quote], text, open) !== end;
    if (isOtherwiseLonger) {
      this.sawEscapedQuote = true;
      this.#doubt(start);
    }
    if (!isSure && endOf(lexemes.GLUE, text, end + 1) >= 0) this.isGlued = true;
    return this.#closed(kind, start, end);
  }

  /** `[Order Details]`; but `t.x[1]`, `f(x)[i]` and `[1, 2]` are no names. */
  #bracket(start: number): number {
    const { text } = this;
    const end = this.#touchesValue(start) ? -1 : endOf(lexemes.BRACKETED_NAME, text, start);
    if (end < 0) return this.#take(Kind.MARK, start, start + 1, text.charCodeAt(start));
    // It may as well have been an array with a string inside.
    if (end === text.length || /['"]/.test(text.slice(start, end))) this.#doubt(start);
    return this.#closed(Kind.QUOTED, start, end);
  }

  /** Text in `$$…$$` or a parameter; the `:20` of `x[1:20]` is none. */
  #placeholder(start: number, code: number): number {
    const { text } = this;
    const tagEnd = endOf(lexemes.DOLLAR_TAG, text, start);
    if (tagEnd >= 0) return this.#upTo(text.slice(start, tagEnd), start, tagEnd);
    const isSlice = endOf(lexemes.SLICE, text, start) >= 0 && this.#touchesValue(start);
    const end = isSlice ? -1 : endOf(lexemes.A_PLACEHOLDER, text, start);
    return end < 0 ? this.#take(Kind.MARK, start, start + 1, code) : this.#take(Kind.PLACEHOLDER, start, end);
  }

  /** A comment of MySQL, an operator of PostgreSQL or a table of SQL Server. */
  #hash(start: number): number {
    const { text } = this;
    if (endOf(lexemes.HASH_OPERATOR, text, start) >= 0) return this.#take(Kind.MARK, start, start + 1, 35);
    const tableEnd =
      this.kind === Kind.WORD && (this.#sort & Is.RESERVED) !== 0
        ? endOf(lexemes.TEMP_TABLE, text, start)
        : -1;
    if (tableEnd >= 0) return this.#take(Kind.WORD, start, tableEnd);
    this.#doubt(start);
    return this.#take(Kind.COMMENT, start, endOf(lexemes.REST_OF_LINE, text, start));
  }

  /** A comment that would never close if it nests closes by the rules of MySQL, and from then on all do. */
  #comment(start: number): number {
    const { text } = this;
    let end = lexemes.endOfComment(text, start, this.#nestsComments);
    if (end < 0 && this.#nestsComments) {
      end = lexemes.endOfComment(text, start, false);
      if (end >= 0) {
        this.#nestsComments = false;
        this.#doubt(start);
      }
    }
    return this.#take(Kind.COMMENT, start, end < 0 ? text.length : end);
  }

  /** A text that goes on up to `close`. */
  #upTo(close: string, start: number, from: number): number {
    const at = this.text.indexOf(close, from);
    return this.#closed(Kind.STRING, start, at < 0 ? this.text.length : at + close.length - 1);
  }

  /** Takes what its last unit at `at` closes; at the end of the text nothing does. */
  #closed(kind: number, start: number, at: number): number {
    const { length } = this.text;
    if (at >= length) this.isUnclosed = true;
    return this.#take(kind, start, Math.min(at + 1, length));
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
    if (this.kind === Kind.MARK) return this.mark === Mark.CLOSE || this.mark === Mark.CLOSING_BRACKET;
    if (this.kind === Kind.WORD) return (this.#sort & Is.RESERVED) === 0;
    return this.kind !== Kind.COMMENT && this.kind !== Kind.STRING;
  }
}
