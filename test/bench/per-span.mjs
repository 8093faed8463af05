// One process of the comparison: what a span costs from its start to the end of its delivery, with the way to report it
// that is given. Spans are made as fast as the way takes them, none is dropped, and the last flush counts. Prints JSON.
import { createRequire } from 'node:module';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';
import { SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, BatchSpanProcessor, NoopSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { startSink } from './sink.mjs';
import { shapeOf } from './spans.mjs';

const WARM_UP = 20_000;
/** Spans between two turns of the event loop. */
const TURN = 256;
/** Of the SDK's queue of 2,048, this many may wait: with a turn more, none is dropped. */
const MOST_WAITING = 1_536;

/** Each loads what it needs by itself, so that no process carries what another way loads. */
const WAYS = {
  none: async () => ({ processors: [] }),
  nothing: async () => ({ processors: [new NoopSpanProcessor()] }),
  'ours, span': (url) => ours(url, 'span'),
  'ours, stardust': (url) => ours(url, 'stardust'),
  seed: async (url) => {
    const { SeedProcessor } = await import('./seed.mjs');
    return { processors: [new SeedProcessor(url)] };
  },
  'OTLP/proto': async (url) => otlp(url, await import('@opentelemetry/exporter-trace-otlp-proto')),
  'OTLP/json': async (url) => otlp(url, await import('@opentelemetry/exporter-trace-otlp-http')),
  'dd-trace': datadog,
};

/** The statistics of dd-trace, from its own spans. It sends them by its own timers, and cannot be asked to. */
async function datadog(url) {
  Object.assign(process.env, {
    DD_TRACE_AGENT_URL: url,
    DD_TRACE_STATS_COMPUTATION_ENABLED: 'true',
    DD_TRACE_SAMPLE_RATE: '0',
    DD_TRACE_STARTUP_LOGS: 'false',
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  });
  const tracer = createRequire(process.env.BENCH_DD_TRACE)('dd-trace').init({ plugins: false });
  const start = (name, { kind, attributes }) => {
    const span = tracer.startSpan('bench', {
      tags: { ...attributes, 'resource.name': name, 'span.kind': KINDS[kind] },
    });
    return {
      setStatus: ({ message }) => span.setTag('error', new Error(message)),
      end: () => span.finish(),
    };
  };
  return { processors: [], tracer: { startSpan: start }, flush: () => setTimeout(DATADOG_SENDS_WITHIN_MS) };
}

const DATADOG_SENDS_WITHIN_MS = 12_000;
const KINDS = ['internal', 'server', 'client'];

async function ours(server, naming) {
  const { StardustExporter, StardustSpanProcessor } = await import('./built-package.mjs');
  const exporter = new StardustExporter({ server, appId: 'bench', naming });
  return {
    processors: [new StardustSpanProcessor(exporter)],
    delivered: () => exporter.stats().delivered,
  };
}

function otlp(url, { OTLPTraceExporter }) {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  let delivered = 0;
  const counting = {
    export: (batch, done) =>
      exporter.export(batch, (result) => {
        if (result.code !== 0) throw result.error;
        delivered += batch.length;
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
  const queue = { delivered: () => delivered, waitsFor: MOST_WAITING };
  return { processors: [new BatchSpanProcessor(counting)], ...queue };
}

const [way, count] = process.argv.slice(2);
const spans = Number(count);
const sink = await startSink();
// `own`: of a way that has a tracer of its own.
const { processors, delivered, waitsFor, ...own } = await WAYS[way](sink.url);
const provider = new BasicTracerProvider({ spanProcessors: processors });
const tracer = own.tracer ?? provider.getTracer('bench');
const flush = own.flush ?? (() => provider.forceFlush());
const shapes = Array.from({ length: 50 }, (_, i) => shapeOf(i));
let ended = 0;

/** Makes spans and has them delivered; when that was done, without the time of a flush that only waits. */
async function make(count) {
  for (let i = 0; i < count; i++) {
    const span = tracer.startSpan(...shapes[i % shapes.length]);
    if (i % 97 === 0) span.setStatus({ code: SpanStatusCode.ERROR, message: 'boom' });
    span.end();
    ended++;
    if (i % TURN !== 0) continue;
    do await setImmediate();
    while (waitsFor !== undefined && ended - delivered() > waitsFor);
  }
  const madeMs = performance.now();
  await flush();
  return own.flush === undefined ? performance.now() : madeMs;
}

/** Bytes that came to V8's heap: before each collection, how far it grew since the one before. */
function allocated(collections, from, to) {
  let bytes = 0;
  let last = from;
  for (const { beforeGC, afterGC } of collections) {
    bytes += beforeGC.heapStatistics.usedHeapSize - last;
    last = afterGC.heapStatistics.usedHeapSize;
  }
  return bytes + to - last;
}

await make(WARM_UP);
const countsBefore = await sink.counts();
const collections = new GCProfiler();
collections.start();
const heapBefore = process.memoryUsage().heapUsed;
const cpuBefore = process.cpuUsage();
const start = performance.now();
const wallMs = (await make(spans)) - start;
const cpu = process.cpuUsage(cpuBefore);
const { heapUsed, rss } = process.memoryUsage();
const { statistics } = collections.stop();
const counts = await sink.counts();
sink.stop();
if (delivered !== undefined && delivered() !== ended) throw new Error(`${delivered()} of ${ended} delivered`);
console.log(
  JSON.stringify({
    wallUs: (1_000 * wallMs) / spans,
    cpuUs: (cpu.user + cpu.system) / spans,
    allocatedBytes: allocated(statistics, heapBefore, heapUsed) / spans,
    wireBytes: counts.bytes - countsBefore.bytes,
    requests: counts.requests - countsBefore.requests,
    memoryMiB: rss / 2 ** 20,
  }),
);
process.exit(0);
