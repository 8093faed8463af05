import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Alarm } from '../../runtime/alarm.ts';
import { Turns } from '../../runtime/turns.ts';
import { ALL, nameOf, replaced, takenName, takenNumber } from './file-name.ts';
import { LeftBehind } from './left-behind.ts';
import { OwnFolder } from './own-folder.ts';
import { Snapshot } from './snapshot.ts';
import type { Kept, Progress, Store } from './store.ts';
import { Troubles } from './troubles.ts';

const HEARTBEAT_MS = 15_000;
const WRITE_PATIENCE_MS = 10_000;
const ADOPTION_PATIENCE_MS = 120_000;

/** What waits, in our folder: a file of ours, or the folder of a former process. */
interface Copy {
  readonly number: number;
  name: string;
  readonly snapshot: Snapshot;
  progress: Progress;
}

/**
 * Keeps what waits in a folder of its own, and takes over what processes that are gone left in theirs. Memory is the
 * truth: a disk that fails costs no count, and what may count twice since a copy could not be marked or removed is logged.
 */
export class DiskStore implements Store {
  readonly #folder: OwnFolder;
  readonly #leftBehind: LeftBehind;
  readonly #writes = new Turns(WRITE_PATIENCE_MS, (error) => this.#troubles.noteFailure(error));
  readonly #looks = new Turns(ADOPTION_PATIENCE_MS, (error) => this.#troubles.noteFailure(error));
  readonly #heartbeat = new Alarm('the heartbeat of the backlog on disk', () => this.#beat());
  /** What the last call of `keep` was given: the numbers of `mark` are of its builders. */
  #last: Snapshot | undefined;
  /** Of our newest file; a higher number replaces all lower ones. */
  #number = 0;
  /** Our newest file. Only a write sets it; if somebody takes it away, it is written anew. */
  #copy: Copy | undefined;
  #isWriting = false;
  /** Of the last folder of a former process that is in memory. */
  #adopted = 0;
  /** Those for which no file of ours stands yet. */
  #former: Copy[] = [];
  readonly #troubles: Troubles;

  /**
   * `directory` is `backlogDirectory`; nothing is done to it yet. `broken` is told of spans that a former process left
   * in files that cannot be read, as far as their names tell.
   */
  constructor(directory: string, appId: string, broken: (spans: number) => void = () => {}) {
    this.#folder = new OwnFolder(directory, appId);
    this.#leftBehind = new LeftBehind(this.#folder, broken);
    this.#troubles = new Troubles(this.#folder.path);
  }

  async keep(waiting: readonly Kept[]): Promise<boolean> {
    const snapshot = new Snapshot(this.#folder.appId, waiting, this.#adopted);
    this.#last = snapshot;
    const isKept = await this.#writes.run(async (signal) => {
      if (snapshot !== this.#last) return false;
      await this.#replaceBy(snapshot, signal);
      return true;
    });
    return isKept === true;
  }

  async mark(progress: Progress): Promise<void> {
    const last = this.#last;
    const isMarked = await this.#writes.run(async (signal) => {
      if (last !== this.#last) return true;
      await this.#restore(signal);
      const copy = this.#copy;
      if (copy !== undefined && copy.snapshot === last) {
        await this.#rename(copy, fileName(copy, progress), progress);
      } else if (progress.done + progress.sent + progress.unclear > 0) {
        await this.#markAll(progress.done + progress.sent > 0 ? 'sent' : 'unclear');
      }
      return true;
    });
    if (isMarked === undefined && !this.#writes.isStopped) this.#troubles.noteDoubt(spansOf(this.#copies));
  }

