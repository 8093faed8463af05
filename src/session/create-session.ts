import type { Resolved } from '../config/resolve.ts';
import { transportsOf } from '../transport/create-transports.ts';
import type { Identity } from '../wire/login.ts';
import { Failover } from './failover.ts';
import type { ReportSession } from './report-session.ts';
import type { ServerClock } from './server-clock.ts';
import { StardustSession } from './stardust-session.ts';

/** One server's session, or several as one. */
export function sessionOf(resolved: Resolved, identity: Identity, clock: ServerClock): ReportSession {
  const [first, ...others] = transportsOf(resolved).map(
    (transport) => new StardustSession({ settings: resolved.settings, identity, transport, clock }),
  );
  if (first === undefined) throw new Error('no server');
  return others.length === 0 ? first : new Failover([first, ...others]);
}
