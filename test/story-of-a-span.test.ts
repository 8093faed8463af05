import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, expect, test } from 'vitest';
import { stardust } from '../src/index.ts';
import { devServer, fakeTime, logLines, pass, received, reports } from './support/harness.ts';

/**
 * Where to begin reading. One request of a service, from `startSpan` to the row that the server shows, with the room of
 * `src` that each step happens in. docs/design.md says why; the other tests say what holds when something goes wrong.
 */

const shopRequest = { 'http.request.method': 'GET', 'http.route': '/orders/:id', 'url.path': '/orders/7' };
const shopQuery = {
  'db.system.name': 'postgresql',
  'db.namespace': 'shop',
  'db.query.text': "SELECT total FROM orders WHERE id = 7 AND card = '4111'",
};

afterEach(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

test('two requests become one row: from startSpan to what the server shows', async () => {
  // It is 10:02:30, and time stands still but for `pass`. The server is a stand-in (src/dev) on a real socket.
  fakeTime(Date.UTC(2026, 10, 24, 10, 2, 30));
  const server = await devServer({ limits: { period: 15, maxSamples: 1 } });
  const lines = logLines();

  // A service sets OpenTelemetry up. Its options are read and checked (config), nothing is sent.
  const s = stardust({ server: server.url, appId: 'shop', clientId: '192.0.2.7@1', version: '2.1.0' });
  const provider = new NodeTracerProvider(s);
  provider.register({ propagator: s.textMapPropagator });
  const tracer = trace.getTracer('shop');
  const [processor] = s.spanProcessors;
  expect(processor.stats()).toMatchObject({ counted: 0, session: 'new' });

  // A turn later the session logs in (session, over transport and wire), and an empty report asks for the limits
  // (delivery). The answer holds them (aggregate/limits): a period of 15 s, one sample of a name in each.
  await pass(1_000);
  expect(server.requests().map(({ path }) => path)).toEqual(['/App/Login', '/Trace/Report']);
  expect(processor.stats()).toMatchObject({ counted: 0, session: 'loggedIn' });

  // A request comes in. The sampler decides, without a look at the server, whether its chain is marked (chains); the
  // processor notes below which span each one starts (structure).
  const traceIds: string[] = [];
  const answerRequest = async (ms: number, bytes: number) => {
    // The times are told, since OpenTelemetry would measure real ones.
    const started = { kind: SpanKind.SERVER, attributes: shopRequest, startTime: new Date() };
    await tracer.startActiveSpan('GET', started, async (request) => {
      traceIds.push(request.spanContext().traceId);
      const startTime = new Date();
      tracer
        .startSpan('pg.query', { kind: SpanKind.CLIENT, attributes: shopQuery, startTime })
        .end(startTime);
      await pass(ms);
      request.setAttribute('http.response.status_code', 200);
      request.setAttribute('http.response.body.size', bytes);
      // The span ends: it gets a name as Stardust's own agents give it (naming), and is added up under it (aggregate).
      // The first of a name and period becomes a sample, its secrets hidden (span, redact, sql). Nothing else is kept.
      request.end(new Date());
    });
  };
  await answerRequest(40, 100);
  await answerRequest(60, 200);

  // Four spans are two builders of two calls, which wait for the end of the period.
  expect(processor.stats()).toMatchObject({ counted: 4, waiting: 4, delivered: 0, names: { inUse: 2 } });
  expect(server.app('shop')?.names).toEqual([]);

  // The period ends, and the map of builders is taken into what waits (backlog). A moment later a run begins (delivery).
  // The names are new to the server, so they go ahead with a total of 0; the counts follow.
  await pass(20_000);
  const [limits, announcement, counts, ...others] = reports(server);
  expect(limits?.builders).toEqual([]);
  expect(announcement?.builders.map(({ Name, Total }) => [Name, Total])).toEqual([
    ['db:shop:Select:orders', 0],
    ['/orders/:id', 0],
  ]);
  expect(others).toEqual([]);

  // The report as it went over the wire (report, wire), here the builder of the request. The server counts it in the
  // five minutes of its start.
  expect(counts?.builders.map(({ Name }) => Name)).toEqual(['db:shop:Select:orders', '/orders/:id']);
  expect(counts?.builders[1]).toMatchObject({
    Name: '/orders/:id',
    Total: 2,
    Errors: 0,
    Cost: 100,
    MaxCost: 60,
    MinCost: 40,
    Value: 300,
  });

  // What the server makes of it: a row, with an example that leads to the whole chain.
  const row = received(server, '/orders/:id', 'shop');
  expect(row).toMatchObject({ kind: 'api', total: 2, errors: 0, averageMs: 50, maxCostMs: 60 });
  expect(row.buckets).toEqual([{ startMs: Date.UTC(2026, 10, 24, 10, 0), total: 2, errors: 0 }]);
  const [request] = row.samples;
  const [query] = received(server, 'db:shop:Select:orders', 'shop').samples;
  expect(request).toMatchObject({
    TraceId: traceIds[0],
    ParentId: '',
    StartTime: Date.UTC(2026, 10, 24, 10, 2, 31),
    EndTime: Date.UTC(2026, 10, 24, 10, 2, 31, 40),
    Tag: 'GET /orders/7 → 200',
  });
  expect(query).toMatchObject({ TraceId: traceIds[0], ParentId: request?.Id });
  expect(query?.Tag).toContain('SELECT total FROM orders WHERE id = ? AND card = ?');

  // The books balance, at every moment.
  expect(processor.stats()).toMatchObject({
    counted: 4,
    waiting: 0,
    delivered: 4,
    reports: { delivered: 1 },
  });

  // The end: what is left is sent, and the session logs out.
  await answerRequest(50, 0);
  await provider.shutdown();
  expect(received(server, '/orders/:id', 'shop').total).toBe(3);
  expect(processor.stats()).toMatchObject({ counted: 6, waiting: 0, delivered: 6, session: 'closed' });
  expect(server.requests().at(-1)?.path).toBe('/App/Logout');

  // All that was logged.
  expect(lines).toEqual([
    `info reporting as shop (shop 2.1.0, 192.0.2.7@1) to ${server.url}`,
    `info ${server.url} took the first report of shop`,
  ]);
});
