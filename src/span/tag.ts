import { bounded, type Redactor } from '../redact/redactor.ts';
import { attributeKeys, attributeText, textOf } from './attribute.ts';
import {
  CLIENT_ADDRESS,
  DB_STATEMENT,
  DB_SYSTEM,
  HTTP_METHOD,
  HTTP_STATUS,
  MESSAGING_DESTINATION,
  SERVER_ADDRESS,
  URL_FULL,
  URL_PATH,
  URL_QUERY,
} from './semconv.ts';
import { type Attributes, KIND_INTERNAL, KIND_SERVER, type SpanLike } from './span-like.ts';

const STATEMENTS = new Set(['db.query.text', 'db.statement']);
/** Looked at of a value; far beyond what is shown of it, as what is hidden is cut out first. */
const VALUE_LOOKED_AT = 1_500;
/** Looked at of all values together: what is hidden of them shows nothing, and there may be hundreds. */
const TAG_LOOKED_AT = 6_000;
const KEY_UNITS = 200;
const VALUE_UNITS = 500;
/** No tag is longer than this, so further attributes need not be written. */
const TAG_UNITS = 2_500;
const SHOWN_LINKS = 3;
const LINKS_LOOKED_AT = 100;
const SHOWN_ENTRIES = 20;
/** Where a call went over the wire tells least of what it was. */
const LEAST_TELLING = /^(?:network|net|server|client|thread|process|host|telemetry|otel)\./;
const HEADER = 'http.request.header.';

/** What a sample shows of its span: the request, the statement, the message, or the attributes. */
export function tagOf(span: SpanLike, redactor: Redactor): string {
  return [subjectOf(span, redactor), ...linksOf(span)].filter((line) => line !== '').join('\n');
}

function subjectOf(span: SpanLike, redactor: Redactor): string {
  const { attributes } = span;
  const statements = statementsOf(attributes);
  if (statements.length > 0) {
    const system = attributeText(attributes, DB_SYSTEM);
    const shown = statements.map((statement) => redactor.statement(statement, system)).join('\n');
    // A span of a database is about its statement; any other may tell more.
    if (system !== '' || span.kind !== KIND_INTERNAL) return shown;
    return `${shown}\n${attributesTag(span, redactor)}`.trim();
  }
  if (attributeText(attributes, HTTP_METHOD) !== '' && span.kind !== KIND_INTERNAL)
    return httpTag(span, redactor);
  if (textOf(attributes['messaging.system']) !== '') return redactor.text(messagingTag(attributes));
  return attributesTag(span, redactor);
}

/** One statement, or a list of them. */
function statementsOf(attributes: Attributes): string[] {
  const given = DB_STATEMENT(attributes);
  if (!Array.isArray(given)) return [textOf(given)].filter((statement) => statement !== '');
  return entriesOf(given, TAG_LOOKED_AT).filter((statement) => statement !== '');
}

/** `10.0.0.7 GET http://shop/orders/7?page=2 → 200`, then the headers that were recorded. */
function httpTag(span: SpanLike, redactor: Redactor): string {
  const { attributes } = span;
  const client = span.kind === KIND_SERVER ? attributeText(attributes, CLIENT_ADDRESS) : '';
  const request = [client, attributeText(attributes, HTTP_METHOD), urlOf(attributes)].filter(
    (part) => part !== '',
  );
  const status = attributeText(attributes, HTTP_STATUS);
  const line = redactor.text(request.join(' ')) + (status && ` → ${status}`);
  const headers = attributeKeys(span).filter((key) => key.startsWith(HEADER));
  return [
    line,
    ...linesOf(headers, attributes, (key, value) => `${key.slice(HEADER.length)}: ${value}`, redactor),
  ].join('\n');
}

function urlOf(attributes: Attributes): string {
  const full = attributeText(attributes, URL_FULL);
  if (full !== '') return full;
  const path = attributeText(attributes, URL_PATH);
  const query = textOf(attributes[URL_QUERY]).replace(/^\?/, '');
  const rooted = path.startsWith('/') || path === '' ? path : `/${path}`;
  const target = query === '' || path.includes('?') ? rooted : `${rooted}?${query}`;
  const host = attributeText(attributes, SERVER_ADDRESS) || textOf(attributes['net.host.name']);
  if (host === '') return target;
  const scheme = textOf(attributes['url.scheme']) || textOf(attributes['http.scheme']) || 'http';
  const port = textOf(attributes['server.port']) || textOf(attributes['net.host.port']);
  return `${scheme}://${host}${port === '' || port === '80' || port === '443' ? '' : `:${port}`}${target}`;
}

function messagingTag(attributes: Attributes): string {
  const parts = [
    attributeText(attributes, MESSAGING_DESTINATION),
    textOf(attributes['messaging.rabbitmq.routing_key']),
    textOf(attributes['messaging.message.id']) || textOf(attributes['messaging.message_id']),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** `key=value` lines, most telling first, without the statement, which has a line of its own. */
function attributesTag(span: SpanLike, redactor: Redactor): string {
  const line = (key: string, value: string) => `${redactor.text(key)}=${value}`;
  return linesOf(mostTellingFirst(attributeKeys(span)), span.attributes, line, redactor).join('\n');
}

function* mostTellingFirst(keys: readonly string[]): Iterable<string> {
  for (const key of keys) if (!LEAST_TELLING.test(key) && !STATEMENTS.has(key)) yield key;
  for (const key of keys) if (LEAST_TELLING.test(key)) yield key;
}

/** A line for each attribute that holds something, up to what a tag shows and what is looked at for it. */
function linesOf(
  keys: Iterable<string>,
  attributes: Attributes,
  lineOf: (key: string, value: string) => string,
  redactor: Redactor,
): string[] {
  const lines: string[] = [];
  let shown = 0;
  let lookedAt = 0;
  for (const key of keys) {
    if (shown > TAG_UNITS || lookedAt > TAG_LOOKED_AT) break;
    const given = attributes[key];
    const entries = entriesOf(Array.isArray(given) ? given : [given], VALUE_LOOKED_AT);
    const name = bounded(key, KEY_UNITS);
    lookedAt += name.length + entries.reduce((sum, entry) => sum + entry.length, 0);
    const value = Array.isArray(given)
      ? redactor.list(name, entries)
      : redactor.attribute(name, entries[0] ?? '');
    if (value === '') continue;
    const line = lineOf(name, value.slice(0, VALUE_UNITS));
    shown += line.length;
    lines.push(line);
  }
  return lines;
}

/** The first simple values of a list, as long as they are all together. */
function entriesOf(values: readonly unknown[], units: number): string[] {
  const entries: string[] = [];
  let left = units;
  for (const value of values.slice(0, SHOWN_ENTRIES)) {
    if (left <= 0) break;
    const entry = bounded(textOf(value), left);
    left -= entry.length;
    entries.push(entry);
  }
  return entries;
}

/** Links to other traces, which the chain view cannot follow by itself. */
function linksOf(span: SpanLike): string[] {
  const { traceId } = span.spanContext();
  return (span.links ?? [])
    .slice(0, LINKS_LOOKED_AT)
    .map((link) => link.context)
    .filter((context) => context.traceId !== traceId)
    .slice(0, SHOWN_LINKS)
    .map((context) => `link: ${textOf(context.traceId).slice(0, 50)} ${textOf(context.spanId).slice(0, 50)}`);
}
