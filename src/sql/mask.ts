import { Passwords } from './passwords.ts';
import { matchEnd } from './spelling.ts';
import type { SqlTokens } from './tokens.ts';
import { words } from './words.ts';

/** What `"…"` is: a name, text, or the one or the other by the place where it stands. */
export type DoubleQuotes = 'name' | 'text' | 'by place';

/** A place of a statement where a value stands, and what takes its place. */
export interface Literal {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** What `"…"` is at a place: a name, one if an operator follows, or text. Safe where nothing tells: text. */
type Place = 'name' | 'left' | 'text';

/** The place behind a word; behind any other word it is as it was. */
const PLACES: Readonly<Record<Place, ReadonlySet<string>>> = {
  name: words(`select distinct from join into update table by as only exists using returning index view column relation
    constraint key database schema sequence references conflict add near type`),
  left: words('where and or on not having set when if'),
  text: words('values value in like ilike rlike regexp similar between then else limit default interval'),
};
const OPERATOR_FOLLOWS = /\s*(?:[=<>!~]|(?:is|in|i?like|not|between)\b)/iy;

/** Bare words of a row of values that are no data. */
const NO_DATA =
  /^(?:null|true|false|default|unknown|sysdate|systimestamp|current_\w+|local\w+|session_user|user)$/;
const CELL_END = /\s*[,)]/y;
const ROW_ENDS = words('on returning as select settings into when');
const INSERTS = words('insert replace upsert');
/** What of `copy … from stdin` ends the statement. */
const COPY_ENDS = /;|[\r\n](?!\s*(?:with|csv|delimiter|null|header|\())/gi;

/** Follows a statement just as far as it takes to tell names from values. */
export class Mask {
  readonly #tokens: SqlTokens;
  readonly #doubleQuotes: DoubleQuotes;
  readonly #literals: Literal[] = [];
  #place: Place = 'text';
  /** What a comma leads back to, and those of the parentheses around. */
  #clause: Place = 'text';
  readonly #clauses: Place[] = [];
  /** The first word of the statement, the last one, and the mark between it and the token at hand. */
  #verb = '';
  #last = '';
  #mark = '';
  #passwords = new Passwords();
  #inValues = false;
  #copiesData = false;

  constructor(tokens: SqlTokens, doubleQuotes: DoubleQuotes) {
    this.#tokens = tokens;
    this.#doubleQuotes = doubleQuotes;
  }

  /** What a statement's user wrote as a value, in the order of the text. */
  literals(): Literal[] {
    while (this.#tokens.next() !== 'end') this.#token();
    return this.#literals;
  }

  #token(): void {
    const { kind, text, start, end, mark } = this.#tokens;
    if (kind === 'string' || kind === 'number') this.#replace('?');
    else if (kind === 'comment') this.#replace(' ');
    else if (kind === 'word') this.#word(text.slice(start, end).toLowerCase());
    else if (kind === 'mark') this.#atMark(mark);
    else if (kind === 'quoted' && !this.#isName()) this.#replace(text[start] === '[' ? '[?]' : '?');
  }

  #replace(by: string): void {
    const { start, end } = this.#tokens;
    this.#literals.push({ start, end, by });
    this.#mark = '';
  }

  #hide(start: number, end: number): void {
    this.#literals.push({ start, end, by: '?' });
    this.#tokens.skipTo(end);
  }

  #hideRest(): void {
    const { text, end } = this.#tokens;
    const start = end + text.slice(end).search(/\S|$/);
    if (start < text.length) this.#hide(start, text.length);
  }

  /** Hides what stands behind the token at hand as a value. */
  #hideValue(expression: RegExp): void {
    const { text, end } = this.#tokens;
    expression.lastIndex = end;
    const { value = '' } = expression.exec(text)?.groups ?? {};
    if (value !== '') this.#hide(expression.lastIndex - value.length, expression.lastIndex);
  }

  #isName(): boolean {
    const { text, start, end, isUnclosed } = this.#tokens;
    if (isUnclosed) return false;
    const quoted = text.slice(start, end);
    // Anything beyond words may be an array such as `[a, 'x']`.
    if (quoted.startsWith('[')) return /^\[[\p{L}\p{N}_$#@:|\s]*\]$/u.test(quoted);
    if (this.#doubleQuotes === 'name' || !quoted.startsWith('"')) return true;
    if (this.#doubleQuotes === 'text') return false;
    if (text[start - 1] === '.' || text[end] === '.' || this.#place === 'name') return true;
    return this.#place === 'left' && matchEnd(OPERATOR_FOLLOWS, text, end) >= 0;
  }

  #atMark(mark: string): void {
    this.#mark = mark;
    if (mark === '(') {
      this.#clauses.push(this.#clause);
      this.#clause = this.#place;
    } else if (mark === ')') {
      this.#clause = this.#clauses.pop() ?? this.#clause;
      this.#place = this.#clause;
    } else if (mark === ',') this.#place = this.#clause;
    else if (mark === ';') this.#endStatement();
    else if (mark !== '.') this.#place = 'text';
  }

  #endStatement(): void {
    if (this.#copiesData) this.#hideRest();
    this.#verb = '';
    this.#passwords = new Passwords();
    this.#inValues = false;
  }

  #word(word: string): void {
    const { text, end } = this.#tokens;
    // `(hunter2,` and `, hunter2)`, but not `now()` and `cast(x as int)`.
    const isCell = this.#inValues && (this.#mark === '(' || this.#mark === ',');
    if (isCell && matchEnd(CELL_END, text, end) >= 0 && !NO_DATA.test(word)) {
      this.#replace('?');
      return;
    }
    this.#verb ||= word;
    this.#setPlace(word);
    const password = this.#passwords.behind(word);
    if (password !== undefined) this.#hideValue(password);
    this.#data(word);
    this.#mark = '';
    this.#last = word;
  }

  #setPlace(word: string): void {
    const isEnd = word === 'end';
    const place = isEnd
      ? this.#clause
      : (['name', 'left', 'text'] as const).find((each) => PLACES[each].has(word));
    if (place === undefined) return;
    this.#place = place;
    if (place !== 'text' || word.startsWith('value')) this.#clause = place;
  }

  /** Rows of values behind VALUES, data of any form behind FORMAT and COPY. */
  #data(word: string): void {
    if (ROW_ENDS.has(word)) this.#inValues = false;
    if (INSERTS.has(this.#verb)) {
      if (/^values?$/.test(word)) this.#inValues = true;
      if (this.#last === 'format') this.#hideRest();
    } else if (this.#verb === 'copy' && this.#last === 'from' && word === 'stdin') {
      const { text, end } = this.#tokens;
      COPY_ENDS.lastIndex = end;
      const found = COPY_ENDS.exec(text);
      this.#copiesData = found !== null;
      // The options of the statement are read on; behind a line break only data is left.
      if (found !== null && found[0] !== ';') this.#hideRest();
    }
  }
}
