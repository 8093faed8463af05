import { plainKey, type SecretKeys } from './secret-keys.ts';
import {
  bareValue,
  type Extent,
  indexOf,
  matchAt,
  nestedValue,
  queryValue,
  quotedValue,
  restOfLine,
} from './values.ts';

/** Between a key and its value: `=`, `:`, `=>`, `==` and the like, or the space after `--password`. */
const SEPARATOR = /[:=]+>?|(?=[^\S\r\n])(?<=(?:^|\s)--[\w-]+)[^\S\r\n]+(?=[^\s-])/g;
/** A key, what closes it (`"`, `\"`, `]`) and spaces. */
const KEY_BEFORE = /(?<=([\p{L}\p{M}\p{N}_.%$+[\]-]+)([\]"'`\\]*)([^\S\r\n]*))/uy;
const CLOSING_QUOTE = /\\*["'`]/;
const BREAK = /\s|["'`](?!\w)/;
const NOT_SPACE = /\S|[\r\n]/g;
/** Headers whose value is the rest of the line. */
const LONG_HEADER = /(?:authorization|cookie2?)s?$/i;
/** `TokenExpiredError: jwt expired` */
const ERROR_NAME = /(?:error|exception|warning)$/i;
const PORT_OR_LINE = /\d{1,5}(?!\w)/y;
const PLACEHOLDER = /^(?:\?|\$\d{1,3}|null|undefined)$/i;
const REFERENCE = /^(?:[@:$]|\w+\.)(\w+)$/;
/** The words before a key that may belong to it: `the API key`. */
const WORDS_BEFORE = /(?<=((?:[\p{L}\p{N}]{1,20} ){1,2}))/uy;

/** Hides the value of every `key=value`, `key: value`, `"key":"value"` and `--key value` whose key is secret. */
export function redactPairs(text: string, keys: SecretKeys, isQuery: boolean): string {
  return new PairScan(text, keys, isQuery).run();
}

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

/** One walk through a text from separator to separator. Each unit is looked at a bounded number of times. */
class PairScan {
  readonly #text: string;
  readonly #keys: SecretKeys;
  #out = '';
  /** Up to here the text is in `#out`, or hidden. */
  #done = 0;
  /** Up to here it is known whether we are in a query string. */
  #seen = 0;
  #inQuery: boolean;

  constructor(text: string, keys: SecretKeys, isQuery: boolean) {
    this.#text = text;
    this.#keys = keys;
    this.#inQuery = isQuery;
  }

  run(): string {
    for (const { 0: sign, index } of this.#text.matchAll(SEPARATOR)) {
      // What is inside a hidden value is gone already.
      const pair = index < this.#done ? undefined : this.#pairAt(index, sign);
      const value = pair && this.#secretOf(pair);
      if (value !== undefined && value.end > value.start) this.#hide(value);
    }
    return this.#out + this.#text.slice(this.#done);
  }

  #hide({ start, end, by }: Extent): void {
    this.#out += this.#text.slice(this.#done, start) + by;
    this.#done = end;
    this.#seen = Math.max(this.#seen, end);
  }

  #pairAt(index: number, sign: string): Pair | undefined {
    const [, key = '', closing = '', space = ''] = matchAt(KEY_BEFORE, this.#text, index) ?? [];
    const start = index - space.length - closing.length - key.length;
    if (key === '' || start < this.#done) return undefined;
    this.#lookForQuery(start);
    return {
      key: plainKey(key),
      start,
      quote: CLOSING_QUOTE.exec(closing)?.[0] ?? '',
      sign: sign.trim(),
      valueAt: index + sign.length,
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

  #secretOf(pair: Pair): Extent | undefined {
    const secrecy = this.#keys.secrecy(pair.key) ?? (this.#endsPhrase(pair) ? 'always' : undefined);
    if (secrecy === undefined) return undefined;
    if (pair.inQuery) return this.#unlessReference(queryValue(this.#text, pair.valueAt), pair);
    if (secrecy === 'in-query' || this.#isNoPair(pair)) return undefined;
    const from = indexOf(NOT_SPACE, this.#text, pair.valueAt);
    const wrapped = quotedValue(this.#text, from) ?? nestedValue(this.#text, from, pair.quote || '"');
    if (wrapped !== undefined) return wrapped;
    if (secrecy === 'outside-prose' && pair.quote === '' && pair.sign === ':') return undefined;
    const bare = this.#unlessReference(bareValue(this.#text, from), pair);
    return bare && LONG_HEADER.test(pair.key) ? restOfLine(this.#text, from, pair.start) : bare;
  }

  #endsPhrase({ key, start }: Pair): boolean {
    const length = matchAt(WORDS_BEFORE, this.#text, start)?.[1]?.length ?? 0;
    const words = this.#text.slice(Math.max(this.#done, start - length), start);
    return words !== '' && this.#keys.endsInPhrase(words + key);
  }

  /** `TokenError: …`, `Token::parse`, `/app/token.js:10:5`, `//token-service:8080`. */
  #isNoPair({ key, start, quote, sign, valueAt }: Pair): boolean {
    if (quote !== '' || !sign.startsWith(':')) return false;
    if (sign.startsWith('::') || ERROR_NAME.test(key)) return true;
    const isPlace = /[.-]/.test(key) || /[/\\@]/.test(this.#text.charAt(start - 1));
    return isPlace && matchAt(PORT_OR_LINE, this.#text, valueAt) !== undefined;
  }

  /** Statements name columns and parameters: `token = ?`, `a.token = b.token`, `token = :token`. */
  #unlessReference(value: Extent, { key }: Pair): Extent | undefined {
    const text = this.#text.slice(value.start, value.end);
    if (PLACEHOLDER.test(text)) return undefined;
    const name = REFERENCE.exec(text)?.[1];
    return name !== undefined && name === key.split('.').at(-1) ? undefined : value;
  }
}
