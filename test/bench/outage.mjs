// One process of a fleet with 200 names and the period that is given, by its own timers under fake time: an hour as
// usual, an outage of this many minutes, and what comes after it. The server is in this process and answers over real
// sockets. Prints JSON.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

const NAMES = 200;
const HOUR = 60;
const STEP_MS = 1_000;
/** The server answers on this machine at once, so that so many turns of the event loop end what a second has begun. */
const TURNS = 30;
const [minutes, periodSeconds = 60] = process.argv.slice(2).map(Number);

// Before the package loads, which takes its clock and timers then.
let now = Date.now();
const begun = now - performance.now();
const waiting = new Set();
Date.now = () => now;
performance.now = () => now - begun;
timers.setTimeout = (ring, delayMs = 1) => {
  const timer = { at: now + delayMs, ring, ref: () => timer, unref: () => timer, hasRef: () => false };
  waiting.add(timer);
  return timer;
};
timers.clearTimeout = (timer) => waiting.delete(timer);

let isAway = false;
const got = { calls: 0, bytes: 0, builders: 0, samples: 0 };
const server = createServer((request, response) => {
  got.calls++;
  if (isAway) return request.socket.destroy();
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    got.bytes += body.length;
    if (request.url.startsWith('/Trace/')) countReport(request.url, body);
    const data = request.url.startsWith('/App/Login') ? { Token: 'token', Expire: 360_000 } : {};
    response.end(JSON.stringify({ code: 0, data }));
  });
});

function countReport(url, body) {
  const { Builders } = JSON.parse(url.startsWith('/Trace/ReportRaw') ? gunzipSync(body) : body);
  got.builders += Builders.length;
  for (const { Samples, ErrorSamples } of Builders)
    got.samples += (Samples?.length ?? 0) + (ErrorSamples?.length ?? 0);
}

await once(server.listen(0, '127.0.0.1'), 'listening');

const { StardustExporter } = createRequire(import.meta.url)('../../dist/index.cjs');
const { finishedSpans } = await import('./spans.mjs');
const exporter = new StardustExporter({
  server: `http://127.0.0.1:${server.address().port}`,
  appId: 'bench',
  periodSeconds,
});
const spans = finishedSpans(50);
const named = Array.from({ length: NAMES }, (_, i) =>
  Object.create(spans[i % spans.length], { name: { value: `operation ${i}` } }),
);

async function second() {
  now += STEP_MS;
  for (const timer of waiting) {
    if (timer.at > now) continue;
    waiting.delete(timer);
    timer.ring();
  }
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

/** Spans of each name in each minute; ends early once `isDone`. Tells what came to the server, and when it was over. */
async function pass(count, isDone = () => false) {
  const from = { ...got };
  let seconds = 0;
  for (; seconds < 60 * count && !isDone(); seconds++) {
    if (seconds % 60 === 0) for (const span of named) exporter.count(span);
    await second();
  }
  return { seconds, ...Object.fromEntries(Object.keys(got).map((key) => [key, got[key] - from[key]])) };
}

function heldMiB() {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

await pass(2);
const usual = await pass(HOUR);
const before = heldMiB();
isAway = true;
const outage = await pass(minutes);
const periodsWaiting = exporter.stats().periodsWaiting;
const grownMiB = heldMiB() - before;
isAway = false;
const after = await pass(HOUR, () => exporter.stats().periodsWaiting <= 1);
console.log(JSON.stringify({ usual, outage, after, periodsWaiting, grownMiB }));
process.exit(0);
