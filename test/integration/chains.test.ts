import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  InMemorySpanExporter,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type SamplerLike,
  StardustExporter,
  StardustSampler,
  StardustSpanProcessor,
  stardust,
} from '../../src/index.ts';
import { devServer, exporterFor, fakeTime, received } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of endings.splice(0).reverse()) await end();
  trace.disable();
  context.disable();
  propagation.disable();
});

const AGENT_ID = `c0000202${Date.now()}0080e19d0`;
const CALLER = 'c000020219d0000a';

function carrier(traceId: string, flag: string): Record<string, string> {
  return { traceparent: `00-${traceId}-${CALLER}-${flag}` };
}

/** Stops the clock in the middle of a period, so that no test runs into the next. */
function midPeriod(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 60_000) * 60_000 + 30_000 });
}

/** Our service: under a caller's headers it makes a request span, in it a client span, and calls the next hop. */
async function serve(headers: Record<string, string>, next: string, path = '/orders/7'): Promise<void> {
  const tracer = trace.getTracer('service');
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const request = { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET', 'url.path': path } };
  await tracer.startActiveSpan('GET', request, parent, async (server) => {
    await tracer.startActiveSpan('call', { kind: SpanKind.CLIENT }, async (client) => {
      const onward: Record<string, string> = {};
      propagation.inject(context.active(), onward);
      await fetch(next, { headers: onward });
      client.end();
    });
    server.end();
  });
}

/** The next hop: a service that records the headers it gets. */
async function listener(): Promise<{ url: string; headers: IncomingHttpHeaders[] }> {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, headers };
}

function register(url: string, root?: SamplerLike) {
  const s = stardust({ server: url, appId: 'app', shutdownTimeoutMillis: 500, root });
  const memory = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    ...s,
    spanProcessors: [...s.spanProcessors, new BatchSpanProcessor(memory)],
  });
  provider.register({ propagator: s.textMapPropagator });
  endings.push(() => provider.shutdown());
  return { provider, processor: s.spanProcessors[0], memory };
}

describe('a chain of a .NET service, ours, and the next', () => {
  test.each([
    ['00', ['01', '00', '00', '00', '00']],
    ['01', ['01', '01', '01', '01', '01']],
  ])('keeps its trace id and counts everything under flag %s', async (flag, flags) => {
    midPeriod();
    const stand = await devServer();
    const next = await listener();
    const { provider, processor } = register(stand.url);
    for (let i = 0; i < 5; i++) await serve(carrier(AGENT_ID, flag), next.url);
    await provider.forceFlush();
    const parents = next.headers.map(({ traceparent }) =>
      /^00-(.*)-(\w{16})-(\w\w)$/.exec(String(traceparent)),
    );
    expect(parents.map((each) => each?.[1])).toEqual(Array.from({ length: 5 }, () => AGENT_ID));
    expect(parents.map((each) => each?.[3])).toEqual(flags);
    const [sample] = received(stand, '/orders/*').samples;
    const [call] = received(stand, 'call').samples;
    expect(sample).toMatchObject({ TraceId: AGENT_ID, ParentId: CALLER });
    expect(call).toMatchObject({ TraceId: AGENT_ID, ParentId: sample?.Id, Id: parents[0]?.[2] });
    expect(processor.stats().counted).toBe(10);
  });

  test('under a marked chain keeps up to ten times the samples, under an unmarked one the ordinary number', async () => {
    const stand = await devServer();
    const next = await listener();
    midPeriod();
    const { provider } = register(stand.url);
    for (let i = 0; i < 20; i++) await serve(carrier(AGENT_ID, '01'), next.url);
    await provider.forceFlush();
    expect(received(stand, '/orders/*').samples).toHaveLength(10);
  });
});

