import type { SpanBuilder } from '../../aggregate/span-builder.ts';

/**
 * What became of builders: `ready` have not left, or were not taken; `sent` left, or were about to, and had no answer;
 * `unclear` may have arrived, and are to go again.
 */
export type KeptState = 'ready' | 'sent' | 'unclear';

/** Builders that wait together, in the order in which they leave. Only the first of all that wait are ever `sent`. */
export interface Kept {
  readonly builders: readonly SpanBuilder[];
  readonly state: KeptState;
}

/**
 * How far the delivery of a snapshot has come: this many of its first builders are delivered or given up, this many
 * after them are `sent`, and this many after these `unclear`. The others are as the snapshot says.
 */
export interface Progress {
  readonly done: number;
  readonly sent: number;
  readonly unclear: number;
}

/**
 * What waits, on disk: a copy of what memory holds, in the order of delivery (oldest first), so that one number tells
 * how far it has come. Memory is the truth while the process lives. A store knows neither delivery nor the backlog.
 */
export interface Store {
  /**
   * Writes what waits as one snapshot that replaces the former one; an empty list removes it. Asynchronous, in slices;
   * never rejects and never waits for a call that hangs. While one is being written, the newest further call wins.
   * Resolves to whether the disk now holds exactly this.
   */
  keep(waiting: readonly Kept[]): Promise<boolean>;
  /** Notes progress in the newest snapshot. Called before a report leaves and after its answer. */
  mark(progress: Progress): Promise<void>;
  /**
   * What processes of this app that are gone left behind, each once. Their files stay until a {@link keep} that holds
   * what they hold has succeeded, or until {@link leave}.
   */
  adopt(): Promise<readonly Kept[]>;
  /** Orderly end, synchronously: writes what waits, gives the folder free. Returns how many spans are safely on disk. */
  leave(waiting: readonly Kept[]): number;
}
