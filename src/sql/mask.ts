import { Mark } from './characters.ts';
import { Kind, matchEnd, type SqlTokens } from './tokens.ts';

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

/** Statements that may hold a password, and what of theirs does. */
const ACCOUNT_VERB = /^(?:create|alter|modify|change|set|connect|conn|grant)$/;
const ACCOUNT = /^(?:user|role|login|link|group|account|password|authorization)$/;
const NO_ACCOUNT = /^(?:table|view|index|function|procedure|trigger|type|materialized)$/;
/** The words behind which a password stands, by what the statement is about: nothing, an account, a connection, a user. */
const NO_LEAD = /(?!)/;
const OF_ACCOUNT = /(?:password|passwd|pwd|passphrase)$/;
const OF_CONNECTION = /(?:password|passwd|pwd|passphrase)$|^using$/;
const OF_IDENTIFIED = /^(?:by|replace|using)$/;
/** Between the word and the password; or what tells that there is none. */
const BEFORE_PASSWORD = /\s*(?:=|\(|values\b|for\b[^=;]*=)\s*/iy;
const NO_PASSWORD =
  /\s*(?:(?:expire|never|default|null|history|interval|lifetime|require|optional|current|verify|disable|enable|unlimited|policy|lock|unlock|reuse|life|grace|is|not|change)\b|[),;?:@$]|$)/iy;
