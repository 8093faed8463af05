import type { Redactor } from '../redact/redactor.ts';
import { maskSql } from '../sql/sql.ts';
import { attributeText, textOf } from './attribute.ts';
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
import { type Attributes, KIND_SERVER, type SpanLike } from './span-like.ts';

/** How secrets are kept out of tags. */
export interface TagRules {
  readonly redactor: Redactor;
  /** Whether the literals of SQL statements are masked. */
  readonly maskSql: boolean;
}

/** Far beyond what is shown: a text is cut only once its secrets are out, lest half a secret is not seen as one. */
const TEXT_UNITS = 10_000;
const VALUE_UNITS = 500;
const SHOWN_LINKS = 3;
const NO_SQL = new Set(['redis', 'valkey', 'memcached', 'mongodb', 'elasticsearch']);
const DOUBLE_QUOTED_TEXT = new Set(['mysql', 'mariadb', 'sqlite']);
/** Where a call went over the wire tells least of what it was. */
const LEAST_TELLING = /^(?:network|net|server|client|thread|process|host|telemetry|otel)\./;

/** What a sample shows of its span: the request, the statement, the message, or the attributes. */
export function tagOf(span: SpanLike, rules: TagRules): string {
  return [subjectOf(span, rules), ...linksOf(span)].filter((line) => line !== '').join('\n');
}

function subjectOf(span: SpanLike, rules: TagRules): string {
  const { attributes } = span;
  const system = attributeText(attributes, DB_SYSTEM);
  const statement = attributeText(attributes, DB_STATEMENT);
  if (system !== '' && statement !== '') return statementTag(statement, system.toLowerCase(), rules);
  if (attributeText(attributes, HTTP_METHOD) !== '' && span.kind !== 0) return httpTag(span, rules);
  if (textOf(attributes['messaging.system']) !== '') return rules.redactor.text(messagingTag(attributes));
  return attributesTag(attributes, rules);
}

function statementTag(statement: string, system: string, rules: TagRules): string {
  const text = statement.slice(0, TEXT_UNITS);
  if (!rules.maskSql || NO_SQL.has(system)) return rules.redactor.text(text);
  return rules.redactor.text(maskSql(text, { doubleQuotedIsText: DOUBLE_QUOTED_TEXT.has(system) }));
}

/** `10.0.0.7 GET http://shop/orders/7?page=2 → 200`, then the headers that were recorded. */
function httpTag(span: SpanLike, { redactor }: TagRules): string {
  const { attributes } = span;
  const client = span.kind === KIND_SERVER ? attributeText(attributes, CLIENT_ADDRESS) : '';
  const request = [client, attributeText(attributes, HTTP_METHOD), urlOf(attributes)].filter(
    (part) => part !== '',
  );
  const status = attributeText(attributes, HTTP_STATUS);
  const line = redactor.text(request.join(' ').slice(0, TEXT_UNITS)) + (status && ` → ${status}`);
  const headers = Object.keys(attributes)
    .filter((key) => key.startsWith('http.request.header.'))
    .map(
      (key) =>
        `${key.slice('http.request.header.'.length)}: ${redactor.attribute(key, shown(attributes[key]))}`,
    );
  return [line, ...headers].join('\n');
}

function urlOf(attributes: Attributes): string {
  const full = attributeText(attributes, URL_FULL);
  if (full !== '') return full;
  const path = attributeText(attributes, URL_PATH);
  const query = textOf(attributes[URL_QUERY]).replace(/^\?/, '');
  const target = query === '' || path.includes('?') ? path : `${path}?${query}`;
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

/** `key=value` lines, most telling first. */
function attributesTag(attributes: Attributes, { redactor }: TagRules): string {
  const keys = Object.keys(attributes);
  const telling = keys.filter((key) => !LEAST_TELLING.test(key));
  const least = keys.filter((key) => LEAST_TELLING.test(key));
  return [...telling, ...least]
    .map((key) => {
      const value = redactor.attribute(key, shown(attributes[key])).slice(0, VALUE_UNITS);
      return value === '' ? '' : `${redactor.text(key)}=${value}`;
    })
    .filter((line) => line !== '')
    .join('\n');
}

/** A simple value, or a list of such, as text. */
function shown(value: unknown): string {
  const text = Array.isArray(value) ? value.slice(0, 20).map(textOf).join(', ') : textOf(value);
  return text.slice(0, TEXT_UNITS);
}

/** Links to other traces, which the chain view cannot follow by itself. */
function linksOf(span: SpanLike): string[] {
  const { traceId } = span.spanContext();
  return (span.links ?? [])
    .map((link) => link.context)
    .filter((context) => context.traceId !== traceId)
    .slice(0, SHOWN_LINKS)
    .map((context) => `link: ${textOf(context.traceId).slice(0, 50)} ${textOf(context.spanId).slice(0, 50)}`);
}
