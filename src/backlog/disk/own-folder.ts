import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmdirSync, rmSync, type Stats } from 'node:fs';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FolderLock, LOCK_FILES } from '../../runtime/folder-lock.ts';
import { orElse } from '../../runtime/or-else.ts';
import { makePrivateFolder, makePrivateFolderSync } from '../../runtime/private-folder.ts';
import { codeOf } from '../../runtime/reason.ts';
import { DRAFT, renameFile, writeWholeFile, writeWholeFileSync } from '../../runtime/whole-file.ts';
import { wireText } from '../../wire/text.ts';

/** The end of the name of a folder whose process has ended in order. */
const LEFT = '.left';
/** What follows the app in the name of a folder. */
const FOLDER = /^[\da-f]{16}(\.left)?$/;
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
  readonly path: string;
  readonly #lock: FolderLock;

  constructor(root: string, appId: string) {
    this.root = resolve(root);
    this.appId = wireText(appId, 50);
    this.prefix = `${encoded(this.appId)}.`;
    this.path = join(this.root, this.prefix + randomBytes(8).toString('hex'));
    this.#lock = new FolderLock(this.path);
  }

  /** The folders of other processes of this app: those that their processes have left, and those that may be owned. */
  async others(): Promise<{ readonly left: readonly string[]; readonly owned: readonly string[] }> {
    const others = { left: [] as string[], owned: [] as string[] };
    for (const name of await readdir(this.root)) {
      const path = join(this.root, name);
      const isOfApp = name.startsWith(this.prefix) && FOLDER.test(name.slice(this.prefix.length));
      if (!isOfApp || path === this.path || whyNotOurs(await statsOf(path)) !== undefined) continue;
      others[name.endsWith(LEFT) ? 'left' : 'owned'].push(path);
    }
    return others;
  }

  /** Makes `backlogDirectory` if missing. @throws Error that says what is wrong with it. */
  async openRoot(): Promise<void> {
    await makePrivateFolder(this.root);
    this.#refuse(await statsOf(this.root));
  }

  /** Makes the folder and its lock if missing, and shows others that this process lives. @throws Error that says why not. */
  async open(): Promise<void> {
    await this.openRoot();
    if (isNoFolder(await statsOf(this.path))) await rm(this.path);
    await makePrivateFolder(this.path);
    await this.#lock.hold();
  }

  /** None while the folder is missing, or something else has its name. */
  async names(): Promise<string[]> {
    try {
      return isNoFolder(await lstat(this.path)) ? [] : await readdir(this.path);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(String(codeOf(error)))) return [];
      throw error;
    }
  }

  /** See {@link writeWholeFile}. */
  async write(name: string, pieces: Iterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await this.open();
    await writeWholeFile(join(this.path, name), pieces, signal);
  }

  /** The same at the end of the process. */
  writeSync(name: string, pieces: Iterable<Uint8Array>): void {
    makePrivateFolderSync(this.root);
    this.#refuse(lstatSync(this.root));
    if (isNoFolder(lstatSync(this.path, { throwIfNoEntry: false }))) rmSync(this.path);
    makePrivateFolderSync(this.path);
    writeWholeFileSync(join(this.path, name), pieces);
  }

  rename(from: string, to: string): Promise<void> {
    return renameFile(join(this.path, from), join(this.path, to));
  }

  /** A file, or a folder with all that is in it. Atomic too. */
  async remove(name: string): Promise<void> {
    await rename(join(this.path, name), join(this.path, name + DRAFT));
    await rm(join(this.path, name + DRAFT), { recursive: true, force: true });
  }

  /** The end of the process: what is needed is for the next one, which sees by the folder's name that it need not wait. */
  close(isNeeded: (name: string) => boolean): void {
    if (lstatSync(this.path, { throwIfNoEntry: false })?.isDirectory()) {
      for (const name of readdirSync(this.path))
        if (!isNeeded(name)) rmSync(join(this.path, name), { recursive: true, force: true });
      if (readdirSync(this.path).length === 0) rmdirSync(this.path);
      else renameSync(this.path, this.path + LEFT);
    }
    this.#lock.release();
  }

  #refuse(root: Stats | undefined): void {
    const why = whyNotOurs(root);
    if (why !== undefined) throw new Error(`${this.root} ${why}`);
  }
}

/** Whether what has this name means nothing once the process is gone whose folder it is in. */
export function isOfNoUse(name: string): boolean {
  return LOCK_FILES.includes(name) || name.endsWith(DRAFT);
}

/** What is wrong with a folder; `undefined` if nothing is. */
function whyNotOurs(stats: Stats | undefined): string | undefined {
  if (stats === undefined) return 'is gone';
  if (stats.isSymbolicLink()) return 'is a link';
  if (!stats.isDirectory()) return 'is not a folder';
  const user = process.getuid?.();
  return user === undefined || user === stats.uid ? undefined : "is another user's";
}

/** Somebody put a link or a file in its place, and what a link leads to is not ours. */
function isNoFolder(stats: Stats | undefined): boolean {
  return stats?.isDirectory() === false;
}

function statsOf(path: string): Promise<Stats | undefined> {
  return orElse(lstat(path), undefined);
}

/** The same for no two apps, also where names ignore case; without a dot, which ends it. */
function encoded(appId: string): string {
  const text = appId.replace(/[^\da-z_-]/g, (unit) => {
    return `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  if (text.length <= MAX_APP_UNITS) return text;
  return `${text.slice(0, MAX_APP_UNITS / 2)}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
