import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpanBuilder } from '../../aggregate/span-builder.ts';
import { log } from '../../runtime/log.ts';
import type { Backlog } from '../backlog.ts';
import type { Batch } from '../batch.ts';
import type { Slot } from '../slot.ts';
import { type Adopted, Adoption } from './adoption.ts';
import { Folder } from './folder.ts';
import { readStored, type Stored, storedBytes, storedBytesSync } from './stored-builders.ts';
import { type FileState, nameOf, StoredFile } from './stored-file.ts';

/** What the disk asks of delivery: the batches on their way, and to take up what was found. */
interface Carrier {
  readonly batches: Iterable<Batch>;
  readonly counts: { readonly adoptedSpans: number };
  takeUp(stored: Stored, done: number, inFlight: number, files: readonly StoredFile[]): Promise<void>;
}

/**
 * What waits for longer than a period, on disk too: the backlog in memory stays what is merged and delivered, and
 * each of its slots has a file. Whoever holds the file may send what it holds.
 */
export class DiskBacklog {
  readonly #backlog: Backlog;
  readonly #folder: Folder;
  readonly #adoption: Adoption;
  /** Being written now: whether it will be there when the process ends meanwhile, nobody knows. */
  #writing: string | undefined;
  #saidFailure = false;

  constructor(directory: string, appId: string, maxBacklogBytes: number, backlog: Backlog) {
    this.#backlog = backlog;
    this.#folder = new Folder(directory, appId);
    this.#adoption = new Adoption(this.#folder, maxBacklogBytes);
  }

  /** Writes what is due, and removes what is no longer needed. */
  async store(delivery: Carrier): Promise<void> {
    if (this.#folder.isTakenOver()) {
      log.warn(`${this.#folder.path} was taken over by another process, which delivers what was in it`);
      this.#backlog.handOver();
    }
    await this.#backlog.whileStill(async () => {
      for (const slot of this.#backlog.slots())
        if (slot.isDue && !slot.isWritten) await this.#storeSlot(slot);
    });
    for (const batch of delivery.batches) if (batch.files.length === 0) await this.align(batch);
    for (const file of this.#backlog.takeObsolete()) await file.remove();
  }

  /** Sees to it that one file holds all of a batch. */
  async align(batch: Batch): Promise<void> {
    if (batch.isAligned) return;
    const before = batch.files;
    const file = await this.#write(storedOf(batch.remaining(), batch.isHour, before), batch.inFlight);
    if (file === undefined) return;
    batch.storedIn(file);
    for (const old of before) await old.remove();
  }

  /** Looks for what former processes have left behind; true where there was something. */
  async adopt(delivery: Carrier): Promise<boolean> {
    const before = delivery.counts.adoptedSpans;
    try {
      this.#folder.checkRoot();
      const replaced = new Set<string>();
      for (const adopted of await this.#adoption.look()) {
        if (replaced.has(adopted.state.id)) await this.#folder.remove(adopted.name);
        else await this.#load(adopted, replaced, delivery);
      }
    } catch (error) {
      this.#sayFailure(error);
    }
    return delivery.counts.adoptedSpans > before;
  }

  /** Writes everything that is not on disk yet, at once: the process ends. The spans that are on disk now. */
  leave(slots: readonly Slot[], batches: readonly Batch[]): number {
    let total = 0;
    const leave = (stored: Stored, inFlight: number) => {
      if (stored.builders.length > 0 && this.#writeSync(stored, inFlight)) total += totalOf(stored.builders);
    };
    for (const slot of slots) {
      if (slot.isWritten) total += slot.total;
      else leave(storedOf(slot.builders(), slot.isHour, slot.files), 0);
    }
    for (const batch of batches) {
      // With files it is on disk already, and their names tell how far it has come.
      if (batch.files.length > 0) total += batch.total;
      else leave(storedOf(batch.remaining(), batch.isHour, []), batch.inFlight);
    }
    for (const { name } of this.#backlog.takeObsolete()) this.#folder.removeSync(name);
    this.#folder.close();
    return total;
  }

  async #storeSlot(slot: Slot): Promise<void> {
    const before = slot.files;
    const file = await this.#write(storedOf(slot.builders(), slot.isHour, before), 0);
    if (file === undefined) return;
    slot.files = [file];
    slot.isWritten = true;
    for (const old of before) await old.remove();
  }

  async #load(adopted: Adopted, replaced: Set<string>, delivery: Carrier): Promise<void> {
    const { name, state } = adopted;
    let stored: Stored;
    try {
      stored = await readStored(await readFile(join(this.#folder.path, name)));
    } catch (error) {
      await this.#adoption.setAside(name, reasonOf(error));
      return;
    }
    for (const id of stored.replaces) replaced.add(id);
    const file = new StoredFile(this.#folder, state);
    await delivery.takeUp(stored, state.done, state.inFlight, [file]);
  }

  async #write(stored: Stored, inFlight: number): Promise<StoredFile | undefined> {
    const state = this.#newState(inFlight);
    this.#writing = state.id;
    try {
      await this.#folder.write(nameOf(state), await storedBytes(stored));
      this.#saidFailure = false;
      return new StoredFile(this.#folder, state);
    } catch (error) {
      this.#sayFailure(error);
      return undefined;
    } finally {
      this.#writing = undefined;
    }
  }

  #writeSync(stored: Stored, inFlight: number): boolean {
    const replaces = this.#writing === undefined ? stored.replaces : [...stored.replaces, this.#writing];
    try {
      this.#folder.writeSync(nameOf(this.#newState(inFlight)), storedBytesSync({ ...stored, replaces }));
      return true;
    } catch (error) {
      this.#sayFailure(error);
      return false;
    }
  }

  #newState(inFlight: number): FileState {
    return { id: this.#folder.newId(), done: 0, inFlight };
  }

  #sayFailure(error: unknown): void {
    if (this.#saidFailure) return;
    this.#saidFailure = true;
    log.warn(`backlogDirectory cannot be used, counts wait in memory only: ${reasonOf(error)}`);
  }
}

function storedOf(builders: readonly SpanBuilder[], isHour: boolean, before: readonly StoredFile[]): Stored {
  return { builders, isHour, replaces: before.map(({ id }) => id) };
}

function totalOf(builders: readonly SpanBuilder[]): number {
  return builders.reduce((sum, { total }) => sum + total, 0);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
