import { describe, expect, test } from 'vitest';
import type { StardustOptions } from '../../src/index.ts';
import { devServer, exporterFor, logLines, received } from '../support/harness.ts';
import { makeSpan, type SpanWords } from '../support/make-span.ts';
import { recordedFiles } from '../support/recorded-spans.ts';

async function sampleOf(words: SpanWords & { links?: unknown }, options: StardustOptions = {}) {
  const server = await devServer();
  const exporter = exporterFor(server, options);
  exporter.count({ ...makeSpan({ name: 'op', ...words }), links: words.links ?? [] } as never);
  await exporter.forceFlush();
  const { samples, errorSamples } = received(server, 'op');
  const [sample] = [...samples, ...errorSamples];
  return sample ?? { Tag: 'none', Error: 'none', Value: -1, TraceId: '', TraceFlag: -1 };
}

describe('the tag', () => {
  test.each<[string, SpanWords, string]>([
    [
      'of a request shows client, method, address and answer',
      {
        kind: 1,
        attributes: {
          'http.request.method': 'GET',
          'url.scheme': 'http',
          'server.address': 'shop',
          'server.port': 8080,
          'url.path': '/orders/7',
          'url.query': 'page=2&token=hunter2',
          'client.address': '10.0.0.7',
          'http.response.status_code': 200,
        },
      },
      '10.0.0.7 GET http://shop:8080/orders/7?page=2&token=*** → 200',
    ],
    [
      'of a request under the old names too',
      {
        kind: 1,
        attributes: {
          'http.method': 'POST',
          'http.url': 'http://shop/orders?code=hunter2',
          'http.client_ip': '10.0.0.7',
          'http.status_code': 201,
        },
      },
      '10.0.0.7 POST http://shop/orders?code=*** → 201',
    ],
    [
      'of a client call shows no client',
      {
        kind: 2,
        attributes: {
          'http.request.method': 'GET',
          'url.full': 'https://root:hunter2@h/a',
          'client.address': 'x',
        },
      },
      'GET https://***@h/a',
    ],
    [
      'of a request lists recorded headers, secret ones masked',
      {
        kind: 1,
        attributes: {
          'http.request.method': 'GET',
          'url.path': '/a',
          'http.request.header.x-request-id': ['r1'],
          'http.request.header.authorization': ['Bearer hunter2'],
        },
      },
      'GET /a\nx-request-id: r1\nauthorization: ***',
    ],
    [
      'of a statement is the statement without its literals',
      {
        kind: 2,
        attributes: {
          'db.system.name': 'postgresql',
          'db.query.text': "SELECT * FROM t WHERE a = 'hunter2' AND b = 7",
        },
      },
      'SELECT * FROM t WHERE a = ? AND b = ?',
    ],
    [
      'of a Redis call is the command',
      {
        kind: 2,
        attributes: { 'db.system.name': 'redis', 'db.query.text': 'set user:1 [1 other arguments]' },
      },
      'set user:1 [1 other arguments]',
    ],
    [
      'of a message is destination, key and id',
      {
        kind: 3,
        attributes: {
          'messaging.system': 'rabbitmq',
          'messaging.destination': 'orders',
          'messaging.rabbitmq.routing_key': 'order.created',
          'messaging.message.id': 'm7',
        },
      },
      'orders order.created m7',
    ],
    [
      'of another span lists its attributes, most telling first',
      {
        attributes: {
          'network.peer.port': 1,
          'job.name': 'mail',
          'user.password': 'hunter2',
          list: ['a', 1],
        },
      },
      'job.name=mail\nuser.password=***\nlist=a, 1\nnetwork.peer.port=1',
    ],
  ])('%s', async (_, words, tag) => {
    expect((await sampleOf(words)).Tag).toBe(tag);
  });

  test('names the traces a span is linked to', async () => {
    const { Tag } = await sampleOf({
      links: [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) } }],
    });
    expect(Tag).toBe(`link: ${'a'.repeat(32)} ${'b'.repeat(16)}`);
  });

  test('is cut at maxTagLength without splitting a pair', async () => {
    const { Tag } = await sampleOf({ attributes: { a: '123😀' } }, { maxTagLength: 6 });
    expect(Tag).toBe('a=123');
  });

  test("comes from the user's hook, redacted too, and from us where it fails", async () => {
    const lines = logLines();
    expect((await sampleOf({}, { tag: () => 'mine password=hunter2' })).Tag).toBe('mine password=***');
    const failing = () => {
      throw new Error('no');
    };
    expect((await sampleOf({ attributes: { a: 1 } }, { tag: failing })).Tag).toBe('a=1');
    expect(lines.filter((line) => line.includes('option tag'))).toHaveLength(1);
  });

  test('shows the literals of SQL where redact.sql is false, but no secret of it', async () => {
    const words = {
      kind: 2,
      attributes: { 'db.system.name': 'mysql', 'db.query.text': 'SELECT 7 FROM t -- password=hunter2' },
    };
    expect((await sampleOf(words, { redact: { sql: false } })).Tag).toBe('SELECT 7 FROM t -- password=***');
  });

  test('hides the values of keys the user adds', async () => {
    expect((await sampleOf({ attributes: { 'card.iban': 'DE1' } }, { redact: ['iban'] })).Tag).toBe(
      'card.iban=***',
    );
  });
});

