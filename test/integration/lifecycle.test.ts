import { DiagLogLevel } from '@opentelemetry/api';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { StardustExporter, StardustSpanProcessor } from '../../src/index.ts';
import {
  devServer,
  exporterFor,
  fakeTime,
  logLines,
  pass,
  processorFor,
  received,
  reports,
} from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

afterEach(() => vi.unstubAllEnvs());

const warnings = (lines: string[]) => lines.filter((line) => line.startsWith('warn'));

describe('inactive', () => {
  test('without a server: one warning, nothing counted, flush and shutdown resolve', async () => {
    const lines = logLines();
    const processor = new StardustSpanProcessor();
    for (let i = 0; i < 10; i++) processor.onEnd(makeSpan());
    await processor.forceFlush();
    await processor.shutdown();
    expect(warnings(lines)).toEqual([expect.stringContaining('STARDUST_SERVER')]);
    expect(processor.stats()).toMatchObject({ counted: 0, waiting: 0, session: 'inactive' });
  });

  test('under OTEL_SDK_DISABLED', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    expect(server.requests()).toEqual([]);
  });

  test('where nothing names the app: unknown_service counts as unset, logged once', async () => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, { appId: undefined });
    for (let i = 0; i < 3; i++) {
      processor.onEnd(makeSpan({ resource: { attributes: { 'service.name': 'unknown_service:node' } } }));
    }
    await processor.forceFlush();
    processor.onEnd(makeSpan());
    expect(server.requests()).toEqual([]);
    expect(warnings(lines)).toEqual([expect.stringContaining('names the app')]);
    expect(processor.stats()).toMatchObject({
      counted: 3,
      waiting: 0,
      givenUp: { noApp: 3 },
      session: 'inactive',
    });
  });
});

describe('who reports', () => {
  test('is told by the resource of the first span, once its pending attributes have come', async () => {
    const server = await devServer();
    const processor = processorFor(server, { appId: undefined });
    let name: string | undefined;
    const resource = {
      get attributes() {
        return { 'service.name': name, 'service.version': '7.1' };
      },
      asyncAttributesPending: true,
      waitForAsyncAttributes: async () => {
        name = 'late';
      },
    };
    processor.onEnd(makeSpan({ name: 'op', resource }));
    await processor.forceFlush();
    expect(received(server, 'op', 'late').total).toBe(1);
    expect(server.app('late')).toMatchObject({ appName: 'late', version: '7.1' });
  });

  test('is told by OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, before any span', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'from-env');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=other,service.version=3%2E0');
    const server = await devServer();
    const processor = processorFor(server, { appId: undefined });
    await processor.forceFlush();
    expect(server.app('from-env')).toMatchObject({ appName: 'from-env', version: '3.0', logins: 1 });
  });

  test('keeps its appId when the resource names another, which becomes the display name', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ resource: { attributes: { 'service.name': 'shown' } } }));
    await processor.forceFlush();
    expect(reports(server).length).toBeGreaterThan(0);
    const last = server.requests().findLast(({ path }) => path.startsWith('/Trace'))?.body;
    expect(last).toMatchObject({ AppId: 'app', AppName: 'shown', Version: '1.0.0' });
  });
});

describe('options', () => {
  test('that are bad throw at construction', () => {
    expect(() => new StardustExporter({ periodSeconds: -1 })).toThrow(/option periodSeconds/);
    expect(() => new StardustExporter({ maxNames: 0 })).toThrow(/option maxNames/);
  });

  test('that nobody knows, and bad variables, are logged once', async () => {
    vi.stubEnv('STARDUST_MAX_NAMES', 'many');
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, { colour: 'red' } as never);
    await processor.forceFlush();
    await processor.forceFlush();
    expect(warnings(lines)).toEqual([
      expect.stringContaining('unknown options are ignored: colour'),
      expect.stringContaining(
        'variable STARDUST_MAX_NAMES must be a whole number from 1 to 100,000, not "many"',
      ),
    ]);
  });

  test('that are no default are logged at start, all of them for debuggers, then the first report', async () => {
    vi.stubEnv('STARDUST_PERIOD_SECONDS', '20');
    const lines = logLines(DiagLogLevel.DEBUG);
    const server = await devServer();
    const processor = processorFor(server, { secret: 'hunter2' });
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    expect(lines.filter((line) => !line.includes('@opentelemetry/api'))).toEqual([
      expect.stringMatching(
        /^info reporting as app \(app 1\.0\.0, \S+@\d+\) to http:\S+; secret=\*\*\*, periodSeconds=20, shutdown\S+$/,
      ),
      expect.stringMatching(
        /^debug settings: server=.*secret=\*\*\* \(option\).*periodSeconds=20 \(environment\).*maxNames=2000 \(default\)/,
      ),
      expect.stringMatching(/^info http.* took the first report of app$/),
    ]);
  });
});

describe('as a span exporter', () => {
  test('behind a BatchSpanProcessor it adds spans up and the period sends them', async () => {
    const server = await devServer();
    const exporter: SpanExporter = exporterFor(server);
    const batch: SpanProcessor = new BatchSpanProcessor(exporter);
    const provider = new NodeTracerProvider({ spanProcessors: [batch] });
    const tracer = provider.getTracer('test');
    for (let i = 0; i < 5; i++) tracer.startSpan('op').end();
    await provider.shutdown();
    expect(received(server, 'op').total).toBe(5);
  });

  test('answers a success at once, and a failure after the shutdown', async () => {
    const server = await devServer();
    const exporter = exporterFor(server);
    const codes: number[] = [];
    exporter.export([makeSpan()], ({ code }) => codes.push(code));
    await exporter.shutdown();
    exporter.export([makeSpan()], ({ code }) => codes.push(code));
    expect(codes).toEqual([0, 1]);
    expect(exporter.stats()).toMatchObject({ counted: 1, delivered: 1, dropped: { afterShutdown: 1 } });
  });

  test('used both ways it warns once', async () => {
    const lines = logLines();
    const server = await devServer();
    const exporter = exporterFor(server);
    const processor = new StardustSpanProcessor(exporter);
    processor.onEnd(makeSpan());
    for (let i = 0; i < 3; i++) exporter.export([makeSpan()], () => {});
    expect(warnings(lines)).toEqual([expect.stringContaining('twice')]);
  });
});

