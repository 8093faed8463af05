import type { Resolved } from '../config/resolve.ts';
import { transportsOf } from '../transport/create-transports.ts';
import { Failover } from './failover.ts';
import type { ReportSession } from './report-session.ts';
import type { SessionParts } from './session-parts.ts';
import { StardustSession } from './stardust-session.ts';

/** One server's session, or several as one. */
export function sessionOf(
  resolved: Resolved,
  parts: Omit<SessionParts, 'settings' | 'transport'>,
): ReportSession {
  const [first, ...others] = transportsOf(resolved).map(
    (transport) => new StardustSession({ ...parts, settings: resolved.settings, transport }),
  );
  if (first === undefined) throw new Error('no server');
  return others.length === 0 ? first : new Failover([first, ...others]);
}
