import { workerData } from 'node:worker_threads';
import { Backlog } from '../backlog/backlog.ts';
import { resolveSettings } from '../config/resolve.ts';
import { Delivery } from '../delivery/delivery.ts';
import { Ledger } from '../delivery/ledger.ts';
import { inBackground } from '../runtime/background.ts';
import { monotonicTime } from '../runtime/clock.ts';
import { holdProcess } from '../runtime/deadline.ts';
import { sessionOf } from '../session/create-session.ts';
import { ServerClock } from '../session/server-clock.ts';
import type { LastCounts } from './at-exit.ts';
import { asBuilders } from './handed-over.ts';

/** The thread that delivers the last counts of a process, which waits for it in its `exit`. */

const { end, identity, server, clockOffsetMs, waiting, atMostMs, ...resumed } = workerData as LastCounts;
const untilMs = monotonicTime() + atMostMs;

inBackground('the delivery of the last counts', async () => {
  await holdProcess(deliver(), atMostMs);
  // The process waits for this thread, not for its sockets.
  process.exit();
});

async function deliver(): Promise<void> {
  const resolved = resolveSettings({}, process.env);
  const others = resolved.settings.server?.filter((each) => each !== server) ?? [];
  const settings = { ...resolved.settings, server: [server, ...others] };
  const ledger = new Ledger();
  const clock = new ServerClock(() => {});
  clock.set(clockOffsetMs);
  const session = sessionOf({ ...resolved, settings }, { identity, clock });
  session.resume(resumed);
  const backlog = new Backlog({
    maxBytes: settings.maxBacklogBytes,
    giveUp: (...why) => ledger.giveUp(...why),
  });
  const delivered = () => {
    end[1] = ledger.waiting;
  };
  const delivery = new Delivery({ ...settings, backlog, session, clock, ledger, delivered });
  for (const { builders, ...kept } of waiting) delivery.adopt({ ...kept, builders: asBuilders(builders) });
  await delivery.run({ for: 'end', untilMs });
  delivered();
  if (session.state !== 'away') await session.logout('exit');
}
