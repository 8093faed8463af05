/** What became of reports and their counts, since start. */
export interface DeliveryCounts {
  /** Spans that another process or thread had left. */
  readonly adoptedSpans: number;
  /** Spans in reports that the server took. */
  readonly deliveredSpans: number;
  /** Spans in reports sent again after an unclear end. */
  readonly resentSpans: number;
  /** Spans of builders that the server could not read. */
  readonly unreadableSpans: number;
  readonly delivered: number;
  readonly refused: number;
  readonly unreadable: number;
  readonly unreachable: number;
  readonly unclear: number;
  readonly resent: number;
}

export const NO_DELIVERY: DeliveryCounts = {
  adoptedSpans: 0,
  deliveredSpans: 0,
  resentSpans: 0,
  unreadableSpans: 0,
  delivered: 0,
  refused: 0,
  unreadable: 0,
  unreachable: 0,
  unclear: 0,
  resent: 0,
};
