import { describe, expect, test } from 'vitest';
import { foldIds } from '../../src/naming/fold-ids.ts';
import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import { makeSpan } from '../support/make-span.ts';

type Attributes = Record<string, unknown>;

const nameOf = (kind: number, attributes: Attributes, name = 'own') =>
  new StardustNaming().nameOf(makeSpan({ name, kind, attributes }));

const server = (path: string, more: Attributes = {}) =>
  nameOf(1, { 'http.request.method': 'GET', 'url.path': path, ...more });
const client = (url: string) => nameOf(2, { 'http.request.method': 'GET', 'url.full': url });

describe('an HTTP server span without a route', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['/orders', '/orders'],
    ['/orders/', '/orders/'],
    ['/orders/list', '/orders/list'],
    ['/orders/list/deep/er', '/orders/list'],
    ['//orders//list', '/orders/list'],
    ['/admin/user/edit', '/admin/user/edit'],
    ['/admin/user/DeleteAll/7', '/admin/user/DeleteAll'],
    ['/users/17', '/users/*'],
    ['/users/550e8400-e29b-41d4-a716-446655440000', '/users/*'],
    ['/users/0123456789abcdef', '/users/*'],
    ['/users/0123456789abcde', '/users/0123456789abcde'],
    ['/users/cafe', '/users/cafe'],
    ['/users/bob@example.com', '/users/*'],
    ['/v2/items', '/v2/items'],
    ['/find?q=secret', '/find'],
    ['/find&q=1', '/find'],
    ['/app.js', '/static'],
    ['/assets/Logo.PNG', '/static'],
  ])('%s is named %s', (path, name) => {
    expect(server(path)).toBe(name);
    expect(nameOf(1, { 'http.method': 'GET', 'http.target': path })).toBe(name);
  });

  test('that was answered 404 counts under /404', () => {
    expect(server('/wp-login.php', { 'http.response.status_code': 404 })).toBe('/404');
    expect(server('/x', { 'http.response.status_code': 404, 'http.route': '/x' })).toBe('/x');
  });

  // Express tells `/` of a handler of all paths, such as that of LoopBack or of a single-page app.
  test.each([
    ['/', '/'],
    ['/?page=2', '/'],
    ['/users/17', '/users/*'],
    ['/app.js', '/static'],
  ])('or with the one of all paths, %s is named %s', (path, name) => {
    expect(server(path, { 'http.route': '/' })).toBe(name);
    expect(nameOf(1, { 'http.method': 'GET', 'http.target': path, 'http.route': '/' })).toBe(name);
  });

  test('with the one of all paths, that was answered 404 counts under /404', () => {
    expect(server('/users/17', { 'http.route': '/', 'http.response.status_code': 404 })).toBe('/404');
    expect(server('/', { 'http.route': '/', 'http.response.status_code': 404 })).toBe('/');
  });

  // Nothing below a mounted router fits: Express then tells where that is mounted.
  test.each([
    ['/api', '/api/none', '/404'],
    ['/api', '/api/none?page=2', '/404'],
    ['/api', '/api', '/api'],
    ['/api', '/api/', '/api'],
    ['/api', '/api?page=2', '/api'],
    ['/shops/:shop', '/shops/7/none', '/404'],
    ['/shops/:shop', '/shops/7', '/shops/:shop'],
    ['/files/*', '/files/a/b', '/files/*'],
    ['/files/*path', '/files/a/b', '/files/*path'],
    ['/blog/[...slug]', '/blog/a/b', '/blog/[...slug]'],
    ['/(.*)', '/a/b', '/(.*)'],
  ])('with the route %s, %s that was answered 404 is named %s', (route, path, name) => {
    expect(server(path, { 'http.route': route, 'http.response.status_code': 404 })).toBe(name);
    const former = { 'http.method': 'GET', 'http.target': path, 'http.route': route };
    expect(nameOf(1, { ...former, 'http.status_code': 404 })).toBe(name);
    expect(server(path, { 'http.route': route, 'http.response.status_code': 200 })).toBe(route);
  });

  test('under a method nobody knows is named by its path', () => {
    expect(nameOf(1, { 'http.request.method': '_OTHER', 'url.path': '/cache/7' }, 'PURGE')).toBe('/cache/*');
  });
});

