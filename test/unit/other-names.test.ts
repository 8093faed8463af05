import { describe, expect, test } from 'vitest';
import { eachPart } from '../../src/naming/name-parts.ts';
import { withRoute } from '../../src/naming/span-name.ts';
import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import { Place } from '../../src/structure/place.ts';
import { makeSpan } from '../support/make-span.ts';
import { type Named, spanOf, stardustName } from '../support/stardust-name.ts';

type Attributes = Record<string, unknown>;

const UUID = '550e8400-e29b-41d4-a716-446655440000';
const LIBRARY = '@opentelemetry/instrumentation-';

const sent = (more: Attributes, naming?: StardustNaming) =>
  stardustName({ kind: 3, attributes: { 'messaging.system': 'rabbitmq', ...more } }, naming);

describe('a message goes to', () => {
  test.each([
    ['orders', 'orders'],
    ['a:b', 'a_b'],
    ['amq.gen-JzTY20BRgKO', 'amq.gen-*'],
    ['amq.rabbitmq.reply-to.g1hq:5', 'amq.rabbitmq.reply-to.*'],
    ['my.amq.gen-orders', 'my.amq.gen-orders'],
    ['amq.direct', 'amq.direct'],
    [`answers-${UUID}`, 'answers-*'],
    [`answers${UUID.toUpperCase()}x`, 'answers*x'],
    [UUID.replaceAll('-', '.'), UUID.replaceAll('-', '.')],
    ['answers-0123456789abcdef', 'answers-*'],
    ['0123456789ABCDEF0.answers', '*.answers'],
    ['answers-0123456789abcde', 'answers-0123456789abcde'],
    ['g0123456789abcdef', 'g0123456789abcdef'],
    ['0123456789abcdefg', '0123456789abcdefg'],
    ['//bob:secret@h/orders', '//***@h/orders'],
    ['h/orders?key=secret', 'h/orders'],
    ['x'.repeat(121), 'x'.repeat(120)],
  ])('%s, which reads as %s', (destination, part) => {
    expect(sent({ 'messaging.destination.name': destination })).toBe(`mq:${part}:publish`);
    expect(sent({ 'messaging.destination': destination })).toBe(`mq:${part}:publish`);
  });

  test.each<[Attributes, string]>([
    [{ 'messaging.rabbitmq.destination.routing_key': 'b' }, 'b'],
    [{ 'messaging.rabbitmq.destination.routing_key': 'b', 'messaging.rabbitmq.routing_key': 'a' }, 'a'],
    [{ 'messaging.destination.name': 'q', 'messaging.rabbitmq.routing_key': 'a' }, 'q'],
    [{ 'messaging.destination.name': '/chat', 'messaging.socket.io.event_name': 'joined' }, 'chat/joined'],
    [{ 'messaging.destination.name': 'a/b', 'messaging.socket.io.event_name': 'joined' }, 'a/b/joined'],
    [{ 'messaging.destination.name': '/', 'messaging.socket.io.event_name': 'joined' }, 'joined'],
    [{ 'messaging.destination.name': '/chat' }, '/chat'],
  ])('%j, which reads as %s', (attributes, part) => {
    expect(sent(attributes)).toBe(`mq:${part}:publish`);
  });

  test('one of at most 200 destinations, and further ones read as a star', () => {
    const naming = new StardustNaming();
    const to = (name: string) => sent({ 'messaging.destination.name': name }, naming);
    for (let i = 0; i < 200; i++) expect(to(`q${i}`)).toBe(`mq:q${i}:publish`);
    expect(to('more')).toBe('mq:*:publish');
    expect(to('further')).toBe('mq:*:publish');
    expect(to('q7')).toBe('mq:q7:publish');
  });

  test.each(['kafka', 'RocketMQ', 'mqtt'])('%s, a kind of its own', (system) => {
    expect(sent({ 'messaging.system': system })).toBe(`${system.toLowerCase()}:default:publish`);
  });
});

