import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { SampleWriter } from '../../src/span/sample.ts';
import type { SpanLike } from '../../src/span/span-like.ts';

const writer = new SampleWriter({ redactor: new Redactor([]), strict: true, tag: undefined });

const USER = 'Ana Lopez';

const thrown = {
  name: 'exception',
  attributes: {
    'exception.type': 'AuthError',
    'exception.message': USER,
    'exception.stacktrace': `at ${USER}`,
  },
};

function sampleOf(
  kind: number,
  attributes: Record<string, unknown>,
  events: object[] = [thrown],
): { tag: string; error: string } {
  const span = {
    name: 'x',
    kind,
    attributes: { ...attributes, note: USER, 'enduser.id': USER },
    status: { code: 2, message: `no account of ${USER}` },
    events,
    links: [],
    startTime: [0, 0],
    duration: [0, 0],
    resource: { attributes: {} },
    spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
  } as unknown as SpanLike;
  return writer.sampleOf({ span, costMs: 1, failed: true, heard: undefined, maxTagLength: 1_000 });
}

describe('under strict a sample shows', () => {
  test.each([
    [
      'method, route and status of a request',
      1,
      {
        'http.request.method': 'GET',
        'http.route': '/users/:id',
        'url.path': `/users/${USER}`,
        'url.query': `q=${USER}`,
        'client.address': '10.0.0.7',
        'http.request.header.x-user': [USER],
        'http.response.status_code': 500,
      },
      'GET /users/:id → 500',
      'AuthError, Http Error 500',
    ],
    [
      'verb and tables of a statement',
      2,
      { 'db.system': 'postgresql', 'db.statement': `SELECT a FROM users WHERE name = '${USER}'` },
      'postgresql Select users',
      'AuthError',
    ],
    [
      'the command of Redis',
      2,
      { 'db.system': 'redis', 'db.statement': `GET user:${USER}` },
      'redis Get',
      'AuthError',
    ],
    [
      'no first word that is no command',
      2,
      { 'db.system': 'redis', 'db.statement': 'Ana user:7' },
      'redis',
      'AuthError',
    ],
    [
      'the operation of a document store, and nothing of its body',
      2,
      {
        'db.system': 'mongodb',
        'db.operation.name': 'find',
        'db.statement': `{"find":"users","filter":{"name":"${USER}"}}`,
      },
      'mongodb find',
      'AuthError',
    ],
    [
      'no operation that is a text',
      2,
      { 'db.system': 'mongodb', 'db.operation.name': `find ${USER}`, 'db.statement': '{}' },
      'mongodb',
      'AuthError',
    ],
    [
      'the verb of another language, and no names of it',
      2,
      { 'db.system': 'neo4j', 'db.statement': `MATCH (p:Person {name: "${USER}"}) RETURN p` },
      'neo4j Match',
      'AuthError',
    ],
    [
      'no path of Elasticsearch',
      2,
      { 'db.system': 'elasticsearch', 'db.operation.name': 'search', 'db.statement': '/users/Ana/_search' },
      'elasticsearch search',
      'AuthError',
    ],
    [
      'method and status of a call, and no address',
      2,
      {
        'http.request.method': 'POST',
        'url.full': `https://h.test/${USER}?q=${USER}`,
        'server.address': USER,
        'http.response.status_code': 404,
      },
      'POST → 404',
      'AuthError, Http Error 404',
    ],
    [
      'no method of a remote call that is a text',
      2,
      { 'rpc.system': 'grpc', 'rpc.service': 's.A', 'rpc.method': `M ${USER}` },
      's.A',
      'AuthError',
    ],
    [
      'nothing of GraphQL',
      0,
      {
        'graphql.operation.name': USER,
        'graphql.source': `{ user(name: "${USER}") { id } }`,
        'graphql.variables.name': USER,
      },
      '',
      'AuthError',
    ],
    [
      'the template of a destination',
      3,
      {
        'messaging.system': 'rabbitmq',
        'messaging.destination.name': `reply.${USER}`,
        'messaging.destination.template': 'reply.{user}',
      },
      'reply.{user}',
      'AuthError',
    ],
    [
      'service and method',
      2,
      { 'rpc.system': 'grpc', 'rpc.service': 's.A', 'rpc.method': 'M' },
      's.A/M',
      'AuthError',
    ],
    ['nothing of any other span', 0, { step: USER }, '', 'AuthError'],
    ['no destination of what is no message', 3, { 'messaging.destination.name': USER }, '', 'AuthError'],
    ['no statement of what is no database', 2, { 'db.statement': 'SELECT a FROM users' }, '', 'AuthError'],
    ...['SELECT count(*) FROM users', 'SELECT a FROM users GROUP BY a'].map(
      (statement, i) =>
        [
          `how a statement reads: ${statement}`,
          2,
          { 'db.system': 'mysql', 'db.statement': statement },
          `mysql ${['SelectCount', 'Group'][i]} users`,
          'AuthError',
        ] as const,
    ),
    ...['GroupAna user:7', 'AnaGroup user:7', '7'].map(
      (statement) =>
        [
          `no first word that is like one of these: ${statement}`,
          2,
          { 'db.system': 'redis', 'db.statement': statement },
          'redis',
          'AuthError',
        ] as const,
    ),
    [
      'the status of gRPC',
      1,
      { 'rpc.service': 's.A', 'rpc.method': 'M', 'rpc.grpc.status_code': 5 },
      's.A/M',
      'AuthError, gRPC 5',
    ],
    ['no status of gRPC that is none', 1, { 'rpc.grpc.status_code': 0 }, '', 'AuthError'],
  ] as const)('%s', (_, kind, attributes, tag, error) => {
    const sample = sampleOf(kind, attributes);
    expect(sample).toMatchObject({ tag, error });
    expect(JSON.stringify(sample)).not.toContain('Ana');
  });

  test.each([
    ['pkg.Sub$Class:x/y-1', 'pkg.Sub$Class:x/y-1'],
    ['ECONNREFUSED', 'ECONNREFUSED'],
    [`E${'x'.repeat(200)}`, `E${'x'.repeat(99)}`],
    ['no account of Ana', 'error'],
    ['!AuthError', 'error'],
    ['AuthError!', 'error'],
    ['', 'error'],
  ])('of an error of type %s: %s', (type, error) => {
    expect(sampleOf(2, { 'error.type': type }, []).error).toBe(error);
  });
});