describe('the error', () => {
  const exception = (type: string, message: string, stack = '') => ({
    name: 'exception',
    attributes: { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack },
  });

  test.each<[string, SpanWords, string]>([
    ['is the status message first', { error: 'boom', events: [exception('T', 'm')] }, 'boom'],
    [
      'else the last exception',
      { error: true, events: [exception('A', 'a'), exception('TypeError', 'x')] },
      'TypeError: x',
    ],
    [
      'else what gRPC tells',
      { error: true, attributes: { 'grpc.error_message': '5 NOT_FOUND' } },
      '5 NOT_FOUND',
    ],
    ['else error.type, a number too', { error: true, attributes: { 'error.type': 23 } }, '23'],
    [
      'else the status of HTTP',
      { error: true, kind: 1, attributes: { 'http.response.status_code': 500, 'error.type': '500' } },
      'Http Error 500',
    ],
    [
      'has the first lines of the stack',
      { error: true, events: [exception('E', 'm', 'E: m\n    at a (x.js:1:2)\n    at b')] },
      'E: m\nat a (x.js:1:2)\nat b',
    ],
    [
      'has no more than eight lines of the stack, each a frame',
      {
        error: true,
        events: [exception('E', 'm', `E: m\n  told: x\n${'    at f (x.js:1:2)\n'.repeat(20)}`)],
      },
      `E: m${'\nat f (x.js:1:2)'.repeat(8)}`,
    ],
    [
      'holds no secrets',
      { error: 'GET http://u:hunter2@h failed, Bearer hunter2' },
      'GET http://***@h failed, Bearer ***',
    ],
  ])('%s', async (_, words, error) => {
    expect((await sampleOf(words)).Error).toBe(error);
  });
});

test('the value is the bytes of the bodies, in the sample and summed up in the builder', async () => {
  const server = await devServer();
  const exporter = exporterFor(server);
  const attributes = { 'http.request.body.size': 100, 'http.response.body.size': 23 };
  for (let i = 0; i < 3; i++) exporter.count(makeSpan({ name: 'op', kind: 1, attributes }));
  await exporter.forceFlush();
  expect(received(server, 'op').value).toBe(369);
  expect(received(server, 'op').samples[0]).toMatchObject({ Value: 123, TraceFlag: 1 });
});

