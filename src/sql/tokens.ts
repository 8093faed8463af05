import { Class, classOf, Mark } from './characters.ts';
import { Is, nodeBehind, ROOT, type Word, wordAt } from './words.ts';

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

/** `N'…'`, `X'…'` and the like: the letters belong to the string. */
const PREFIX = /^(?:[benrx]|n?q)$/i;
const LINE_END = /[\r\n]|$/g;
const COMMENT_EDGE = /\*\/|\/\*/g;
/** `#>` and `#-` of PostgreSQL. */
const HASH_OPERATOR = /#(?:>|-(?!-))/y;
const LETTERS = String.raw`A-Z_a-z\u00a1-\u1fff\u2070-\u2fff\u3001-\ufefe\uff00-\uffff`;
const DOLLAR_TAG = new RegExp(String.raw`\$(?:[${LETTERS}][\d${LETTERS}]*)?\$`, 'y');
/** Not an amount of money, a number behind an operator. */
const PLACEHOLDER = new RegExp(String.raw`.(?:\d{1,5}(?![\w.$#@${LETTERS}])|(?!\d)[\w$#@${LETTERS}]+)`, 'y');

/** Where a sticky expression that matches right at a place ends; else -1. */
export function matchEnd(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
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
  kind: number = Kind.END;
  start = 0;
  end = 0;
  /** The token at hand, if it is a mark; else 0. */
  mark = 0;
  /** The token at hand, if it is a known word. */
  word: Word | undefined;
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
  readonly #escapes: boolean;
  readonly #doubleQuoted: number;
  #nestsComments = true;

  constructor(text: string, { backslashEscapes, doubleQuotedIsText }: Quoting) {
    this.text = text;
    this.#escapes = backslashEscapes;
    this.#doubleQuoted = doubleQuotedIsText ? Kind.STRING : Kind.QUOTED;
  }

  /** Whether all that was read closed, and closed as was guessed. */
  get isSure(): boolean {
    return !this.isUnclosed && !this.isGlued && this.#nestsComments;
  }

  /** The first unit behind the token at hand that is no space; NaN at the end. */
  get following(): number {
    let at = this.end;
    while (this.#classAt(at) === Class.SPACE) at++;
    return this.text.charCodeAt(at);
  }

  /** Moves to the next token. */
  next(): number {
    const { text } = this;
    const { length } = text;
    let at = this.end;
    let code = 0;
    let type: number = Class.SPACE;
    for (; at < length; at++) {
      code = text.charCodeAt(at);
      type = classOf(code);
      if (type !== Class.SPACE) break;
    }
    if (at === length) return this.#take(Kind.END, at, at);
    if (type === Class.MARK) {
      // `shop.1st` holds a name of MySQL, `.1` is a number.
      const isNumber = code === Mark.DOT && this.#classAt(at + 1) === Class.DIGIT && !this.#touchesValue(at);
      return isNumber ? this.#number(at) : this.#take(Kind.MARK, at, at + 1, code);
    }
    if (type === Class.DIGIT) return this.#number(at);
    if (type < Class.LETTER) return this.#other(at, code);
    const start = at;
    let node = ROOT;
    do {
      node = nodeBehind(node, type);
      if (++at === length) break;
      code = text.charCodeAt(at);
      type = classOf(code);
    } while (type >= Class.SIGN);
    if (code === Mark.APOSTROPHE && at - start <= 2) return this.#prefixed(start, at);
    const isPart = this.mark === Mark.DOT;
    this.#take(Kind.WORD, start, at);
    if (!isPart) this.word = wordAt(node);
    return Kind.WORD;
  }

  /** Moves over comments, to the next token. */
  nextTold(): number {
    while (this.next() === Kind.COMMENT);
    return this.kind;
  }

  /** Moves over names, values and operators, to the next known word or mark that parts; whether there were any. */
  nextKnown(): boolean {
    let isOver = false;
    for (;;) {
      const kind = this.next();
      if (
        kind === Kind.MARK
          ? this.mark === Mark.OPEN ||
            this.mark === Mark.CLOSE ||
            this.mark === Mark.COMMA ||
            this.mark === Mark.SEMICOLON
          : kind === Kind.END || this.word !== undefined
      )
        return isOver;
      isOver ||= kind !== Kind.COMMENT;
    }
  }

  readAll(): void {
    while (this.next() !== Kind.END);
  }

  skipTo(end: number): void {
    this.#take(Kind.END, end, end);
  }

  #classAt(at: number): number {
    return at < this.text.length ? classOf(this.text.charCodeAt(at)) : Class.MARK;
  }

  /** The first place from here on that is of a lower class. */
  #pastAll(from: number, least: number): number {
    let at = from;
    while (this.#classAt(at) >= least) at++;
    return at;
  }

  /** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: whatever clings to the digits belongs to them. */
  #number(start: number): number {
    const { text } = this;
    for (let at = start + 1; ; at++) {
      const code = text.charCodeAt(at);
      if (code === Mark.DOT || this.#classAt(at) >= Class.DIGIT) continue;
      // `e+5`
      const isSign = (code === Mark.PLUS || code === Mark.MINUS) && (text.charCodeAt(at - 1) | 32) === 101;
      if (!isSign || this.#classAt(at + 1) !== Class.DIGIT) return this.#take(Kind.NUMBER, start, at);
    }
  }

  #other(start: number, code: number): number {
    const { text } = this;
    if (code === Mark.APOSTROPHE) return this.#quoted(Kind.STRING, start, start, this.#escapes);
    if (code === Mark.DOUBLE_QUOTE) return this.#quoted(this.#doubleQuoted, start, start, this.#escapes);
    if (code === Mark.BACKTICK) return this.#quoted(Kind.QUOTED, start, start, false);
    if (code === Mark.BRACKET) return this.#bracket(start);
    if (code === Mark.HASH) return this.#atHash(start);
    if (text.startsWith('/*', start)) return this.#comment(start);
    if (text.startsWith('--', start)) return this.#take(Kind.COMMENT, start, this.#lineEnd(start));
    const isSign = code === Mark.DOLLAR || code === Mark.QUESTION || code === Mark.COLON || code === Mark.AT;
    return isSign ? this.#placeholder(start, code) : this.#take(Kind.MARK, start, start + 1, code);
  }

  /** A short word right before a quote may belong to the string. */
  #prefixed(start: number, quote: number): number {
    const { text } = this;
    const prefix = text.slice(start, quote);
    if (!PREFIX.test(prefix)) return this.#take(Kind.WORD, start, quote);
    const isEscaping = /e/i.test(prefix);
    if (!/q$/i.test(prefix))
      return this.#quoted(Kind.STRING, start, quote, isEscaping || this.#escapes, isEscaping);
    // `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs.
    const beside = text.charAt(quote + 1);
    return this.#upTo(`${')]}>'.charAt('([{<'.indexOf(beside)) || beside}'`, start, quote + 2);
  }

  #quoted(kind: number, start: number, open: number, escapes: boolean, isSure = false): number {
    const { text } = this;
    // `'''it's'''` of BigQuery and others that have text in double quotes
    const triple = this.#doubleQuoted === Kind.STRING ? text.charAt(open).repeat(3) : '';
    if (triple !== '' && text.startsWith(triple, open) && text.includes(triple, open + 3))
      return this.#upTo(triple, start, open + 3);
    const end = this.#quoteEnd(open, escapes);
    if (escapes && !isSure && !this.sawEscapedQuote && this.#quoteEnd(open, false) !== end) {
      this.sawEscapedQuote = true;
      this.#doubt(start);
    }
    if (!isSure && this.#classAt(end + 1) >= Class.DIGIT) this.isGlued = true;
    return this.#closed(kind, start, end);
  }

  /** Where the quote that closes stands, or the end. A quote stands for itself where it is doubled or escaped. */
  #quoteEnd(open: number, escapes: boolean): number {
    const { text } = this;
    const quote = text.charCodeAt(open);
    for (let at = open + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === Mark.BACKSLASH && escapes) at++;
      else if (code === quote && text.charCodeAt(++at) !== quote) return at - 1;
    }
    return text.length;
  }

  /** `[Order Details]`; but `t.x[1]`, `f(x)[i]` and `[1, 2]` are no names. */
  #bracket(start: number): number {
    const { text } = this;
    if (this.#touchesValue(start) || this.#classAt(start + 1) < Class.LETTER)
      return this.#take(Kind.MARK, start, start + 1, Mark.BRACKET);
    let end = text.indexOf(']', start);
    while (end >= 0 && text.charCodeAt(end + 1) === Mark.CLOSING_BRACKET) end = text.indexOf(']', end + 2);
    // It may as well have been an array with a string inside.
    if (end < 0 || /['"]/.test(text.slice(start, end))) this.#doubt(start);
    return this.#closed(Kind.QUOTED, start, end < 0 ? text.length : end);
  }

  /**
   * Text in `$$…$$`, or `$1`, `:name`, `@p1`, `@@rowcount`; not an amount of money such as `$1.50`, a number behind an
   * operator or the `:20` of `x[1:20]`.
   */
  #placeholder(start: number, code: number): number {
    const { text } = this;
    const tagEnd = matchEnd(DOLLAR_TAG, text, start);
    if (tagEnd >= 0) return this.#upTo(text.slice(start, tagEnd), start, tagEnd);
    const isSlice =
      code === Mark.COLON && this.#classAt(start + 1) === Class.DIGIT && this.#touchesValue(start);
    const end = isSlice ? -1 : matchEnd(PLACEHOLDER, text, start);
    return end < 0 ? this.#take(Kind.MARK, start, start + 1, code) : this.#take(Kind.PLACEHOLDER, start, end);
  }

  /** A comment of MySQL, an operator of PostgreSQL, or a table of SQL Server (`#t`, `##t`). */
  #atHash(start: number): number {
    HASH_OPERATOR.lastIndex = start;
    if (HASH_OPERATOR.test(this.text)) return this.#take(Kind.MARK, start, start + 1, Mark.HASH);
    const nameAt = start + (this.text.startsWith('##', start) ? 2 : 1);
    if (this.#isReserved && this.#classAt(nameAt) >= Class.LETTER)
      return this.#take(Kind.WORD, start, this.#pastAll(nameAt, Class.SIGN));
    this.#doubt(start);
    return this.#take(Kind.COMMENT, start, this.#lineEnd(start));
  }

  #lineEnd(start: number): number {
    LINE_END.lastIndex = start;
    return LINE_END.exec(this.text)?.index ?? this.text.length;
  }

  /** A comment that would never close if it nests closes by the rules of MySQL, and from then on all do. */
  #comment(start: number): number {
    let end = this.#commentEnd(start, this.#nestsComments);
    if (end < 0 && this.#nestsComments) {
      end = this.#commentEnd(start, false);
      if (end >= 0) {
        this.#nestsComments = false;
        this.#doubt(start);
      }
    }
    return this.#take(Kind.COMMENT, start, end < 0 ? this.text.length : end);
  }

  /** A comment with `/*` inside, which nests in PostgreSQL and not in MySQL. */
  #commentEnd(start: number, nests: boolean): number {
    COMMENT_EDGE.lastIndex = start + 2;
    let depth = 1;
    for (let edge = COMMENT_EDGE.exec(this.text); edge !== null; edge = COMMENT_EDGE.exec(this.text)) {
      depth += edge[0] === '*/' ? -1 : 1;
      if (depth === 0 || (!nests && edge[0] === '*/')) return COMMENT_EDGE.lastIndex;
    }
    return -1;
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
    this.word = undefined;
    return kind;
  }

  get #isReserved(): boolean {
    return this.word !== undefined && (this.word.sort & Is.RESERVED) !== 0;
  }

  #doubt(at: number): void {
    if (this.doubtAt < 0) this.doubtAt = at;
  }

  /** Whether the token at hand ends right here and is something that can be indexed or have a part. */
  #touchesValue(at: number): boolean {
    if (this.end !== at || at === 0) return false;
    if (this.kind === Kind.MARK) return this.mark === Mark.CLOSE || this.mark === Mark.CLOSING_BRACKET;
    if (this.kind === Kind.WORD) return !this.#isReserved;
    return this.kind !== Kind.COMMENT && this.kind !== Kind.STRING;
  }
}
