import { Kind, Mark, type SqlTokens } from './tokens.ts';

/** What `"…"` is at a place: a name, one if an operator follows, or text. Safe where nothing tells: text. */
type Place = 'name' | 'left' | 'text';

/** The place behind a word; behind any other word it is as it was. */
const PLACES = new Map<string, Place>([
  ...places(
    'name',
    'select distinct from join into update table by as only exists using returning index view',
  ),
  ...places(
    'name',
    'column relation constraint key database schema sequence references conflict add near type',
  ),
  ...places('left', 'where and or on not having set when if'),
  ...places(
    'text',
    'values value in like ilike rlike regexp similar between then else limit default interval',
  ),
]);
const OPERATOR_FOLLOWS = /\s*(?:[=<>!~]|(?:is|in|i?like|not|between)\b)/iy;
const DOT_CODE = 46;

/** Statements that may hold a password, and what of theirs does. */
const ACCOUNT_VERB = /^(?:create|alter|modify|change|set|connect|conn|grant)$/;
const ACCOUNT = /^(?:user|role|login|link|group|account|password|authorization)$/;
const NO_ACCOUNT = /^(?:table|view|index|function|procedure|trigger|type|materialized)$/;
const PASSWORD = /(?:password|passwd|pwd|passphrase)$/;
/** Between the word and the password; or what tells that there is none. */
const BEFORE_PASSWORD = /\s*(?:=|\(|values\b|for\b[^=;]*=)\s*/iy;
const NO_PASSWORD =
  /\s*(?:(?:expire|never|default|null|history|interval|lifetime|require|optional|current|verify|disable|enable|unlimited|policy|lock|unlock|reuse|life|grace|is|not|change)\b|[),;?:@$]|$)/iy;