describe('an HTTP client span', () => {
  test.each([
    ['http://h/', 'http://h'],
    ['http://h', 'http://h'],
    ['http://h?x=1', 'http://h'],
    ['http://h:80/a', 'http://h/a'],
    ['https://h:443/a', 'https://h/a'],
    ['https://h:80/a', 'https://h:80/a'],
    ['http://H:8080/Api/orders', 'http://h:8080/Api/orders'],
    ['http://user:pw@h/a', 'http://h/a'],
    ['http://h/api/averyveryverylongsegment/x', 'http://h/api/'],
    ['http://h/123456789012345/x', 'http://h/*/x'],
    ['http://h/abcdefghijklmno/x', 'http://h/abcdefghijklmno/x'],
    ['http://h/abcdefghijklmnop/x', 'http://h'],
    ['http://h/abcdefghijklmnop', 'http://h/abcdefghijklmnop'],
    ['http://h/users/17/cart?page=2#top', 'http://h/users/*/cart'],
    ['http://[::1]:8080/a', 'http://[::1]:8080/a'],
  ])('of %s is named %s', (url, name) => {
    expect(client(url)).toBe(name);
    expect(nameOf(2, { 'http.method': 'GET', 'http.url': url })).toBe(name);
  });

  test.each<[Attributes, string]>([
    [{ 'server.address': 'shop', 'server.port': 8080 }, 'http://shop:8080'],
    [{ 'server.address': 'Shop', 'server.port': 80 }, 'http://shop'],
    [{ 'server.address': 'shop', 'server.port': 443 }, 'https://shop'],
    [{ 'server.address': 'shop' }, 'http://shop'],
    [{ 'net.peer.name': 'shop', 'net.peer.port': 8443 }, 'http://shop:8443'],
    [{ 'net.peer.name': 'shop', 'net.peer.port': 443 }, 'https://shop'],
    [{}, 'own'],
  ])('without an address is named by the host it called: %j', (attributes, name) => {
    expect(nameOf(2, { 'http.request.method': 'GET', ...attributes })).toBe(name);
  });

  test('of the 65th name of a host is named by the host, and the first 64 stay', () => {
    const naming = new StardustNaming();
    const call = (path: string) =>
      naming.nameOf(
        makeSpan({ kind: 2, attributes: { 'http.request.method': 'GET', 'url.full': `http://h/${path}` } }),
      );
    for (let i = 0; i < 64; i++) expect(call(`a${i}x`)).toBe(`http://h/a${i}x`);
    expect(call('more')).toBe('http://h');
    expect(call('a7x')).toBe('http://h/a7x');
  });
});

