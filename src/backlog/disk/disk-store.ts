import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Alarm } from '../../runtime/alarm.ts';
import { log } from '../../runtime/log.ts';
import { reasonOf } from '../../runtime/reason.ts';
import { LeftBehind } from './left-behind.ts';
import { OwnFolder } from './own-folder.ts';
import { Snapshot } from './snapshot.ts';
import { ALL, idOf, nameOf, parseName, type SnapshotName } from './snapshot-name.ts';
import type { Kept, Store } from './store.ts';
import { Turns } from './turns.ts';

const HEARTBEAT_MS = 15_000;
const WRITE_PATIENCE_MS = 10_000;
const ADOPTION_PATIENCE_MS = 120_000;

/** One call of `keep`. */
interface Order {
  readonly snapshot: Snapshot;
  /** Ids of the files of former processes that it stands for. */
  readonly covers: readonly string[];
  isKept: boolean;
}

type Progress = Parameters<Store['mark']>[0];

/** A file in our folder that holds what memory holds too. */
interface Copy {
  file: SnapshotName;
  /** Spans that wait or are on their way, as far as its name says. */
  remaining: number;
  /** What it holds; of a file that a former process left, what of it was not delivered. Unknown if a write ended late. */
  readonly snapshot?: Snapshot;
}

/**
 * Keeps what waits in a folder of its own, and takes over what processes that are gone left in theirs. Memory is the
 * truth: a disk that fails costs no count, and what may count twice since a copy could not be marked or removed is logged.
 */
export class DiskStore implements Store {
  readonly #folder: OwnFolder;
  readonly #adoption: LeftBehind;
  readonly #writes = new Turns(WRITE_PATIENCE_MS, (error) => this.#noteFailure(error));
  readonly #adoptions = new Turns(ADOPTION_PATIENCE_MS, (error) => this.#noteFailure(error));
  readonly #heartbeat = new Alarm('the heartbeat of the backlog on disk', () => this.#beat());
  /** Of the newest snapshot; a higher number replaces all lower ones. */
  #number = 0;
  /** The last call of `keep`: the numbers of `mark` are of its builders. */
  #last: Order | undefined;
  /** The call that is to be written next. */
  #next: Order | undefined;
  /** The copy that holds what {@link #last} holds, in its order. Only a write sets it, only a write and a loss take it away. */
  #exact: Copy | undefined;
  /** Copies whose progress no number tells, by id: those of former processes, and older ones of ours. The next write that succeeds removes them. */
  readonly #loose = new Map<string, Copy>();
  /** Ids of all files of former processes whose builders are in memory. */
  readonly #adopted = new Set<string>();
  #isClosed = false;
  #saidFailure = false;
  #saidTwice = false;

  /**
   * `directory` is `backlogDirectory`; nothing is done to it yet. `broken` is told of spans that a former process left
   * in files that cannot be read, as far as their names tell.
   */
  constructor(directory: string, appId: string, broken: (spans: number) => void = () => {}) {
    this.#folder = new OwnFolder(directory, appId);
    this.#adoption = new LeftBehind(this.#folder, broken);
  }