test.each<[Attributes, string]>([
  [{ 'rpc.service': 'shop.Greeter', 'rpc.method': 'Hello' }, 'shop.Greeter/Hello'],
  [{ 'rpc.service': 'shop.Greeter' }, 'shop.Greeter'],
  [{ 'rpc.method': 'Hello' }, 'Hello'],
  [{ 'rpc.method': 'a:b' }, 'a_b'],
  [{}, 'own'],
])('a service of which %j is told is named %s', (attributes, name) => {
  const told = { 'rpc.system': 'grpc', ...attributes };
  expect(stardustName({ kind: 2, attributes: told })).toBe(`rpc:${name}`);
  expect(stardustName({ kind: 1, attributes: told })).toBe(`/${name}`);
});

describe('a socket or a look-up', () => {
  test.each<[string, number, Attributes, string]>([
    ['net', 0, { 'server.address': 'cache' }, 'socket:cache'],
    ['net', 0, { 'net.peer.name': 'cache', 'net.peer.ip': '::1' }, 'socket:cache'],
    ['net', 0, { 'network.peer.address': '10.0.0.7' }, 'socket:10.0.0.7'],
    ['net', 0, { 'server.address': '//bob:secret@cache' }, 'socket://***@cache'],
    ['net', 0, {}, 'tcp_connect'],
    ['dns', 2, { 'peer.ipv4': '10.0.0.7' }, 'dns:10.0.0.7'],
    ['dns', 2, { 'peer.ipv6': '::1' }, 'dns:::1'],
    ['dns', 2, { 'dns.question.name': 'shop', 'peer.ipv4': '10.0.0.7', 'peer.ipv6': '::1' }, 'dns:shop'],
    ['dns', 2, {}, 'tcp:connect'],
    ['fs', 2, { 'peer.ipv4': '10.0.0.7' }, 'tcp:connect'],
    ['fs', 0, { 'server.address': 'cache' }, 'tcp:connect'],
  ])('of %s, a span of kind %i that tells %j, is named %s', (library, kind, attributes, name) => {
    expect(stardustName({ scope: LIBRARY + library, kind, attributes, name: 'tcp:connect' })).toBe(name);
  });

  test('goes to one of at most 500 hosts, and further ones read as a star', () => {
    const naming = new StardustNaming();
    const to = (host: string) =>
      stardustName({ scope: `${LIBRARY}net`, kind: 0, attributes: { 'server.address': host } }, naming);
    for (let i = 0; i < 500; i++) expect(to(`h${i}`)).toBe(`socket:h${i}`);
    expect(to('more')).toBe('socket:*');
    expect(to('h7')).toBe('socket:h7');
  });
});

describe('a layer', () => {
  test.each([
    ['request handler - /users/:id', 'request handler - /users/{id}'],
    ['/a/:b/:c-:d', '/a/{b}/{c}- d'],
    ['a:b:c', 'a b c'],
    ['handler 12345 /a?b=c', 'handler 12345 /a?b=c'],
    ['middleware - (request) => request.next()', 'middleware - (anonymous)'],
    ['middleware - function secret', 'middleware - (anonymous)'],
    ['hook\nsecret', 'hook\nsecret - (anonymous)'],
    [`${'x'.repeat(60)} =>`, `${'x'.repeat(40)} - (anonymous)`],
    ['functional - a', 'functional - a'],
  ])('called %j is named %j', (ownName, name) => {
    expect(stardustName({ scope: `${LIBRARY}express`, kind: 0, name: ownName })).toBe(name);
  });

  test('of an app is no layer, and keeps its own name', () => {
    expect(stardustName({ kind: 0, name: 'a:b =>' })).toBe('a:b =>');
  });

  test('of GraphQL is named without what the caller chose', () => {
    expect(stardustName({ scope: `${LIBRARY}graphql`, kind: 0, name: 'query secret' })).toBe('query');
  });
});

