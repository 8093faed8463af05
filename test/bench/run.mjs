// The benchmark. `--all` adds how costs grow, a whole service and a fleet, `--write` does that and writes
// docs/benchmarks.md from what was seen, `--quick` tries the program with numbers too small to say anything.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { writePage } from './page.mjs';
import * as sections from './sections.mjs';

const { values: asked } = parseArgs({
  options: { all: { type: 'boolean' }, write: { type: 'boolean' }, quick: { type: 'boolean' } },
});
const quick = asked.quick === true;
const all = asked.all === true || asked.write === true;
const RESULTS = new URL('./results.json', import.meta.url);

const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8'))
    .version;

const conditions = {
  date: new Date().toISOString().slice(0, 10),
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
  machine: `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
  versions: {
    node: process.versions.node,
    ...Object.fromEntries(
      [
        '@opentelemetry/api',
        '@opentelemetry/sdk-trace-base',
        '@opentelemetry/exporter-trace-otlp-proto',
        '@opentelemetry/exporter-trace-otlp-http',
        'undici',
      ].map((name) => [name, versionOf(name)]),
    ),
  },
  quick,
};
console.log(conditions.machine);
console.log(
  Object.entries(conditions.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
);
console.log('each figure is a median of processes, with the lowest and the highest');

const seen = {
  conditions,
  perSpan: sections.perSpan(quick ? { rounds: 1, spans: 5_000 } : { rounds: 5, spans: 100_000 }),
  onEnd: sections.onEnd({ processes: quick ? 1 : 5 }),
  allocation: sections.allocation({ processes: quick ? 1 : 3 }),
  naming: sections.naming({ processes: quick ? 1 : 3 }),
  chains: sections.chains({ processes: quick ? 1 : 3 }),
  eventLoop: sections.eventLoop({ processes: quick ? 1 : 5 }),
  latency: sections.latency(quick ? { rounds: 1, requests: 1_000 } : { rounds: 3, requests: 15_000 }),
  imports: sections.imports({ processes: quick ? 1 : 20 }),
  packed: sections.packed(),
  startUp: sections.startUp({ pairs: quick ? 1 : 7 }),
  ...(all && {
    datadog: sections.datadog(quick ? { rounds: 1, spans: 5_000 } : { rounds: 3, spans: 100_000 }),
    flushes: sections.flushes(quick ? { names: [200], processes: 1 } : { processes: 5 }),
    growth: sections.growth({ processes: quick ? 1 : 3 }),
    service: sections.service(
      quick
        ? { rounds: 1, seconds: 1, calm: { seconds: 2, perSecond: 100 } }
        : { rounds: 3, seconds: 10, calm: { seconds: 300, perSecond: 200 } },
    ),
    saturation: sections.saturation(quick ? { rates: [10_000], seconds: 1 } : { seconds: 3 }),
    outages: sections.outages(quick ? { minutes: [0, 60] } : {}),
    periods: sections.periods(quick ? { seconds: [300] } : {}),
    fleet: sections.fleet(quick ? { processes: [1, 4] } : {}),
  }),
};
writeFileSync(RESULTS, `${JSON.stringify(seen, undefined, 2)}\n`);
console.log('\nwritten to test/bench/results.json');
if (asked.write) writePage(seen);