  async keep(waiting: readonly Kept[]): Promise<boolean> {
    if (this.#isClosed) return false;
    const order = this.#order(waiting);
    this.#next = order;
    this.#last = order;
    await this.#writes.run((signal) => this.#write(signal));
    return order.isKept;
  }

  async mark({ done, inFlight }: Progress): Promise<void> {
    const last = this.#last;
    const isWriting = this.#next !== undefined || this.#writes.isBusy;
    if (last === undefined || (this.#copies.length === 0 && !isWriting)) return;
    const isMarked = await this.#writes.run(async (signal) => {
      if (last !== this.#last) return true;
      await this.#restore(signal);
      const exact = this.#exact;
      if (exact?.snapshot === last.snapshot) {
        await this.#rename(exact, done, inFlight, last.snapshot.spansFrom(done));
      } else if (done + inFlight > 0) {
        for (const copy of this.#copies) await this.#rename(copy, copy.file.done, ALL, copy.remaining);
      }
      return true;
    });
    if (isMarked === undefined && !this.#isClosed) this.#noteTwice(new Error('it does not answer'));
  }

  async adopt(): Promise<readonly Kept[]> {
    await this.#writes.run((signal) => this.#restore(signal));
    const found = await this.#adoptions.run(() => this.#adoption.look(this.#adopted));
    // What was not returned is for the next process.
    if (found === undefined || this.#isClosed) return [];
    this.#keepAlive();
    for (const { file, remaining, waiting } of found) {
      this.#loose.set(idOf(file), {
        file,
        remaining,
        snapshot: new Snapshot(this.#folder.appId, waiting, []),
      });
      this.#adopted.add(idOf(file));
    }
    return found.flatMap(({ waiting }) => waiting);
  }

  leave(waiting: readonly Kept[]): number {
    if (this.#isClosed) return 0;
    this.#isClosed = true;
    const { snapshot } = this.#order(waiting);
    const [isWriting, isStuck] = [this.#writes.isBusy, this.#writes.isStuck];
    this.#writes.stop();
    this.#adoptions.stop();
    this.#heartbeat.clear();
    let safe = this.#heldOf(snapshot);
    try {
      if (isStuck) throw new Error('a call of it hangs');
      // What is being written may still appear, and is replaced by a file that holds nothing.
      if (!snapshot.isEmpty || isWriting) {
        this.#folder.writeSync(nameOf(this.#newName(snapshot)), snapshot.bytesSync());
        safe = snapshot.spans;
      }
      for (const { file } of this.#copies) this.#folder.removeSync(nameOf(file));
    } catch (error) {
      this.#noteFailure(error);
      if (this.#remaining > safe) this.#noteTwice(error);
    }
    if (!isStuck) this.#folder.close();
    return safe;
  }

  get #copies(): Copy[] {
    return this.#exact === undefined ? [...this.#loose.values()] : [...this.#loose.values(), this.#exact];
  }

  /** Spans that another process would find in our copies. */
  get #remaining(): number {
    return this.#copies.reduce((sum, { remaining }) => sum + remaining, 0);
  }

  #isThere(file: SnapshotName): boolean {
    return existsSync(join(this.#folder.path, nameOf(file)));
  }

  /** Spans of what waits that are in our copies, name by name: what was delivered since makes up for no other name. */
  #heldOf(waiting: Snapshot): number {
    const held = new Map<string, number>();
    for (const { file, remaining, snapshot } of this.#copies) {
      if (remaining > 0 && this.#isThere(file)) snapshot?.addTotals(held, this.#isOurs(file) ? file.done : 0);
    }
    const wanted = new Map<string, number>();
    waiting.addTotals(wanted, 0);
    let spans = 0;
    for (const [name, total] of wanted) spans += Math.min(total, held.get(name) ?? 0);
    return spans;
  }

  #order(waiting: readonly Kept[]): Order {
    const covers = [...this.#loose.values()]
      .filter(({ file }) => !this.#isOurs(file))
      .map(({ file }) => idOf(file));
    return { snapshot: new Snapshot(this.#folder.appId, waiting, covers), covers, isKept: false };
  }

  #newName({ spans }: Snapshot): SnapshotName {
    this.#number++;
    return { series: this.#folder.random, number: this.#number, spans, done: 0, inFlight: 0 };
  }

  #isOurs({ series }: SnapshotName): boolean {
    return series === this.#folder.random;
  }

  /** Writes the newest call, if that was not done in an earlier turn. */
  async #write(signal: AbortSignal): Promise<void> {
    const order = this.#next;
    if (order === undefined) return;
    this.#next = undefined;
    await this.#replace(order, signal);
    this.#saidFailure = false;
    this.#saidTwice = false;
    order.isKept = true;
  }

  async #replace({ snapshot, covers }: Order, signal: AbortSignal): Promise<void> {
    await this.#restore(signal);
    const former = await this.#loosen(covers);
    if (snapshot.isEmpty && (await this.#removeAll(former))) return;
    await this.#put(snapshot, { done: 0, inFlight: 0 }, signal);
    for (const each of former) each.remaining = 0;
    await this.#removeAll(former);
  }

  async #put(snapshot: Snapshot, { done, inFlight }: Progress, signal: AbortSignal): Promise<void> {
    await this.#folder.open();
    this.#keepAlive();
    const file = { ...this.#newName(snapshot), done, inFlight };
    await this.#folder.write(nameOf(file), snapshot.bytes(), signal);
    signal.throwIfAborted();
    this.#exact = { file, remaining: snapshot.spansFrom(done), snapshot };
  }

  /** The copies that the next one replaces, none before one that replaces it. */
  async #loosen(covers: readonly string[]): Promise<Copy[]> {
    if (this.#exact !== undefined) this.#loose.set(idOf(this.#exact.file), this.#exact);
    this.#exact = undefined;
    for (const name of this.#folder.isOpen ? await this.#folder.names() : []) {
      const file = parseName(name);
      // A write that was left behind has ended after all, or a folder that was lost is back.
      if (
        file !== undefined &&
        (this.#isOurs(file) || this.#adopted.has(idOf(file))) &&
        !this.#loose.has(idOf(file))
      )
        this.#loose.set(idOf(file), { file, remaining: file.spans });
    }
    const copies = [...this.#loose.values()];
    const ours = copies
      .filter(({ file }) => this.#isOurs(file))
      .sort((a, b) => a.file.number - b.file.number);
    return [...copies.filter(({ file }) => covers.includes(idOf(file))), ...ours];
  }

  /** Up to the first that cannot be removed; whether that were all. */
  async #removeAll(copies: readonly Copy[]): Promise<boolean> {
    try {
      for (const { file } of copies) {
        await this.#folder.remove(nameOf(file));
        this.#loose.delete(idOf(file));
      }
      return true;
    } catch {
      return false;
    }
  }

  async #rename(copy: Copy, done: number, inFlight: number, remaining: number): Promise<void> {
    const file = { ...copy.file, done, inFlight };
    if (copy.remaining === 0 || nameOf(file) === nameOf(copy.file)) return;
    try {
      await this.#folder.rename(nameOf(copy.file), nameOf(file));
      copy.file = file;
      copy.remaining = remaining;
    } catch (error) {
      this.#noteTwice(error);
    }
  }

  async #beat(): Promise<void> {
    await this.#writes.run(async (signal) => {
      await this.#restore(signal);
      if (this.#folder.isOpen) await this.#folder.touch();
    });
    this.#keepAlive();
  }

  #keepAlive(): void {
    if (this.#folder.isOpen && !this.#isClosed && !this.#heartbeat.isSet) this.#heartbeat.set(HEARTBEAT_MS);
  }

  /**
   * Writes the newest copy anew if somebody took it away. That says nothing of who has its counts: memory goes on with
   * them.
   */
  async #restore(signal: AbortSignal): Promise<void> {
    const exact = this.#exact;
    if (await this.#folder.isLost()) {
      this.#noteLoss();
      this.#loose.clear();
    } else if (exact === undefined || (await this.#folder.names()).includes(nameOf(exact.file))) {
      return;
    }
    this.#exact = undefined;
    if (exact?.snapshot === undefined) await this.#folder.open();
    else await this.#put(exact.snapshot, exact.file, signal);
  }

  #noteLoss(): void {
    if (this.#remaining === 0) return;
    log.warn(
      `${this.#folder.path} is gone, with a copy of ${this.#remaining} spans: it is written anew, and what another process may have found in it may count twice`,
    );
  }

  #noteFailure(error: unknown): void {
    if (this.#saidFailure) return;
    this.#saidFailure = true;
    log.warn(`backlogDirectory cannot be used, counts wait in memory only: ${reasonOf(error)}`);
  }

  /** What was delivered since, or will be, is still in the copies. */
  #noteTwice(error: unknown): void {
    const spans = this.#remaining;
    if (spans === 0 || this.#saidTwice) return;
    this.#saidTwice = true;
    log.warn(
      `${this.#folder.path} cannot be changed, and up to ${spans} spans in it may count twice once they are delivered: ${reasonOf(error)}`,
    );
  }
}
