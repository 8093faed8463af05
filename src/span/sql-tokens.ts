import {
  AT,
  BACKSLASH,
  BACKTICK,
  CARRIAGE_RETURN,
  CLOSE,
  CLOSE_BRACKET,
  COLON,
  DIGIT,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  GREATER,
  HASH,
  LETTER,
  LINE_FEED,
  LOWER_E,
  LOWER_N,
  LOWER_Q,
  MINUS,
  NUMBER_PART,
  OPEN_BRACKET,
  PLUS,
  QUESTION,
  QUOTE,
  SLASH,
  SPACE,
  STAR,
  sortOf,
  TO_LOWER,
  WORD_PART,
} from './sql-chars.ts';
import { knownWord } from './sql-words.ts';

/** What a token is. A mark is any character that belongs to no other token. */
export type TokenKind = 'end' | 'word' | 'quoted' | 'string' | 'number' | 'placeholder' | 'comment' | 'mark';

/** `$1`, `:1` and `?1` are placeholders up to this many digits, and beyond it numbers behind an operator. */
const PLACEHOLDER_DIGITS = 5;

/**
 * Reads a statement of any dialect token by token. Every character is looked at a bounded number of times, so
 * the time is linear in the length, and nothing is cut out or kept. The dialect is not known, so what one reads
 * as a string and another does not is decided by what closes; see `isDoubtful`.
 */
export class SqlTokens {
  readonly text: string;
  readonly limit: number;
  kind: TokenKind = 'mark';
  start = 0;
  end = 0;
  /** The first character of the token. */
  code = 0;
  /** Whether the text ended inside a string or a quoted name. */
  isUnclosed = false;
  /** Where the first token begins that another dialect would have ended elsewhere; -1 where there is none. */
  doubtAt = -1;
  readonly #backslashEscapes: boolean;
  readonly #doubleQuoted: TokenKind;
  #nestsComments = true;

  constructor(text: string, limit: number, backslashEscapes: boolean, doubleQuotedIsText: boolean) {
    this.text = text;
    this.limit = limit;
    this.#backslashEscapes = backslashEscapes;
    this.#doubleQuoted = doubleQuotedIsText ? 'string' : 'quoted';
  }

  /**
   * Whether the text was probably read by the rules of the wrong dialect: a wrong guess turns inside and outside
   * of strings around, and then the last one does not close.
   */
  get isDoubtful(): boolean {
    return this.isUnclosed && this.doubtAt >= 0;
  }

  /** Moves to the next token. */
  next(): TokenKind {
    const start = this.#endOfRun(this.end, SPACE);
    if (start >= this.limit) return this.#take('end', start, start);
    const code = this.text.charCodeAt(start);
    const sort = sortOf(code);
    if (sort === LETTER) return this.#word(start);
    if (sort === DIGIT) return this.#number(start);
    return this.#other(start, code);
  }

  #other(start: number, code: number): TokenKind {
    switch (code) {
      case QUOTE:
        return this.#quoted('string', start, start, this.#backslashEscapes);
      case DOUBLE_QUOTE:
        return this.#quoted(this.#doubleQuoted, start, start, this.#backslashEscapes);
      case BACKTICK:
        return this.#quoted('quoted', start, start, false);
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
        return this.#is(start + 1, MINUS) ? this.#lineComment(start) : this.#mark(start);
      case SLASH:
        return this.#is(start + 1, STAR) ? this.#blockComment(start) : this.#mark(start);
      case DOT:
        // `t.1` is a name of MySQL, `.1` a number.
        if (!this.#touchesValue(start) && this.#sortAt(start + 1) === DIGIT) return this.#number(start);
        return this.#mark(start);
      default:
        return this.#mark(start);
    }
  }

