import type { Ledger } from '../delivery/ledger.ts';
import { withoutSecrets } from '../runtime/own-secrets.ts';
import type { SessionState } from '../session/report-session.ts';

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
  /** Spans in reports sent again after an unclear end: at most this many were counted twice. */
  readonly resentSpans: number;
  /** Spans not yet delivered, those of the open period included; after the shutdown those left on disk. */
  readonly waiting: number;
  /** Spans that will not be delivered, by reason. */
  readonly givenUp: {
    /** Waited for almost three days, after which the server drops them. */
    readonly expired: number;
    /** Did not fit into `maxBacklogBytes`. */
    readonly overBound: number;
    /** Given to the thread of `register` that delivers while the process ends. */
    readonly handedOver: number;
    /** In a builder that the server could not read, or in a file of a former process that cannot be read. */
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

/** What the ledger does not know. */
export interface Situation {
  readonly namesInUse: number;
  readonly periodsWaiting: number;
  readonly session: StardustStats['session'];
  readonly server: string | undefined;
}

/** The ledger as it stands, as a frozen plain object. */
export function snapshotOf(ledger: Ledger, situation: Situation): StardustStats {
  // To count what is open takes milliseconds for a hundred thousand names: once, not twice.
  const { counted, gone, figures } = ledger;
  const { excluded, filtered, internal, ownCall, afterShutdown, unusable, overflowed } = ledger;
  const { namesInUse, server, ...rest } = situation;
  return Object.freeze({
    counted,
    waiting: counted - gone,
    ...figures,
    dropped: Object.freeze({ excluded, filtered, internal, ownCall, afterShutdown, unusable }),
    names: Object.freeze({ inUse: namesInUse, overflowed }),
    ...rest,
    // Its path may hold a token.
    server: server === undefined ? undefined : withoutSecrets(server),
  });
}
