// Bytes that onStart allocates, for a span without a parent and for one below it. Each span is started once, as in a
// service. Needs --expose-gc and a young generation that holds all of a round, or the engine would clear away what is to
// be seen. Prints JSON.
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { StardustExporter, StardustSpanProcessor } from './built-package.mjs';
import { finishedSpans } from './spans.mjs';

const ROUNDS = 8;
const SPANS = 20_000;
const processor = new StardustSpanProcessor(
  new StardustExporter({ server: 'http://127.0.0.1:1', appId: 'bench' }),
);

// As in a service: the processor is there before the first span, so that V8 leaves room for the place in each of them.
const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('bench');
for (let i = 0; i < 100; i++) tracer.startSpan('first').end();

/** Bytes for each of the spans, started in the context. */
function started(spans, context) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (const span of spans) processor.onStart(span, context);
  return (process.memoryUsage().heapUsed - before) / spans.length;
}

const seen = { root: [], child: [] };
for (let round = 0; round < ROUNDS; round++) {
  const [parent] = finishedSpans(1);
  seen.root.push(started(finishedSpans(SPANS), ROOT_CONTEXT));
  processor.onStart(parent, ROOT_CONTEXT);
  seen.child.push(started(finishedSpans(SPANS), trace.setSpan(ROOT_CONTEXT, parent)));
}
console.log(JSON.stringify({ rootBytes: Math.min(...seen.root), childBytes: Math.min(...seen.child) }));
process.exit(0);
