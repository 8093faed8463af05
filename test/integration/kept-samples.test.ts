import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { describe, expect, test } from 'vitest';
import type { ServerLimits } from '../../src/dev/index.ts';
import { type StardustExporter, type StardustOptions, stardust } from '../../src/index.ts';
import { devServer, exporterFor, fakeTime, pass, received } from '../support/harness.ts';
import { makeSpan, type SpanWords } from '../support/make-span.ts';

/** Which spans become samples, and what becomes of these until they arrive. */

const PERIOD = 10;
const thrown = { name: 'exception', attributes: { 'exception.type': 'TypeError' } };

/** An exporter that knows the limits. */
async function reporting(limits: Partial<ServerLimits> = {}, options: StardustOptions = {}) {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const server = await devServer({ limits: { period: PERIOD, ...limits } });
  const exporter = exporterFor(server, options);
  await pass(20_000, 1_000);
  return { server, exporter };
}

function count(exporter: StardustExporter, times: number, words: SpanWords): void {
  for (let i = 0; i < times; i++) exporter.count(makeSpan({ name: 'op', ...words }));
}

describe('the allowance of a name is given anew in each period', () => {
  test.each<[string, SpanWords, number, number]>([
    ['of ordinary spans', {}, 1, 0],
    ['of spans that failed', { error: 'boom' }, 0, 10],
    ['of slow spans', { ms: 6_000 }, 10, 0],
    ['of slow spans that failed', { ms: 6_000, error: 'boom' }, 0, 10],
  ])('%s', async (_, words, samples, errorSamples) => {
    const { server, exporter } = await reporting();
    for (let period = 1; period <= 4; period++) {
      count(exporter, 150, words);
      await pass(PERIOD * 1_000, 1_000);
      await exporter.forceFlush();
      const row = received(server, 'op');
      expect([row.total, row.samples.length, row.errorSamples.length]).toEqual([
        period * 150,
        Math.min(100, period * samples),
        period * errorSamples,
      ]);
    }
  });

  test('of exceptions by their type', async () => {
    const { server, exporter } = await reporting({}, { naming: 'stardust' });
    for (let period = 1; period <= 4; period++) {
      count(exporter, 5, { events: [thrown] });
      await pass(PERIOD * 1_000, 1_000);
      await exporter.forceFlush();
      const { total, samples } = received(server, 'ex:TypeError');
      expect([total, samples.length]).toEqual([period * 5, period]);
    }
  });
});

test('a taking keeps about 4 MiB of samples and error samples, counts all spans, and the next one keeps as many', async () => {
  const { server, exporter } = await reporting({ maxSamples: 100, maxErrors: 100, maxTagLength: 2_000 });
  const words = 'lorem ipsum '.repeat(200);
  const attributes = { a: words, b: words, c: words, d: words };
  const taking = async () => {
    server.clear();
    for (let i = 0; i < 800; i++)
      exporter.count(makeSpan({ name: `op ${i % 8}`, attributes, error: i % 2 === 0 && words }));
    await pass(PERIOD * 1_000, 1_000);
    await exporter.forceFlush();
    const names = server.app('app')?.names ?? [];
    expect(names.reduce((sum, { total }) => sum + total, 0)).toBe(800);
    return names.reduce((sum, each) => sum + each.samples.length + each.errorSamples.length, 0);
  };
  const kept = await taking();
  expect(kept).toBeGreaterThan(500);
  expect(kept).toBeLessThan(800);
  expect([await taking(), await taking()]).toEqual([kept, kept]);
});

describe('in an outage', () => {
  test('the samples of all periods of five minutes arrive with the sums of their builder', async () => {
    const { server, exporter } = await reporting();
    const mend = server.fault({ kind: 'code', code: 429 });
    const bodies = { 'http.request.body.size': 7 };
    for (let period = 0; period < 6; period++) {
      exporter.count(makeSpan({ name: 'op', ms: 10 + period, attributes: { ...bodies, period } }));
      exporter.count(makeSpan({ name: 'op', ms: 5, error: `boom ${period}`, attributes: bodies }));
      await pass(PERIOD * 1_000, 1_000);
    }
    mend();
    server.clear();
    await exporter.forceFlush();
    await exporter.forceFlush();
    const row = received(server, 'op');
    // One announced the name, one was on its way when the outage began, and the other five periods are one.
    expect(row.builders).toBe(3);
    expect(row).toMatchObject({ total: 12, errors: 6, costMs: 105, maxCostMs: 15, minCostMs: 5, value: 84 });
    expect(row.samples.map(({ Tag }) => /period=\d/.exec(Tag)?.[0])).toEqual(
      [0, 1, 2, 3, 4, 5].map((period) => `period=${period}`),
    );
    expect(row.errorSamples.map((sample) => sample.Error)).toEqual(
      [0, 1, 2, 3, 4, 5].map((period) => `boom ${period}`),
    );
  });
});

describe('the value of a builder is the bytes of its bodies, each once', () => {
  test.each<[string, SpanWords, Partial<ServerLimits>]>([
    ['where one is a sample', {}, { maxSamples: 1 }],
    ['where two are samples', {}, { maxSamples: 2 }],
    ['where all are samples', {}, { maxSamples: 50 }],
    ['where all are error samples', { error: 'boom' }, { maxErrors: 50 }],
    ['where all are slow', { ms: 6_000 }, { maxSamples: 5 }],
  ])('%s', async (_, words, limits) => {
    const { server, exporter } = await reporting(limits);
    const attributes = { 'http.request.body.size': 100, 'http.response.body.size': 23 };
    for (let period = 1; period <= 2; period++) {
      count(exporter, 9, { ...words, attributes });
      await pass(PERIOD * 1_000, 1_000);
      await exporter.forceFlush();
      expect(received(server, 'op').value).toBe(period * 9 * 123);
    }
  });
});

test('a chain without a mark that reaches over the end of a period is kept in neither, but for its errors', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const server = await devServer({ limits: { period: PERIOD } });
  const provider = new NodeTracerProvider(
    stardust({ server: server.url, appId: 'app', periodSeconds: PERIOD, shutdownTimeoutMillis: 500 }),
  );
  const tracer = provider.getTracer('app');
  const begin = () => tracer.startSpan('op', { root: true });
  const part = (root: Span) => tracer.startSpan('part', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
  await pass(20_000, 1_000);
  const [marked, unmarked, failing] = [begin(), begin(), begin()];
  for (const root of [marked, unmarked, failing]) part(root);
  marked.end();
  await pass(PERIOD * 1_000, 1_000);
  for (const root of [unmarked, failing]) part(root);
  unmarked.end();
  failing.setStatus({ code: 2 }).end();
  const next = begin();
  part(next);
  next.end();
  await provider.shutdown();
  const idOf = (span: Span) => span.spanContext().traceId;
  const [op, parts] = [received(server, 'op'), received(server, 'part')];
  expect([op.total, parts.total]).toEqual([4, 6]);
  expect(op.samples.map(({ TraceId }) => TraceId)).toEqual([marked, next].map(idOf));
  expect(parts.samples.map(({ TraceId }) => TraceId)).toEqual([marked, next].map(idOf));
  expect(op.errorSamples.map(({ TraceId }) => TraceId)).toEqual([failing].map(idOf));
});
