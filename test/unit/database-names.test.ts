import { expect, test } from 'vitest';
import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import { stardustName } from '../support/stardust-name.ts';

type Attributes = Record<string, unknown>;
/** What a span tells, its name, and what it is called itself. */
type Row = [told: Attributes, name: string, ownName?: string];

const nameOf = (attributes: Attributes, name = 'own') => stardustName({ kind: 2, attributes, name });

const sql = (more: Attributes) => ({ 'db.system.name': 'mysql', 'db.namespace': 's', ...more });

test.each<Row>([
  [{ 'db.operation.name': 'SELECT' }, 'db:s:Select'],
  [{ 'db.operation.name': 'select t' }, 'db:s:Select'],
  [{ 'db.operation.name': 'BATCH insert' }, 'db:s:Batch'],
  [{ 'db.operation.name': 'GetItem' }, 'db:s:GetItem'],
  [{ 'db.operation.name': 'getItem' }, 'db:s:GetItem'],
  [{ 'db.operation.name': 'replace' }, 'db:s:Upsert'],
  [{ 'db.operation.name': 'MERGE' }, 'db:s:Upsert'],
  [{ 'db.operation.name': 'Upsert' }, 'db:s:Upsert'],
  [{ 'db.operation.name': '["delete"]' }, 'db:s:Delete'],
  [{ 'db.operation.name': "\n 'drop'" }, 'db:s:Drop'],
  [{ 'db.operation.name': 'find_all-1' }, 'db:s:Find_all-1'],
  [{ 'db.operation.name': '7 select' }, 'db:s:Unknown'],
  [{ 'db.operation.name': '(secret)' }, 'db:s:Unknown'],
  [{ 'db.operation.name': 'x'.repeat(60) }, `db:s:X${'x'.repeat(39)}`],
  // Each of them tells more than the next.
  [{ 'db.operation.name': 'insert', 'db.query.text': 'select 1 from a' }, 'db:s:Insert:a'],
  [{ 'db.collection.name': 'b', 'db.query.text': 'select 1 from a' }, 'db:s:Select:b'],
  [{ 'db.query.text': 'select 1 from a join b' }, 'db:s:Select:a-b', 'pg.query'],
  [{ 'db.query.text': 'select 1' }, 'db:s:Select', 'pg.query'],
  [{ 'db.operation.name': 'insert' }, 'db:s:Insert', 'pg.query'],
  [{}, 'db:s:Query', 'pg.query'],
  [{}, 'db:s:Save', 'mongoose.User.save'],
  [{}, 'db:s:Select', 'SELECT'],
  [{ 'db.query.text': '{}' }, 'db:s:Query', 'pg.query'],
  [{ 'db.mongodb.collection': 'c', 'db.operation': 'find' }, 'db:s:Find:c'],
])('SQL that tells %j is named %s', (attributes, name, ownName) => {
  expect(nameOf(sql(attributes), ownName)).toBe(name);
});

test('SQL that tells nothing is named by its own name, however often two take turns', () => {
  const naming = new StardustNaming();
  const names = ['pg.query', 'User.save', 'pg.query', 'User.save'].map((name) =>
    stardustName({ kind: 2, attributes: sql({}), name }, naming),
  );
  expect(names).toEqual(['db:s:Query', 'db:s:Save', 'db:s:Query', 'db:s:Save']);
});

test.each([
  ['', 'mysql'],
  ['a b', 'a b'],
  ['a:b', 'a_b'],
  ['::', '__'],
  ['x'.repeat(40), 'x'.repeat(40)],
  ['x'.repeat(41), 'x'.repeat(40)],
  [`a:${'x'.repeat(40)}`, `a_${'x'.repeat(38)}`],
  ['//bob:secret@h/shop', '//***@h/shop'],
  ['//h/shop?key=secret', '//h/shop'],
  ['h/shop#key=secret', 'h/shop'],
])('a namespace %s is a part of a name as %s', (namespace, part) => {
  expect(nameOf(sql({ 'db.namespace': namespace, 'db.operation.name': 'a' }))).toBe(`db:${part}:A`);
});

test.each<Row>([
  [{ 'db.namespace': 'shop', 'db.operation.name': 'find' }, 'mongo:shop:find'],
  [{ 'db.operation.name': 'find' }, 'mongo:mongodb:find'],
  [{ 'db.namespace': 'shop' }, 'mongo:shop:mongodb', 'mongodb.find'],
  [{ 'db.namespace': 'shop', 'db.operation.name': '7 find' }, 'mongo:shop:unknown'],
])('MongoDB that tells %j is named %s', (attributes, name, ownName) => {
  expect(nameOf({ 'db.system.name': 'mongodb', ...attributes }, ownName)).toBe(name);
});

test.each<Row>([
  [{ 'db.query.text': 'get k' }, 'redis:redis:GET', 'redis-SET'],
  [{}, 'redis:redis:SET', 'redis-SET'],
  [{}, 'redis:redis:IOREDIS-SET', 'ioredis-set'],
  [{ 'db.client.connection.pool.name': 'sessions' }, 'redis:sessions:GET'],
  [{ 'db.client.connection.pool.name': 'sessions', 'db.namespace': 'a' }, 'redis:sessions:GET'],
  [{ 'db.namespace': 'carts', 'server.address': 'h' }, 'redis:carts:GET'],
  [{ 'db.name': 'carts', 'server.address': 'h' }, 'redis:carts:GET'],
  [{ 'db.namespace': '0', 'server.address': 'h' }, 'redis:h:GET'],
  [{ 'db.namespace': 12, 'net.peer.name': 'h' }, 'redis:h:GET'],
  [{ 'db.namespace': '7a', 'server.address': 'h' }, 'redis:7a:GET'],
  [{ 'db.namespace': 'a7', 'server.address': 'h' }, 'redis:a7:GET'],
  [{ 'server.address': '::1' }, 'redis:__1:GET'],
])('Redis and Valkey that tell %j are named %s', (attributes, name, ownName = 'get') => {
  for (const system of ['redis', 'valkey']) {
    expect(nameOf({ 'db.system.name': system, ...attributes }, ownName)).toBe(name);
  }
});

test.each<[string, Attributes, string]>([
  ['pg.connect', { 'server.address': 'db.local' }, 'socket:db.local'],
  ['pg.connect', { 'net.peer.name': 'db.local' }, 'socket:db.local'],
  ['pg.connect', {}, 'pg.connect'],
  ['pg-pool.connect', { 'server.address': 'db.local' }, 'pg-pool.connect'],
  ['mongoose.acquire', { 'server.address': 'db.local' }, 'mongoose.acquire'],
])('%s, a connection to %j, is named %s', (ownName, attributes, name) => {
  expect(nameOf({ 'db.system.name': 'postgresql', ...attributes }, ownName)).toBe(name);
});
