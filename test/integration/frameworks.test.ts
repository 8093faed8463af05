import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import { type StardustOptions, stardust } from '../../src/index.ts';
import { devServer, received } from '../support/harness.ts';

const { INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER } = SpanKind;
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const end of endings.splice(0)) await end();
});

const HTTP = '@opentelemetry/instrumentation-http';
const EXPRESS = '@opentelemetry/instrumentation-express';
const PG = '@opentelemetry/instrumentation-pg';
const KNEX = '@opentelemetry/instrumentation-knex';

interface Words {
  readonly scope?: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** An app under `stardust()`, whose spans a test makes as the instrumentations of frameworks do. */
async function app(options: StardustOptions = {}, limits = {}) {
  const server = await devServer({ limits: { maxSamples: 100, maxErrors: 100, ...limits } });
  const s = stardust({ server: server.url, appId: 'app', shutdownTimeoutMillis: 500, ...options });
  const provider = new NodeTracerProvider(s);
  endings.push(() => provider.shutdown());
  // The limits come with the first answer.
  await provider.forceFlush();
  const start = (name: string, { scope = 'shop', ...words }: Words = {}, parent?: Span | Context): Span => {
    const context =
      parent === undefined
        ? ROOT_CONTEXT
        : 'spanContext' in parent
          ? trace.setSpan(ROOT_CONTEXT, parent)
          : parent;
    return provider.getTracer(scope).startSpan(name, words, context);
  };
  /** One span around others, ended after them. */
  const within = (
    name: string,
    words: Words,
    parent: Span | undefined,
    inside: (span: Span) => void,
  ): Span => {
    const span = start(name, words, parent);
    inside(span);
    span.end();
    return span;
  };
  return {
    server,
    provider,
    processor: s.spanProcessors[0],
    start,
    within,
    request: (path: string, parent?: Context) =>
      start(
        'GET',
        { scope: HTTP, kind: SERVER, attributes: { 'http.request.method': 'GET', 'url.path': path } },
        parent,
      ),
    /** What the server has after a flush: `name` → `[calls, errors]`. */
    async rows() {
      await provider.forceFlush();
      const names = server.app('app')?.names ?? [];
      return Object.fromEntries(
        names.filter(({ total }) => total > 0).map((each) => [each.name, [each.total, each.errors]]),
      );
    },
  };
}

function answer(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function fail(span: Span, error: Error): void {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}

/** Samples whose parent is of this process and is not there. */
function torn(server: DevServer): string[] {
  const kept = (server.app('app')?.names ?? []).flatMap(({ name, samples, errorSamples }) =>
    [...samples, ...errorSamples].map((sample) => ({ name, ...sample })),
  );
  const ids = new Set(kept.map(({ Id }) => Id));
  return kept.filter(({ ParentId }) => ParentId && !ids.has(ParentId)).map(({ name }) => name);
}

describe("a framework's own span beside the HTTP server's", () => {
  const OWN: Words = { scope: 'next.js', kind: SERVER, attributes: { 'http.method': 'GET' } };

  test.each([
    ['before', true],
    ['after', false],
  ])('that ends %s it gives its route and is not counted', async (_, endsFirst) => {
    const { request, start, rows } = await app();
    for (let i = 0; i < 3; i++) {
      const outer = request(`/blog/word-${i}`);
      const own = start('GET', OWN, outer);
      if (!endsFirst) answer(outer, 200);
      own.setAttribute('http.route', '/blog/[slug]').end();
      if (endsFirst) answer(outer, 200);
    }
    expect(await rows()).toEqual({ '/blog/[slug]': [3, 0] });
  });

  test('that never ends holds no count back', async () => {
    const { request, start, rows, provider, server } = await app();
    const outer = request('/slow');
    start('GET', OWN, outer);
    answer(outer, 200);
    expect(await rows()).toEqual({ '/slow': [1, 0] });
    const last = request('/last');
    start('GET', OWN, last);
    answer(last, 200);
    await provider.shutdown();
    expect(received(server, '/last').total).toBe(1);
  });

  test('holds back a thousand requests at most', async () => {
    const { request, start, provider, processor } = await app();
    for (let i = 0; i < 1_005; i++) {
      const outer = request('/slow');
      start('GET', OWN, outer);
      answer(outer, 200);
    }
    expect(processor.stats().counted).toBe(5);
    await provider.forceFlush();
    expect(processor.stats().counted).toBe(1_005);
  });

  test('counts by itself below a call from elsewhere, and alone', async () => {
    const { start, rows } = await app();
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    for (const parent of [remote, undefined]) {
      start('GET', { ...OWN, attributes: { 'http.method': 'GET', 'http.route': '/own' } }, parent).end();
    }
    expect(await rows()).toEqual({ '/own': [2, 0] });
  });

  test('may be INTERNAL, and tells the route too', async () => {
    const { request, within, rows } = await app();
    const outer = request('/users/7');
    const attributes = { 'http.request.method': 'GET', 'http.route': '/users/:id' };
    within('request', { scope: '@fastify/otel', attributes }, outer, () => {});
    answer(outer, 200);
    expect(await rows()).toEqual({ '/users/:id': [1, 0] });
  });
});

describe('a statement', () => {
  const BUILDER: Words = {
    scope: KNEX,
    kind: CLIENT,
    attributes: {
      'db.system': 'postgresql',
      'db.name': 'shop',
      'db.statement': 'select * from "kn" where id = ?',
    },
  };
  const DRIVER: Words = {
    scope: PG,
    kind: CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.query.text': 'select * from "kn" where id = $1',
      'server.address': 'db',
    },
  };
  const CONNECT: Words = {
    ...DRIVER,
    attributes: { 'db.system.name': 'postgresql', 'server.address': 'db' },
  };

  test('counts once below its query builder, whatever the builder did before', async () => {
    const { request, within, rows, server } = await app();
    const outer = request('/kn');
    within('select shop.kn', BUILDER, outer, (builder) => {
      within('pg-pool.connect', CONNECT, builder, (pool) => within('pg.connect', CONNECT, pool, () => {}));
      within('pg.query:SELECT shop', DRIVER, builder, () => {});
    });
    answer(outer, 200);
    expect(await rows()).toEqual({ '/kn': [1, 0], 'db:shop:Select:kn': [1, 0] });
    expect(torn(server)).toEqual([]);
    const [request1] = received(server, '/kn').samples;
    expect(received(server, 'db:shop:Select:kn').samples[0]?.ParentId).toBe(request1?.Id);
  });

  test('counts by the builder if its driver tells nothing, or no connection came', async () => {
    const { within, rows } = await app();
    within('select shop.kn', BUILDER, undefined, () => {});
    within('select shop.kn', BUILDER, undefined, (builder) =>
      within('pg.connect', CONNECT, builder, () => {}),
    );
    expect(await rows()).toEqual({ 'db:shop:Select:kn': [2, 0] });
  });

  test('counts beside a look into a cache, and beside one begun in the callback of another', async () => {
    const { within, start, rows } = await app();
    const cache = { 'db.system': 'redis', 'db.statement': 'get kn', 'net.peer.name': 'cache' };
    const first = within('select shop.kn', BUILDER, undefined, (builder) =>
      within('get', { kind: CLIENT, attributes: cache }, builder, () => {}),
    );
    start('pg.query:SELECT shop', DRIVER, first).end();
    expect(await rows()).toEqual({ 'db:shop:Select:kn': [2, 0], 'redis:cache:GET': [1, 0] });
  });
});

describe('what a client asks to set up its connection', () => {
  const asked = (command: string): Words => ({
    kind: CLIENT,
    attributes: { 'db.system': 'redis', 'db.statement': command, 'net.peer.name': 'cache' },
  });

  test('is no call of the app, and no error of it', async () => {
    const { within, rows } = await app();
    within('connect', asked('connect'), undefined, () => {});
    for (const command of [
      'hello 2',
      'auth ?',
      'select 3',
      'client SETINFO LIB-NAME x',
      'info',
      'cluster SLOTS',
    ])
      within('redis', asked(command), undefined, (span) => fail(span, new Error('unknown')));
    within('redis', asked('get a'), undefined, () => {});
    within('redis', asked('clientlist'), undefined, () => {});
    expect(await rows()).toEqual({ 'redis:cache:GET': [1, 0], 'redis:cache:CLIENTLIST': [1, 0] });
  });

  test('nor is its farewell', async () => {
    const { within, rows } = await app();
    const attributes = { 'db.system': 'mongodb', 'db.name': 'admin' };
    for (const operation of ['endSessions', 'ping'])
      within(
        'mongo',
        { kind: CLIENT, attributes: { ...attributes, 'db.operation': operation } },
        undefined,
        () => {},
      );
    expect(await rows()).toEqual({ 'mongo:admin:ping': [1, 0] });
  });

  test('is part of the call that it is made for: sockets and name look-ups', async () => {
    const make = async (options: StardustOptions) => {
      const { request, within, rows } = await app(options);
      const outer = request('/quote');
      const [net, dns] = ['net', 'dns'].map((name) => `@opentelemetry/instrumentation-${name}`);
      const lookup: Words = { scope: dns ?? '', kind: CLIENT, attributes: { 'peer.ipv4': '10.0.0.7' } };
      within('tcp.connect', { scope: net ?? '', attributes: { 'net.peer.name': 'cache' } }, outer, (socket) =>
        within('dns.lookup', lookup, socket, () => {}),
      );
      answer(outer, 200);
      return rows();
    };
    expect(await make({})).toEqual({ '/quote': [1, 0] });
    expect(await make({ internalSpans: true })).toEqual({
      '/quote': [1, 0],
      'socket:cache': [1, 0],
      'dns:10.0.0.7': [1, 0],
    });
  });

  test('counts under internalSpans', async () => {
    const { within, rows } = await app({ internalSpans: true });
    within('connect', asked('connect'), undefined, () => {});
    within('client', asked('client SETNAME a'), undefined, () => {});
    expect(await rows()).toEqual({ 'socket:cache': [1, 0], 'redis:cache:CLIENT': [1, 0] });
  });

  test('counts where an app that works on something wants to know it', async () => {
    const { within, rows } = await app();
    within('status', {}, undefined, (work) => {
      within('info', asked('info'), work, () => {});
      within('cluster', asked('cluster NODES'), work, () => {});
      within('redis-info', { ...asked(''), attributes: { 'db.system.name': 'valkey' } }, work, () => {});
    });
    expect(await rows()).toEqual({
      'redis:cache:INFO': [1, 0],
      'redis:redis:INFO': [1, 0],
      'redis:cache:CLUSTER': [1, 0],
      status: [1, 0],
    });
  });

  test('that could not be reached is why the request failed', async () => {
    const { request, within, rows } = await app();
    const outer = request('/orders');
    within(
      'pg.connect',
      { kind: CLIENT, attributes: { 'db.system.name': 'postgresql', 'server.address': 'db' } },
      outer,
      (span) => fail(span, new Error('connect ECONNREFUSED')),
    );
    answer(outer, 500);
    expect(await rows()).toEqual({ '/orders': [1, 1], 'ex:Error': [1, 0] });
  });
});

describe('a call over HTTP', () => {
  const call = (host: string, scope = '@opentelemetry/instrumentation-undici'): Words => ({
    scope,
    kind: CLIENT,
    attributes: { 'http.request.method': 'GET', 'url.full': `http://${host}/api/7`, 'server.address': host },
  });
  const QUEUE = {
    'messaging.system': 'aws_sqs',
    'messaging.destination.name': 'jobs',
    'rpc.system': 'aws-api',
  };

  test("counts once below a framework's span of the same host, twice if the hosts differ", async () => {
    const { within, rows } = await app();
    for (const host of ['peer', 'other']) {
      within('fetch', call('peer', 'next.js'), undefined, (span) =>
        within('GET', call(host), span, () => {}),
      );
    }
    expect(await rows()).toEqual({ 'http://peer/api/*': [2, 0], 'http://other/api/*': [1, 0] });
  });

  test('counts as what it carries', async () => {
    const { within, rows, server } = await app();
    const carry = (words: Words) =>
      within('send', words, undefined, (span) => within('POST', call('aws'), span, () => {}));
    carry({ kind: PRODUCER, attributes: QUEUE });
    carry({ kind: CONSUMER, attributes: { ...QUEUE, 'messaging.operation.type': 'receive' } });
    carry({
      kind: CLIENT,
      attributes: { 'rpc.system': 'aws-api', 'rpc.service': 'S3', 'rpc.method': 'GetObject' },
    });
    carry({
      kind: CLIENT,
      attributes: { 'db.system': 'dynamodb', 'db.name': 'shop', 'db.operation': 'GetItem' },
    });
    expect(Object.keys(await rows()).sort()).toEqual([
      'db:shop:GetItem',
      'mq:jobs:publish',
      'mq:jobs:receive',
      'rpc:S3/GetObject',
    ]);
    expect(torn(server)).toEqual([]);
  });

  test('counts in the handler of a message and below a span made by hand', async () => {
    const { within, rows } = await app();
    const event = {
      'messaging.system': 'socket.io',
      'messaging.destination': '/chat',
      'messaging.operation': 'receive',
      'messaging.socket.io.event_name': 'message',
    };
    within('receive /chat', { kind: CONSUMER, attributes: event }, undefined, (span) =>
      within('GET', call('a'), span, () => {}),
    );
    within('pay', { kind: CLIENT }, undefined, (span) => within('GET', call('b'), span, () => {}));
    expect(await rows()).toEqual({
      'mq:chat/message:receive': [1, 0],
      'http://a/api/*': [1, 0],
      pay: [1, 0],
      'http://b/api/*': [1, 0],
    });
  });
});

describe('layers', () => {
  function serve({ request, within }: Awaited<ReturnType<typeof app>>) {
    const outer = request('/users/7');
    within('middleware - auth', { scope: EXPRESS, kind: INTERNAL }, outer, (auth) =>
      within('request handler - /users/:id', { scope: EXPRESS, kind: INTERNAL }, auth, (handler) =>
        within('load', {}, handler, (load) => within('price', {}, load, () => {})),
      ),
    );
    outer.setAttribute('http.route', '/users/:id');
    answer(outer, 200);
  }

  test('make no row and tear no trace', async () => {
    const it = await app();
    serve(it);
    expect(await it.rows()).toEqual({ '/users/:id': [1, 0], load: [1, 0], price: [1, 0] });
    expect(torn(it.server)).toEqual([]);
    expect(received(it.server, 'load').samples[0]?.ParentId).toBe(
      received(it.server, '/users/:id').samples[0]?.Id,
    );
  });

  test('count if they are asked for', async () => {
    const it = await app({ internalSpans: true });
    serve(it);
    expect(Object.keys(await it.rows())).toHaveLength(5);
    expect(torn(it.server)).toEqual([]);
  });

  test('that are excluded or filtered by the user tear no trace either', async () => {
    const it = await app({ excludes: ['load'], filter: ({ name }) => !name.startsWith('skip') });
    const outer = it.request('/x');
    it.within('load', {}, outer, (load) =>
      it.within('skip this', {}, load, (skipped) => it.within('price', {}, skipped, () => {})),
    );
    answer(outer, 200);
    expect(await it.rows()).toEqual({ '/x': [1, 0], price: [1, 0] });
    expect(torn(it.server)).toEqual([]);
  });

  test('of a chain that goes on for ever do not pile up', async () => {
    const it = await app();
    let last = it.start('tick 0');
    for (let i = 1; i <= 500; i++) {
      last.end();
      last = it.start('tick', {}, last);
    }
    last.end();
    expect(await it.rows()).toEqual({ 'tick 0': [1, 0], tick: [500, 0] });
  });
});

describe('a thrown error', () => {
  test('that three spans record on its way up counts once, another one as well', async () => {
    const { within, rows } = await app();
    const error = new RangeError('line 1');
    within('import', {}, undefined, (a) => {
      within('read', {}, a, (b) => {
        within('parse', {}, b, (c) => fail(c, error));
        fail(b, error);
      });
      fail(a, error);
    });
    within('import', {}, undefined, (a) => {
      within('parse', {}, a, (b) => fail(b, new RangeError('inner')));
      fail(a, new TypeError('outer'));
    });
    expect(await rows()).toMatchObject({ 'ex:RangeError': [2, 0], 'ex:TypeError': [1, 0] });
  });

  test('that is thrown again by each try counts each time', async () => {
    const { within, rows } = await app();
    within('job', {}, undefined, (job) => {
      for (let i = 0; i < 3; i++) within('try', {}, job, (each) => fail(each, new RangeError('busy')));
      fail(job, new RangeError('busy'));
    });
    expect(await rows()).toMatchObject({ 'ex:RangeError': [3, 0] });
  });

  test('that is thrown again after others counts once, of the last eight below', async () => {
    const { within, rows } = await app();
    const errors = Array.from({ length: 12 }, (_, i) => new RangeError(`try ${i}`));
    within('job', {}, undefined, (job) => {
      for (const error of errors) within('try', {}, job, (each) => fail(each, error));
      for (const error of errors.slice(-8)) job.recordException(error);
      fail(job, errors[11] as RangeError);
    });
    expect(await rows()).toMatchObject({ job: [1, 1], 'ex:RangeError': [12, 0] });
  });

  test('counts once though its driver left out the type and its layer names a code', async () => {
    const { request, within, rows } = await app();
    const message = 'relation "nope" does not exist';
    const outer = request('/nope');
    within('request handler', { scope: EXPRESS }, outer, (layer) => {
      within(
        'pg.query',
        { kind: CLIENT, attributes: { 'db.system.name': 'postgresql', 'db.query.text': 'select 1' } },
        layer,
        (query) => {
          query.addEvent('exception', { 'exception.message': 'an error occurred' });
          query.setStatus({ code: SpanStatusCode.ERROR, message });
        },
      );
      fail(layer, Object.assign(new Error(`select 1 - ${message}`), { code: '42P01' }));
    });
    answer(outer, 500);
    expect(Object.keys(await rows()).filter((name) => name.startsWith('ex:'))).toEqual(['ex:Error']);
  });

  test('counts once though a mapper throws another one that only quotes the statement', async () => {
    const { within, rows } = await app();
    within('load', {}, undefined, (load) => {
      const statement = { 'db.system.name': 'postgresql', 'db.query.text': 'select * from nope' };
      within('pg.query', { kind: CLIENT, attributes: statement }, load, (query) =>
        fail(query, new RangeError('no such relation')),
      );
      fail(load, new TypeError('Failed query: select * from nope\nparams: '));
    });
    expect(await rows()).toMatchObject({ 'ex:RangeError': [1, 0] });
    expect(Object.keys(await rows())).not.toContain('ex:TypeError');
  });

  test("is in the failed request's sample, and an example of it below that, under an id of its own", async () => {
    const { request, within, rows, server } = await app();
    const outer = request('/bad');
    within('request handler', { scope: EXPRESS }, outer, (layer) => fail(layer, new TypeError('boom')));
    answer(outer, 500);
    expect(await rows()).toEqual({ '/bad': [1, 1], 'ex:TypeError': [1, 0] });
    const [failed] = received(server, '/bad').errorSamples;
    const [example] = received(server, 'ex:TypeError').samples;
    expect(failed?.Error).toMatch(/^TypeError: boom\nat .*frameworks\.test\.ts/);
    expect(example).toMatchObject({ TraceId: failed?.TraceId, ParentId: failed?.Id });
    expect(example?.Id).toMatch(/^[0-9a-f]{16}$/);
    expect(example?.Id).not.toBe(failed?.Id);
  });

  test('is told of the request though it comes below a layer that is over', async () => {
    const { request, start, within, rows, server } = await app();
    const outer = request('/bad');
    const layer = start('middleware', { scope: EXPRESS }, outer);
    layer.end();
    within('request handler', { scope: EXPRESS }, layer, (handler) => fail(handler, new TypeError('boom')));
    answer(outer, 500);
    expect(await rows()).toEqual({ '/bad': [1, 1], 'ex:TypeError': [1, 0] });
    expect(received(server, '/bad').errorSamples[0]?.Error).toMatch(/^TypeError: boom/);
  });

  test('that two tell of one span counts once', async () => {
    const { request, rows } = await app();
    const outer = request('/bad');
    const error = new TypeError('boom');
    outer.recordException(error);
    fail(outer, error);
    answer(outer, 500);
    expect(await rows()).toEqual({ '/bad': [1, 1], 'ex:TypeError': [1, 0] });
  });

  test('that somebody dealt with is not why the request failed later', async () => {
    const { request, within, rows, server } = await app();
    const outer = request('/bad');
    within('load', {}, outer, (load) => {
      within('cache', {}, load, (cache) => fail(cache, new RangeError('cold')));
    });
    answer(outer, 500);
    await rows();
    expect(received(server, '/bad').errorSamples[0]?.Error).toBe('Http Error 500');
  });

  test("makes no row if it answers a caller's mistake, and is told in the request's sample", async () => {
    const { request, within, rows, server } = await app();
    const unknown = request('/nowhere');
    within('midway', { scope: 'next.js' }, unknown, (layer) =>
      fail(layer, Object.assign(new Error('not found'), { code: 404 })),
    );
    answer(unknown, 404);
    const query = request('/graphql');
    within('graphql.parse', { scope: '@opentelemetry/instrumentation-graphql' }, query, (layer) =>
      fail(layer, new SyntaxError('Expected Name')),
    );
    answer(query, 400);
    expect(await rows()).toEqual({ '/404': [1, 0], '/graphql': [1, 1] });
    expect(received(server, '/graphql').errorSamples[0]?.Error).toMatch(/^SyntaxError: Expected Name\nat /);
  });

  test('goes by its class where its code is a number', async () => {
    class DuplicateKey extends Error {
      override readonly name = 'DuplicateKey';
      readonly code = 11_000;
    }
    const { within, rows } = await app();
    within('save', {}, undefined, (span) => fail(span, new DuplicateKey('twice')));
    within('odd', {}, undefined, (span) => span.recordException({ code: 7, message: 'no stack' }));
    expect(await rows()).toEqual({
      save: [1, 1],
      odd: [1, 0],
      'ex:DuplicateKey': [1, 0],
      'ex:7': [1, 0],
    });
  });

  test('makes no row if there is only an answer', async () => {
    const { request, within, rows } = await app();
    const outer = request('/bad');
    within(
      'GET',
      { kind: CLIENT, attributes: { 'http.request.method': 'GET', 'url.full': 'http://peer/x' } },
      outer,
      (call) => call.setStatus({ code: SpanStatusCode.ERROR }),
    );
    answer(outer, 502);
    expect(Object.keys(await rows()).sort()).toEqual(['/bad', 'http://peer/x']);
  });

  test.each([
    [{ 'rpc.grpc.status_code': 5 }, 'no such user', 'NOT_FOUND: no such user'],
    [
      { 'rpc.grpc.status_code': 14, 'grpc.error_message': '14 UNAVAILABLE: gone' },
      undefined,
      'UNAVAILABLE: gone',
    ],
    [{ 'rpc.grpc.status_code': 12 }, undefined, 'UNIMPLEMENTED'],
    [{ 'rpc.grpc.status_code': 99 }, undefined, 'grpc status 99'],
    [{ 'grpc.error_name': 'TypeError', 'grpc.error_message': 'broke' }, undefined, 'UNKNOWN: broke'],
  ])('of gRPC names its status: %s', async (attributes, message, text) => {
    const { within, rows, server } = await app();
    const words = {
      kind: CLIENT,
      attributes: { 'rpc.system': 'grpc', 'rpc.service': 'S', 'rpc.method': 'M', ...attributes },
    };
    within('grpc.S/M', words, undefined, (span) => {
      span.setStatus(
        message === undefined ? { code: SpanStatusCode.ERROR } : { code: SpanStatusCode.ERROR, message },
      );
    });
    await rows();
    expect(received(server, 'rpc:S/M').errorSamples[0]?.Error).toBe(text);
  });

  test('in a handler of gRPC fails its call, though its server sets no status', async () => {
    const { within, rows } = await app();
    const attributes = {
      'rpc.system': 'grpc',
      'rpc.service': 'S',
      'rpc.method': 'M',
      'grpc.error_message': 'broke',
    };
    within('grpc.S/M', { kind: SERVER, attributes }, undefined, () => {});
    expect(await rows()).toEqual({ '/S/M': [1, 1] });
  });
});

describe('a chain', () => {
  test('keeps the ancestors of what it keeps', async () => {
    const it = await app({}, { maxSamples: 1 });
    for (let i = 0; i < 3; i++) {
      const outer = it.request('/same');
      it.within(`step ${i}`, {}, outer, () => {});
      answer(outer, 200);
    }
    await it.rows();
    expect(received(it.server, '/same').samples).toHaveLength(3);
    expect(torn(it.server)).toEqual([]);
  });

  test("that is not marked and passes a period's border keeps nothing after it", async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 60_000) * 60_000 + 50_000 });
    const it = await app({}, { maxSamples: 1 });
    const serve = async (whileOpen: () => Promise<unknown>) => {
      const outer = it.request('/same');
      it.within('step', {}, outer, () => {});
      await whileOpen();
      it.within('step', {}, outer, () => {});
      answer(outer, 200);
    };
    await serve(() => Promise.resolve());
    await it.rows();
    const keptOf = () => ['/same', 'step'].map((name) => received(it.server, name).samples.length);
    const before = keptOf();
    await serve(() => {
      vi.setSystemTime(Date.now() + 20_000);
      return it.rows();
    });
    await it.rows();
    expect(keptOf()).toEqual(before);
    expect(received(it.server, '/same').total).toBe(2);
    expect(torn(it.server)).toEqual([]);
  });
});

