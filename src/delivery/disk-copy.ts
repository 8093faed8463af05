import type { Backlog } from '../backlog/backlog.ts';
import type { Kept, Store } from '../backlog/disk/store.ts';
import type { Waiting } from '../backlog/slot.ts';

/**
 * What of the backlog is on disk too. Nothing is written while reports are taken: only what has waited past the end of
 * a period is kept, all of it in one copy, in the order in which it leaves. So one number tells how far its delivery
 * has come, as long as what leaves is just what the copy holds.
 */
export class DiskCopy {
  readonly #backlog: Backlog;
  readonly #store: Store;
  #isThere = false;
  /** The newest copy could not be written; it is tried again at the end of a period. */
  #isFailing = false;
  #newest: readonly Kept[] = [];
  #hasLeft = false;

  constructor(backlog: Backlog, store: Store) {
    this.#backlog = backlog;
    this.#store = store;
  }

  /** A period is over: what waits now has waited for one. */
  async periodIsOver(): Promise<void> {
    const waiting = this.#backlog.waiting();
    const isCopied = waiting.every(({ copiedAt }) => copiedAt !== undefined);
    if (waiting.length > 0 ? !isCopied : this.#isThere) await this.#keep(waiting);
  }

  /** What former processes left, which from now on waits here. Their files stay until a copy of ours holds it. */
  async adopt(take: (kept: Kept) => void): Promise<void> {
    const left = await this.#store.adopt();
    // They are the next process's then.
    if (this.#hasLeft) return;
    for (const kept of left) take(kept);
    if (left.length > 0) await this.#keep(this.#backlog.waiting());
  }

  /** The report that goes next is about to leave. */
  async leaves(): Promise<void> {
    if (this.#isThere) await this.#mark();
  }

  /** The report has its outcome, also a bad one. */
  async ended(): Promise<void> {
    if (!this.#isThere) return;
    if (this.#backlog.isEmpty) await this.#keep([]);
    else await this.#mark();
  }

  /** The process ends with this. Returns how many of its spans are safely on disk. */
  leave(waiting: readonly Kept[]): number {
    this.#hasLeft = true;
    return this.#store.leave(waiting);
  }

  /** If what goes next is in no copy, since something was added or the clock has moved, no number tells how far it has come. */
  async #mark(): Promise<void> {
    const [first] = this.#backlog.waiting();
    if (first === undefined) return;
    if (first.copiedAt === undefined && !this.#isFailing) await this.#keep(this.#backlog.waiting());
    await this.#store.mark({ done: first.copiedAt ?? 0, inFlight: first.inFlight });
  }

  /** Positions are those of the newest copy, which the store writes next, or has given up on by itself. */
  async #keep(waiting: readonly Waiting[]): Promise<void> {
    const kept = waiting.map(keptOf);
    this.#isThere = kept.length > 0;
    let at = 0;
    kept.forEach(({ builders }, index) => {
      const each = waiting[index];
      if (each !== undefined) each.copiedAt = at;
      at += builders.length;
    });
    this.#newest = kept;
    const isKept = await this.#store.keep(kept);
    // A later copy has taken its place.
    if (this.#newest !== kept) return;
    this.#isFailing = !isKept;
    if (!isKept) for (const each of waiting) each.copiedAt = undefined;
  }
}

/** As it waits now. */
export function keptOf(waiting: Waiting): Kept {
  return { builders: waiting.builders, isHour: waiting.isHour, inFlight: waiting.inFlight };
}
