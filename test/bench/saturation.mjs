// One process that is asked to make so many spans a second, with this package or without a processor: how many it
// makes, its share of the processor, and the longest hold of its event loop. Prints JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { StardustExporter, StardustSpanProcessor } from './built-package.mjs';
import { startSink } from './sink.mjs';
import { shapeOf } from './spans.mjs';

const TICK_MS = 5;
const WARM_UP_SECONDS = 1;
const [way, rate, seconds] = process.argv.slice(2);
const sink = await startSink();
const processorOf = () =>
  new StardustSpanProcessor(new StardustExporter({ server: sink.url, appId: 'bench', periodSeconds: 1 }));
const provider = new BasicTracerProvider({ spanProcessors: way === 'ours' ? [processorOf()] : [] });
const tracer = provider.getTracer('bench');
const shapes = Array.from({ length: 50 }, (_, i) => shapeOf(i));

/** Makes the spans that are due by the clock in each turn, but not those that it is late with. */
async function make(forSeconds) {
  let made = 0;
  const start = performance.now();
  for (let last = start; last - start < 1_000 * forSeconds; ) {
    await setTimeout(TICK_MS);
    const now = performance.now();
    const due = (Number(rate) * Math.min(now - last, 2 * TICK_MS)) / 1_000;
    for (let i = 0; i < due; i++) tracer.startSpan(...shapes[made++ % shapes.length]).end();
    last = now;
  }
  return { made, ms: performance.now() - start };
}

await make(WARM_UP_SECONDS);
const holds = monitorEventLoopDelay({ resolution: 1 });
holds.enable();
const before = process.cpuUsage();
const { made, ms } = await make(Number(seconds));
const { user, system } = process.cpuUsage(before);
sink.stop();
console.log(
  JSON.stringify({
    perSecond: (1_000 * made) / ms,
    cpuShare: (user + system) / 1_000 / ms,
    longestMs: holds.max / 1e6,
  }),
);
process.exit(0);