  async adopt(): Promise<readonly Kept[]> {
    // One that still hangs would take what is not seen any more.
    if (this.#looks.isStuck) return [];
    await this.#writes.run((signal) => this.#restore(signal));
    const found = await this.#looks.run(() => this.#leftBehind.look(this.#adopted));
    // What was not returned is for the next process.
    if (found === undefined) return [];
    for (const { number, name, waiting } of found) {
      const snapshot = new Snapshot(this.#folder.appId, waiting, 0);
      this.#former.push({ number, name, snapshot, progress: snapshot.progress });
      this.#adopted = number;
    }
    this.#keepAlive();
    return found.flatMap(({ waiting }) => waiting);
  }

  leave(waiting: readonly Kept[]): number {
    if (this.#writes.isStopped) return 0;
    const snapshot = new Snapshot(this.#folder.appId, waiting, this.#adopted);
    const { isStuck } = this.#writes;
    this.#writes.stop();
    this.#looks.stop();
    this.#heartbeat.stop();
    // What is being written may still appear, and is replaced by a file that holds nothing.
    const file = { number: ++this.#number, snapshot };
    const name = snapshot.isEmpty && !this.#isWriting ? undefined : fileName(file, snapshot.progress);
    const held = this.#heldOf(snapshot, isStuck);
    const isWritten = this.#try(() => {
      if (isStuck) throw new Error('a call of it hangs');
      if (name !== undefined) this.#folder.writeSync(name, snapshot.pieces());
    });
    const isNeeded = (each: string) => !isWritten || each === name || takenNumber(each) > this.#adopted;
    const isClosed = isStuck || this.#try(() => this.#folder.close(isNeeded));
    const safe = isWritten ? snapshot.builders.spansFrom(0) : held;
    if (!(isWritten && isClosed) && spansOf(this.#copies) > safe)
      this.#troubles.noteDoubt(spansOf(this.#copies));
    return safe;
  }

  #try(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#troubles.noteFailure(error);
      return false;
    }
  }

  get #copies(): Copy[] {
    return this.#copy === undefined ? this.#former : [...this.#former, this.#copy];
  }

  /** Spans of what waits that are in our folder, name by name: what was delivered since makes up for no other name. */
  #heldOf(waiting: Snapshot, isStuck: boolean): number {
    const held = this.#copies
      .filter(({ name }) => isStuck || existsSync(join(this.#folder.path, name)))
      .map(({ snapshot, progress }) => snapshot.builders.totalsFrom(progress.done));
    let spans = 0;
    for (const [name, total] of waiting.builders.totalsFrom(0)) {
      const there = held.reduce((sum, totals) => sum + (totals.get(name) ?? 0), 0);
      spans += Math.min(total, there);
    }
    return spans;
  }

  async #replaceBy(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    await this.#goneCopy();
    if (snapshot.isEmpty && (await this.#remove(snapshot.taken, ALL))) {
      this.#copy = undefined;
    } else {
      await this.#write(snapshot, snapshot.progress, signal);
      await this.#remove(snapshot.taken, this.#number);
    }
    this.#former = this.#former.filter(({ number }) => number > snapshot.taken);
  }

  async #write(snapshot: Snapshot, progress: Progress, signal: AbortSignal): Promise<void> {
    const file = { number: ++this.#number, snapshot };
    const name = fileName(file, progress);
    this.#isWriting = true;
    try {
      await this.#folder.write(name, snapshot.pieces(), signal);
    } finally {
      this.#isWriting = false;
    }
    this.#copy = { ...file, name, progress };
    this.#troubles.end();
    this.#keepAlive();
  }

  /** Removes what a file stands for; `false` if something cannot be removed. */
  async #remove(taken: number, before: number): Promise<boolean> {
    try {
      for (const name of replaced(await this.#folder.names(), taken, before)) await this.#folder.remove(name);
      return true;
    } catch {
      return false;
    }
  }

  async #rename(copy: Copy, name: string, progress: Progress): Promise<void> {
    if (name !== copy.name) await this.#folder.rename(copy.name, name);
    copy.name = name;
    copy.progress = progress;
  }

  /** What left is in the copies, and no number tells where. */
  async #markAll(state: 'sent' | 'unclear'): Promise<void> {
    const copy = this.#copy;
    if (copy !== undefined) {
      const progress = { done: copy.progress.done, sent: 0, unclear: 0, [state]: ALL };
      await this.#rename(copy, fileName(copy, progress), progress);
    }
    for (const each of this.#former) await this.#rename(each, takenName(each.number, state), each.progress);
  }

  async #beat(): Promise<void> {
    await this.#writes.run(async (signal) => {
      await this.#restore(signal);
      await this.#folder.open();
    });
    this.#keepAlive();
  }

  #keepAlive(): void {
    if (this.#copies.length > 0 && !this.#heartbeat.isSet) this.#heartbeat.set(HEARTBEAT_MS);
  }

  /** Writes our copy anew if somebody took it away. */
  async #restore(signal: AbortSignal): Promise<void> {
    const copy = await this.#goneCopy();
    if (copy !== undefined) await this.#write(copy.snapshot, copy.progress, signal);
  }

  /** Our copy, if somebody took it away. That says nothing of who has its counts: memory goes on with them. */
  async #goneCopy(): Promise<Copy | undefined> {
    const names = await this.#folder.names();
    const gone = this.#copies.filter(({ name }) => !names.includes(name));
    this.#former = this.#former.filter((copy) => !gone.includes(copy));
    this.#troubles.noteGone(spansOf(gone));
    return gone.find((copy) => copy === this.#copy);
  }
}

function fileName({ number, snapshot }: Pick<Copy, 'number' | 'snapshot'>, progress: Progress): string {
  const spans = snapshot.builders.spansFrom(progress.done);
  return nameOf({ ...progress, number, taken: snapshot.taken, spans });
}

function spansOf(copies: readonly Copy[]): number {
  return copies.reduce((sum, { snapshot, progress }) => sum + snapshot.builders.spansFrom(progress.done), 0);
}