describe('without root', () => {
  test('a name is marked while it has had fewer than maxSamples calls in this period', async () => {
    fakeTime();
    const stand = await devServer({ limits: { maxSamples: 3 } });
    const exporter = exporterFor(stand, { maxSamples: 3 });
    new StardustSpanProcessor(exporter);
    const sampler = new StardustSampler();
    const ask = (path: string) =>
      sampler.shouldSample(ROOT_CONTEXT, '', 'GET', SpanKind.SERVER, { 'url.path': path }, []).decision;
    // The limits of the processor are asked for once it has spans.
    exporter.count({ resource: {} } as never);
    expect([1, 2, 3, 4].map((id) => ask(`/orders/${id}`))).toEqual([2, 2, 2, 1]);
    expect(ask('/other')).toBe(2);
    vi.setSystemTime(Date.now() + 60_000);
    expect(ask('/orders/5')).toBe(2);
  });

  test('the limit of the server counts, where it differs from the option', async () => {
    midPeriod();
    const stand = await devServer({ limits: { maxSamples: 3 } });
    const { sampler, spanProcessors } = stardust({ server: stand.url, appId: 'app', maxSamples: 1 });
    endings.push(() => spanProcessors[0].shutdown());
    spanProcessors[0].onEnd(makeSpan({ name: 'asks' }));
    await spanProcessors[0].forceFlush();
    const ask = () => sampler.shouldSample(ROOT_CONTEXT, '', 'op', 0, {}, []).decision;
    expect([ask(), ask(), ask(), ask()]).toEqual([2, 2, 2, 1]);
  });

  test.each([
    ['forwards', 3_600_000],
    ['back', -3_600_000],
  ])('a clock that is stepped %s by an hour begins a period', async (_, byMs) => {
    fakeTime();
    const exporter = exporterFor(await devServer(), { maxSamples: 2 });
    const sampler = new StardustSampler();
    sampler.take(exporter.samplingSource);
    const ask = () => sampler.shouldSample(ROOT_CONTEXT, '', 'op', 0, {}, []).decision;
    expect([ask(), ask(), ask()]).toEqual([2, 2, 1]);
    vi.setSystemTime(Date.now() + byMs);
    expect([ask(), ask(), ask()]).toEqual([2, 2, 1]);
  });

  test('two of a process follow the limits of their own processors', async () => {
    const stand = await devServer();
    const marks = [1, 3].map((maxSamples) => {
      const { sampler, spanProcessors } = stardust({
        server: stand.url,
        appId: `app ${maxSamples}`,
        maxSamples,
      });
      endings.push(() => spanProcessors[0].shutdown());
      return () => sampler.shouldSample(ROOT_CONTEXT, '', 'op', 0, {}, []).decision;
    });
    midPeriod();
    expect(marks.map((ask) => [ask(), ask(), ask(), ask()])).toEqual([
      [2, 1, 1, 1],
      [2, 2, 2, 1],
    ]);
  });

  test('the names it remembers are bounded', async () => {
    const stand = await devServer();
    const exporter = exporterFor(stand, { maxNames: 10 });
    const sampler = new StardustSampler();
    sampler.take(exporter.samplingSource);
    const decisions = Array.from(
      { length: 20 },
      (_, i) => sampler.shouldSample(ROOT_CONTEXT, '', `op ${i}`, 0, {}, []).decision,
    );
    expect(decisions.filter((each) => each === 2)).toHaveLength(10);
  });

  test('nothing of it shows in attributes or tracestate', () => {
    expect(new StardustSampler().shouldSample(ROOT_CONTEXT, '', 'op', 0, {}, [])).toEqual({ decision: 2 });
  });
});

describe('under a parent with flag 00', () => {
  test('the default sampler has 0 of 1,000 requests counted, ours 1,000', async () => {
    const stand = await devServer();
    const count = async (appId: string, sampler: StardustSampler | undefined) => {
      const processor = new StardustSpanProcessor(new StardustExporter({ server: stand.url, appId }));
      const provider = new NodeTracerProvider({ spanProcessors: [processor], ...(sampler && { sampler }) });
      const parent = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: CALLER,
        traceFlags: 0,
        isRemote: true,
      });
      for (let i = 0; i < 1_000; i++) provider.getTracer('t').startSpan('GET', {}, parent).end();
      await provider.shutdown();
      return processor.stats().delivered;
    };
    expect(await count('default', undefined)).toBe(0);
    expect(await count('ours', new StardustSampler())).toBe(1_000);
  });
});

