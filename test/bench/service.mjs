// A whole service: Express under autocannon with the way to report that is given, as fast as it answers. Prints JSON.
import autocannon from 'autocannon';
import { startSink } from './sink.mjs';
import { startService } from './start-service.mjs';

const CONNECTIONS = 8;

const [way, seconds] = process.argv.slice(2);
const sink = await startSink();
// Several reports in a run of seconds.
const service = await startService({ way, sink, more: { STARDUST_PERIOD_SECONDS: '2' } });
const load = (duration) => autocannon({ url: service.url, connections: CONNECTIONS, duration });

await load(Math.ceil(Number(seconds) / 2));
const before = await service.figures();
const { requests, latency, non2xx, errors } = await load(Number(seconds));
const after = await service.figures();
await service.stop();
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
