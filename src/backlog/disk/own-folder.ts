import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf } from '../../runtime/reason.ts';
import { wireText } from '../../wire/text.ts';
import { LOCK_FILES, Lock } from './lock.ts';

const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;
const PRIVATE_FILE = 0o600;
/** The end of the name of a file that is not whole yet. */
export const DRAFT = '.tmp';
/** The end of the name of a folder whose process has ended in order. */
const LEFT = '.left';
const MAX_APP_UNITS = 120;

/**
 * The folder of this process inside of `backlogDirectory`, `<app>.<random>`: made when something has to be written,
 * readable by nobody else, and locked while the process lives.
 */
export class OwnFolder {
  /** `backlogDirectory`, absolute. */
  readonly root: string;
  /** As the server is told it: ids that are equal there are one app. */
  readonly appId: string;
  /** How the names of this app begin, and those of no other. */
  readonly prefix: string;
  readonly random = randomBytes(8).toString('hex');
  readonly path: string;
  readonly #lock: Lock;
  /** Tells the folder that was made from another one in its place; `undefined` before and after it is there. */
  #identity: string | undefined;
  #opening: Promise<void> | undefined;

  constructor(root: string, appId: string) {
    this.root = resolve(root);
    this.appId = wireText(appId, 50);
    this.prefix = `${encoded(this.appId)}.`;
    this.path = join(this.root, this.prefix + this.random);
    this.#lock = new Lock(this.path);
  }

  get isOpen(): boolean {
    return this.#identity !== undefined;
  }

  /** Whether a folder of this app, of this name in `backlogDirectory`, may be of another process; and whether that has left it. */
  otherOf(name: string): 'owned' | 'left' | undefined {
    const path = join(this.root, name);
    if (!name.startsWith(this.prefix) || path === this.path) return undefined;
    const rest = name.slice(this.prefix.length);
    if (/^[\da-f]{16}$/.test(rest)) return 'owned';
    return /^[\da-f]{16}\.left$/.test(rest) ? 'left' : undefined;
  }

  /** Makes `backlogDirectory` if missing. @throws Error that says what is wrong with it. */
  async checkRoot(): Promise<void> {
    await mkdir(this.root, PRIVATE_FOLDER);
    this.#refuseRoot();
  }

  /** Makes the folder and its lock if missing. @throws Error that says why they cannot be made. */
  open(): Promise<void> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    if (this.isOpen) return;
    await this.checkRoot();
    await mkdir(this.path, PRIVATE_FOLDER);
    await this.#lock.hold();
    this.#identity = await identityOf(this.path);
  }

  /** Whether the folder that was made is no longer there: removed, unmounted, or taken by another process. */
  async isLost(): Promise<boolean> {
    if (!this.isOpen || (await identityOf(this.path)) === this.#identity) return false;
    this.#identity = undefined;
    return true;
  }

  /** Shows others that this process lives, and puts its lock back if somebody removed it. */
  async touch(): Promise<void> {
    await this.#lock.touch();
  }

  names(): Promise<string[]> {
    return readdir(this.path);
  }

  /** Atomic: the file is there with all of its bytes, on the disk, or not at all. `signal` ends it. */
  async write(name: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const draft = join(this.path, name + DRAFT);
    try {
      const file = await open(draft, 'w', PRIVATE_FILE);
      try {
        for await (const piece of bytes) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      signal.throwIfAborted();
      await rename(draft, join(this.path, name));
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw error;
    }
    await this.#sync();
  }

  /** The same at the end of the process. */
  writeSync(name: string, bytes: Uint8Array): void {
    mkdirSync(this.root, PRIVATE_FOLDER);
    this.#refuseRoot();
    mkdirSync(this.path, PRIVATE_FOLDER);
    const draft = join(this.path, name + DRAFT);
    const file = openSync(draft, 'w', PRIVATE_FILE);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, join(this.path, name));
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(join(this.path, from), join(this.path, to));
    await this.#sync();
  }

  /** What is not there is removed. */
  async remove(name: string): Promise<void> {
    await rm(join(this.path, name), { force: true });
  }

  removeSync(name: string): void {
    rmSync(join(this.path, name), { force: true });
  }

  /** What is left is for the next process, which sees by the name of the folder that it need not wait. */
  close(): void {
    this.#identity = undefined;
    try {
      for (const name of readdirSync(this.path)) {
        if (LOCK_FILES.includes(name) || name.endsWith(DRAFT)) this.removeSync(name);
      }
      rmdirSync(this.path);
    } catch {
      try {
        renameSync(this.path, this.path + LEFT);
      } catch (error) {
        // A disk that takes nothing: the lock tells the next process, once this one is gone.
        if (codeOf(error) !== 'ENOENT') return;
      }
    }
    this.#lock.release();
  }

  #refuseRoot(): void {
    const why = whyNotOurs(this.root);
    if (why !== undefined) throw new Error(`${this.root} ${why}`);
  }

  /** Windows can neither open nor sync a folder. */
  async #sync(): Promise<void> {
    const folder = await open(this.path).catch(() => undefined);
    await folder?.sync().catch(() => {});
    await folder?.close();
  }
}

/** What is wrong with a folder that is there; `undefined` if nothing is. */
export function whyNotOurs(path: string): string | undefined {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return 'is a link';
  if (!stats.isDirectory()) return 'is not a folder';
  const user = process.getuid?.();
  return user === undefined || user === stats.uid ? undefined : "is another user's";
}

/** The same for no two apps, also where names ignore case; without a dot, which ends it. */
function encoded(appId: string): string {
  const text = appId.replace(/[^\da-z_-]/g, (unit) => {
    return `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  if (text.length <= MAX_APP_UNITS) return text;
  return `${text.slice(0, MAX_APP_UNITS / 2)}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await lstat(path).catch(() => ({ dev: -1, ino: -1 }));
  return `${dev} ${ino}`;
}
