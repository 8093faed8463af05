import type { SpanBuilder } from '../aggregate/span-builder.ts';

/** Builders that wait together: a stretch of time in the backlog, or what is on its way. */
export interface Waiting {
  /** Of a whole hour, else of five minutes. */
  readonly isHour: boolean;
  /** This many of the first builders are on their way, or may have arrived. */
  readonly inFlight: number;
  /**
   * How many builders are before it in the newest copy on disk; `undefined` if that does not hold just this. Set by
   * the writer of the copy, taken away by whatever adds to what waits here.
   */
  copiedAt: number | undefined;
  /** In the order in which they leave, each small enough for a report. */
  builders(): SpanBuilder[];
}

/** A stretch of time in the backlog. */
export interface Slot extends Waiting {
  /** About what it takes in memory. */
  readonly bytes: number;
  /** Spans. */
  readonly total: number;
}
