// The stand-in server in a process of its own, so that its memory is not the service's; it fails as it is told.
import { startDevServer } from '../../dist/dev.js';

const server = await startDevServer({ port: 0, limits: { period: 1 } });
const mends = [];
const orders = {
  fail: ({ fault }) => mends.push(server.fault(fault)),
  mend: () => {
    for (const mend of mends.splice(0)) mend();
  },
  revoke: () => server.revokeTokens(),
  total: () => {
    const names = server.app('soak')?.names ?? [];
    process.send({ total: names.reduce((sum, { total }) => sum + total, 0) });
  },
};
process.on('message', (order) => orders[order.do](order));
process.send({ url: server.url });
