import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open, rename, rm, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Alarm } from '../../runtime/alarm.ts';
import { wallTime } from '../../runtime/clock.ts';
import { codeOf } from '../../runtime/reason.ts';
import { wireText } from '../../wire/text.ts';
import type { FilePlace } from './stored-file.ts';

/** Touched again and again: a folder whose file is older than a minute is nobody's. */
export const HEARTBEAT = 'alive';
const HEARTBEAT_MS = 15_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * The folder of this process inside of `backlogDirectory`: made when first needed, of a random name, readable by
 * nobody else, and kept alive by a heartbeat.
 */
export class Folder implements FilePlace {
  /** `backlogDirectory`, absolute. */
  readonly root: string;
  /** How the folders of this app begin. */
  readonly prefix: string;
  readonly path: string;
  readonly #random = randomBytes(8).toString('hex');
  readonly #heartbeat = new Alarm('the heartbeat', () => this.#touch());
  #isOpen = false;
  #files = 0;

  constructor(root: string, appId: string) {
    this.root = resolve(root);
    // `*` is no character of a file name everywhere; the rest, encodeURIComponent sees to.
    this.prefix = `${encodeURIComponent(wireText(appId, 50)).replaceAll('*', '%2A')}.`;
    this.path = join(this.root, this.prefix + this.#random);
  }

  /** A name for a new file, different from that of any other process. */
  newId(): string {
    this.#files++;
    return `${this.#random}-${this.#files}`;
  }

  /**
   * Makes `backlogDirectory` where it is not there.
   * @throws Error that says what is wrong with it.
   */
  checkRoot(): void {
    mkdirSync(this.root, { recursive: true, mode: PRIVATE_FOLDER });
    const why = whyNotOurs(this.root);
    if (why !== undefined) throw new Error(`${this.root} ${why}`);
  }

  /** Makes the folder of this process where it is not there. @throws Error that says why it cannot be made. */
  open(): void {
    if (this.#isOpen) return;
    this.checkRoot();
    mkdirSync(this.path, { recursive: true, mode: PRIVATE_FOLDER });
    closeSync(openSync(join(this.path, HEARTBEAT), 'w', PRIVATE_FILE));
    this.#isOpen = true;
    this.#heartbeat.set(HEARTBEAT_MS);
  }

  /** Atomic: the file is there with all of its bytes, on the disk, or not at all. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.open();
    const [draft, place] = [join(this.path, `${name}.tmp`), join(this.path, name)];
    try {
      const file = await open(draft, 'w', PRIVATE_FILE);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, place);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw error;
    }
    const folder = await open(this.path).catch(() => undefined);
    // Windows can neither open nor sync a folder.
    await folder?.sync().catch(() => {});
    await folder?.close();
  }

  /** The same for a process that is about to end. */
  writeSync(name: string, bytes: Uint8Array): void {
    this.open();
    const draft = join(this.path, `${name}.tmp`);
    const file = openSync(draft, 'w', PRIVATE_FILE);
    try {
      writeAllSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, join(this.path, name));
  }

  async rename(from: string, to: string): Promise<boolean> {
    try {
      await rename(join(this.path, from), join(this.path, to));
      return true;
    } catch (error) {
      // Whatever else is wrong with the disk must not keep the counts from being sent.
      return !isMissing(error);
    }
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.path, name), { force: true }).catch(() => {});
  }

  removeSync(name: string): void {
    try {
      rmSync(join(this.path, name), { force: true });
    } catch {
      // It will be too old, or replaced, for the next process too.
    }
  }

  /** True once, where another process took this folder for a dead one. */
  isTakenOver(): boolean {
    if (!this.#isOpen || lstatSync(join(this.path, HEARTBEAT), { throwIfNoEntry: false }) !== undefined) {
      return false;
    }
    this.#isOpen = false;
    return true;
  }

  /** What is left is for the next process: without a heartbeat it need not wait. */
  close(): void {
    this.#heartbeat.clear();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      rmSync(join(this.path, HEARTBEAT), { force: true });
      rmdirSync(this.path);
    } catch {
      // Not empty: that is what it is for.
    }
  }

  async #touch(): Promise<void> {
    const now = new Date(wallTime());
    await utimes(join(this.path, HEARTBEAT), now, now).catch(() => {});
    if (this.#isOpen) this.#heartbeat.set(HEARTBEAT_MS);
  }
}

/** What is wrong with a folder that is there; `undefined` where nothing is. */
export function whyNotOurs(path: string): string | undefined {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return 'is a link';
  if (!stats.isDirectory()) return 'is not a folder';
  const user = process.getuid?.();
  return user === undefined || user === stats.uid ? undefined : "is another user's";
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function writeAllSync(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
