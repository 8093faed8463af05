import { isCommand, type Redactor } from '../redact/redactor.ts';
import { sqlShape } from '../sql/sql.ts';
import { attributeText, textOf } from './attribute.ts';
import { exceptionsOf } from './error-text.ts';
import {
  DB_OPERATION,
  DB_STATEMENT,
  DB_SYSTEM,
  ERROR_TYPE,
  HTTP_METHOD,
  HTTP_STATUS,
  MESSAGING_DESTINATION,
} from './semconv.ts';
import type { SpanLike } from './span-like.ts';

const TYPE_UNITS = 100;
/** Languages in which a statement names no tables, but keys and values, which may be users'. */
const NO_TABLES =
  /redis|valkey|memcache|mongo|elastic|opensearch|dynamo|couch|influx|gremlin|neo4j|memgraph|prometheus/i;
/** Names that code gives: of a method, a service, an operation. */
const CODE_NAME = /^[A-Za-z_][\w.$/-]{0,99}$/;
/** What reading a statement makes of SELECT. */
const READS = /^(?:SelectCount|Group)$/;

/**
 * What a sample shows under `redact: 'strict'`: only what is known to be free of user data, that is method, route and
 * status, the action and the tables of a statement, a destination, a procedure; nothing of any other span.
 */
export function strictTagOf({ attributes }: SpanLike, redactor: Redactor): string {
  const status = attributeText(attributes, HTTP_STATUS);
  const parts = [
    ...databaseParts(attributes),
    codeName(attributeText(attributes, HTTP_METHOD)),
    textOf(attributes['http.route']),
    status === '' ? '' : `→ ${status}`,
    textOf(attributes['messaging.system']) === '' ? '' : destinationOf(attributes),
    [textOf(attributes['rpc.service']), textOf(attributes['rpc.method'])]
      .map(codeName)
      .filter((each) => each !== '')
      .join('/'),
  ];
  return redactor.name(parts.filter((part) => part !== '').join(' '));
}

/** System, verb or command, tables. A first word that is no known one may be a piece of what a user wrote. */
function databaseParts(attributes: SpanLike['attributes']): string[] {
  const system = codeName(attributeText(attributes, DB_SYSTEM));
  if (system === '') return [];
  const shape = sqlShape(attributeText(attributes, DB_STATEMENT));
  if (shape === undefined || !(isCommand(shape.action) || READS.test(shape.action)))
    return [system, codeName(attributeText(attributes, DB_OPERATION))];
  return [system, shape.action, NO_TABLES.test(system) ? '' : shape.tables.join(', ')];
}

function codeName(text: string): string {
  return CODE_NAME.test(text) ? text : '';
}

/** Its template if it has one: the name of a reply's queue may be one user's. */
function destinationOf(attributes: SpanLike['attributes']): string {
  return (
    textOf(attributes['messaging.destination.template']) || attributeText(attributes, MESSAGING_DESTINATION)
  );
}

/** Why a span failed, by types and statuses alone; messages and stacks may quote users. */
export function strictErrorText(span: SpanLike, redactor: Redactor): string {
  const { attributes } = span;
  const type = exceptionsOf(span).at(-1)?.type || textOf(attributes[ERROR_TYPE]);
  const grpc = textOf(attributes['rpc.grpc.status_code']);
  const status = attributeText(attributes, HTTP_STATUS);
  const told = [
    strictType(type),
    grpc === '' || grpc === '0' ? '' : `gRPC ${grpc}`,
    status === '' ? '' : `Http Error ${status}`,
  ];
  return redactor.text(told.filter((part) => part !== '').join(', ')) || 'error';
}

/** The name of a class or a code; a text of several words is none. */
export function strictType(type: string): string {
  return /^[\w.$:/-]+$/.test(type) ? type.slice(0, TYPE_UNITS) : '';
}
