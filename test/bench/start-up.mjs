// What register adds to a start, beside OpenTelemetry's own register: time from the start of the process to the
// app's first line, in pairs. Prints JSON.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spreads } from './processes.mjs';

const PAIRS = Number(process.argv[2]);
const OURS = 'opentelemetry-stardust/register';
const THEIRS = '@opentelemetry/auto-instrumentations-node/register';
const APP = fileURLToPath(new URL('./first-line.cjs', import.meta.url));
// Nobody listens there: no call of either is answered, and neither waits for one.
const ENV = {
  PATH: process.env.PATH,
  STARDUST_SERVER: 'http://127.0.0.1:1',
  STARDUST_APP_ID: 'bench',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};

function firstLineMs(...flags) {
  const { stdout } = spawnSync(process.execPath, [...flags, APP], { env: ENV, encoding: 'utf8' });
  return Number(stdout);
}

firstLineMs('--import', OURS);
firstLineMs('--import', THEIRS);
const pairs = Array.from({ length: PAIRS }, (_, i) => {
  // Neither is always the first of its pair.
  const first = firstLineMs('--import', i % 2 === 0 ? OURS : THEIRS);
  const second = firstLineMs('--import', i % 2 === 0 ? THEIRS : OURS);
  const [oursMs, theirsMs] = i % 2 === 0 ? [first, second] : [second, first];
  return { oursMs, theirsMs, addedMs: oursMs - theirsMs };
});
console.log(JSON.stringify(spreads(pairs)));
