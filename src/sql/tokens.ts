import {
  AT,
  BACKTICK,
  CLOSE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DIGIT,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  HASH,
  isAt,
  LETTER,
  LOWER_E,
  LOWER_N,
  LOWER_Q,
  MINUS,
  NUMBER_PART,
  OPEN,
  OPEN_BRACKET,
  QUESTION,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
  STAR,
  sortAt,
  sortOf,
  TO_LOWER,
  WORD_PART,
} from './chars.ts';
import {
  endOfComment,
  endOfDollarQuoted,
  endOfDollarTag,
  endOfLine,
  endOfNumber,
  endOfOracleQuoted,
  endOfPlaceholder,
  endOfQuoted,
  endOfTempTable,
  holdsEscapedQuote,
  holdsQuote,
  isHashOperator,
} from './scan.ts';
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

/**
 * Reads a statement of any dialect token by token, in a time linear in its length. Nothing is cut out or kept.
 * As the dialect is not known, some guesses are made, and what may tell that they were wrong is noted.
 */
export class SqlTokens {
  readonly text: string;
  /** Where the text ends for this reader. */
  readonly limit: number;
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
  readonly #backslashEscapes: boolean;
  readonly #doubleQuoted: number;
  #nestsComments = true;

  constructor(text: string, limit: number, backslashEscapes: boolean, doubleQuotedIsText: boolean) {
    this.text = text;
    this.limit = limit;
    this.#backslashEscapes = backslashEscapes;
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
    const { text, limit } = this;
    let at = this.end;
    while (at < limit) {
      const code = text.charCodeAt(at);
      const sort = sortOf(code);
      if (sort === LETTER) return this.#word(at);
      if (sort !== SPACE) return sort === DIGIT ? this.#number(at) : this.#other(at, code);
      at++;
    }
    return this.#take(END, limit, limit);
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

  /** Passes over all the rest. */
  stop(): void {
    this.#take(END, this.limit, this.limit);
  }

  #other(start: number, code: number): number {
    const { text, limit } = this;
    switch (code) {
      case QUOTE:
        return this.#quoted(STRING, start, start, this.#backslashEscapes);
      case DOUBLE_QUOTE:
        return this.#quoted(this.#doubleQuoted, start, start, this.#backslashEscapes);
      case BACKTICK:
        return this.#quoted(QUOTED, start, start, false);
      case OPEN_BRACKET:
        return this.#bracket(start);
      case DOLLAR:
        return this.#dollar(start);
      case QUESTION:
      case COLON:
      case AT:
        return this.#placeholder(start, code);
      case HASH:
        return this.#hash(start);
      case MINUS:
        if (!isAt(text, limit, start + 1, MINUS)) break;
        return this.#take(COMMENT, start, endOfLine(text, limit, start));
      case SLASH:
        if (!isAt(text, limit, start + 1, STAR)) break;
        return this.#comment(start);
      case DOT:
        // `shop.1st` holds a name of MySQL, `.1` is a number.
        if (sortAt(text, limit, start + 1) !== DIGIT || this.#touchesValue(start)) break;
        return this.#number(start);
    }
    return this.#mark(start, code);
  }

  #word(start: number): number {
    const { text, limit } = this;
    let end = start + 1;
    let code = 0;
    while (end < limit) {
      code = text.charCodeAt(end);
      if ((sortOf(code) & WORD_PART) === 0) break;
      end++;
    }
    return code === QUOTE ? this.#prefixed(start, end) : this.#take(WORD, start, end);
  }