describe('another span', () => {
  test.each<[string, Attributes, Attributes]>([
    ['namespace', { 'db.namespace': 'eu' }, { 'db.namespace': 'us' }],
    ['system', { 'db.system.name': 'postgresql' }, { 'db.system.name': 'mysql' }],
    ['operation', { 'db.operation.name': 'SELECT' }, { 'db.operation.name': 'BATCH SELECT' }],
    ['collection', { 'db.collection.name': 'orders' }, { 'db.collection.name': 'customers' }],
  ])('of one statement and another %s has another name, however often they take turns', (_, one, other) => {
    const attributes = { 'db.system': 'sqlite', 'db.query.text': 'select 1' };
    const namedBy = (naming: StardustNaming) => (more: Attributes) =>
      naming.nameOf(makeSpan({ kind: 2, attributes: { ...attributes, ...more } }));
    const alone = [one, other].map((more) => namedBy(new StardustNaming())(more));
    expect(alone[0]).not.toBe(alone[1]);
    expect([one, other, one, other].map(namedBy(new StardustNaming()))).toEqual([...alone, ...alone]);
  });

  test.each<[string, number, Attributes, string]>([
    [
      'SQL',
      2,
      { 'db.system.name': 'mysql', 'db.namespace': 'shop', 'db.query.text': 'select 1 from Orders' },
      'db:shop:Select:Orders',
    ],
    [
      'SQL with its operation told',
      2,
      { 'db.system': 'mssql', 'db.name': 's', 'db.operation': 'INSERT', 'db.collection.name': 't' },
      'db:s:Insert:t',
    ],
    [
      'SQL without a namespace',
      2,
      { 'db.system.name': 'sqlite', 'db.query.text': 'delete from t' },
      'db:sqlite:Delete:t',
    ],
    ...(['first', 'pluck', 'del'] as const).map((method): [string, number, Attributes, string] => [
      `${method} of Knex`,
      2,
      { 'db.system.name': 'sqlite', 'db.operation.name': method, 'db.collection.name': 't' },
      `db:sqlite:${method === 'del' ? 'Delete' : 'Select'}:t`,
    ]),
    [
      'MongoDB',
      2,
      { 'db.system.name': 'mongodb', 'db.namespace': 'shop', 'db.operation.name': 'find' },
      'mongo:shop:find',
    ],
    [
      'MongoDB, old names',
      2,
      { 'db.system': 'mongodb', 'db.name': 'shop', 'db.operation': 'aggregate' },
      'mongo:shop:aggregate',
    ],
    [
      'Redis',
      2,
      { 'db.system.name': 'redis', 'server.address': 'cache', 'db.operation.name': 'get' },
      'redis:cache:GET',
    ],
    [
      'Redis in a transaction',
      2,
      {
        'db.system.name': 'redis',
        'db.operation.name': 'MULTI set',
        'db.query.text': 'set a [1 other arguments]',
      },
      'redis:redis:SET',
    ],
    [
      'Kafka',
      4,
      { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
      'kafka:orders:process',
    ],
    ['MQTT', 3, { 'messaging.system': 'mqtt', 'messaging.destination.name': 'a:b' }, 'mqtt:a_b:publish'],
    [
      'SQS',
      2,
      {
        'messaging.system': 'aws_sqs',
        'messaging.destination.name': 'q',
        'messaging.operation.type': 'receive',
      },
      'mq:q:receive',
    ],
    [
      'gRPC',
      2,
      { 'rpc.system': 'grpc', 'rpc.service': 'shop.Greeter', 'rpc.method': 'Hello' },
      'rpc:shop.Greeter/Hello',
    ],
    ['by hand', 0, { 'job.id': 7 }, 'own'],
  ])('of %s', (_, kind, attributes, name) => {
    expect(nameOf(kind, attributes)).toBe(name);
  });
});

test.each([
  ['GET /users/17', 'GET /users/*'],
  ['job 550e8400-e29b-41d4-a716-446655440000 done', 'job * done'],
  ['op 0123456789abcdef01', 'op *'],
  ['user_123 v2 http2', 'user_* v2 http2'],
  ['order12345', 'order*'],
  ['nothing here', 'nothing here'],
])('folding the ids of %s gives %s', (name, folded) => {
  expect(foldIds(name)).toBe(folded);
});

test.each([
  ['create', 'publish'],
  ['send', 'publish'],
  ['publish', 'publish'],
  ['receive', 'receive'],
  ['poll', 'receive'],
  ['process', 'process'],
  ['deliver', 'process'],
  ['PROCESS', 'process'],
])('what %s does with a message is named %s, by a span of any kind', (operation, named) => {
  for (const kind of [0, 2, 3, 4]) {
    for (const key of ['messaging.operation.type', 'messaging.operation']) {
      const attributes = {
        'messaging.system': 'rabbitmq',
        'messaging.destination.name': 'q',
        [key]: operation,
      };
      // An INTERNAL span is named by itself.
      expect(nameOf(kind, attributes)).toBe(kind === 0 ? 'own' : `mq:q:${named}`);
    }
  }
});

test.each([
  [2, 'receive'],
  [3, 'publish'],
  [4, 'process'],
])('a message of which nothing is told, by a span of kind %i, is named %s', (kind, named) => {
  for (const told of [{}, { 'messaging.operation.type': 'settle' }]) {
    expect(nameOf(kind, { 'messaging.system': 'kafka', ...told })).toBe(`kafka:default:${named}`);
  }
});
