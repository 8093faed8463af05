// Bytes that onEnd allocates for a span of which no sample is kept, under the naming that is given. Needs --expose-gc
// and a young generation that holds all of a round, or the engine would clear away what is to be seen. Prints JSON.
import { StardustExporter, StardustSpanProcessor } from './built-package.mjs';
import { finishedSpans } from './spans.mjs';

const ROUNDS = 5;
const PASSES = 300;
const [naming] = process.argv.slice(2);
const spans = finishedSpans(1_000);
const processor = new StardustSpanProcessor(
  new StardustExporter({ server: 'http://127.0.0.1:1', appId: 'bench', naming }),
);

function end(passes) {
  for (let pass = 0; pass < passes; pass++) for (const span of spans) processor.onEnd(span);
}

end(PASSES);
const bytes = Array.from({ length: ROUNDS }, () => {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  end(PASSES);
  return (process.memoryUsage().heapUsed - before) / (PASSES * spans.length);
});
console.log(JSON.stringify({ bytesPerSpan: Math.min(...bytes) }));
process.exit(0);