describe('names that strangers choose are bounded', () => {
  test.each([
    ['first segments of paths', 300, 201, (i: number) => ({ path: `/word-${i}x` })],
    ['second segments of paths', 300, 65, (i: number) => ({ path: `/articles/word-${i}x` })],
    ['batches', 300, 1, (i: number) => ({ path: `/user.${i}x,shop.list` })],
    ['paths that do not exist', 300, 1, (i: number) => ({ path: `/none/word-${i}x`, status: 404 })],
  ])('%s', async (_, count, atMost, wordsOf) => {
    const { request, rows } = await app();
    for (let i = 0; i < count; i++) {
      const words: { path: string; status?: number } = wordsOf(i);
      answer(request(words.path), words.status ?? 200);
    }
    const names = await rows();
    expect(Object.keys(names).length).toBeLessThanOrEqual(atMost);
    expect(Object.values(names).reduce((sum, [total = 0]) => sum + total, 0)).toBe(count);
  });

  test.each([
    ['ports of a host', 100, 17, (i: number) => `http://127.0.0.1:${40_000 + i}/`],
    ['hosts', 700, 501, (i: number) => `https://host-${i}.example/hook`],
  ])('%s', async (_, count, atMost, urlOf) => {
    const { within, rows } = await app();
    for (let i = 0; i < count; i++) {
      within(
        'GET',
        { kind: CLIENT, attributes: { 'http.request.method': 'GET', 'url.full': urlOf(i) } },
        undefined,
        () => {},
      );
    }
    expect(Object.keys(await rows()).length).toBeLessThanOrEqual(atMost);
  });

  test.each([
    [
      'queues that RabbitMQ made for the answers to one caller',
      1,
      (i: number) => `amq.gen-${i}pIdg2qZqM8_k7C8O2vA`,
    ],
    ['queues for direct answers', 1, (i: number) => `amq.rabbitmq.reply-to.g2dk${i}.AAAB+x==`],
    [
      'queues named by a caller with a UUID',
      1,
      (i: number) => `answers-${i.toString(16).padStart(8, '0')}-1d0e-4f6b-8a51-0242ac120002`,
    ],
    ['queues that callers name as they like', 201, (i: number) => `answers-of-host-${i}x`],
  ])('%s', async (_, atMost, queueOf) => {
    const { within, rows } = await app();
    for (let i = 0; i < 300; i++) {
      const attributes = { 'messaging.system': 'rabbitmq', 'messaging.destination': queueOf(i) };
      within('publish', { kind: PRODUCER, attributes }, undefined, () => {});
    }
    const names = await rows();
    expect(Object.keys(names).length).toBeLessThanOrEqual(atMost);
    expect(Object.values(names).reduce((sum, [total = 0]) => sum + total, 0)).toBe(300);
  });

  test('methods', async () => {
    const { within, rows } = await app();
    for (let i = 0; i < 100; i++) {
      const attributes = { 'http.method': `PURGE${i}`, 'http.target': '/cache' };
      within(`PURGE${i}`, { scope: HTTP, kind: SERVER, attributes }, undefined, () => {});
    }
    expect(await rows()).toEqual({ '/cache': [100, 0] });
  });

  test('hosts of sockets, such as those that TLS names, where they are asked for', async () => {
    const { within, rows } = await app({ internalSpans: true });
    for (let i = 0; i < 700; i++) {
      const attributes = { 'net.peer.name': `host-${i}x.example` };
      within('tls.connect', { scope: '@opentelemetry/instrumentation-net', attributes }, undefined, () => {});
    }
    expect(Object.keys(await rows()).length).toBeLessThanOrEqual(501);
  });

  test('operations of GraphQL, where layers are asked for', async () => {
    const { within, rows } = await app({ internalSpans: true });
    for (let i = 0; i < 50; i++) {
      within(`query Mine${i}`, { scope: '@opentelemetry/instrumentation-graphql' }, undefined, () => {});
      within(
        `graphql.resolve user.friends.${i}.id`,
        { scope: '@opentelemetry/instrumentation-graphql' },
        undefined,
        () => {},
      );
    }
    expect(await rows()).toEqual({ query: [50, 0], 'graphql.resolve': [50, 0] });
  });

  test('queries in the names of spans, under the naming of spans', async () => {
    const { within, rows } = await app({ naming: 'span' });
    within('fetch GET http://peer/api?access_token=hush', {}, undefined, () => {});
    expect(await rows()).toEqual({ 'fetch GET http://peer/api': [1, 0] });
  });
});

