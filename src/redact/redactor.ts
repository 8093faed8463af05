import { findInColumns } from './columns.ts';
import { findPairs } from './pairs.ts';
import { findByPatterns } from './patterns.ts';
import { SecretKeys } from './secret-keys.ts';
import { shownStatement } from './statement.ts';
import { findStatements } from './statements-in-text.ts';
import { findUserInfo, withoutQuery } from './urls.ts';
import { HIDDEN, MAX_LAYERS, View } from './views.ts';

export { isCommand } from './statement.ts';
export { bareAddress, withoutQuery } from './urls.ts';

/** Looked at of a text; more than a sample shows, as what is hidden is cut out first. */
const TEXT_UNITS = 4_000;
const LIST_ENTRIES = 50;
/** Between two entries of a list: white space, and the end of a line. */
const BETWEEN_ENTRIES = '\u2028';
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
  readonly #masksSql: boolean;

  /** @param keys the user's own, added to the built-in list: whole words of a key, in any case and spelling. */
  constructor(keys: readonly string[], { masksSql = true }: { readonly masksSql?: boolean } = {}) {
    this.#keys = new SecretKeys(keys);
    this.#masksSql = masksSql;
  }

  /** The value of an attribute or header as it may be shown. */
  attribute(key: string, value: string): string {
    if (PARAMETER_KEYS.test(key) || this.#keys.hides(key, value)) return HIDDEN;
    if (STATEMENT_KEYS.test(key)) return this.statement(value, '');
    return QUERY_KEYS.test(key) ? this.text(`?${value}`).slice(1) : this.text(value);
  }

  /** A list: of values, of arguments, or of names and values in turn. */
  list(key: string, values: readonly string[]): string {
    const entries = values.slice(0, LIST_ENTRIES);
    const areHeaders = HEADER_KEYS.test(key) && entries.length % 2 === 0;
    const shown = entries.map((value, i) => {
      const before = i === 0 ? '' : (entries[i - 1] ?? '');
      const isPair = areHeaders ? i % 2 === 1 : entries.length === 2 || !/^[a-z_ -]{0,40}$/i.test(value);
      return isPair && !/[\s:=]/.test(before) && !value.startsWith('--') && this.#keys.hides(before, value)
        ? HIDDEN
        : value;
    });
    return this.attribute(key, shown.join(BETWEEN_ENTRIES)).replaceAll(BETWEEN_ENTRIES, ', ');
  }

  /** A statement of the database `system`, which may be empty. */
  statement(statement: string, system: string): string {
    return shownStatement(bounded(statement), system.toLowerCase(), this.#masksSql, (text) =>
      this.text(text),
    );
  }

  /** A text that may hold URLs, query strings, header lines, JSON and the like, as it may be shown. */
  text(text: string): string {
    const given = new View(bounded(text));
    let view: View | undefined = given;
    for (let layer = 0; view !== undefined && layer <= MAX_LAYERS; layer++) {
      if (this.#masksSql) findStatements(view);
      findUserInfo(view);
      findByPatterns(view, this.#keys);
      findPairs(view, this.#keys);
      findInColumns(view, this.#keys);
      view = view.decoded;
    }
    return given.shown;
  }

  /** A name as it may be shown: as a text, and each address and path in it without its query. */
  name(name: string): string {
    return this.text(withoutQuery(name));
  }
}

/** What is looked at of a text, without the piece that was cut in two. */
export function bounded(text: string, units = TEXT_UNITS): string {
  if (text.length <= units) return text;
  const head = text.slice(0, units);
  const last = head.search(/\s\S{0,500}$/);
  return last < 0 ? head : head.slice(0, last);
}
