import { bareAddress } from '../redact/redactor.ts';
import { attributeText, textOf } from '../span/attribute.ts';
import { DB_OPERATION, DB_STATEMENT, SERVER_ADDRESS } from '../span/semconv.ts';
import type { Attributes, SpanLike } from '../span/span-like.ts';
import { type SqlShape, sqlShape } from '../sql/sql.ts';
import { isConnecting, isPool } from '../structure/role.ts';

const SLOTS = 256;
const CACHED_UNITS = 512;
const WORD_UNITS = 40;
const WORD_LOOKED_AT = 500;
const ADDRESS = /[:@?]/;

/** Actions as the .NET agent writes them; other words are capitalised. */
const ACTIONS: Readonly<Record<string, string>> = { replace: 'Upsert', merge: 'Upsert', upsert: 'Upsert' };

/** Names database spans: `db:`, `mongo:` and `redis:`. */
export class DatabaseNames {
  readonly #statements: string[] = new Array<string>(SLOTS).fill('');
  readonly #shapes: (SqlShape | undefined)[] = new Array<SqlShape | undefined>(SLOTS).fill(undefined);

  nameOf(span: SpanLike, system: string): string {
    if (isConnecting(span)) return connectionName(span);
    if (system === 'redis' || system === 'valkey') return redisName(span);
    const { attributes } = span;
    // Written out: a name known to the engine is found several times faster than one from a list.
    const namespace = word(textOf(attributes['db.namespace'] ?? attributes['db.name'])) || word(system);
    const operation = textOf(attributes['db.operation.name'] ?? attributes['db.operation']);
    if (system === 'mongodb') return `mongo:${namespace}:${firstWord(operation || span.name)}`;
    const shape = this.#shapeOf(textOf(attributes['db.query.text'] ?? attributes['db.statement']));
    const action = operation === '' ? (shape?.action ?? actionIn(span.name)) : actionOf(operation);
    const collection = word(textOf(attributes['db.collection.name'] ?? attributes['db.mongodb.collection']));
    const tables = collection === '' ? joined(shape?.tables ?? []) : collection;
    return tables === '' ? `db:${namespace}:${action}` : `db:${namespace}:${action}:${tables}`;
  }

  /**
   * Statements with placeholders repeat, those with their values in them do not. A slot by length and a few
   * characters finds the former, and costs the latter next to nothing; a Map would hash every one of them whole.
   */
  #shapeOf(statement: string): SqlShape | undefined {
    if (statement === '' || statement.length > CACHED_UNITS) return sqlShape(statement);
    const slot = slotOf(statement);
    if (this.#statements[slot] !== statement) {
      this.#shapes[slot] = sqlShape(statement);
      this.#statements[slot] = statement;
    }
    return this.#shapes[slot];
  }
}

function slotOf(statement: string): number {
  const { length } = statement;
  const middle = statement.charCodeAt(length >> 1) * 7 + statement.charCodeAt(length >> 2) * 13;
  return (length * 31 + middle + statement.charCodeAt(length - 1)) % SLOTS;
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
  const first = firstWord(operation).toLowerCase();
  return ACTIONS[first] ?? first.charAt(0).toUpperCase() + first.slice(1);
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

function joined(tables: readonly string[]): string {
  return tables.length === 1 ? (tables[0] ?? '') : tables.join('-');
}

/** A part of a name: no colon, which would begin the next part. */
function word(text: string): string {
  if (text.length <= WORD_UNITS && !ADDRESS.test(text)) return text;
  return bareAddress(text.slice(0, WORD_LOOKED_AT)).slice(0, WORD_UNITS).replaceAll(':', '_');
}
