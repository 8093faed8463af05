// What the package adds to a process that has the SDK: when it is imported, and with 2,000 names that have been counted
// and reported. Each figure comes from processes of their own. Prints JSON.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { spreads, times } from './processes.mjs';
import { startSink } from './sink.mjs';

const NAMES = 2_000;
/** As many as a first report takes: a login, an announcement, a report. */
const CALLS = 3;
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

/** A process that has ended spans of all the names, with this package or without it, or called with undici alone. */
async function running(what) {
  const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
  const sink = await startSink();
  const spanProcessors = what === 'with' ? [processorFor(sink.url)] : [];
  const provider = new BasicTracerProvider({ spanProcessors });
  const tracer = provider.getTracer('bench');
  for (let i = 0; i < 10 * NAMES; i++) tracer.startSpan(`GET /orders/${i % NAMES}`).end();
  await provider.forceFlush();
  if (what === 'undici') await callWithUndici(sink.url);
  sink.stop();
  const rss = rssMiB();
  const { heapUsed, external } = process.memoryUsage();
  return { rss, held: (heapUsed + external) / 2 ** 20 };
}

/** Makes calls with the parts of undici that this package loads, and nothing else of it. */
async function callWithUndici(server) {
  const { default: Pool } = await import('undici/lib/dispatcher/pool.js');
  const pool = new Pool(server, { connections: 1 });
  for (let call = 0; call < CALLS; call++) {
    await new Promise((onComplete, onError) => {
      const handler = { onConnect() {}, onHeaders: () => true, onData: () => true, onComplete, onError };
      pool.dispatch({ method: 'POST', path: '/App/Login', body: '{}' }, handler);
    });
  }
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
const NO_LIFTOFF = { flags: ['--no-liftoff'] };

/** Has all threads share what glibc has taken from the system. */
const ONE_ARENA = { ...process.env, MALLOC_ARENA_MAX: '1' };

function inProcess(role, { flags = [], env = process.env } = {}) {
  const args = [...FLAGS, ...flags, import.meta.filename, role];
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

function inOneArena(role) {
  return inProcess(role, { ...NO_LIFTOFF, env: ONE_ARENA }).rss;
}

const [asked] = process.argv.slice(2);
if (Number.isNaN(Number(asked))) {
  console.log(JSON.stringify(asked === 'imported' ? imported() : await running(asked)));
  process.exit(0);
}
const count = Number(asked);
inProcess('imported');
const imports = times(count, () => inProcess('imported'));
const pairs = times(Math.ceil(count / 3), () => {
  const [ours, none] = [inProcess('with'), inProcess('without')];
  const bare = inProcess('without', NO_LIFTOFF).rss;
  return {
    runningMiB: ours.rss - none.rss,
    neededMiB: inProcess('with', NO_LIFTOFF).rss - bare,
    undiciMiB: inProcess('undici', NO_LIFTOFF).rss - bare,
    arenaMiB: inOneArena('with') - inOneArena('without'),
    heldMiB: ours.held - none.held,
  };
});
console.log(JSON.stringify({ ...spreads(imports), ...spreads(pairs) }));
