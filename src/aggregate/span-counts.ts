/** Told of spans by the aggregator alone. */
export interface SpanCounts {
  /** Spans in the builders that were taken; an exception that counts by its type is one more. */
  taken: number;
  /** The same in the builders that are open. They are asked, so that no span pays for a second sum. */
  openSpans: () => number;
  excluded: number;
  filtered: number;
  /** Layers of frameworks. */
  internal: number;
  /** Client spans of our own calls. */
  ownCall: number;
  /** Spans counted under the overflow's name. */
  overflowed: number;
}
