// The small Express app in a process of its own, with instrumentations of OpenTelemetry and a way to report.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const THEIRS = '@opentelemetry/auto-instrumentations-node/register';
const OURS = 'opentelemetry-stardust/register';

/** Each runs the same instrumentations; only what becomes of the spans differs. */
export const WAYS = {
  none: () => ({ register: THEIRS, env: { OTEL_TRACES_EXPORTER: 'none' } }),
  ours: (url) => ({ register: OURS, env: { STARDUST_SERVER: url, STARDUST_APP_ID: 'bench' } }),
  'OTLP/proto': (url) => ({ register: THEIRS, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } }),
};

/** Starts the app, which reports to `sink`; `more` are further variables of it. */
export async function startService({ way, sink, more = {} }) {
  const { register, env } = WAYS[way](sink.url);
  const service = fork(fileURLToPath(new URL('./express-service.cjs', import.meta.url)), {
    execArgv: ['--import', register],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      PATH: process.env.PATH,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,express',
      ...env,
      ...more,
    },
  });
  const [port] = await once(service, 'message');
  return {
    url: `http://127.0.0.1:${port}/orders/7`,
    /** Time of the processor and memory so far. */
    async figures() {
      service.send('figures');
      const [seen] = await once(service, 'message');
      return seen;
    },
    async stop() {
      service.kill('SIGKILL');
      await once(service, 'exit');
    },
  };
}