/** A password without quotes goes up to a space, as it may hold any sign. */
const BARE = /\s*[^\s;]+/y;
/** Text, which is hidden anyway, or a parameter. */
const NO_BARE = /\s*(?:'|\?|\$[0-9]|[:@]\w)/y;
const IN_QUOTES = /\s*(["`])[\s\S]*?\1/y;
/** The second half of `connect scott/tiger@orcl`. */
const CONNECT = /\s*[^\s/;]+\/(?=\S)/y;
const UP_TO_HOST = /[^\s@;]+/y;

/** Bare words of a row of values that are no data. */
const NO_DATA =
  /^(?:null|true|false|default|unknown|sysdate|systimestamp|current_\w+|local\w+|session_user|user)$/;
const ROW_ENDS = /^(?:on|returning|as|select|settings|into|when)$/;
/** What of `copy … from stdin` ends the statement. */
const COPY_ENDS = /;|[\r\n](?!\s*(?:with|csv|delimiter|null|header|\())/gi;

function places(place: Place, words: string): [string, Place][] {
  return words.split(' ').map((word) => [word, place]);
}

/** What is left of a statement without what its user wrote as a value. */
export function maskTokens(tokens: SqlTokens, doubleQuotesByPlace: boolean): string {
  return new Mask(tokens, doubleQuotesByPlace).run();
}

/** Follows a statement just as far as it takes to tell names from values. */
class Mask {
  readonly #tokens: SqlTokens;
  readonly #doubleQuotesByPlace: boolean;
  #out = '';
  #kept = 0;
  #place: Place = 'text';
  /** What a comma leads back to, and those of the parentheses around. */
  #clause: Place = 'text';
  readonly #clauses: Place[] = [];
  /** The first word of the statement, the last one, and the mark between it and the token at hand. */
  #verb = '';
  #last = '';
  #mark = 0;
  #isAccount = false;
  #isIdentified = false;
  #inValues = false;
  #isBetween = false;
  #copiesData = false;

  constructor(tokens: SqlTokens, doubleQuotesByPlace: boolean) {
    this.#tokens = tokens;
    this.#doubleQuotesByPlace = doubleQuotesByPlace;
  }

  run(): string {
    const tokens = this.#tokens;
    while (tokens.next() !== Kind.END) this.#token();
    return this.#out + tokens.text.slice(this.#kept);
  }

  #token(): void {
    const { kind, text, start, end, mark } = this.#tokens;
    if (kind === Kind.STRING || kind === Kind.NUMBER) this.#replace('?');
    else if (kind === Kind.COMMENT) this.#replace(' ');
    else if (kind === Kind.WORD) this.#word(text.slice(start, end).toLowerCase());
    else if (kind === Kind.MARK) this.#atMark(mark);
    else if (kind === Kind.QUOTED && !this.#isName()) this.#replace(text[start] === '[' ? '[?]' : '?');
  }

  #replace(mask: string): void {
    const { text, start, end } = this.#tokens;
    this.#out += text.slice(this.#kept, start) + mask;
    this.#kept = end;
    this.#mark = 0;
  }

  /** Hides everything from the token's end to `end`. */
  #hideUpTo(end: number): void {
    const tokens = this.#tokens;
    if (tokens.text.slice(tokens.end, end).trim() === '') return;
    this.#out += `${tokens.text.slice(this.#kept, tokens.end)} ?`;
    this.#kept = end;
    tokens.skipTo(end);
  }

  #isName(): boolean {
    const { text, start, end, isUnclosed } = this.#tokens;
    if (isUnclosed) return false;
    const quoted = text.slice(start, end);
    // Anything beyond words may be an array such as `[a, 'x']`.
    if (quoted.startsWith('[')) return /^\[[\p{L}\p{N}_$#@:|\s]*\]$/u.test(quoted);
    if (!this.#doubleQuotesByPlace || !quoted.startsWith('"')) return true;
    if (text.charCodeAt(start - 1) === DOT_CODE || text.charCodeAt(end) === DOT_CODE) return true;
    return this.#place === 'name' || (this.#place === 'left' && matchEnd(OPERATOR_FOLLOWS, text, end) >= 0);
  }

  #atMark(mark: number): void {
    this.#mark = mark;
    if (mark === Mark.OPEN) {
      this.#clauses.push(this.#clause);
      this.#clause = this.#place;
    } else if (mark === Mark.CLOSE) {
      this.#clause = this.#clauses.pop() ?? this.#clause;
      this.#place = this.#clause;
    } else if (mark === Mark.COMMA) this.#place = this.#clause;
    else if (mark === Mark.SEMICOLON) this.#endStatement();
    else if (mark !== Mark.DOT) this.#place = 'text';
  }

  #endStatement(): void {
    if (this.#copiesData) this.#hideUpTo(this.#tokens.text.length);
    this.#verb = '';
    this.#isAccount = false;
    this.#isIdentified = false;
    this.#inValues = false;
  }

  #word(word: string): void {
    if (this.#inValues && this.#isWholeValue() && !NO_DATA.test(word)) {
      this.#replace('?');
      return;
    }
    const { text, end } = this.#tokens;
    const isFirst = this.#verb === '';
    if (isFirst) this.#verb = word;
    // `between "a" and "b"`
    const isSecondBound = word === 'and' && this.#isBetween;
    if (word === 'between' || isSecondBound) this.#isBetween = !isSecondBound;
    if (!isSecondBound) this.#setPlace(word);
    this.#account(word);
    this.#values(word);
    if (this.#verb === 'copy' && this.#last === 'from' && word === 'stdin') this.#copies();
    if (isFirst && word.startsWith('conn')) this.#hideSecondHalf(matchEnd(CONNECT, text, end));
    this.#mark = 0;
    this.#last = word;
  }

  /** Rows of values behind VALUES, data of any form behind FORMAT. */
  #values(word: string): void {
    if (ROW_ENDS.test(word)) this.#inValues = false;
    if (!/^(?:insert|replace|upsert)$/.test(this.#verb)) return;
    if (/^values?$/.test(word) && this.#place === 'text') this.#inValues = true;
    if (this.#last === 'format') this.#hideUpTo(this.#tokens.text.length);
  }

  #setPlace(word: string): void {
    const place = word === 'end' ? this.#clause : PLACES.get(word);
    if (place === undefined) return;
    this.#place = place;
    if (place !== 'text' || word.startsWith('value')) this.#clause = place;
  }

  /** `(hunter2,` and `, hunter2)`, but not `now()` and `cast(x as int)`. */
  #isWholeValue(): boolean {
    const { text, end } = this.#tokens;
    if (this.#mark !== Mark.OPEN && this.#mark !== Mark.COMMA) return false;
    return matchEnd(/\s*[,)]/y, text, end) >= 0;
  }

  #copies(): void {
    const { text, end } = this.#tokens;
    COPY_ENDS.lastIndex = end;
    const found = COPY_ENDS.exec(text);
    if (found === null) return;
    this.#copiesData = true;
    // The options of the statement are read on; behind a line break only data is left.
    if (found[0] !== ';') this.#hideUpTo(text.length);
  }

  /** Passwords of accounts and links, in quotes or bare. */
  #account(word: string): void {
    if (word === 'identified') this.#isIdentified = true;
    if (NO_ACCOUNT.test(word) && !this.#isAccount) this.#verb = word;
    if (ACCOUNT.test(word) && ACCOUNT_VERB.test(this.#verb)) this.#isAccount = true;
    const leads =
      (this.#isIdentified && (word === 'by' || word === 'replace' || word === 'using')) ||
      (this.#isAccount && this.#verb.startsWith('conn') && word === 'using') ||
      (this.#isAccount && PASSWORD.test(word));
    if (leads) this.#password();
  }

  #password(): void {
    const { text, end } = this.#tokens;
    const from = Math.max(end, matchEnd(BEFORE_PASSWORD, text, end));
    if (from === end && matchEnd(NO_PASSWORD, text, end) >= 0) return;
    if (matchEnd(NO_BARE, text, from) >= 0) return;
    const quoted = matchEnd(IN_QUOTES, text, from);
    const until = quoted >= 0 ? quoted : matchEnd(BARE, text, from);
    if (until < 0) return;
    this.#out += `${text.slice(this.#kept, from).trimEnd()} ?`;
    this.#kept = until;
    this.#tokens.skipTo(until);
  }

  #hideSecondHalf(from: number): void {
    const until = from < 0 ? -1 : matchEnd(UP_TO_HOST, this.#tokens.text, from);
    if (until < 0) return;
    this.#out += `${this.#tokens.text.slice(this.#kept, from)}?`;
    this.#kept = until;
    this.#tokens.skipTo(until);
  }
}

function matchEnd(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}
