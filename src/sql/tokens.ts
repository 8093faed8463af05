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

const LETTERS = String.raw`A-Z_a-z\u00a1-\u1fff\u2070-\u2fff\u3001-\ufefe\uff00-\uffff`;
const sticky = (pattern: string) => new RegExp(pattern.replaceAll('LETTERS', LETTERS), 'iy');
/** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: whatever clings to the digits belongs to them. */
const NUMBER = sticky(String.raw`\.?(?:[\d.LETTERS]|(?<=e)[+-](?=\d))*`);
/** `$1`, `:name`, `@p1`, `@@rowcount`; not an amount of money such as `$1.50` or a number behind an operator. */
const PLACEHOLDER = sticky(String.raw`.(?:\d{1,5}(?![\d.$#@LETTERS])|(?!\d)[\d$#@LETTERS]+)`);
const DOLLAR_TAG = sticky(String.raw`\$(?:[LETTERS][\dLETTERS]*)?\$`);
/** `#t` and `##t` of SQL Server. */
const TEMPORARY = sticky('##?[LETTERS][\\d$#@LETTERS]*');
/** `#>` and `#-` of PostgreSQL. */
const HASH_OPERATOR = /#(?=>|-(?!-))/y;
/** `N'…'`, `X'…'`, `E'…'` that knows backslashes, and the like: the letters belong to the string. */
const PREFIX = /(?:(?<escaping>e)|[bnrx]|(?<any>n?q))'/iy;
const LINE = /[^\r\n]*/y;
const COMMENT_EDGE = /\*\/|\/\*/g;
/** What stands between quotes, by the one that closes: it stands for itself where it is doubled or escaped. */
const INSIDE = new Map(
  [`'`, '"', '`', ']'].map((quote) => [
    quote.charCodeAt(0),
    {
      plain: sticky(`(?:[^\\${quote}]|\\${quote}{2})*`),
      escaped: sticky(`(?:[^\\${quote}\\\\]|\\\\[^]?|\\${quote}{2})*`),
    },
  ]),
);

