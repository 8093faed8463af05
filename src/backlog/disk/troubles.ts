import { log } from '../../runtime/log.ts';
import { reasonOf } from '../../runtime/reason.ts';

/** What fails on a disk, each kind logged once until the disk works again. */
export class Troubles {
  readonly #folder: string;
  readonly #logged = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Something was written: the next failure is news. */
  end(): void {
    this.#logged.clear();
  }

  noteFailure(error: unknown): void {
    if (!this.#isNews('failure')) return;
    log.warn(
      `backlogDirectory (STARDUST_BACKLOG_DIR) cannot be used, counts wait in memory only: ${reasonOf(error)}`,
    );
  }

  /** Somebody took copies of this many spans away. */
  noteGone(spans: number): void {
    if (spans === 0 || !this.#isNews('gone')) return;
    log.warn(
      `a copy of ${spans} spans in ${this.#folder} is gone: it is written anew, and what another process may have found in it may count twice`,
    );
  }

  /** Copies of this many spans, some of them delivered, can be neither marked nor removed. */
  noteDoubt(spans: number): void {
    if (spans === 0 || !this.#isNews('doubt')) return;
    log.warn(
      `${this.#folder} cannot be changed, and up to ${spans} spans in it may count twice once they are delivered`,
    );
  }

  #isNews(what: 'gone' | 'failure' | 'doubt'): boolean {
    const isNews = !this.#logged.has(what);
    this.#logged.add(what);
    return isNews;
  }
}
