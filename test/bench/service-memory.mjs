// The memory of a service that has run for this many seconds at this many requests a second, with each way to report;
// the services run side by side, as memory is no matter of speed. Prints JSON.
import autocannon from 'autocannon';
import { startSink } from './sink.mjs';
import { startService, WAYS } from './start-service.mjs';

const [seconds, perSecond] = process.argv.slice(2).map(Number);
const CONNECTIONS = 4;

async function memoryOf(way) {
  const sink = await startSink();
  const service = await startService({ way, sink });
  const load = { url: service.url, connections: CONNECTIONS, duration: seconds, overallRate: perSecond };
  const { requests, non2xx, errors } = await autocannon(load);
  const { rss } = await service.figures();
  await service.stop();
  sink.stop();
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers and ${errors} calls failed`);
  return [way, { requests: requests.total, memoryMiB: rss / 2 ** 20 }];
}

const seen = await Promise.all(Object.keys(WAYS).map(memoryOf));
console.log(JSON.stringify(Object.fromEntries(seen)));
process.exit(0);