describe('a span that tells of what another one counts', () => {
  const nameInside = (named: Named) => {
    const place = new Place(spanOf(named), undefined, undefined);
    place.putInside();
    return stardustName(named, new StardustNaming(), place);
  };

  test('keeps its own name, with ids and queries folded', () => {
    const attributes = { 'http.request.method': 'GET', 'url.full': 'http://h/a' };
    expect(nameInside({ kind: 2, attributes, name: 'GET /users/12345?a=b' })).toBe('GET /users/*');
    expect(nameInside({ kind: 1, attributes, name: 'GET' })).toBe('GET');
    expect(nameInside({ kind: 0, name: 'handle 12345:6' })).toBe('handle 12345 6');
  });

  test('is named by its host if it makes a connection', () => {
    const attributes = { 'db.system': 'postgresql', 'server.address': 'db.local' };
    expect(nameInside({ kind: 2, attributes, name: 'pg.connect' })).toBe('socket:db.local');
  });
});

describe('a request whose framework tells the route', () => {
  const nameWith = (route: string | undefined, attributes: Attributes = {}) => {
    const named = { kind: 1, attributes: { 'http.method': 'GET', 'http.target': '/users/7', ...attributes } };
    const place = new Place(spanOf(named), undefined, undefined);
    if (route !== undefined) place.tell().route = route;
    return stardustName(named, new StardustNaming(), place);
  };

  test.each<[string | undefined, Attributes, string]>([
    ['/users/:id', {}, '/users/:id'],
    ['/users/:id', { 'http.route': '/:any' }, '/:any'],
    [undefined, {}, '/users/*'],
    [undefined, { 'http.route': '' }, '/users/*'],
    [undefined, { 'http.route': '*' }, '/users/*'],
    [undefined, { 'http.route': 7 }, '/7'],
    [undefined, { 'http.route': 'users/:id' }, '/users/:id'],
    [undefined, { 'http.route': 'users/:id', 'http.status_code': 404 }, '/users/:id'],
  ])('%j, with %j, is named %s', (route, attributes, name) => {
    expect(nameWith(route, attributes)).toBe(name);
  });

  test.each<[string, Attributes, string]>([
    ['GET', {}, 'GET /users/:id'],
    ['GET /api', { 'http.route': '/api' }, 'GET /api'],
  ])('has its own name %j with the route, if it tells none itself: %j', (name, attributes, full) => {
    expect(withRoute(makeSpan({ name, attributes }), '/users/:id')).toBe(full);
  });
});

test.each([3, 4])('a span of kind %i that tells of HTTP has its own name', (kind) => {
  const attributes = { 'http.method': 'GET', 'url.full': 'http://h/a', 'url.path': '/a', 'http.route': '/a' };
  expect(stardustName({ kind, attributes })).toBe('own');
});

describe('of a name of calls each part is read by itself, of any other the whole:', () => {
  test.each([
    ['redis:cache:GET', 3],
    ['redis:cache:G', 3],
    ['redis:cache.local:JSON_SET', 3],
    ['redis:cache:get', 1],
    ['redis:cache:GET!', 1],
    ['redis:a:b:GET', 1],
    ['redis::GET', 1],
    ['xredis:cache:GET', 1],
    ['db:shop:Select', 3],
    ['db:shop:Select:orders-order lines', 4],
    ['db:shop:X', 3],
    ['db:shop:Select:o', 4],
    ['db:shop:Select:', 1],
    ['db:shop:Se lect', 1],
    ['db:shop:', 1],
    ['db::Select', 1],
    ['db:shop:Select:orders:x', 1],
    ['my db:shop:Select', 1],
    ['mongo:shop:find', 3],
    ['mq:orders:publish', 3],
    ['mq:chat/message:receive', 3],
    ['kafka:orders:process', 3],
    ['rocketmq:orders:publish', 3],
    ['mqtt:o:receive', 3],
    ['mq:orders:settle', 1],
    ['mq:orders:published', 1],
    ['mq:a:b:publish', 1],
    ['mq::publish', 1],
    ['socket:cache', 1],
    ['https://h:8443/a', 1],
    ['/users', 1],
  ])('%s has %i', (name, parts) => {
    const read: string[] = [];
    const shown = eachPart(name, (part) => `<${read.push(part)}>`);
    expect(read).toEqual(parts === 1 ? [name] : name.split(':'));
    expect(shown).toBe(Array.from({ length: parts }, (_, i) => `<${i + 1}>`).join(':'));
  });
});
