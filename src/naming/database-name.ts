import { bareAddress } from '../redact/redactor.ts';
import { attributeText, textOf } from '../span/attribute.ts';
import { DB_OPERATION, DB_STATEMENT, SERVER_ADDRESS } from '../span/semconv.ts';
import type { Attributes, SpanLike } from '../span/span-like.ts';
import { type SqlShape, sqlShape } from '../sql/sql.ts';
import { isConnecting, isPool } from '../structure/role.ts';
import { StatementCache } from './statement-cache.ts';

const CACHED_UNITS = 512;
const WORD_UNITS = 40;
const WORD_LOOKED_AT = 500;
const ADDRESS = /[:@?#]/;

/** Actions as the .NET agent writes them; other words begin with a capital. */
const ACTIONS: Readonly<Record<string, string>> = {
  replace: 'Upsert',
  merge: 'Upsert',
  upsert: 'Upsert',
  // Methods of Knex, for its drivers that tell nothing themselves.
  first: 'Select',
  pluck: 'Select',
  del: 'Delete',
};

/** The shape of statements, and the last name that was made with it, beside all else that the name was made of. */
class Seen {
  name = '';
  /** Empty before the first. */
  system = '';
  namespace = '';
  operation = '';
  collection = '';
  spanName = '';

  constructor(readonly shape: SqlShape | undefined) {}
}

/** Names database spans: `db:`, `mongo:` and `redis:`. */
export class DatabaseNames {
  readonly #seen = new StatementCache((statement) => new Seen(sqlShape(statement)));

  nameOf(span: SpanLike, system: string): string {
    if (isConnecting(span)) return connectionName(span);
    if (system === 'redis' || system === 'valkey') return redisName(span);
    const { attributes } = span;
    // Written out: a name known to the engine is found several times faster than one from a list.
    const namespace = textOf(attributes['db.namespace'] ?? attributes['db.name']);
    const operation = textOf(attributes['db.operation.name'] ?? attributes['db.operation']);
    if (system === 'mongodb')
      return `mongo:${word(namespace) || word(system)}:${firstWord(operation || span.name)}`;
    const collection = textOf(attributes['db.collection.name'] ?? attributes['db.mongodb.collection']);
    const seen = this.#seen.of(textOf(attributes['db.query.text'] ?? attributes['db.statement']));
    // Only where nothing else tells the action.
    const spanName = operation === '' && seen.shape === undefined ? span.name : '';
    const isNamed =
      seen.system === system &&
      seen.namespace === namespace &&
      seen.operation === operation &&
      seen.collection === collection &&
      seen.spanName === spanName;
    if (isNamed) return seen.name;
    const name = sqlName({ system, namespace, operation, collection, spanName }, seen.shape);
    const units = system.length + namespace.length + operation.length + collection.length + spanName.length;
    if (units > CACHED_UNITS) return name;
    seen.name = name;
    seen.system = system;
    seen.namespace = namespace;
    seen.operation = operation;
    seen.collection = collection;
    seen.spanName = spanName;
    return name;
  }
}

type Told = Pick<Seen, 'system' | 'namespace' | 'operation' | 'collection' | 'spanName'>;

function sqlName({ system, namespace, operation, collection, spanName }: Told, shape?: SqlShape): string {
  const action = operation === '' ? (shape?.action ?? actionIn(spanName)) : actionOf(operation);
  const tables = collection === '' ? (shape?.tables.join('-') ?? '') : word(collection);
  const name = `db:${word(namespace) || word(system)}:${action}`;
  return tables === '' ? name : `${name}:${tables}`;
}

function redisName(span: SpanLike): string {
  const { attributes } = span;
  // Inside a transaction the operation reads `MULTI set` or only `MULTI`; the statement tells the command.
  const command =
    attributeText(attributes, DB_STATEMENT) ||
    attributeText(attributes, DB_OPERATION) ||
    span.name.replace(/^redis-/, '');
  return `redis:${redisInstance(attributes)}:${firstWord(command).toUpperCase()}`;
}

/** A name that the app gave; a database of Redis has a number by itself, and then the host tells more. */
function redisInstance(attributes: Attributes): string {
  const given = textOf(
    attributes['db.client.connection.pool.name'] ?? attributes['db.namespace'] ?? attributes['db.name'],
  );
  if (given !== '' && !/^\d+$/.test(given)) return word(given);
  return word(attributeText(attributes, SERVER_ADDRESS)) || 'redis';
}

function actionOf(operation: string): string {
  const first = firstWord(operation);
  const lower = first.toLowerCase();
  // `SELECT` is shouted, `GetItem` is a name.
  const action = first === first.toUpperCase() ? lower : first;
  return ACTIONS[lower] ?? action.charAt(0).toUpperCase() + action.slice(1);
}

/** The word after the last dot of a span's name. */
function actionIn(name: string): string {
  return actionOf(name.slice(name.lastIndexOf('.') + 1));
}

/** No statement, and so no call of the database: `socket:<host>`; waiting for a pool goes nowhere. */
function connectionName(span: SpanLike): string {
  const host = attributeText(span.attributes, SERVER_ADDRESS);
  return host === '' || isPool(span) ? span.name : `socket:${host}`;
}

/** A verb or command, also as the first of a list of arguments; what begins otherwise may hold anything. */
function firstWord(text: string): string {
  return word(/^[\s["']*([\p{L}_-][\p{L}\p{N}_-]*)/u.exec(text.slice(0, 100))?.[1] ?? 'unknown');
}

/** A part of a name: no colon, which would begin the next part. */
function word(text: string): string {
  if (text.length <= WORD_UNITS && !ADDRESS.test(text)) return text;
  return bareAddress(text.slice(0, WORD_LOOKED_AT)).slice(0, WORD_UNITS).replaceAll(':', '_');
}
