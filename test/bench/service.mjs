// A whole service: Express under autocannon, with instrumentations of OpenTelemetry and the way to report that is given.
// Prints JSON.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { startSink } from './sink.mjs';

const CONNECTIONS = 8;
const THEIRS = '@opentelemetry/auto-instrumentations-node/register';
const OURS = 'opentelemetry-stardust/register';

/** Each runs the same instrumentations; only what becomes of the spans differs. */
const WAYS = {
  none: () => ({ register: THEIRS, env: { OTEL_TRACES_EXPORTER: 'none' } }),
  ours: (url) => ({ register: OURS, env: { STARDUST_SERVER: url, STARDUST_APP_ID: 'bench' } }),
  'OTLP/proto': (url) => ({ register: THEIRS, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } }),
};

const [way, seconds] = process.argv.slice(2);
const sink = await startSink();
const { register, env } = WAYS[way](sink.url);
const service = fork(fileURLToPath(new URL('./express-service.cjs', import.meta.url)), {
  execArgv: ['--import', register],
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  env: {
    PATH: process.env.PATH,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,express',
    // Several reports in a run of seconds.
    STARDUST_PERIOD_SECONDS: '2',
    ...env,
  },
});
const [port] = await once(service, 'message');
const load = (duration) =>
  autocannon({ url: `http://127.0.0.1:${port}/orders/7`, connections: CONNECTIONS, duration });

async function figures() {
  service.send('figures');
  const [seen] = await once(service, 'message');
  return seen;
}

await load(Math.ceil(Number(seconds) / 2));
const before = await figures();
const { requests, latency, non2xx, errors } = await load(Number(seconds));
const after = await figures();
service.kill('SIGKILL');
await once(service, 'exit');
sink.stop();
if (non2xx + errors > 0) throw new Error(`${non2xx} answers and ${errors} calls failed`);
console.log(
  JSON.stringify({
    perSecond: requests.average,
    medianMs: latency.p50,
    lateMs: latency.p99,
    cpuUs: (after.cpuUs - before.cpuUs) / requests.total,
    memoryMiB: after.rss / 2 ** 20,
  }),
);
process.exit(0);
