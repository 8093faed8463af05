// How long the event loop is held while this many names with all their samples are delivered, beside this many busy
// loops, and how long it is held beside them by nothing of ours, over as long a time; or, under `--expose-gc`, what memory
// that takes over the names themselves, garbage not counted. The server runs in a process of its own. Prints JSON.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { StardustExporter } from '../../dist/index.js';
import { finishedSpans } from './spans.mjs';

const [names = 2_000, busyLoops = 0] = process.argv.slice(2).map(Number);
const ERRORS = 12;
const server = fork(new URL('./server.mjs', import.meta.url));
const [url] = await once(server, 'message');
const exporter = new StardustExporter({ server: url, appId: 'bench', maxNames: names, processInfo: true });
// The one-time load of undici is done before.
await exporter.forceFlush();

const spans = finishedSpans(200);
for (let i = 0; i < names * (ERRORS + 3); i++) {
  const span = spans[i % spans.length];
  const failed = i >= names * 3;
  exporter.count(
    Object.create(span, {
      name: { value: `${span.name} ${inLetters(i % names)}` },
      status: { value: failed ? { code: 2, message: 'boom '.repeat(40) } : { code: 0 } },
    }),
  );
}

if (exporter.stats().names.inUse !== names) throw new Error(`${exporter.stats().names.inUse} names`);

const busy = Array.from({ length: busyLoops }, () =>
  spawn(process.execPath, ['-e', 'console.log(); for (;;);'], { stdio: ['ignore', 'pipe', 'ignore'] }),
);
await Promise.all(busy.map(({ stdout }) => once(stdout, 'data')));
const before = held();
let peak = 0;
const flushStart = performance.now();
const longestMs = await longestTurn(async () => {
  while (exporter.stats().waiting > 0) await exporter.forceFlush();
});
const tookMs = performance.now() - flushStart;
// Each turn collects garbage there.
const withoutMs = globalThis.gc === undefined ? await longestTurn(() => setTimeout(tookMs)) : 0;
for (const each of busy) each.kill('SIGKILL');

const start = performance.now();
for (let i = 0; i < 50; i++) {
  process.memoryUsage();
  process.cpuUsage();
  process.getActiveResourcesInfo();
}
const pingMs = (performance.now() - start) / 50;
const { reports, delivered } = exporter.stats();
if (delivered !== names * (ERRORS + 3)) throw new Error(`${delivered} delivered`);
server.send('bytes');
const [bytes] = await once(server, 'message');
server.kill();
console.log(
  JSON.stringify({
    longestMs,
    withoutMs,
    tookMs,
    reports: reports.delivered,
    pingMs,
    reportMiB: bytes / 2 ** 20,
    peakMiB: peak / 2 ** 20,
  }),
);
process.exit(0);

/** A number that is not taken for an id, which names that are many would share. */
function inLetters(number) {
  return String(number).replace(/\d/g, (digit) => 'ghijklmnop'[digit]);
}

/** Milliseconds of the longest turn of the event loop while this runs. */
async function longestTurn(work) {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const watch = () => {
    longest = Math.max(longest, performance.now() - last);
    if (globalThis.gc !== undefined) peak = Math.max(peak, held() - before);
    last = performance.now();
    if (watching) setImmediate(watch);
  };
  setImmediate(watch);
  await work();
  watching = false;
  return longest;
}

function held() {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