test.each([
  [{ 'http.request.body.size': 5, 'http.response.body.size': 7 }, 12],
  [{ 'http.request_content_length': 5, 'http.response_content_length': 7 }, 12],
  [{ 'http.request_content_length_uncompressed': 5, 'http.response_content_length_uncompressed': 7 }, 12],
  [{ 'http.response.body.size': 7, 'http.response_content_length': 70 }, 7],
  [{ 'messaging.message.body.size': 9 }, 9],
  [{ 'messaging.message_payload_size_bytes': 9 }, 9],
  [{ 'http.request.body.size': 5, 'messaging.message.body.size': 9 }, 14],
  [{ 'http.request.body.size': -5, 'http.response.body.size': Number.NaN }, 0],
  [{ 'http.request.body.size': '5', 'messaging.message.body.size': 1e300 }, 0],
])('the value of a span with %j is %i', async (attributes, value) => {
  const server = await devServer();
  const exporter = exporterFor(server);
  for (let i = 0; i < 2; i++) exporter.count(makeSpan({ name: 'op', attributes }));
  await exporter.forceFlush();
  expect(received(server, 'op')).toMatchObject({ value: 2 * value, samples: [{ Value: value }] });
});

test('under stardust naming each exception counts by its type too, as a call and no error', async () => {
  const server = await devServer();
  const exporter = exporterFor(server, { naming: 'stardust' });
  const thrown = {
    name: 'exception',
    attributes: { 'exception.type': 'TypeError', 'exception.message': 'x' },
  };
  exporter.count(makeSpan({ name: 'op', ms: 7, error: true, events: [thrown, { name: 'other' }] }));
  exporter.count(makeSpan({ name: 'op', events: [{ name: 'exception' }] }));
  await exporter.forceFlush();
  expect(received(server, 'ex:TypeError')).toMatchObject({ total: 1, errors: 0, costMs: 7 });
  expect(received(server, 'ex:TypeError').samples[0]?.Tag).toBe('TypeError: x');
  expect(received(server, 'ex:Error').total).toBe(1);
  expect(exporter.stats()).toMatchObject({ counted: 4, delivered: 4 });
});

test('a secret planted in every attribute of every recorded span is in no report', async () => {
  const server = await devServer({
    limits: { maxSamples: 1_000, maxErrors: 1_000, maxTagLength: 2_000, timeout: 1 },
  });
  const exporter = exporterFor(server, {
    naming: 'stardust',
    maxSamples: 1_000,
    maxErrors: 1_000,
    maxTagLength: 2_000,
  });
  const secret = 'Zq7hunter2Xw9';
  const plants = [
    (value: string) => `${value}?token=${secret}&a=1`,
    (value: string) => `${value} Bearer ${secret}`,
    (value: string) => `${value} https://root:${secret}@host/`,
    (value: string) => `${value} password=${secret}`,
    (value: string) => `${value} {"apiKey":"${secret}"}`,
  ];
  let planted = 0;
  for (const { spans } of recordedFiles()) {
    for (const span of spans) {
      const attributes: Record<string, unknown> = {
        'x.password': secret,
        session_id: secret,
        'Set-Cookie': secret,
      };
      for (const [key, value] of Object.entries(span.attributes)) {
        const plant = plants[planted++ % plants.length];
        const isName =
          /^(?:http\.route|db\.(?!query|statement)|rpc|messaging\.(?!url)|server\.|net\.|network\.)/.test(
            key,
          );
        attributes[key] = typeof value === 'string' && !isName && plant ? plant(value) : value;
      }
      exporter.count({ ...span, attributes } as never);
    }
  }
  await exporter.forceFlush();
  expect(planted).toBeGreaterThan(1_000);
  const bodies = server.requests().map(({ body }) => JSON.stringify(body));
  expect(bodies.filter((body) => body.includes(secret))).toEqual([]);
  expect(
    server.app('app')?.names.flatMap((name) => [...name.samples, ...name.errorSamples]).length,
  ).toBeGreaterThan(300);
}, 60_000);