test('two processors of one provider judge for themselves', async () => {
  const [all, calls] = [await devServer(), await devServer()];
  const options = { appId: 'app', shutdownTimeoutMillis: 500 };
  const processors = [
    ...stardust({ ...options, server: all.url, internalSpans: true }).spanProcessors,
    ...stardust({ ...options, server: calls.url }).spanProcessors,
  ];
  const provider = new NodeTracerProvider({ spanProcessors: processors });
  endings.push(() => provider.shutdown());
  const outer = provider
    .getTracer(HTTP)
    .startSpan('GET /x', { kind: SERVER, attributes: { 'http.route': '/x' } });
  provider.getTracer(EXPRESS).startSpan('handler', {}, trace.setSpan(ROOT_CONTEXT, outer)).end();
  outer.end();
  await provider.forceFlush();
  const namesOf = (server: DevServer) =>
    server
      .app('app')
      ?.names.map(({ name }) => name)
      .sort();
  expect(namesOf(all)).toEqual(['/x', 'handler']);
  expect(namesOf(calls)).toEqual(['/x']);
});

test('a call that tells what it is only after its start counts', async () => {
  const { start, rows } = await app();
  const call = start('grpc.shop.Greeter/Hello', {
    scope: '@opentelemetry/instrumentation-grpc',
    kind: CLIENT,
  });
  call.setAttributes({ 'rpc.system': 'grpc', 'rpc.service': 'shop.Greeter', 'rpc.method': 'Hello' });
  call.end();
  start('dataloader.load', { scope: '@opentelemetry/instrumentation-dataloader', kind: CLIENT }).end();
  expect(await rows()).toEqual({ 'rpc:shop.Greeter/Hello': [1, 0] });
});

