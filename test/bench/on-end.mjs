// One process of the benchmark: onEnd against the bare loop, in turns, over the same spans. Prints JSON.
import { StardustExporter, StardustSpanProcessor } from '../../dist/index.js';
import { BareLoop } from './bare-loop.mjs';
import { finishedSpans } from './spans.mjs';

const ROUNDS = 60;
const PASSES = 40;
const spans = finishedSpans(5_000);

const bare = new BareLoop();
const processor = new StardustSpanProcessor(
  new StardustExporter({
    server: 'http://127.0.0.1:1',
    appId: 'bench',
    excludes: ['/health', '*/static/*', 'metrics', '/only', '*.js', '*.css', 'internal-*', '??skip'],
  }),
);

function timeOf(target) {
  const start = process.hrtime.bigint();
  for (let pass = 0; pass < PASSES; pass++) for (const span of spans) target.onEnd(span);
  return Number(process.hrtime.bigint() - start) / (PASSES * spans.length);
}

const ratios = [];
const bareNs = [];
const onEndNs = [];
for (let round = 0; round < ROUNDS; round++) {
  const first = round % 2 === 0;
  const a = first ? timeOf(bare) : timeOf(processor);
  const b = first ? timeOf(processor) : timeOf(bare);
  const [peer, ours] = first ? [a, b] : [b, a];
  if (round < 10) continue;
  ratios.push(ours / peer);
  bareNs.push(peer);
  onEndNs.push(ours);
}
const middle = (list) => list.sort((x, y) => x - y)[Math.floor(list.length / 2)];
console.log(JSON.stringify({ ratio: middle(ratios), bareNs: middle(bareNs), onEndNs: middle(onEndNs) }));
process.exit(0);
