import { Class, classAt, matchEnd, Spelling } from './spelling.ts';
import { KNOWN, WORDS } from './words.ts';

export type Kind = 'end' | 'word' | 'quoted' | 'string' | 'number' | 'placeholder' | 'comment' | 'mark';

const COMMENT_EDGE = /\*\/|\/\*/g;

/**
 * Reads a statement of any dialect token by token, in a time linear in its length. As the dialect is not known, some
 * guesses are made, and what may tell that they were wrong is noted.
 */
export class SqlTokens {
  readonly text: string;
  kind: Kind = 'end';
  start = 0;
  end = 0;
  /** The token at hand in small letters if it is a known word, else empty. */
  word = '';
  /** The token at hand if it is a mark, else empty. */
  mark = '';
  /** Whether the text ended inside a string or a quoted name. */
  isUnclosed = false;
  /** Whether a backslash stands before a quote: a part of the string in MySQL, its end in PostgreSQL. */
  sawEscapedQuote = false;
  /**
   * Whether a word sticks to the end of a string. This betrays that strings were read by the rules of the wrong
   * dialect, which turns their inside and their outside around.
   */
  isGlued = false;
  /** Where the first token begins that another dialect would have ended elsewhere; the end if there is none. */
  doubtAt: number;
  readonly #escapes: boolean;
  readonly #triples: boolean;
  #nestsComments = true;

  /**
   * @param escapes whether a backslash escapes a quote.
   * @param triples whether `'''it's'''` is one string, as in BigQuery and others that have text in double quotes.
   */
  constructor(text: string, escapes: boolean, triples = false) {
    this.text = text;
    this.doubtAt = text.length;
    this.#escapes = escapes;
    this.#triples = triples;
  }

  /** Whether all that was read closed, and closed as was guessed. */
  get isSure(): boolean {
    return !this.isUnclosed && !this.isGlued && this.#nestsComments;
  }

