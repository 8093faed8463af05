import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import type { Backlog } from '../backlog/backlog.ts';
import type { SessionState } from '../session/report-session.ts';
import type { Delivery } from './delivery.ts';
import { NO_DELIVERY } from './delivery-counts.ts';

/**
 * What happened since start. The books balance at every moment:
 * `counted = delivered + waiting + the sum of givenUp`. Announcements and other builders of Total 0 are no counts.
 */
export interface StardustStats {
  /**
   * Spans added up into builders; under `naming: 'stardust'` their exceptions too, each a call of `ex:<type>`; and
   * those that were adopted.
   */
  readonly counted: number;
  /** Spans that former processes had left in `backlogDirectory`, and that are this one's to deliver. */
  readonly adopted: number;
  /** Spans in reports that the server took. */
  readonly delivered: number;
  /** Spans in reports sent again after an unclear end: at most so many were counted twice. */
  readonly resentSpans: number;
  /** Spans not yet delivered, those of the open period included; after the shutdown those left on disk. */
  readonly waiting: number;
  /** Spans that will not be delivered, by reason. */
  readonly givenUp: {
    /** Waited for almost three days, after which the server drops them. */
    readonly expired: number;
    /** Did not fit into `maxBacklogBytes`. */
    readonly overBound: number;
    /**
     * In files that another process took over, as it must when this one does not run for a minute; or what a thread
     * of `register` delivers while the process ends.
     */
    readonly handedOver: number;
    /** In a builder that the server could not read. */
    readonly unreadable: number;
    /** Not delivered by the end of shutdown. */
    readonly shutdown: number;
    /** Counted before it was known that nothing names the app. */
    readonly noApp: number;
  };
  /** Spans that were not counted, by reason. */
  readonly dropped: {
    readonly excluded: number;
    readonly filtered: number;
    /** Layers of frameworks, where `internalSpans` is false. */
    readonly internal: number;
    /** Client spans of our own calls. */
    readonly ownCall: number;
    readonly afterShutdown: number;
    /** Not of a span's structure: no name, no duration. */
    readonly unusable: number;
  };
  readonly names: {
    readonly inUse: number;
    /** Spans counted under `other:overflow`. */
    readonly overflowed: number;
  };
  /** Five-minute periods that wait for delivery. */
  readonly periodsWaiting: number;
  /** Reports by outcome. `delivered` are those with counts; failures include announcements and empty reports. */
  readonly reports: {
    readonly delivered: number;
    readonly refused: number;
    readonly unreadable: number;
    readonly unreachable: number;
    /** Of the unreachable ones, those that left and were never answered. */
    readonly unclear: number;
    /** Sent again after an unclear end: the server may have counted them twice. */
    readonly resent: number;
  };
  readonly lastError: string | undefined;
  readonly session: SessionState | 'inactive';
  /** The server in use. */
  readonly server: string | undefined;
}

/** Where the figures come from; parts that do not exist yet count nothing. */
export interface StatsSources {
  readonly aggregator: SpanAggregator | undefined;
  readonly backlog: Backlog | undefined;
  readonly leftOnDisk: number;
  readonly delivery: Delivery | undefined;
  readonly session: StardustStats['session'];
  readonly server: string | undefined;
  readonly afterShutdown: number;
  readonly unusable: number;
  readonly noApp: number;
  readonly lostAtShutdown: number;
}

export function statsOf(sources: StatsSources): StardustStats {
  const { aggregator, backlog, delivery } = sources;
  const counts = delivery?.counts ?? NO_DELIVERY;
  const { delivered, refused, unreadable, unreachable, unclear, resent } = counts;
  const inMemory = (aggregator?.openTotal ?? 0) + (backlog?.total ?? 0) + (delivery?.pendingTotal ?? 0);
  return Object.freeze({
    counted: (aggregator?.counted ?? 0) + counts.adoptedSpans,
    adopted: counts.adoptedSpans,
    delivered: counts.deliveredSpans,
    resentSpans: counts.resentSpans,
    waiting: inMemory + sources.leftOnDisk,
    givenUp: Object.freeze({
      ...(backlog?.givenUp ?? { expired: 0, overBound: 0, handedOver: 0 }),
      unreadable: counts.unreadableSpans,
      shutdown: sources.lostAtShutdown,
      noApp: sources.noApp,
    }),
    dropped: Object.freeze({
      ...(aggregator?.dropped ?? { excluded: 0, filtered: 0, ownCall: 0, internal: 0 }),
      afterShutdown: sources.afterShutdown,
      unusable: sources.unusable,
    }),
    names: Object.freeze(aggregator?.names ?? { inUse: 0, overflowed: 0 }),
    periodsWaiting: backlog?.periods ?? 0,
    reports: Object.freeze({ delivered, refused, unreadable, unreachable, unclear, resent }),
    lastError: delivery?.lastError,
    session: sources.session,
    server: sources.server,
  });
}
