import type { Limits } from '../aggregate/limits.ts';
import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import { Backlog } from '../backlog/backlog.ts';
import { DiskStore } from '../backlog/disk/disk-store.ts';
import type { Resolved } from '../config/resolve.ts';
import { DiskCopy } from '../delivery/disk-copy.ts';
import type { Ledger } from '../delivery/ledger.ts';
import { Reporter } from '../delivery/reporter.ts';
import { sessionOf } from '../session/create-session.ts';
import type { ServerClock } from '../session/server-clock.ts';
import type { Identity } from '../wire/login.ts';
import { Answers } from './answers.ts';

/** What an exporter has before it is known who reports, and that. */
export interface ReportingParts {
  readonly resolved: Resolved;
  /** Who reports. */
  readonly identity: Identity;
  readonly limits: Limits;
  readonly aggregator: SpanAggregator;
  readonly clock: ServerClock;
  readonly ledger: Ledger;
}

/** Makes what waits, the disk and the session, and starts to report. */
export function startReporting({ resolved, identity, ...parts }: ReportingParts): Reporter {
  const { settings } = resolved;
  const { backlogDirectory, maxBacklogBytes } = settings;
  const { clock, ledger } = parts;
  const backlog = new Backlog({
    maxBytes: maxBacklogBytes,
    giveUp: (reason, spans) => ledger.giveUp(reason, spans),
  });
  const diskOf = (directory: string) =>
    new DiskCopy(backlog, new DiskStore(directory, identity.appId, (spans) => ledger.loseLeft(spans)));
  const disk = backlogDirectory === undefined ? undefined : diskOf(backlogDirectory);
  const session = sessionOf(resolved, { identity, clock, answered: (data) => answers.take(data) });
  const answers = new Answers({ ...parts, session, excludes: settings.excludes });
  const reporter = new Reporter({
    ...parts,
    resendUnclear: settings.resendUnclear,
    session,
    backlog,
    disk,
  });
  reporter.start();
  return reporter;
}
