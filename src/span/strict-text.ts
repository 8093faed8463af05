import type { Redactor } from '../redact/redactor.ts';
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
/** Systems whose commands name keys, which may be users'. */
const NO_TABLES = /redis|valkey|memcache|mongo/i;

/**
 * What a sample shows under `redact: 'strict'`: only what is known to be free of user data, that is method, route and
 * status, the action and the tables of a statement, a destination, a procedure; nothing of any other span.
 */
export function strictTagOf({ attributes }: SpanLike, redactor: Redactor): string {
  const system = attributeText(attributes, DB_SYSTEM);
  const shape = sqlShape(attributeText(attributes, DB_STATEMENT));
  const status = attributeText(attributes, HTTP_STATUS);
  const parts = [
    system,
    system === '' ? '' : (shape?.action ?? attributeText(attributes, DB_OPERATION)),
    system === '' || NO_TABLES.test(system) ? '' : (shape?.tables.join(', ') ?? ''),
    attributeText(attributes, HTTP_METHOD),
    textOf(attributes['http.route']),
    status === '' ? '' : `→ ${status}`,
    textOf(attributes['messaging.system']) === '' ? '' : destinationOf(attributes),
    [textOf(attributes['rpc.service']), textOf(attributes['rpc.method'])]
      .filter((each) => each !== '')
      .join('/'),
  ];
  return redactor.name(parts.filter((part) => part !== '').join(' '));
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
