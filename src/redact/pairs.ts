import type { Hidden } from './hidden.ts';
import { indexOf, matchAt, matchesOf } from './matches.ts';
import { hides, type SecretKeys } from './secret-keys.ts';
import { type Value, ValueReader } from './values.ts';
import type { View } from './views.ts';

/** What may stand between a key and its value. */
const SIGN = new RegExp(
  [
    // `apiKey: string = "x"`
    String.raw`:\s?(?:string|str|any)\s?=(?!=)`,
    // `=`, `:`, `=>`, `==`, `!=`, full-width ones, arrows
    '[=:：＝]+>?|[!<>~^]?=|->|<-|[→⇒【]',
    // `:password "x"` of Clojure
    String.raw`(?<=(?:^|[\s{]):[\w-]{1,100})\s{1,9}(?=")`,
    // a word of OData
    String.raw`(?<=[\p{L}\p{N}_])\s{1,9}(?:eq|ne|like|equals|matches)\s{1,9}`,
    // the space behind `--password`
    String.raw`[^\S\r\n]{1,9}(?<=(?:^|\s)--?[\w-]{2,100}[^\S\r\n]{1,9})(?=[^\s-]|-(?=\S{0,30}\d)[\w]\S{7})`,
    // a dash: `password -- x`
    String.raw`\s{1,3}(?:--|[–—])\s{1,3}(?=\S{0,60}\d)`,
    // the comma of `["token", "x"]`
    String.raw`(?<=["'])\s{0,99},\s{0,99}(?=["'])`,
    // the end of the tag of XML
    '>(?<=<[^<>/!?][^<>]{0,500}>)',
  ].join('|'),
  'gu',
);
/** A key, what closes it (`"`, `]`, `&quot;`, a gloss in parentheses) and spaces. */
const KEY_BEFORE =
  /(?<=([\p{L}\p{M}\p{N}_.%$+[\]-]{1,300})([\]"'`”」』!<>~^]{0,12}|\s?[（(][^()（）]{1,40}[）)])(\s{0,99}))/uy;
const TAG_BEFORE = /(?<=<([\p{L}\p{N}_.:-]{0,99}[\p{L}\p{N}_.-])(?:\s[^<>]{0,400})?)/uy;
const CLOSING_QUOTE = /["'`”」』]/;
const BREAK = /\s|["'`](?!\w)/;
const NOT_SPACE = /\S|[\r\n]/g;
/** In JSON the value may stand on another line, in what PHP prints behind its type. */
const BEFORE_VALUE = /\s{1,99}(?=["'`{[\d])|\s{0,99}string\(\d+\)\s(?=")/y;
/** Headers whose value is the rest of the line. */
const LONG_HEADER = /(?:authorization|cookie2?|-signature)s?$/i;
/** `TokenExpiredError: jwt expired` */
const ERROR_NAME = /(?:error|exception|warning|failure)$/i;
const PORT_OR_LINE = /\d{1,5}(?!\w)/y;
const HIDDEN_BEFORE = /^["'`]?\*{3}/;
/** Statements name columns and parameters: `a.token = b.token`, `token = :token`. */
const REFERENCE = /^(?:[@:$]|\w+\.)(\w+)$/;
/** The words before a key that may belong to it: `the API key`. */
const WORDS_BEFORE = /(?<=((?:[\p{L}\p{N}]{1,20} ){1,3}))/uy;
/** How a sentence goes on, as those of validators do: `password: must be at least 8 characters`. */
const VERBS =
  "must|should|shall|is|are|was|were|has|have|had|can|cannot|can't|could|may|might|not|no|too|does|did|do|doesn't|don't|at least|at most|needs?|requires?|required|invalid|missing|incorrect|wrong|expired|failed|unexpected|expected|please|the|this|may not|never|already|only";
const PROSE = new RegExp(
  `(?:${VERBS}|bad|failure|unknown|unauthorized|unauthenticated|denied|forbidden|rejected|refused|revoked|malformed|mismatch|mismatched|empty|blank|contains|value|field|unsupported|authentication|length|minimum|maximum|user|you|your|this|that|there|for|and|or|with|without|from|string|expiration|signature|between|more|less|longer|shorter|characters)\\b(?=[\\s,;!?"')\\]}]|[.:](?:\\s|$)|$)|不|必须|必須|错误|長度|长度|无效|無效|为空|为必填|已过期|未|请|請|需|应|至少|最多|格式|\\d+ ?(?:文字|位|个字|자)`,
  'iy',
);
/** No token is written so: `会话：用户未登录`. */
const HAN_ONLY = /[\p{sc=Han}\p{sc=Hiragana}]{2,100}(?=[\s，。；！？,.;!?]|$)/uy;
const SENTENCE = new RegExp(`(?:(?:${VERBS})\\s+[a-z]|不|必须|必須|长度|格式|请)`, 'iy');

interface Pair {
  readonly key: string;
  readonly start: number;
  /** The quotes that close the key; empty where it has none. */
  readonly quote: string;
  /** What separates key and value. */
  readonly sign: string;
  readonly valueAt: number;
  readonly inQuery: boolean;
}

/** Finds the value of every key that is secret, in whichever notation the text has it. */
export function findPairs(view: View, keys: SecretKeys, hidden: Hidden, isQuery: boolean): void {
  new PairScan(view, keys, hidden, isQuery).run();
}

/** One walk through a text from separator to separator. Each unit is looked at a bounded number of times. */
class PairScan {
  readonly #view: View;
  readonly #text: string;
  readonly #keys: SecretKeys;
  readonly #hidden: Hidden;
  readonly #values: ValueReader;
  /** The end of the values that were found. One that begins inside another may go on behind it. */
  #hiddenTo = 0;
  /** Up to here it is known whether we are in a query string. */
  #seen = 0;
  #inQuery: boolean;

  constructor(view: View, keys: SecretKeys, hidden: Hidden, isQuery: boolean) {
    this.#view = view;
    this.#text = view.text;
    this.#keys = keys;
    this.#hidden = hidden;
    this.#values = new ValueReader(view);
    this.#inQuery = isQuery;
  }

  run(): void {
    const { givenAt } = this.#view;
    for (const { 0: sign, index } of matchesOf(SIGN, this.#text)) {
      const pair = this.#hidden.isRead(givenAt(index)) ? undefined : this.#pairAt(index, sign);
      const value = pair && this.#secretOf(pair);
      if (value === undefined || value.end <= this.#hiddenTo) continue;
      const start = Math.max(value.start, this.#hiddenTo);
      this.#hidden.hide(givenAt(start), givenAt(value.end), this.#view.isGiven ? value.by : undefined);
      this.#hiddenTo = value.end;
      this.#seen = Math.max(this.#seen, value.end);
    }
  }

  #pairAt(index: number, sign: string): Pair | undefined {
    const valueAt = index + sign.length;
    if (sign === '>') {
      const [, tag = ''] = matchAt(TAG_BEFORE, this.#text, index) ?? [];
      return tag === '' ? undefined : { key: tag, start: index, quote: '"', sign, valueAt, inQuery: false };
    }
    const [, key = '', closing = '', space = ''] = matchAt(KEY_BEFORE, this.#text, index) ?? [];
    const start = index - space.length - closing.length - key.length;
    const isBroken = /[\r\n]/.test(space) && closing === '';
    // A piece of a secret may look like a key: `-pX7Pwd shop`.
    const isSecret = sign.trim() === '' && this.#hidden.isHidden(this.#view.givenAt(start + key.length - 1));
    if (key === '' || isBroken || isSecret) return undefined;
    this.#lookForQuery(start);
    return {
      // `-Dpassword=x`, `应用密钥（AppSecret）：x`
      key:
        key.replace(/^-[DPJ](?=[a-z])/, '') +
        (/[）)]$/.test(closing) ? ` ${closing.trim().slice(1, -1)}` : ''),
      start,
      quote: CLOSING_QUOTE.exec(closing)?.[0] ?? '',
      sign: sign.trim(),
      valueAt,
      inQuery: this.#inQuery && sign.startsWith('=') && space === '',
    };
  }

  /** A query string goes on from `?`, `&` or `#` to white space or a quote. */
  #lookForQuery(end: number): void {
    const passed = this.#text.slice(this.#seen, end);
    const opening = Math.max(passed.lastIndexOf('?'), passed.lastIndexOf('&'), passed.lastIndexOf('#'));
    this.#inQuery = (this.#inQuery || opening >= 0) && !BREAK.test(passed.slice(opening + 1));
    this.#seen = Math.max(this.#seen, end);
  }

  #secretOf(pair: Pair): Value | undefined {
    const { key, quote, sign, start, valueAt, inQuery } = pair;
    const text = this.#text;
    const values = this.#values;
    const ofKey = this.#keys.secrecy(key);
    const secrecy = (ofKey ?? 'query') === 'query' && this.#endsPhrase(pair) ? 'token' : ofKey;
    if (secrecy === undefined || (sign === ',' && !this.#isList(pair))) return undefined;
    const unlessHarmless = (value: Value) => {
      const shown = text.slice(value.start, value.end);
      const isHarmless = HIDDEN_BEFORE.test(shown) || isReference(shown, key);
      return hides(secrecy, shown, inQuery) && !isHarmless ? value : undefined;
    };
    if (inQuery) return unlessHarmless(values.inQuery(valueAt));
    if (this.#isNoPair(pair)) return undefined;
    // `AUTH <password> called without …` is no XML.
    if (sign === '>' && matchAt(/ [a-z]+ [^<]*$/y, text, valueAt)) return undefined;
    if (sign === '>') return unlessHarmless(values.element(valueAt));
    const isSentence = quote === '' && /^[:：]$|^(?:--|[–—])$/.test(sign);
    const indented = sign === ':' ? values.indented(valueAt, start - quote.length) : undefined;
    if (indented !== undefined) return unlessHarmless(indented);
    const before = quote !== '' && /^[:=]/.test(sign) ? matchAt(BEFORE_VALUE, text, valueAt) : undefined;
    const from = before === undefined ? indexOf(NOT_SPACE, text, valueAt) : valueAt + before[0].length;
    const quoted = values.quoted(from);
    if (quoted !== undefined)
      return matchAt(SENTENCE, text, quoted.start) ? undefined : unlessHarmless(quoted);
    if (this.#isMessages(from)) return undefined;
    const nested = values.nested(from, quote || '"');
    if (nested !== undefined) return nested;
    if (isSentence && (secrecy === 'auth' || matchAt(PROSE, text, from))) return undefined;
    if (isSentence && secrecy === 'token' && matchAt(HAN_ONLY, text, from)) return undefined;
    const bare = unlessHarmless(values.bare(from));
    return bare && LONG_HEADER.test(key) ? values.restOfLine(from, start) : bare;
  }

  /** `["token", "x"]` as a whole, or a value that is no name: in a list of names none is a value. */
  #isList({ start, valueAt }: Pair): boolean {
    const text = this.#text;
    const value = this.#values.quoted(valueAt);
    const before = text.slice(Math.max(0, start - 30), start);
    if (value === undefined || !/["']$/.test(before)) return false;
    const isPair = /^["']?\s*[\])]/.test(text.slice(value.end)) && /(?:\(|[[,]\s*\[)\s*["']$/.test(before);
    return isPair || !/^[a-z_ -]{0,40}$/i.test(text.slice(value.start, value.end));
  }

  /** `{"password": ["is required"]}` */
  #isMessages(from: number): boolean {
    const first = matchAt(/\[\s*["']/y, this.#text, from)?.[0].length;
    return first !== undefined && matchAt(SENTENCE, this.#text, from + first) !== undefined;
  }

  #endsPhrase({ key, start }: Pair): boolean {
    const words = matchAt(WORDS_BEFORE, this.#text, start)?.[1] ?? '';
    return words !== '' && this.#keys.endsInSecret(words + key);
  }

  /** `TokenError: …`, `Token::parse`, `/app/token.js:10:5`, `//token-service:8080`. */
  #isNoPair({ key, start, quote, sign, valueAt }: Pair): boolean {
    if (quote !== '' || !sign.startsWith(':')) return false;
    const isPath = sign.startsWith('::') && !/\s/.test(this.#text.charAt(valueAt));
    if (isPath || ERROR_NAME.test(key)) return true;
    const isPlace = /[.-]/.test(key) || /[/\\@]/.test(this.#text.charAt(start - 1));
    return isPlace && matchAt(PORT_OR_LINE, this.#text, valueAt) !== undefined;
  }
}

function isReference(value: string, key: string): boolean {
  const name = REFERENCE.exec(value)?.[1];
  return name !== undefined && name === key.split('.').at(-1);
}