  /** A word right before a quote: the letter of `E'…'`, `N'…'`, `X'…'` and the like belongs to the string. */
  #prefixed(start: number, quote: number): number {
    const { text, limit } = this;
    const first = text.charCodeAt(start) | TO_LOWER;
    const last = text.charCodeAt(quote - 1) | TO_LOWER;
    const isOne = quote === start + 1;
    if (last === LOWER_Q && (isOne || (first === LOWER_N && quote === start + 2))) {
      return this.#closed(STRING, start, endOfOracleQuoted(text, limit, quote + 1));
    }
    if (!isOne || !'ebnxr'.includes(String.fromCharCode(first))) return this.#take(WORD, start, quote);
    if (first === LOWER_E) return this.#closed(STRING, start, endOfQuoted(text, limit, quote, QUOTE, true));
    return this.#quoted(STRING, start, quote, this.#backslashEscapes);
  }

  #number(start: number): number {
    return this.#take(NUMBER, start, endOfNumber(this.text, this.limit, start));
  }

  #quoted(kind: number, start: number, open: number, escapes: boolean): number {
    const { text, limit } = this;
    const end = endOfQuoted(text, limit, open, text.charCodeAt(open), escapes);
    if (escapes && holdsEscapedQuote(text, open, end < 0 ? limit : end)) {
      this.sawEscapedQuote = true;
      this.#doubt(start);
    }
    if (end >= 0 && (sortAt(text, limit, end) & NUMBER_PART) !== 0) this.isGlued = true;
    return this.#closed(kind, start, end);
  }

  /** `[Order Details]`; but `t.x[1]`, `f(x)[i]` and `[1, 2]` are no names. */
  #bracket(start: number): number {
    const { text, limit } = this;
    if (sortAt(text, limit, start + 1) !== LETTER || this.#touchesValue(start)) {
      return this.#mark(start, OPEN_BRACKET);
    }
    const end = endOfQuoted(text, limit, start, CLOSE_BRACKET, false);
    // It may as well have been an array with a string inside.
    if (end < 0 || holdsQuote(text, start, end)) this.#doubt(start);
    return this.#closed(QUOTED, start, end);
  }

  #dollar(start: number): number {
    const { text, limit } = this;
    const tagEnd = endOfDollarTag(text, limit, start);
    if (tagEnd < 0) return this.#placeholder(start, DOLLAR);
    return this.#closed(STRING, start, endOfDollarQuoted(text, limit, start, tagEnd));
  }

  #placeholder(start: number, code: number): number {
    const isSlice = code === COLON && this.#touchesValue(start);
    const end = endOfPlaceholder(this.text, this.limit, start, isSlice);
    return end < 0 ? this.#mark(start, code) : this.#take(PLACEHOLDER, start, end);
  }

  /** A comment of MySQL, an operator of PostgreSQL or a table of SQL Server. */
  #hash(start: number): number {
    const { text, limit } = this;
    if (isHashOperator(text, limit, start)) return this.#mark(start, HASH);
    const tableEnd = this.#isBehindTableWord() ? endOfTempTable(text, limit, start) : -1;
    if (tableEnd >= 0) return this.#take(WORD, start, tableEnd);
    this.#doubt(start);
    return this.#take(COMMENT, start, endOfLine(text, limit, start));
  }

  #isBehindTableWord(): boolean {
    return this.kind === WORD && ((this.#known()?.is ?? 0) & TABLE_FOLLOWS) !== 0;
  }

  #isReserved(): boolean {
    return ((this.#known()?.is ?? 0) & RESERVED) !== 0;
  }

  /** A comment that would never close if it nests closes by the rules of MySQL, and from then on all do. */
  #comment(start: number): number {
    const { text, limit } = this;
    let end = endOfComment(text, limit, start, this.#nestsComments);
    if (end < 0 && this.#nestsComments) {
      end = endOfComment(text, limit, start, false);
      if (end >= 0) {
        this.#nestsComments = false;
        this.#doubt(start);
      }
    }
    return this.#take(COMMENT, start, end < 0 ? limit : end);
  }

  #mark(start: number, code: number): number {
    return this.#take(MARK, start, start + 1, code);
  }

  #closed(kind: number, start: number, end: number): number {
    if (end < 0) this.isUnclosed = true;
    return this.#take(kind, start, end < 0 ? this.limit : end);
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
    if (this.kind === MARK) return this.mark === CLOSE || this.mark === CLOSE_BRACKET;
    if (this.kind === WORD) return !this.#isReserved();
    return this.kind !== COMMENT && this.kind !== STRING;
  }
}
