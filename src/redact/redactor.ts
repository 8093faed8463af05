import { redactCommandLines } from './command-lines.ts';
import { decoded, encoded, unescaped } from './encodings.ts';
import { redactDetails } from './error-details.ts';
import { redactPairs } from './pairs.ts';
import { redactSchemes } from './schemes.ts';
import { hides, SecretKeys } from './secret-keys.ts';
import { redactShapes } from './shapes.ts';
import { type StatementRules, shownStatement } from './statement.ts';
import { maskStatements } from './statements-in-text.ts';
import { redactSegments, redactUserInfo, withoutQuery } from './urls.ts';
import { HIDDEN } from './values.ts';

export { bareAddress, withoutQuery } from './urls.ts';

/** Looked at of a text; more than a sample shows, as what is hidden is cut out first. */
const TEXT_UNITS = 4_000;
const LIST_ENTRIES = 50;
/** Between two entries of a list: white space, and the end of a line. */
const BETWEEN_ENTRIES = '\u2028';
/** What a percent-encoded piece of a text is made of; a key and a value take no less. */
const ENCODED_RUN = /[\w.!~*()%+-]{6,}/g;
/** A sign of ASCII, percent-encoded: letters beyond ASCII alone hold no key and no address. */
const ENCODED = /%[2-7][0-9a-f]/i;
/** URLs in parameters of URLs in parameters of URLs. */
const MAX_DEPTH = 3;
/** Attributes that are a query string without the `?`. */
const QUERY_KEYS = /^(?:url\.query|http\.query_string)$/;
/** Attributes that call themselves a statement. */
const STATEMENT_KEYS = /(?:^|[._])(?:sql|statement|query[._]text)$/i;
/** Attributes that hold what a statement was given. */
const PARAMETER_KEYS = /^db\.(?:query|operation)\.parameter\./;
/** Attributes whose list is of headers, name and value in turn. */
const HEADER_KEYS = /headers?$/i;

/**
 * Keeps secrets out of what is sent, by a principle for each kind of text (docs/samples-and-secrets.md). Takes any
 * text, never throws, and looks at its first 4,000 characters only, in time linear in them.
 */
export class Redactor {
  readonly #keys: SecretKeys;
  readonly #rules: StatementRules;

  /** @param keys the user's own, added to the built-in list: whole words of a key, in any case and spelling. */
  constructor(keys: readonly string[], rules: StatementRules = { masksSql: true }) {
    this.#keys = new SecretKeys(keys);
    this.#rules = rules;
  }

  /** The value of an attribute or header as it may be shown. */
  attribute(key: string, value: string): string {
    if (PARAMETER_KEYS.test(key) || this.#isSecret(key, value)) return HIDDEN;
    if (STATEMENT_KEYS.test(key)) return this.statement(value, '');
    return this.#text(bounded(value), QUERY_KEYS.test(key), 0);
  }

  /** A list: of values, of arguments, or of names and values in turn. */
  list(key: string, values: readonly string[]): string {
    const entries = values.slice(0, LIST_ENTRIES);
    const areHeaders = HEADER_KEYS.test(key) && entries.length % 2 === 0;
    const shown = entries.map((value, i) => {
      const before = i === 0 ? '' : (entries[i - 1] ?? '');
      const isPair = areHeaders ? i % 2 === 1 : entries.length === 2 || !/^[a-z_ -]{0,40}$/i.test(value);
      return isPair && !/[\s:=]/.test(before) && !value.startsWith('--') && this.#isSecret(before, value)
        ? HIDDEN
        : value;
    });
    return this.attribute(key, shown.join(BETWEEN_ENTRIES)).replaceAll(BETWEEN_ENTRIES, ', ');
  }

  /** A statement of the database `system`, which may be empty. */
  statement(statement: string, system: string): string {
    return shownStatement(bounded(statement), system.toLowerCase(), this.#rules, (text) => this.text(text));
  }

  /** A text that may hold URLs, query strings, header lines, JSON and the like, as it may be shown. */
  text(text: string): string {
    return this.#text(bounded(text), false, 0);
  }

  /** A name as it may be shown: as a text, and each address and path in it without its query. */
  name(name: string): string {
    return this.text(withoutQuery(name));
  }

  #isSecret(key: string, value: string): boolean {
    const secrecy = this.#keys.secrecy(key);
    return secrecy !== undefined && hides(secrecy, value, false);
  }

  #text(text: string, isQuery: boolean, depth: number): string {
    if (!this.#rules.masksSql) return this.#prose(text, isQuery, depth);
    return maskStatements(text, (between) => (between === '' ? '' : this.#prose(between, isQuery, depth)));
  }

  #prose(text: string, isQuery: boolean, depth: number): string {
    const raw = unescaped(text);
    if (raw !== text && depth < MAX_DEPTH) {
      const redacted = this.#prose(raw, isQuery, MAX_DEPTH);
      return redacted === raw ? this.#plain(text, isQuery, depth) : redacted;
    }
    return this.#plain(text, isQuery, depth);
  }

  #plain(text: string, isQuery: boolean, depth: number): string {
    // User info first, as long as it is whole; and last, as hiding a value may have laid some bare.
    const shapes = redactShapes(redactSegments(redactUserInfo(text)), HIDDEN);
    const pairs = redactPairs(redactDetails(redactCommandLines(shapes), this.#keys), this.#keys, isQuery);
    const schemes = redactSchemes(pairs);
    const plain = redactUserInfo(schemes === pairs ? pairs : redactPairs(schemes, this.#keys, isQuery));
    if (depth === MAX_DEPTH || !plain.includes('%')) return plain;
    return plain.replace(ENCODED_RUN, (run) => (ENCODED.test(run) ? this.#encoded(run, depth) : run));
  }

  /** A URL or JSON as the value of a parameter. */
  #encoded(run: string, depth: number): string {
    const inner = decoded(run);
    const redacted = this.#text(inner, false, depth + 1);
    return redacted === inner ? run : encoded(redacted);
  }
}

/** What is looked at of a text, without the piece that was cut in two. */
export function bounded(text: string, units = TEXT_UNITS): string {
  if (text.length <= units) return text;
  const head = text.slice(0, units);
  const last = head.search(/\s\S{0,500}$/);
  return last < 0 ? head : head.slice(0, last);
}
