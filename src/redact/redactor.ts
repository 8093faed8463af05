import { redactSchemes, redactUserInfo } from './credentials.ts';
import { redactPairs } from './pairs.ts';
import { decoded, encoded } from './percent-encoding.ts';
import { SecretKeys } from './secret-keys.ts';
import { HIDDEN } from './values.ts';

/** Text without any of these holds nothing to hide, and most text is without. */
const SUSPECT = /[=:@%]|earer|asic|--/i;
/** What a percent-encoded piece of a text is made of. */
const ENCODED_RUN = /[\w.!~*()%+-]+/g;
const ENCODED = /%[0-9a-f]{2}/i;
/** URLs in parameters of URLs in parameters of URLs. */
const MAX_DEPTH = 3;
/** Attributes that are a query string without the `?`. */
const QUERY_KEYS = new Set(['url.query', 'http.query_string']);

/**
 * Keeps secrets out of what is sent: the values of keys that look secret, `user:password@` in URLs, and what
 * follows `Bearer` and `Basic` become `***`. Takes any text, never throws, in time linear in its length; what
 * was redacted once stays as it is.
 */
export class Redactor {
  readonly #keys: SecretKeys;

  /** @param keys the user's own, added to the built-in list: whole words of a key, in any case and spelling. */
  constructor(keys: readonly string[]) {
    this.#keys = new SecretKeys(keys);
  }

  /** Whether the value of an attribute or header of this name is a secret. */
  isSecretKey(key: string): boolean {
    const secrecy = this.#keys.secrecy(key);
    return secrecy === 'always' || secrecy === 'outside-prose';
  }

  /** The value of an attribute or header as it may be shown. */
  attribute(key: string, value: string): string {
    return this.isSecretKey(key) ? HIDDEN : this.#redact(value, QUERY_KEYS.has(key), 0);
  }

  /** A text that may hold URLs, query strings, header lines, JSON and the like, as it may be shown. */
  text(text: string): string {
    return this.#redact(text, false, 0);
  }

  #redact(text: string, isQuery: boolean, depth: number): string {
    if (!SUSPECT.test(text)) return text;
    // User info first, as long as it is whole; and last, as hiding a value may have laid some bare.
    const pairs = redactPairs(redactUserInfo(text), this.#keys, isQuery);
    const schemes = redactSchemes(pairs);
    const plain = redactUserInfo(schemes === pairs ? pairs : redactPairs(schemes, this.#keys, isQuery));
    if (depth === MAX_DEPTH || !plain.includes('%')) return plain;
    return plain.replace(ENCODED_RUN, (run) => (ENCODED.test(run) ? this.#redactEncoded(run, depth) : run));
  }

  /** A URL or JSON as the value of a parameter. */
  #redactEncoded(run: string, depth: number): string {
    const inner = decoded(run);
    const redacted = this.#redact(inner, false, depth + 1);
    return redacted === inner ? run : encoded(redacted);
  }
}
