import type { SpanBuilder } from './span-builder.ts';

/**
 * What belongs to a name and outlives its sums: the samples kept of it in this period, and what is known of its
 * spans. A name holds its place in the table for an hour after its last span.
 */
export class Name {
  /** The sums of the open taking; none until a span of this name ends. Kept by the aggregator. */
  builder: SpanBuilder | undefined;
  samples = 0;
  errorSamples = 0;
  /** The last taking that had spans of it. Kept by the aggregator. */
  lastSeenMs = Number.NEGATIVE_INFINITY;
  /**
   * A kept sample of it told the size of its body. Spans of other names are not asked: most instrumentations tell
   * none, and to find nothing under six names costs more than all the rest.
   */
  hasBodySizes = false;
  #period = Number.NaN;

  constructor(readonly text: string) {}

  /** The period, by number, to which the samples above belong. */
  get period(): number {
    return this.#period;
  }

  /** A new period allows samples anew; an early taking within one does not. */
  set period(period: number) {
    if (period === this.#period) return;
    this.#period = period;
    this.samples = 0;
    this.errorSamples = 0;
  }
}
