import type { Backlog, Edition } from '../backlog/backlog.ts';
import type { Kept, Store } from '../backlog/disk/store.ts';

/**
 * What of the backlog is on disk too: nothing while reports are taken; otherwise all of it in one copy, in the order in
 * which it leaves. So one number tells how far its delivery has come, as long as nothing else changes; otherwise a new
 * copy is written before the next report leaves.
 */
export class DiskCopy {
  readonly #backlog: Backlog;
  readonly #store: Store;
  /** What the newest copy holds. One that could not be written is tried again with the next {@link renew}. */
  #copy: Edition | 'none' | 'failed' = 'none';

  constructor(backlog: Backlog, store: Store) {
    this.#backlog = backlog;
    this.#store = store;
  }

  /** What waits now is not delivered soon. */
  async renew(): Promise<void> {
    const isThere = this.#copy !== 'none';
    if (this.#backlog.isEmpty ? isThere : this.#copy !== this.#backlog.edition) await this.#keep();
  }

  /** What former processes left, which from now on waits here. Their files stay until a copy of ours holds it. */
  async adopt(take: (kept: Kept) => void): Promise<void> {
    const left = await this.#store.adopt();
    for (const kept of left) take(kept);
    if (left.length > 0) await this.#keep();
  }

  /** A report is about to leave. */
  async leaves(): Promise<void> {
    if (this.#copy !== 'none') await this.#mark();
  }

  /** The report has its outcome, also a bad one. */
  async ended(): Promise<void> {
    if (this.#copy === 'none') return;
    if (this.#backlog.isEmpty) await this.#keep();
    else await this.#mark();
  }

  /** The process ends with this. Returns how many of its spans are safely on disk. */
  leave(waiting: readonly Kept[]): number {
    return this.#store.leave(waiting);
  }

  async #mark(): Promise<void> {
    while (typeof this.#copy === 'object' && this.#copy !== this.#backlog.edition) await this.#keep();
    const { edition, firsts } = this.#backlog;
    await this.#store.mark({ ...firsts, done: this.#copy === edition ? edition.gone : 0 });
  }

  async #keep(): Promise<void> {
    const edition = this.#backlog.newEdition();
    const kept = this.#backlog.waiting();
    this.#copy = kept.length === 0 ? 'none' : edition;
    const isKept = await this.#store.keep(kept);
    // A later copy may have taken its place.
    if (!isKept && this.#copy === edition) this.#copy = 'failed';
  }
}