/** Where a sticky expression that matches right at a place ends; else -1. */
export function matchEnd(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
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

  /** @param escapes whether a backslash escapes a quote. */
  constructor(text: string, escapes: boolean, doubleQuotedIsText = false) {
    this.text = text;
    this.#escapes = escapes;
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
    if (type <= Class.PARTS) {
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
    if (code === Mark.APOSTROPHE && at - start <= 2) {
      const kind = this.#prefixed(start);
      if (kind !== undefined) return kind;
    }
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
      const parts = kind === Kind.MARK && classOf(this.mark) === Class.PARTS;
      if (parts || kind === Kind.END || this.word !== undefined) return isOver;
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

  #number(start: number): number {
    return this.#take(Kind.NUMBER, start, matchEnd(NUMBER, this.text, start));
  }

  #other(start: number, code: number): number {
    const { text } = this;
    if (code === Mark.APOSTROPHE) return this.#quoted(Kind.STRING, start);
    if (code === Mark.DOUBLE_QUOTE) return this.#quoted(this.#doubleQuoted, start);
    if (code === Mark.BACKTICK) return this.#closed(Kind.QUOTED, start, this.#quoteEnd(start, code, false));
    if (code === Mark.HASH) return this.#atHash(start);
    if (text.startsWith('/*', start)) return this.#comment(start);
    if (text.startsWith('--', start)) return this.#take(Kind.COMMENT, start, matchEnd(LINE, text, start));
    // `[Order Details]`; but `t.x[1]`, `f(x)[i]` and `[1, 2]` are no names.
    if (code === Mark.BRACKET && !this.#touchesValue(start) && this.#classAt(start + 1) >= Class.LETTER) {
      const end = this.#quoteEnd(start, Mark.CLOSING_BRACKET, false);
      // It may as well have been an array with a string inside.
      if (end === text.length || /['"]/.test(text.slice(start, end))) this.#doubt(start);
      return this.#closed(Kind.QUOTED, start, end);
    }
    const tagEnd = matchEnd(DOLLAR_TAG, text, start);
    if (tagEnd >= 0) return this.#upTo(text.slice(start, tagEnd), start, tagEnd);
    const mayHold = code === Mark.DOLLAR || code === Mark.QUESTION || code === Mark.COLON || code === Mark.AT;
    // `x[1:20]`
    const isSlice = this.#classAt(start + 1) === Class.DIGIT && this.#touchesValue(start);
    const end = mayHold && !(isSlice && code === Mark.COLON) ? matchEnd(PLACEHOLDER, text, start) : -1;
    return end < 0 ? this.#take(Kind.MARK, start, start + 1, code) : this.#take(Kind.PLACEHOLDER, start, end);
  }

  /** A string with letters before its quote; `undefined` if they are a word. */
  #prefixed(start: number): number | undefined {
    const { text } = this;
    PREFIX.lastIndex = start;
    const { 0: prefix, groups } = PREFIX.exec(text) ?? {};
    if (prefix === undefined) return undefined;
    const open = start + prefix.length - 1;
    const { escaping, any } = groups ?? {};
    if (any === undefined) return this.#quoted(Kind.STRING, start, open, escaping !== undefined);
    // `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs.
    const beside = text.charAt(open + 1);
    return this.#upTo(`${')]}>'.charAt('([{<'.indexOf(beside)) || beside}'`, start, open + 2);
  }

  #quoted(kind: number, start: number, open = start, isEscaping = false): number {
    const { text } = this;
    const quote = text.charAt(open);
    // `'''it's'''` of BigQuery and others that have text in double quotes
    const triple = quote.repeat(3);
    const isTriple = this.#doubleQuoted === Kind.STRING && text.startsWith(triple, open);
    if (isTriple && text.includes(triple, open + 3)) return this.#upTo(triple, start, open + 3);
    const code = quote.charCodeAt(0);
    const end = this.#quoteEnd(open, code, isEscaping || this.#escapes);
    if (!isEscaping) {
      if (this.#escapes && !this.sawEscapedQuote && this.#quoteEnd(open, code, false) !== end) {
        this.sawEscapedQuote = true;
        this.#doubt(start);
      }
      if (this.#classAt(end + 1) >= Class.DIGIT) this.isGlued = true;
    }
    return this.#closed(kind, start, end);
  }

  /** Where the quote that closes stands, or the end. */
  #quoteEnd(open: number, quote: number, escapes: boolean): number {
    const { plain, escaped } = INSIDE.get(quote) ?? {};
    const inside = escapes ? escaped : plain;
    return inside === undefined ? open : matchEnd(inside, this.text, open + 1);
  }

  /** A comment of MySQL, an operator of PostgreSQL, or a table of SQL Server. */
  #atHash(start: number): number {
    const { text } = this;
    if (matchEnd(HASH_OPERATOR, text, start) >= 0) return this.#take(Kind.MARK, start, start + 1, Mark.HASH);
    const nameEnd = this.#isReserved ? matchEnd(TEMPORARY, text, start) : -1;
    if (nameEnd >= 0) return this.#take(Kind.WORD, start, nameEnd);
    this.#doubt(start);
    return this.#take(Kind.COMMENT, start, matchEnd(LINE, text, start));
  }

  /**
   * Comments nest in PostgreSQL and not in MySQL. One that would never close if it nests closes by the rules of MySQL,
   * and from then on all do.
   */
  #comment(start: number): number {
    const { text } = this;
    let depth = 1;
    let end = -1;
    let first = -1;
    COMMENT_EDGE.lastIndex = start + 2;
    while (depth > 0 && (first < 0 || this.#nestsComments) && COMMENT_EDGE.test(text)) {
      end = COMMENT_EDGE.lastIndex;
      const closes = text.charCodeAt(end - 1) === Mark.SLASH;
      if (closes && first < 0) first = end;
      depth += closes ? -1 : 1;
    }
    if (depth === 0) return this.#take(Kind.COMMENT, start, end);
    if (first < 0) return this.#take(Kind.COMMENT, start, text.length);
    if (this.#nestsComments) this.#doubt(start);
    this.#nestsComments = false;
    return this.#take(Kind.COMMENT, start, first);
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