/** A password without quotes goes up to a space, as it may hold any sign. */
const BARE = /\s*[^\s;]+/y;
/** Text, which is hidden anyway, or a parameter. */
const NO_BARE = /\s*(?:'|\?|\$[0-9]|[:@]\w)/y;
const IN_QUOTES = /\s*(["`])[\s\S]*?\1/y;
/** What leads from the first word of a statement to a value without quotes, and the value. */
const BEHIND_FIRST: Readonly<Record<string, readonly [RegExp, RegExp]>> = {
  // `connect scott/tiger@orcl`
  ...{ conn: [/\s*[^\s/;]+\/(?=\S)/y, /[^\s@;]+/y], connect: [/\s*[^\s/;]+\/(?=\S)/y, /[^\s@;]+/y] },
  // `set fs.s3a.secret.key=x` of Hive and Spark
  set: [/\s+[\w-]+(?:[.:][\w-]+)+\s*=/y, BARE],
};

/** Bare words of a row of values that are no data. */
const NO_DATA =
  /^(?:null|true|false|default|unknown|sysdate|systimestamp|current_\w+|local\w+|session_user|user)$/;
const CELL_END = /\s*[,)]/y;
const ROW_ENDS = /^(?:on|returning|as|select|settings|into|when)$/;
/** What of `copy … from stdin` ends the statement. */
const COPY_ENDS = /;|[\r\n](?!\s*(?:with|csv|delimiter|null|header|\())/gi;

/** A place of a statement where a value stands, and what takes its place. */
export interface Literal {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Follows a statement just as far as it takes to tell names from values. */
export class Mask {
  readonly #tokens: SqlTokens;
  readonly #doubleQuotesByPlace: boolean;
  readonly #literals: Literal[] = [];
  #place: Place = 'text';
  /** What a comma leads back to, and those of the parentheses around. */
  #clause: Place = 'text';
  readonly #clauses: Place[] = [];
  /** The first word of the statement, the last one, and the mark between it and the token at hand. */
  #verb = '';
  #last = '';
  #mark = 0;
  #lead = NO_LEAD;
  #inValues = false;
  #copiesData = false;

  constructor(tokens: SqlTokens, doubleQuotesByPlace: boolean) {
    this.#tokens = tokens;
    this.#doubleQuotesByPlace = doubleQuotesByPlace;
  }

  /** What a statement's user wrote as a value, in the order of the text. */
  literals(): Literal[] {
    while (this.#tokens.next() !== Kind.END) this.#token();
    return this.#literals;
  }

  #token(): void {
    const { kind, text, start, end, mark } = this.#tokens;
    if (kind === Kind.STRING || kind === Kind.NUMBER) this.#replace('?');
    else if (kind === Kind.COMMENT) this.#replace(' ');
    else if (kind === Kind.WORD) this.#word(text.slice(start, end).toLowerCase());
    else if (kind === Kind.MARK) this.#atMark(mark);
    else if (kind === Kind.QUOTED && !this.#isName()) this.#replace(text[start] === '[' ? '[?]' : '?');
  }

  #replace(by: string): void {
    const { start, end } = this.#tokens;
    this.#literals.push({ start, end, by });
    this.#mark = 0;
  }

  /** Hides everything between two places, the first of them at or behind the token's end. */
  #hide(start: number, end: number): void {
    const shown = this.#tokens.text.slice(start, end);
    if (end <= start || shown.trim() === '') return;
    this.#literals.push({ start: start + shown.search(/\S/), end, by: '?' });
    this.#tokens.skipTo(end);
  }

  #hideRest(): void {
    this.#hide(this.#tokens.end, this.#tokens.text.length);
  }

  #isName(): boolean {
    const { text, start, end, isUnclosed } = this.#tokens;
    if (isUnclosed) return false;
    const quoted = text.slice(start, end);
    // Anything beyond words may be an array such as `[a, 'x']`.
    if (quoted.startsWith('[')) return /^\[[\p{L}\p{N}_$#@:|\s]*\]$/u.test(quoted);
    if (!this.#doubleQuotesByPlace || !quoted.startsWith('"')) return true;
    if (text.charCodeAt(start - 1) === Mark.DOT || text.charCodeAt(end) === Mark.DOT) return true;
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
    if (this.#copiesData) this.#hideRest();
    this.#verb = '';
    this.#lead = NO_LEAD;
    this.#inValues = false;
  }

  #word(word: string): void {
    const { text, end } = this.#tokens;
    // `(hunter2,` and `, hunter2)`, but not `now()` and `cast(x as int)`.
    const isCell = this.#inValues && (this.#mark === Mark.OPEN || this.#mark === Mark.COMMA);
    if (isCell && matchEnd(CELL_END, text, end) >= 0 && !NO_DATA.test(word)) this.#replace('?');
    else this.#shown(word);
  }

  #shown(word: string): void {
    const { text, end } = this.#tokens;
    const isFirst = this.#verb === '';
    if (isFirst) this.#verb = word;
    this.#setPlace(word);
    this.#account(word);
    this.#values(word);
    if (this.#verb === 'copy' && this.#last === 'from' && word === 'stdin') this.#copies();
    const [lead, value] = (isFirst && Object.hasOwn(BEHIND_FIRST, word) && BEHIND_FIRST[word]) || [];
    if (lead !== undefined && value !== undefined) this.#hideBare(matchEnd(lead, text, end), value);
    this.#mark = 0;
    this.#last = word;
  }

  /** Rows of values behind VALUES, data of any form behind FORMAT. */
  #values(word: string): void {
    if (ROW_ENDS.test(word)) this.#inValues = false;
    if (!/^(?:insert|replace|upsert)$/.test(this.#verb)) return;
    if (/^values?$/.test(word) && this.#place === 'text') this.#inValues = true;
    if (this.#last === 'format') this.#hideRest();
  }

  #setPlace(word: string): void {
    const found = (['name', 'left', 'text'] as const).find((each) => PLACES[each].has(word));
    const place = word === 'end' ? this.#clause : found;
    if (place === undefined) return;
    this.#place = place;
    if (place !== 'text' || word.startsWith('value')) this.#clause = place;
  }

  #copies(): void {
    const { text, end } = this.#tokens;
    COPY_ENDS.lastIndex = end;
    const found = COPY_ENDS.exec(text);
    if (found === null) return;
    this.#copiesData = true;
    // The options of the statement are read on; behind a line break only data is left.
    if (found[0] !== ';') this.#hideRest();
  }

  /** Passwords of accounts and links, in quotes or bare. */
  #account(word: string): void {
    if (word === 'identified') this.#lead = OF_IDENTIFIED;
    else if (this.#lead === NO_LEAD) {
      if (NO_ACCOUNT.test(word)) this.#verb = word;
      if (ACCOUNT.test(word) && ACCOUNT_VERB.test(this.#verb))
        this.#lead = this.#verb.startsWith('conn') ? OF_CONNECTION : OF_ACCOUNT;
    }
    if (!this.#lead.test(word)) return;
    const { text, end } = this.#tokens;
    const from = Math.max(end, matchEnd(BEFORE_PASSWORD, text, end));
    if (from > end || matchEnd(NO_PASSWORD, text, end) < 0) this.#hideBare(from, BARE);
  }

  /** A value that is in no such quotes as are hidden anyway. */
  #hideBare(from: number, value: RegExp): void {
    const { text } = this.#tokens;
    if (from < 0 || matchEnd(NO_BARE, text, from) >= 0) return;
    const quoted = matchEnd(IN_QUOTES, text, from);
    this.#hide(from, quoted >= 0 ? quoted : matchEnd(value, text, from));
  }
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