  #word(start: number): TokenKind {
    const end = this.#endOfRun(start + 1, WORD_PART);
    return this.#is(end, QUOTE) ? this.#prefixed(start, end) : this.#take('word', start, end);
  }

  /** A word right before a quote: the letter of `E'…'`, `N'…'`, `X'…'` and the like belongs to the string. */
  #prefixed(start: number, quote: number): TokenKind {
    const first = this.text.charCodeAt(start) | TO_LOWER;
    const last = this.text.charCodeAt(quote - 1) | TO_LOWER;
    const isShort = quote - start === 1 || (quote - start === 2 && first === LOWER_N);
    if (isShort && last === LOWER_Q) return this.#oracleQuoted(start, quote + 1);
    if (quote - start !== 1 || !'ebnxr'.includes(String.fromCharCode(first))) {
      return this.#take('word', start, quote);
    }
    return this.#quoted('string', start, quote, first === LOWER_E || this.#backslashEscapes);
  }

  /** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: whatever clings to the digits belongs to them. */
  #number(start: number): TokenKind {
    const { text, limit } = this;
    let at = start + 1;
    while (at < limit) {
      const code = text.charCodeAt(at);
      const isPart = code === DOT || (sortOf(code) & NUMBER_PART) !== 0;
      if (!isPart && !this.#isSignOfExponent(at, code)) break;
      at++;
    }
    return this.#take('number', start, at);
  }

  #isSignOfExponent(at: number, code: number): boolean {
    if (code !== PLUS && code !== MINUS) return false;
    return (this.text.charCodeAt(at - 1) | TO_LOWER) === LOWER_E && this.#sortAt(at + 1) === DIGIT;
  }

  /** From the quote at `open` to the same quote, where a doubled one stands for itself. */
  #quoted(kind: TokenKind, start: number, open: number, escapes: boolean): TokenKind {
    const { text, limit } = this;
    const quote = text.charCodeAt(open);
    let at = open + 1;
    while (at < limit) {
      const code = text.charCodeAt(at++);
      if (code === quote) {
        if (!this.#is(at, quote)) return this.#take(kind, start, at);
        at++;
      } else if (code === BACKSLASH && escapes) {
        if (this.#is(at, quote)) this.#doubt(start);
        at++;
      }
    }
    return this.#unclosed(kind, start);
  }

  /** `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs. */
  #oracleQuoted(start: number, open: number): TokenKind {
    const { text, limit } = this;
    const pair = '[]{}()<>'.indexOf(text.charAt(open));
    const close = pair >= 0 && pair % 2 === 0 ? '[]{}()<>'.charCodeAt(pair + 1) : text.charCodeAt(open);
    for (let at = open + 1; at < limit; at++) {
      if (text.charCodeAt(at) === close && this.#is(at + 1, QUOTE)) return this.#take('string', start, at + 2);
    }
    return this.#unclosed('string', start);
  }

  /** `[Order Details]`; but `t.x[1]`, `f(x)[i]` and `[1, 2]` are no names. */
  #bracket(start: number): TokenKind {
    if (this.#touchesValue(start) || this.#sortAt(start + 1) !== LETTER) return this.#mark(start);
    const { text, limit } = this;
    let at = start + 1;
    while (at < limit) {
      const code = text.charCodeAt(at++);
      if (code === QUOTE || code === DOUBLE_QUOTE) this.#doubt(start);
      if (code !== CLOSE_BRACKET) continue;
      if (!this.#is(at, CLOSE_BRACKET)) return this.#take('quoted', start, at);
      at++;
    }
    this.#doubt(start);
    return this.#unclosed('quoted', start);
  }

  #dollar(start: number): TokenKind {
    const end = this.#endOfRun(start + 1, NUMBER_PART);
    const isTag = this.#is(end, DOLLAR) && this.#sortAt(start + 1) !== DIGIT;
    return isTag ? this.#dollarQuoted(start, end + 1 - start) : this.#placeholder(start, DOLLAR);
  }

  /** `$$…$$`, `$tag$…$tag$`. A tag holds no `$`, so what matched in part cannot hold the begin of a match. */
  #dollarQuoted(start: number, tagLength: number): TokenKind {
    const { text, limit } = this;
    let at = start + tagLength;
    while (at < limit) {
      let alike = 0;
      while (alike < tagLength && this.#is(at + alike, text.charCodeAt(start + alike))) alike++;
      if (alike === tagLength) return this.#take('string', start, at + tagLength);
      at += Math.max(alike, 1);
    }
    return this.#unclosed('string', start);
  }

  /** `$1`, `:name`, `@p1`, `@@rowcount`; not the `:20` of `x[1:20]`, nor an amount of money such as `$1.50`. */
  #placeholder(start: number, code: number): TokenKind {
    const digitsEnd = this.#endOfRun(start + 1, DIGIT);
    const end = this.#endOfRun(digitsEnd, WORD_PART);
    const digits = digitsEnd - start - 1;
    if (digits === 0) return end === start + 1 ? this.#mark(start) : this.#take('placeholder', start, end);
    const isPlain = end === digitsEnd && digits <= PLACEHOLDER_DIGITS && !this.#is(end, DOT);
    if (!isPlain || (code === COLON && this.#touchesValue(start))) return this.#mark(start);
    return this.#take('placeholder', start, end);
  }

  /** A comment of MySQL, an operator of PostgreSQL (`#>`, `#>>`, `#-`) or a table of SQL Server (`#temp`). */
  #hash(start: number): TokenKind {
    const isOperator = this.#is(start + 1, MINUS) && !this.#is(start + 2, MINUS);
    if (isOperator || this.#is(start + 1, GREATER)) return this.#mark(start);
    const name = this.#is(start + 1, HASH) ? start + 2 : start + 1;
    if (this.#sortAt(name) === LETTER && this.#isBehindTableWord()) {
      return this.#take('word', start, this.#endOfRun(name, WORD_PART));
    }
    this.#doubt(start);
    return this.#lineComment(start);
  }

  #isBehindTableWord(): boolean {
    if (this.kind !== 'word') return false;
    const word = knownWord(this.text, this.start, this.end);
    return word !== undefined && ['from', 'join', 'into', 'update', 'table', 'exists'].includes(word);
  }

  #lineComment(start: number): TokenKind {
    const { text, limit } = this;
    let at = start + 1;
    while (at < limit) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED || code === CARRIAGE_RETURN) break;
      at++;
    }
    return this.#take('comment', start, at);
  }

  /**
   * Comments nest in PostgreSQL and not in MySQL: one that would never close nested ends at its first `*` `/`.
   * From then on none nests, so that the text is not searched to its end again and again.
   */
  #blockComment(start: number): TokenKind {
    let depth = 1;
    let firstClose = 0;
    let at = start + 2;
    while (at < this.limit) {
      if (this.#is(at, STAR) && this.#is(at + 1, SLASH)) {
        at += 2;
        depth--;
        if (depth === 0 || !this.#nestsComments) return this.#take('comment', start, at);
        firstClose ||= at;
      } else if (this.#is(at, SLASH) && this.#is(at + 1, STAR)) {
        at += 2;
        depth++;
      } else at++;
    }
    if (firstClose === 0) return this.#take('comment', start, this.limit);
    this.#nestsComments = false;
    this.isUnclosed = true;
    this.#doubt(start);
    return this.#take('comment', start, firstClose);
  }

  #mark(start: number): TokenKind {
    return this.#take('mark', start, start + 1);
  }

  #unclosed(kind: TokenKind, start: number): TokenKind {
    this.isUnclosed = true;
    return this.#take(kind, start, this.limit);
  }

  #take(kind: TokenKind, start: number, end: number): TokenKind {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.code = start < this.limit ? this.text.charCodeAt(start) : 0;
    return kind;
  }

  #doubt(at: number): void {
    if (this.doubtAt < 0) this.doubtAt = at;
  }

  #endOfRun(from: number, sorts: number): number {
    const { text, limit } = this;
    let at = from;
    while (at < limit && (sortOf(text.charCodeAt(at)) & sorts) !== 0) at++;
    return at;
  }

  #is(at: number, code: number): boolean {
    return at < this.limit && this.text.charCodeAt(at) === code;
  }

  #sortAt(at: number): number {
    return at < this.limit ? sortOf(this.text.charCodeAt(at)) : 0;
  }

  /** Whether the token before ends right here and is something that can be indexed or have a part. */
  #touchesValue(start: number): boolean {
    if (this.end !== start || start === 0) return false;
    if (this.kind === 'mark') return this.code === CLOSE || this.code === CLOSE_BRACKET;
    return this.kind !== 'comment' && this.kind !== 'string';
  }
}
