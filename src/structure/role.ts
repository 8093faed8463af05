import { attributeText, textOf } from '../span/attribute.ts';
import {
  DB_OPERATION,
  DB_STATEMENT,
  DB_SYSTEM,
  HTTP_METHOD,
  MESSAGING_OPERATION,
  SERVER_ADDRESS,
  URL_FULL,
} from '../span/semconv.ts';
import {
  KIND_CLIENT,
  KIND_CONSUMER,
  KIND_INTERNAL,
  KIND_PRODUCER,
  KIND_SERVER,
  type SpanLike,
  scopeOf,
} from '../span/span-like.ts';
import { cut } from '../wire/text.ts';
import { parsedUrl } from '../wire/url.ts';
import { isConnectionScope, isLibraryScope } from './library-scopes.ts';

/**
 * What a span is in a program, by any instrumentation:
 *
 * - `request`: an incoming call is answered; `delivery`: a message is worked on
 * - `http`, `statement`, `message`, `rpc`: a call goes out, by plain HTTP, to a database, to a queue, to a service
 * - `connection`: a call looks a name up, waits for its connection or makes it, or a client sets it up
 * - `layer`: a library tells of its insides
 * - `work`: anything else, such as spans made by hand
 */
export type Role =
  | 'request'
  | 'delivery'
  | 'http'
  | 'statement'
  | 'message'
  | 'rpc'
  | 'connection'
  | 'layer'
  | 'work';

/** Whether a call goes out. */
export function isCall(role: Role): boolean {
  return role === 'http' || role === 'statement' || role === 'message' || role === 'rpc';
}

/** The role of a span by its kind and what it has told so far. */
export function roleOf(span: SpanLike): Role {
  switch (span.kind) {
    case KIND_SERVER:
      return 'request';
    case KIND_INTERNAL:
      return roleOfScope(scopeOf(span));
    case KIND_CONSUMER:
      return isAsking(span) ? 'message' : 'delivery';
    case KIND_PRODUCER:
      return 'message';
    case KIND_CLIENT:
      return callRole(span);
    default:
      return 'work';
  }
}

function callRole(span: SpanLike): Role {
  const { attributes } = span;
  if (attributeText(attributes, DB_SYSTEM) !== '') {
    return isConnecting(span) || isHandshake(span) ? 'connection' : 'statement';
  }
  if (textOf(attributes['messaging.system']) !== '') return 'message';
  if (textOf(attributes['rpc.system']) !== '') return 'rpc';
  if (attributeText(attributes, HTTP_METHOD) !== '') return 'http';
  // Such as a loader that collects calls and has made none yet.
  return roleOfScope(scopeOf(span));
}

function roleOfScope(scope: string): Role {
  if (isConnectionScope(scope)) return 'connection';
  return isLibraryScope(scope) ? 'layer' : 'work';
}

/** A queue behind HTTP is asked for messages; elsewhere they come by themselves, and the span is of their handler. */
function isAsking({ attributes }: SpanLike): boolean {
  return (
    attributeText(attributes, MESSAGING_OPERATION) === 'receive' && textOf(attributes['rpc.system']) !== ''
  );
}

const CONNECTING = /(?:connect|acquire|getconnection)$/i;

/** A statement tells what is asked; taking a connection out of a pool, or making one, does not. */
export function isConnecting({ attributes, name }: SpanLike): boolean {
  const statement = attributeText(attributes, DB_STATEMENT);
  const asks =
    (statement !== '' && statement !== 'connect') || attributeText(attributes, DB_OPERATION) !== '';
  return !asks && CONNECTING.test(name);
}

/** What Redis itself groups under connections; nothing of the app is asked. */
const HANDSHAKE = /^(?:redis-)?(?:auth|client|hello|readonly|reset|select)(?![a-z])/i;
/** Clients ask until the server is ready, and where its nodes are; an app that wants to know works on something. */
const READY_CHECK = /^(?:redis-)?(?:info$|cluster(?![a-z]))/i;
/** A client of MongoDB says so before it closes. */
const FAREWELL = 'endSessions';

/**
 * Whether a client sets up its connection or ends it. A client of Redis asks for what the server may not know, and
 * lives without it.
 */
export function isHandshake(span: SpanLike): boolean {
  const { attributes } = span;
  const system = attributeText(attributes, DB_SYSTEM);
  if (system === 'mongodb') return attributeText(attributes, DB_OPERATION) === FAREWELL;
  if (!isCache(system)) return false;
  const command =
    attributeText(attributes, DB_STATEMENT) || attributeText(attributes, DB_OPERATION) || span.name;
  return HANDSHAKE.test(command) || (isRoot(span) && READY_CHECK.test(command));
}

function isCache(system: string): boolean {
  return system === 'redis' || system === 'valkey' || system === 'memcached';
}

function isRoot({ parentSpanContext, parentSpanId }: SpanLike): boolean {
  return parentSpanContext === undefined && !parentSpanId;
}

/** Taking a connection out of a pool is no call; making one is. */
export function isPool({ name }: SpanLike): boolean {
  return /pool|acquire/i.test(name);
}

/** No host has a longer name. */
const HOST_UNITS = 255;
const DOCUMENTS = /^mongo/;

/**
 * What a call goes to, as far as two spans of one call tell the same: the host of plain HTTP, the kind of database
 * of a statement (query builders know neither its host nor its exact system).
 */
export function targetOf(span: SpanLike, role: Role): string {
  const { attributes } = span;
  if (role === 'http')
    return (
      cut(attributeText(attributes, SERVER_ADDRESS), HOST_UNITS) ||
      hostIn(attributeText(attributes, URL_FULL))
    );
  if (role !== 'statement') return '';
  const system = attributeText(attributes, DB_SYSTEM).toLowerCase();
  if (isCache(system)) return system;
  return DOCUMENTS.test(system) ? 'mongodb' : 'sql';
}

function hostIn(url: string): string {
  return parsedUrl(url)?.hostname ?? '';
}
