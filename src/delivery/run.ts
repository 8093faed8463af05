/** What a run of deliveries is for, and when it has to be over, by the monotonic clock. */
export interface Run {
  /** `flush` and `end` make no pauses; at the `end` nothing is asked that only a later run could use. */
  readonly for: 'period' | 'flush' | 'end';
  readonly untilMs: number;
}

/** How a run ended. */
export type RunEnd =
  | { readonly kind: 'done' }
  /** This run sent its share; more is waiting. */
  | { readonly kind: 'more' }
  /** The server is away, or did not answer: try again after a back-off. */
  | { readonly kind: 'away'; readonly unclear: boolean }
  /** The server knows us and takes nothing: ask again calmly. */
  | { readonly kind: 'refused' };
