/**
 * Told of each span that ends, by the aggregator alone. Plain fields, since the hot path adds to one of them for each
 * span.
 */
export interface SpanCounts {
  /** Spans added up into builders; an exception that counts by its type is one more. */
  counted: number;
  excluded: number;
  filtered: number;
  /** Layers of frameworks. */
  internal: number;
  /** Client spans of our own calls. */
  ownCall: number;
  /** Spans counted under the overflow's name. */
  overflowed: number;
}
