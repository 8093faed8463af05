// What the package adds to a process that has the SDK: when it is imported, and with 2,000 names that have been counted
// and reported. Each figure comes from processes of their own. Prints JSON.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { spreads, times } from './processes.mjs';
import { startSink } from './sink.mjs';

const NAMES = 2_000;
const require = createRequire(import.meta.url);
const OURS = '../../dist/index.cjs';

/** The import alone. */
function imported() {
  require('@opentelemetry/sdk-trace-base');
  const before = rssMiB();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  require(OURS);
  const importMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { importMs, importCpuMs: (user + system) / 1_000, importMiB: rssMiB() - before };
}

/** A process that has ended spans of all the names, with this package or without it. */
async function running(isWith) {
  const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
  const sink = await startSink();
  const spanProcessors = isWith ? [processorFor(sink.url)] : [];
  const provider = new BasicTracerProvider({ spanProcessors });
  const tracer = provider.getTracer('bench');
  for (let i = 0; i < 10 * NAMES; i++) tracer.startSpan(`GET /orders/${i % NAMES}`).end();
  await provider.forceFlush();
  sink.stop();
  const rss = rssMiB();
  const { heapUsed, external } = process.memoryUsage();
  return { rss, held: (heapUsed + external) / 2 ** 20 };
}

function processorFor(server) {
  const { StardustExporter, StardustSpanProcessor } = require(OURS);
  return new StardustSpanProcessor(new StardustExporter({ server, appId: 'bench' }));
}

/** The memory of the process once what it no longer needs is collected. */
function rssMiB() {
  globalThis.gc();
  return process.memoryUsage().rss / 2 ** 20;
}

/** V8 lets the young generation grow with what a process allocates for a moment, which would be all that is seen. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'];

/** Has V8 compile `llhttp` of undici with its other compiler: the first one takes tens of MiB, which glibc keeps. */
const NO_LIFTOFF = '--no-liftoff';

function inProcess(role, ...flags) {
  const args = [...FLAGS, ...flags, import.meta.filename, role];
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

const ROLES = { imported, with: () => running(true), without: () => running(false) };
const [asked] = process.argv.slice(2);
if (Object.hasOwn(ROLES, asked)) {
  console.log(JSON.stringify(await ROLES[asked]()));
  process.exit(0);
}
const count = Number(asked);
inProcess('imported');
const imports = times(count, () => inProcess('imported'));
const pairs = times(Math.ceil(count / 3), () => {
  const [ours, none] = [inProcess('with'), inProcess('without')];
  const needed = inProcess('with', NO_LIFTOFF).rss - inProcess('without', NO_LIFTOFF).rss;
  return { runningMiB: ours.rss - none.rss, neededMiB: needed, heldMiB: ours.held - none.held };
});
console.log(JSON.stringify({ ...spreads(imports), ...spreads(pairs) }));
