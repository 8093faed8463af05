// One process of the comparison: what a span costs from its start to the end of its delivery, with the way to report it
// that is given. Spans are made as fast as the way takes them, none is dropped, and the last flush counts. Prints JSON.
import { setImmediate } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';
import { SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
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
  'ours, span': (url) => ours(url, 'span'),
  'ours, stardust': (url) => ours(url, 'stardust'),
  seed: async (url) => {
    const { SeedProcessor } = await import('./seed.mjs');
    return { processors: [new SeedProcessor(url)] };
  },
  'OTLP/proto': async (url) => otlp(url, await import('@opentelemetry/exporter-trace-otlp-proto')),
  'OTLP/json': async (url) => otlp(url, await import('@opentelemetry/exporter-trace-otlp-http')),
};

async function ours(server, naming) {
  const { StardustExporter, StardustSpanProcessor } = await import('../../dist/index.js');
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
const { processors, delivered, waitsFor } = await WAYS[way](sink.url);
const provider = new BasicTracerProvider({ spanProcessors: processors });
const tracer = provider.getTracer('bench');
const shapes = Array.from({ length: 50 }, (_, i) => shapeOf(i));
let ended = 0;

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
  await provider.forceFlush();
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
await make(spans);
const wallMs = performance.now() - start;
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
