import { ROOT_CONTEXT, type Span, SpanKind, type SpanOptions, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { expect, test } from 'vitest';
import { stardust } from '../../src/index.ts';
import { devServer, fakeTime, received } from '../support/harness.ts';

/** What the spans of one trace tell of each other. */

/** Starts spans below each other, and sends what was counted of them. */
async function service() {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 30));
  const server = await devServer({ limits: { period: 60 } });
  const s = stardust({ server: server.url, appId: 'app', shutdownTimeoutMillis: 500 });
  const provider = new NodeTracerProvider(s);
  const tracer = provider.getTracer('app');
  const startedAt = new Date();
  const below = (parent: Span | undefined, name: string, options: SpanOptions = {}) =>
    tracer.startSpan(
      name,
      { startTime: startedAt, ...options },
      parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent),
    );
  return {
    server,
    provider,
    processor: s.spanProcessors[0],
    below,
    after: (ms: number) => new Date(startedAt.getTime() + ms),
  };
}

const idOf = (span: Span | undefined) => span?.spanContext().spanId;

test('all that leads to a sample is kept with it, beyond what is allowed, from the slow span up to the root', async () => {
  const { server, provider, below, after } = await service();
  const names = ['root', 'one', 'two', 'three', 'leaf'];
  const chain = (leafMs: number) => {
    const spans: Span[] = [];
    for (const name of names) spans.push(below(spans.at(-1), name));
    for (const span of spans.toReversed()) span.end(after(span === spans.at(-1) ? leafMs : 1));
    return spans;
  };
  const [first, ...others] = [chain(1), chain(1), chain(6_000), chain(1)];
  await provider.shutdown();
  for (const [depth, name] of names.entries()) {
    const { total, samples } = received(server, name);
    expect(total).toBe(4);
    expect(samples.map(({ Id }) => Id)).toEqual([idOf(first?.[depth]), idOf(others[1]?.[depth])]);
    expect(samples.map(({ ParentId }) => ParentId)).toEqual([
      idOf(first?.[depth - 1]) ?? '',
      idOf(others[1]?.[depth - 1]) ?? '',
    ]);
  }
});

test('also above a layer of a framework, which is not counted itself', async () => {
  const { server, provider, below, after } = await service();
  const chain = (ms: number) => {
    const root = below(undefined, 'root');
    const layer = provider
      .getTracer('@opentelemetry/instrumentation-express')
      .startSpan('middleware', {}, trace.setSpan(ROOT_CONTEXT, root));
    below(layer, 'leaf').end(after(ms));
    for (const span of [layer, root]) span.end(after(ms));
    return root;
  };
  chain(1);
  const slow = chain(6_000);
  await provider.shutdown();
  expect(received(server, 'leaf').samples.map(({ ParentId }) => ParentId)).toContain(idOf(slow));
  expect(received(server, 'root').samples.map(({ Id }) => Id)).toContain(idOf(slow));
});

test.each([
  ['/u/7', ['/users', '/users/:id'], '/users/:id'],
  ['/u/7', ['/users/:id', '/users'], '/users/:id'],
  ['/u/7', ['/users/:id', '*'], '/users/:id'],
  ['/u/7', ['/*', '/users'], '/users'],
  ['/u/7', ['/(.*)', '/'], '/u/*'],
  ['/', ['/(.*)', '/'], '/'],
  ['/u/7', ['*', '/*'], '/u/*'],
])('a request of %s of which frameworks tell the routes %j is named by %s', async (path, routes, name) => {
  const { server, provider, below, after } = await service();
  const attributes = { 'http.request.method': 'GET', 'url.path': path };
  const request = below(undefined, 'GET', { kind: SpanKind.SERVER, attributes });
  for (const route of routes)
    below(request, 'handler', { kind: SpanKind.SERVER, attributes: { 'http.route': route } }).end(after(1));
  request.end(after(2));
  await provider.shutdown();
  expect(server.app('app')?.names.map((each) => [each.name, each.total])).toEqual([[name, 1]]);
});

test.each([
  ['/api', '/api/users/:id'],
  ['/api/users/:id', '/users/:id'],
])(
  'of the routes that a framework tells, %s around %s, the longest names the request',
  async (outer, inner) => {
    const { server, provider, below } = await service();
    const told = { 'http.request.method': 'GET', 'url.path': '/api/users/7' };
    const request = below(undefined, 'GET', { kind: SpanKind.SERVER, attributes: told });
    const framework = (parent: Span, route: string) =>
      below(parent, 'handler', { kind: SpanKind.SERVER, attributes: { 'http.route': route } });
    const around = framework(request, outer);
    framework(around, inner).end();
    around.end();
    request.end();
    await provider.shutdown();
    expect(received(server, '/api/users/:id').total).toBe(1);
  },
);

test.each([
  ['a message', { kind: SpanKind.PRODUCER, attributes: { 'messaging.system': 'aws_sqs' } }],
  ['a remote call', { kind: SpanKind.CLIENT, attributes: { 'rpc.system': 'aws-api', 'rpc.service': 'S3' } }],
  ['a statement', { kind: SpanKind.CLIENT, attributes: { 'db.system': 'opensearch' } }],
])(
  'a call by HTTP below %s is a part of it while that runs, and counts once that is over',
  async (_, options) => {
    const { provider, processor, below } = await service();
    const http = { kind: SpanKind.CLIENT, attributes: { 'http.request.method': 'PUT' } };
    const running = below(undefined, 'running', options);
    below(running, 'part', http).end();
    running.end();
    const { counted } = processor.stats();
    below(running, 'afterwards', http).end();
    expect([counted, processor.stats().counted]).toEqual([1, 2]);
    await provider.shutdown();
  },
);

test.each(
  ['redis', 'valkey', 'memcached'].flatMap((system) =>
    ['CLIENT SETINFO LIB-NAME x', 'hello 3', 'AUTH default x', 'SELECT 2', 'RESET'].map(
      (command) => [command, system] as const,
    ),
  ),
)(
  '%s of a client of %s sets up its connection, and does not count; a command does',
  async (command, system) => {
    const { provider, processor, below } = await service();
    const call = (text: string) =>
      below(undefined, 'call', {
        kind: SpanKind.CLIENT,
        attributes: { 'db.system': system, 'db.statement': text },
      }).end();
    call(command);
    expect(processor.stats()).toMatchObject({ counted: 0, dropped: { internal: 1 } });
    call('GET selected');
    expect(processor.stats()).toMatchObject({ counted: 1, dropped: { internal: 1 } });
    await provider.shutdown();
  },
);

test('what a layer of a framework throws is shown below the request, as the layer is not', async () => {
  const { server, provider, below } = await service();
  const request = below(undefined, 'GET', { kind: SpanKind.SERVER });
  const layer = provider
    .getTracer('@opentelemetry/instrumentation-express')
    .startSpan('middleware', {}, trace.setSpan(ROOT_CONTEXT, request));
  layer.recordException(new TypeError('x'));
  layer.end();
  request.end();
  await provider.shutdown();
  expect(received(server, 'ex:TypeError')).toMatchObject({
    total: 1,
    samples: [{ ParentId: idOf(request) }],
  });
});