test('a client and a server never share a row', async () => {
  const { within, rows } = await app();
  const attributes = { 'rpc.system': 'grpc', 'rpc.service': 'shop.Greeter', 'rpc.method': 'Hello' };
  for (const kind of [CLIENT, SERVER])
    within('grpc.shop.Greeter/Hello', { kind, attributes }, undefined, () => {});
  expect(await rows()).toEqual({ 'rpc:shop.Greeter/Hello': [1, 0], '/shop.Greeter/Hello': [1, 0] });
});

describe('names', () => {
  test('that are words of secrets elsewhere stay as they are, and each call keeps its own', async () => {
    const { within, rows } = await app();
    const redis = (command: string): Words => ({
      kind: CLIENT,
      attributes: {
        'db.system.name': 'redis',
        'db.operation.name': command,
        'db.client.connection.pool.name': 'sessions',
      },
    });
    for (const command of ['GET', 'SET']) within(command, redis(command), undefined, () => {});
    const queue = { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'password-reset-tokens' };
    within('send', { kind: PRODUCER, attributes: queue }, undefined, () => {});
    within('token: a81b7c22', {}, undefined, () => {});
    expect(await rows()).toEqual({
      'redis:sessions:GET': [1, 0],
      'redis:sessions:SET': [1, 0],
      'mq:password-reset-tokens:publish': [1, 0],
      'token: ***': [1, 0],
    });
  });
});
