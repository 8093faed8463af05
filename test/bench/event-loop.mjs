// How long the event loop is held while a full period is delivered; the server runs in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { StardustExporter } from '../../dist/index.js';
import { finishedSpans } from './spans.mjs';

const NAMES = 2_000;
const server = fork(new URL('./server.mjs', import.meta.url));
const [url] = await once(server, 'message');
const exporter = new StardustExporter({ server: url, appId: 'bench', processInfo: true });
// The one-time load of undici is done before.
await exporter.forceFlush();

const spans = finishedSpans(200);
for (let i = 0; i < NAMES * 15; i++) {
  const span = spans[i % spans.length];
  const failed = i >= NAMES * 3;
  exporter.count(
    Object.create(span, {
      name: { value: `${span.name} ${i % NAMES}` },
      status: { value: failed ? { code: 2, message: 'boom '.repeat(40) } : { code: 0 } },
    }),
  );
}

let longestMs = 0;
let last = performance.now();
let watching = true;
const watch = () => {
  const now = performance.now();
  longestMs = Math.max(longestMs, now - last);
  last = now;
  if (watching) setImmediate(watch);
};
setImmediate(() => {
  last = performance.now();
  watch();
});
await exporter.forceFlush();
watching = false;

const start = performance.now();
for (let i = 0; i < 50; i++) {
  process.memoryUsage();
  process.cpuUsage();
  process.getActiveResourcesInfo();
}
const pingMs = (performance.now() - start) / 50;
const { reports, delivered } = exporter.stats();
if (delivered !== NAMES * 15) throw new Error(`${delivered} delivered`);
server.kill();
console.log(JSON.stringify({ longestMs, reports: reports.delivered, pingMs }));
process.exit(0);
