import type { SpanBuilder } from '../../aggregate/span-builder.ts';

/** Builders that wait together, in the order in which they leave. */
export interface Kept {
  readonly builders: readonly SpanBuilder[];
  /** This many of the first builders were on their way when this was written, and have had no answer. */
  readonly inFlight: number;
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
  /**
   * Notes progress in the newest snapshot, in builders in its order: the first `done` are delivered or given up, the
   * next `inFlight` are on their way. Called before a report leaves and after its answer.
   */
  mark(progress: { readonly done: number; readonly inFlight: number }): Promise<void>;
  /**
   * What processes of this app that are gone left behind, each once. Their files stay until a {@link keep} that holds
   * what they hold has succeeded, or until {@link leave}.
   */
  adopt(): Promise<readonly Kept[]>;
  /** Orderly end, synchronously: writes what waits, gives the folder free. Returns how many spans are safely on disk. */
  leave(waiting: readonly Kept[]): number;
}
