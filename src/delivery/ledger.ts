import type { SpanCounts } from '../aggregate/span-counts.ts';
import type { Outcome } from '../wire/answer.ts';

/** Why spans will not be delivered. */
export type GivenUp = 'expired' | 'overBound' | 'handedOver' | 'unreadable' | 'shutdown' | 'noApp';

/**
 * Where each counted span is: `counted = delivered + waiting + the sum of givenUp`, since `waiting` is what is left.
 * Everything that moves builders tells it. What waits in memory and on disk adds up to `waiting`; tests compare them.
 */
export class Ledger implements SpanCounts {
  taken = 0;
  openSpans = (): number => 0;
  excluded = 0;
  filtered = 0;
  internal = 0;
  ownCall = 0;
  overflowed = 0;
  afterShutdown = 0;
  unusable = 0;
  #adopted = 0;
  #delivered = 0;
  #resentSpans = 0;
  readonly #givenUp: Record<GivenUp, number> = {
    expired: 0,
    overBound: 0,
    handedOver: 0,
    unreadable: 0,
    shutdown: 0,
    noApp: 0,
  };
  readonly #reports = { delivered: 0, refused: 0, unreadable: 0, unreachable: 0, unclear: 0, resent: 0 };
  #lastError: string | undefined;

  /** Added up here or left by a former process. */
  get counted(): number {
    return this.taken + this.openSpans() + this.#adopted;
  }

  /** Delivered or given up. */
  get gone(): number {
    return Object.values(this.#givenUp).reduce((sum, spans) => sum + spans, this.#delivered);
  }

  get waiting(): number {
    return this.counted - this.gone;
  }

  /** What else is known now. */
  get figures() {
    return Object.freeze({
      adopted: this.#adopted,
      delivered: this.#delivered,
      resentSpans: this.#resentSpans,
      givenUp: Object.freeze({ ...this.#givenUp }),
      reports: Object.freeze({ ...this.#reports }),
      lastError: this.#lastError,
    });
  }

  /** Spans that a former process left are ours to deliver. */
  adopt(spans: number): void {
    this.#adopted += spans;
  }

  /** Spans that a former process left in a file that cannot be read. */
  loseLeft(spans: number): void {
    this.adopt(spans);
    this.giveUp('unreadable', spans);
  }

  /** A report was taken, or passes for that. */
  deliver(spans: number): void {
    this.#delivered += spans;
    if (spans > 0) this.#reports.delivered++;
  }

  giveUp(reason: GivenUp, spans: number): void {
    this.#givenUp[reason] += spans;
  }

  /** It is unknown whether a report arrived. */
  noteUnclear(): void {
    this.#reports.unclear++;
  }

  /** A report of this many spans goes again after an unclear end. */
  noteResent(spans: number): void {
    this.#reports.resent++;
    this.#resentSpans += spans;
  }

  /** It turns out that a report that was noted as sent again has not arrived this time. */
  noteNotResent(spans: number): void {
    this.#reports.resent--;
    this.#resentSpans -= spans;
  }

  /** A report, an announcement or an empty report was not taken. */
  noteFailure(outcome: Exclude<Outcome, { readonly kind: 'delivered' }>): void {
    this.#reports[outcome.kind === 'unauthorized' ? 'refused' : outcome.kind]++;
    this.#lastError = 'reason' in outcome ? outcome.reason : outcome.message;
  }
}