describe('with root', () => {
  test('an exporter beside ours sees exactly what it would have seen without us, and ours counts all', async () => {
    const stand = await devServer();
    const next = await listener();
    const { provider, processor, memory } = register(
      stand.url,
      new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    );
    for (let i = 0; i < 3; i++) await serve(carrier(AGENT_ID, '00'), next.url);
    await provider.forceFlush();
    expect(memory.getFinishedSpans()).toHaveLength(0);
    expect(processor.stats().counted).toBe(6);
    for (let i = 0; i < 3; i++) await serve({}, next.url);
    await provider.forceFlush();
    expect(memory.getFinishedSpans()).toHaveLength(6);
    expect(next.headers.map(({ traceparent }) => String(traceparent).slice(-2))).toEqual([
      '00',
      '00',
      '00',
      '01',
      '01',
      '01',
    ]);
  });

  test('01 is no mark: the ordinary number of samples is kept', async () => {
    const stand = await devServer();
    const next = await listener();
    const { provider } = register(stand.url, new AlwaysOnSampler());
    for (let i = 0; i < 20; i++) await serve({}, next.url);
    await provider.forceFlush();
    expect(received(stand, '/orders/*').samples).toHaveLength(1);
  });

  test.each([
    ['always_on', undefined, new AlwaysOnSampler()],
    ['always_off', undefined, new AlwaysOffSampler()],
    ['traceidratio', '0.3', new TraceIdRatioBasedSampler(0.3)],
    ['parentbased_always_off', undefined, new ParentBasedSampler({ root: new AlwaysOffSampler() })],
    ['parentbased_traceidratio', '0.5', new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) })],
  ])('OTEL_TRACES_SAMPLER=%s decides as the SDK does', async (name, argument, expected) => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', name);
    if (argument !== undefined) vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', argument);
    const stand = await devServer();
    const { sampler, spanProcessors } = stardust({ server: stand.url, appId: 'app' });
    endings.push(() => spanProcessors[0].shutdown());
    for (let i = 0; i < 300; i++) {
      const traceId = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
      const parent = { traceId, spanId: CALLER, traceFlags: i % 2, isRemote: true };
      const ctx = i % 3 === 0 ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
      const sampled = expected.shouldSample(ctx, traceId, 'op', 0, {}, []).decision === 2;
      expect(sampler.shouldSample(ctx, traceId, 'op', 0, {}, []).decision).toBe(sampled ? 2 : 1);
    }
  });
});

test('OTEL_TRACES_EXPORTER naming another exporter sets root to the default of the SDK', async () => {
  const stand = await devServer();
  const decisions = (exporter: string) => {
    vi.stubEnv('OTEL_TRACES_EXPORTER', exporter);
    const { sampler, spanProcessors } = stardust({ server: stand.url, appId: 'app' });
    endings.push(() => spanProcessors[0].shutdown());
    return [1, 2].map(() => sampler.shouldSample(ROOT_CONTEXT, 'a'.repeat(32), 'op', 0, {}, []).decision);
  };
  expect(decisions('otlp')).toEqual([2, 2]);
  expect(decisions('none')).toEqual([2, 1]);
});

describe('propagators', () => {
  test('are what OTEL_PROPAGATORS says, with ours in the place of tracecontext', async () => {
    const stand = await devServer();
    const fields = (value: string) => {
      vi.stubEnv('OTEL_PROPAGATORS', value);
      const { textMapPropagator, spanProcessors } = stardust({ server: stand.url, appId: 'app' });
      endings.push(() => spanProcessors[0].shutdown());
      return textMapPropagator.fields();
    };
    expect(fields('')).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(fields('tracecontext')).toEqual(['traceparent', 'tracestate']);
    expect(fields('b3, baggage')).toEqual(['b3', 'baggage']);
    expect(fields('b3multi, tracecontext')).toEqual([
      ...['x-b3-traceid', 'x-b3-spanid', 'x-b3-flags', 'x-b3-sampled', 'x-b3-parentspanid'],
      ...['traceparent', 'tracestate'],
    ]);
    expect(fields('jaeger')).toEqual(['uber-trace-id']);
    expect(fields('none')).toEqual([]);
  });

  test('baggage goes along with a .NET chain', async () => {
    const stand = await devServer();
    const next = await listener();
    register(stand.url);
    await serve({ ...carrier(AGENT_ID, '00'), baggage: 'user=7' }, next.url);
    expect(next.headers[0]).toMatchObject({ baggage: 'user=7' });
  });
});