  /** The first character behind the token at hand that is no space; empty at the end. */
  get following(): string {
    return this.text.charAt(this.#behindSpaces());
  }

  /** Moves to the next token. */
  next(): Kind {
    const { text } = this;
    const start = this.#behindSpaces();
    const type = classAt(text, start);
    if (type === Class.LETTER) {
      let end = start + 1;
      while (classAt(text, end) >= Class.INSIDE) end++;
      return text[end] === "'" ? this.#prefixed(start, end) : this.#take('word', start, end);
    }
    if (start === text.length) return this.skipTo(start);
    if (type === Class.MARK) return this.#take('mark', start);
    if (type === Class.DIGIT) return this.#take('number', start, this.#endOf('number', start));
    const first = text.charAt(start);
    // `x.1st` of MySQL, `x[1:20]`: behind a value neither a number nor a placeholder.
    const isBeforeDigit = classAt(text, start + 1) === Class.DIGIT;
    if (isBeforeDigit ? /[.:]/.test(first) && this.#touchesValue(start) : first === '.')
      return this.#take('mark', start);
    if (first === "'") return this.#quoted('string', start, first);
    if (first === '"') return this.#quoted('quoted', start, first);
    if (first === '`') return this.#closed('quoted', start, 'backticks');
    if (first === '#') return this.#hash(start);
    if (first === '[') return this.#brackets(start);
    if (text.startsWith('/*', start)) return this.#comment(start);
    if (first === '$' && this.#endOf('tag', start) >= 0) return this.#closed('string', start, 'dollars');
    const kind = first === '-' ? 'comment' : first === '.' ? 'number' : 'placeholder';
    const end = this.#endOf(kind, start);
    return end < 0 ? this.#take('mark', start) : this.#take(kind, start, end);
  }

  /** Moves over comments, to the next token. */
  nextTold(): Kind {
    while (this.next() === 'comment');
    return this.kind;
  }

  /** Moves on, over what is not to be read. */
  skipTo(end: number): Kind {
    return this.#take('end', end, end);
  }

  /** A word before a quote, or the letters of a string. */
  #prefixed(start: number, end: number): Kind {
    const word = this.text.slice(start, end).toLowerCase();
    if (/^[bnrx]$/.test(word)) return this.#quoted('string', start, "'");
    if (word === 'e') return this.#closed('string', start, "escaped'");
    return /^n?q$/.test(word) ? this.#closed('string', start, 'anyQuotes') : this.#take('word', start, end);
  }

  #quoted(kind: Kind, start: number, quote: "'" | '"'): Kind {
    const triple = `triple${quote}` as const;
    if (this.#triples && this.#endOf(triple, start) >= 0) return this.#closed(kind, start, triple);
    const spelling = this.#escapes ? (`escaped${quote}` as const) : (`plain${quote}` as const);
    if (!this.sawEscapedQuote && this.#endOf(spelling, start) !== this.#endOf(`plain${quote}`, start)) {
      this.sawEscapedQuote = true;
      this.doubtAt = Math.min(this.doubtAt, start);
    }
    this.#closed(kind, start, spelling);
    this.isGlued ||= classAt(this.text, this.end) >= Class.DIGIT;
    return kind;
  }

  #brackets(start: number): Kind {
    if (classAt(this.text, start + 1) !== Class.LETTER || this.#touchesValue(start))
      return this.#take('mark', start);
    this.#closed('quoted', start, 'brackets');
    // It may as well have been an array with a string inside.
    if (this.isUnclosed || /['"]/.test(this.text.slice(start, this.end)))
      this.doubtAt = Math.min(this.doubtAt, start);
    return this.kind;
  }

  /** A table of SQL Server, an operator of PostgreSQL, or a comment of MySQL. */
  #hash(start: number): Kind {
    const nameEnd = WORDS.reserved.has(this.word) ? this.#endOf('temporary', start) : -1;
    if (nameEnd >= 0) return this.#take('word', start, nameEnd);
    const end = this.#endOf('hash', start);
    if (end < 0) return this.#take('mark', start);
    this.doubtAt = Math.min(this.doubtAt, start);
    return this.#take('comment', start, end);
  }

  /**
   * Comments nest in PostgreSQL and not in MySQL. One that would never close if it nests closes by the rules of MySQL,
   * and from then on all do.
   */
  #comment(start: number): Kind {
    const { text } = this;
    let depth = 0;
    let first = -1;
    COMMENT_EDGE.lastIndex = start;
    while (COMMENT_EDGE.test(text)) {
      const end = COMMENT_EDGE.lastIndex;
      const closes = text[end - 1] === '/';
      depth += closes ? -1 : 1;
      if (closes && first < 0) first = end;
      if (depth === 0 || (closes && !this.#nestsComments)) return this.#take('comment', start, end);
    }
    if (first < 0) return this.#take('comment', start, text.length);
    this.doubtAt = Math.min(this.doubtAt, start);
    this.#nestsComments = false;
    return this.#take('comment', start, first);
  }

  /** Takes what must close; else the rest of the text. */
  #closed(kind: Kind, start: number, spelling: keyof typeof Spelling): Kind {
    const end = this.#endOf(spelling, start);
    if (end < 0) this.isUnclosed = true;
    return this.#take(kind, start, end < 0 ? this.text.length : end);
  }

  #take(kind: Kind, start: number, end = start + 1): Kind {
    // Most others are aliases of one letter.
    const mayBeKnown = kind === 'word' && end > start + 1 && this.mark !== '.';
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.word = (mayBeKnown && KNOWN.get(this.text.slice(start, end).toLowerCase())) || '';
    this.mark = kind === 'mark' ? this.text.charAt(start) : '';
    return kind;
  }

  #behindSpaces(): number {
    let at = this.end;
    while (classAt(this.text, at) === Class.SPACE) at++;
    return at;
  }

  #endOf(spelling: keyof typeof Spelling, at: number): number {
    return matchEnd(Spelling[spelling], this.text, at);
  }

  /** Whether the token at hand ends right here and is something that can be indexed or have a part. */
  #touchesValue(at: number): boolean {
    if (this.end !== at || at === 0) return false;
    if (this.kind === 'mark') return this.mark === ')' || this.mark === ']';
    if (this.kind === 'word') return !WORDS.reserved.has(this.word);
    return this.kind !== 'comment';
  }
}
