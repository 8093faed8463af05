import { workerData } from 'node:worker_threads';
import { Backlog } from '../backlog/backlog.ts';
import { resolveSettings } from '../config/resolve.ts';
import { Delivery } from '../delivery/delivery.ts';
import { takeUp } from '../delivery/handed-over.ts';
import { inBackground } from '../runtime/background.ts';
import { wallTime } from '../runtime/clock.ts';
import { holdProcess } from '../runtime/deadline.ts';
import { onExit } from '../runtime/process-exit.ts';
import { sessionOf } from '../session/create-session.ts';
import { ServerClock } from '../session/server-clock.ts';
import type { LastCounts } from './at-exit.ts';

/** The thread that delivers the last counts of a process under `register`, which waits for it in its `exit`. */

const lastCounts = workerData as LastCounts;
let lost = lastCounts.total;

// The process waits for this thread: it must be told of any end.
onExit('the report of the last counts', say);
const resolved = resolveSettings({}, process.env);
inBackground('the delivery of the last counts', async () => {
  await holdProcess(deliver(), resolved.settings.shutdownTimeoutMillis);
  say();
});

async function deliver(): Promise<void> {
  const { identity, server, clockOffsetMs } = lastCounts;
  const others = resolved.settings.server?.filter((each) => each !== server) ?? [];
  const settings = { ...resolved.settings, server: [server, ...others] };
  const clock = new ServerClock(() => {});
  clock.learn(wallTime() + clockOffsetMs, wallTime());
  const session = sessionOf({ ...resolved, settings }, identity, clock);
  const backlog = new Backlog(settings.maxBacklogBytes);
  const delivery = new Delivery(backlog, session, clock, settings, {
    align: async () => {},
    answered: () => {},
    delivered: () => {},
  });
  await takeUp(lastCounts, delivery);
  await delivery.run(0, Number.POSITIVE_INFINITY, true);
  lost = backlog.total + delivery.pendingTotal;
  if (session.state !== 'away') await session.logout('exit');
}

function say(): void {
  const { end } = lastCounts;
  end[1] = lost;
  Atomics.store(end, 0, 1);
  Atomics.notify(end, 0);
}
