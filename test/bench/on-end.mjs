// One process of the benchmark: onEnd against the bare loop, in turns, over the same spans, under the naming that is
// given. Counts the time of the processor, which other processes do not change much. Prints JSON.

import { BareLoop } from './bare-loop.mjs';
import { StardustExporter, StardustSpanProcessor } from './built-package.mjs';
import { finishedSpans } from './spans.mjs';

const ROUNDS = 160;
const PASSES = 10;
const [naming] = process.argv.slice(2);
const spans = finishedSpans(5_000);

const bare = new BareLoop();
const processor = new StardustSpanProcessor(
  new StardustExporter({
    server: 'http://127.0.0.1:1',
    appId: 'bench',
    naming,
    excludes: ['/health', '*/static/*', 'metrics', '/only', '*.js', '*.css', 'internal-*', '??skip'],
  }),
);

function timeOf(target) {
  const start = process.cpuUsage().user;
  for (let pass = 0; pass < PASSES; pass++) for (const span of spans) target.onEnd(span);
  return (1_000 * (process.cpuUsage().user - start)) / (PASSES * spans.length);
}

const bareNs = [];
const onEndNs = [];
for (let round = 0; round < ROUNDS; round++) {
  const first = round % 2 === 0;
  const a = first ? timeOf(bare) : timeOf(processor);
  const b = first ? timeOf(processor) : timeOf(bare);
  const [peer, ours] = first ? [a, b] : [b, a];
  if (round < 40) continue;
  bareNs.push(peer);
  onEndNs.push(ours);
}
const middle = (list) => list.sort((x, y) => x - y)[Math.floor(list.length / 2)];
const figures = { bareNs: middle(bareNs), onEndNs: middle(onEndNs) };
console.log(JSON.stringify({ ratio: figures.onEndNs / figures.bareNs, ...figures }));
process.exit(0);