describe('flush and shutdown', () => {
  test('a flush that is asked while another one sends delivers what has come since', async () => {
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    const isReport = ({ path, body }: { readonly path: string; readonly body: unknown }) =>
      path.startsWith('/Trace') && /"Total":[1-9]/.test(JSON.stringify(body));
    server.fault({ kind: 'slow', delayMillis: 500, when: isReport, times: 1 });
    exporter.count(makeSpan({ name: 'op' }));
    const first = exporter.forceFlush();
    await server.waitFor(() => server.requests().some(isReport));
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ delivered: 2, waiting: 0 });
    await first;
  });

  test('a flush joins the delivery under way, so that spans ended before it are there after it', async () => {
    const server = await devServer();
    server.fault({ path: '/Trace', kind: 'slow', delayMillis: 30 });
    const processor = processorFor(server);
    const flushes = [];
    for (let i = 0; i < 5; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      flushes.push(processor.forceFlush());
    }
    await flushes[4];
    expect(received(server, 'op').total).toBe(5);
  });

  test('a shutdown against a server that hangs ends in time, and says what was not delivered', async () => {
    const lines = logLines();
    const server = await devServer();
    server.fault({ kind: 'hang' });
    const processor = processorFor(server, { shutdownTimeoutMillis: 100 });
    processor.onEnd(makeSpan());
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({
      counted: 1,
      waiting: 0,
      givenUp: { shutdown: 1 },
      session: 'closed',
    });
    expect(warnings(lines).filter((line) => line.includes('could not be delivered'))).toHaveLength(1);
  });

  test('at shutdown new names are announced, their counts follow, then the instance logs out', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.shutdown();
    expect(server.requests().map(({ path }) => path)).toContain('/App/Logout');
    const sent = reports(server).map(({ builders }) => builders.map(({ Total }) => Total));
    expect(sent.filter((totals) => totals.length > 0)).toEqual([[0], [1]]);
    expect(received(server, 'op').total).toBe(1);
  });

  test('at shutdown counts go without, which is logged once, if announcing would take over half of the time left', async () => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, { shutdownTimeoutMillis: 1_000 });
    for (let i = 0; i < 60; i++) processor.onEnd(makeSpan({ name: `op ${i}` }));
    await processor.shutdown();
    const sent = reports(server).filter(({ builders }) => builders.length > 0);
    expect(sent.map(({ builders }) => builders.length)).toEqual([60]);
    expect(processor.stats()).toMatchObject({ delivered: 60, waiting: 0 });
    expect(lines.filter((line) => line.includes('too little time is left to announce'))).toHaveLength(1);
  });

  test('at shutdown counts go without too, if the server is too slow for both', async () => {
    const lines = logLines();
    const server = await devServer();
    server.fault({ kind: 'slow', delayMillis: 500 });
    const processor = processorFor(server, { shutdownTimeoutMillis: 1_200 });
    await processor.forceFlush();
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.shutdown();
    const sent = reports(server).filter(({ builders }) => builders.length > 0);
    expect(sent.map(({ builders }) => builders.map(({ Total }) => Total))).toEqual([[1]]);
    expect(lines.filter((line) => line.includes('too little time is left to announce'))).toHaveLength(1);
  });

  test('a period that ends while a delivery runs waits for the next', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server);
    await pass(20_000);
    server.fault({ path: '/Trace', kind: 'slow', delayMillis: 25_000, times: 1 });
    for (let second = 0; second < 60; second++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(1_000);
    }
    await pass(30_000);
    expect(received(server, 'op').total).toBe(60);
    const { requests } = { requests: server.requests().filter(({ path }) => path.startsWith('/Trace')) };
    const times = requests.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

test('a name not seen for an hour frees its place', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const server = await devServer();
  const processor = processorFor(server, { maxNames: 2 });
  processor.onEnd(makeSpan({ name: 'a' }));
  processor.onEnd(makeSpan({ name: 'b' }));
  await pass(59 * 60_000, 10_000);
  processor.onEnd(makeSpan({ name: 'b' }));
  processor.onEnd(makeSpan({ name: 'c' }));
  await pass(3 * 60_000, 10_000);
  processor.onEnd(makeSpan({ name: 'd' }));
  await processor.forceFlush();
  expect(
    server
      .app('app')
      ?.names.map(({ name, total }) => `${name} ${total}`)
      .sort(),
  ).toEqual(['a 1', 'b 2', 'd 1', 'other:overflow 1']);
});

test('a login answered without a token, as in the moment an app is switched off, is a refusal', async () => {
  const server = await devServer();
  const mend = server.fault({
    path: '/App/Login',
    kind: 'answer',
    body: '{"code":0,"data":{"token":null,"expire":0}}',
  });
  const processor = processorFor(server);
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ session: 'refused', waiting: 1 });
  mend();
  await processor.forceFlush();
  expect(received(server, 'op').total).toBe(1);
});
