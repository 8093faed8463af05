// One process of the growth: what onEnd costs and a report weighs while one thing grows. Prints JSON.
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { StardustExporter, StardustSpanProcessor } from '../../dist/index.js';
import { startSink } from './sink.mjs';

const ROUNDS = 15;
const SPANS = 200_000;
const NAMES = 50;
const NEW_NAMES = 2_000;

const [what, size] = process.argv.slice(2);
const given = { names: NAMES, attributes: 8, excludes: 0, tags: 10, [what]: Number(size) };

function finishedSpans(count, nameOf) {
  const attributes = Object.fromEntries(
    Array.from({ length: given.attributes }, (_, i) => [`app.key${i}`, `value ${i}`]),
  );
  if (what === 'tags') attributes['app.text'] = 'x'.repeat(given.tags);
  const spans = [];
  const collector = { onStart() {}, onEnd: (span) => spans.push(span) };
  const tracer = new BasicTracerProvider({ spanProcessors: [collector] }).getTracer('bench');
  for (let i = 0; i < count; i++) {
    const start = Date.now();
    tracer.startSpan(nameOf(i), { attributes }).end(start + (i % 40));
  }
  return spans;
}

const spans = finishedSpans(Math.max(1_000, given.names), (i) => `operation ${i % given.names}`);
const sink = await startSink();
const options = {
  server: sink.url,
  appId: 'bench',
  maxNames: 100_000,
  excludes: Array.from({ length: given.excludes }, (_, i) => `*/excluded/${i}/*`),
};

/** A span whose name is new: the first half of the names warms the engine up. */
function newNameNs() {
  const beside = new StardustSpanProcessor(new StardustExporter(options));
  const fresh = finishedSpans(2 * NEW_NAMES, (i) => `new ${i}`);
  for (const span of fresh.slice(0, NEW_NAMES)) beside.onEnd(span);
  const start = process.cpuUsage().user;
  for (const span of fresh.slice(NEW_NAMES)) beside.onEnd(span);
  return (1_000 * (process.cpuUsage().user - start)) / NEW_NAMES;
}

const newNs = newNameNs();
const exporter = new StardustExporter(options);
const processor = new StardustSpanProcessor(exporter);
// The one-time load of what delivers is done before, and each name is known.
await exporter.forceFlush();
for (const span of spans) processor.onEnd(span);

const ns = [];
for (let round = 0; round < ROUNDS; round++) {
  const start = process.cpuUsage().user;
  for (let i = 0; i < SPANS; i++) processor.onEnd(spans[i % spans.length]);
  ns.push((1_000 * (process.cpuUsage().user - start)) / SPANS);
}
const before = await sink.counts();
await exporter.forceFlush();
const { bytes } = await sink.counts();
sink.stop();
ns.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    onEndNs: ns[Math.floor(ROUNDS / 2)],
    newNameNs: newNs,
    reportBytes: bytes - before.bytes,
    memoryMiB: process.memoryUsage().rss / 2 ** 20,
  }),
);
process.exit(0);
