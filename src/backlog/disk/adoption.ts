import { lstatSync } from 'node:fs';
import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { wallTime } from '../../runtime/clock.ts';
import { log } from '../../runtime/log.ts';
import { type Folder, HEARTBEAT, isMissing, whyNotOurs } from './folder.ts';
import { type FileState, stateOf } from './stored-file.ts';

const DEAD_AFTER_MS = 60_000;
const SET_ASIDE = '.broken';
const SET_ASIDE_FOR_MS = 7 * 24 * 3_600_000;

/** A file that was adopted. */
export interface Adopted {
  readonly name: string;
  readonly state: FileState;
  readonly bytes: number;
  readonly writtenMs: number;
}

/**
 * Finds folders of processes of this app that have ended, and makes what is in them our own. A folder is nobody's
 * where its heartbeat is older than a minute, or missing, at two looks: a process that only slept has woken up between
 * them and touched it.
 */
export class Adoption {
  readonly #folder: Folder;
  readonly #maxBytes: number;
  #seen = new Map<string, number>();

  constructor(folder: Folder, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** What was adopted now, newest first: a file can have taken the place of older ones. */
  async look(): Promise<Adopted[]> {
    const seen = new Map<string, number>();
    const dead: string[] = [];
    for (const name of await this.#others()) {
      const beatMs = heartbeatOf(join(this.#folder.root, name));
      seen.set(name, beatMs);
      if (this.#seen.get(name) === beatMs && wallTime() - beatMs > DEAD_AFTER_MS) dead.push(name);
    }
    this.#seen = seen;
    const adopted: Adopted[] = [];
    for (const name of dead) adopted.push(...(await this.#adopt(name)));
    adopted.sort(
      (a, b) => b.writtenMs - a.writtenMs || b.name.localeCompare(a.name, 'en', { numeric: true }),
    );
    return this.#within(adopted);
  }

  /** A file that cannot be used is kept for a while, for whoever wants to know why. */
  async setAside(name: string, why: string): Promise<void> {
    log.warn(`${join(this.#folder.path, name)} cannot be used and is set aside: ${why}`);
    await this.#folder.rename(name, name + SET_ASIDE);
  }

  async #others(): Promise<string[]> {
    const { root, prefix, path } = this.#folder;
    const names = await readdir(root).catch(() => []);
    return names.filter((name) => {
      const other = join(root, name);
      if (!name.startsWith(prefix) || other === path) return false;
      try {
        return whyNotOurs(other) === undefined;
      } catch {
        return false;
      }
    });
  }

  async #adopt(name: string): Promise<Adopted[]> {
    this.#folder.open();
    const taken = join(this.#folder.path, name);
    try {
      await rename(join(this.#folder.root, name), taken);
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Another process was quicker.
      return [];
    }
    return this.#moveUp(taken);
  }

  /** Out of an adopted folder, and of those which that had adopted, into our own. */
  async #moveUp(from: string): Promise<Adopted[]> {
    const adopted: Adopted[] = [];
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const path = join(from, entry.name);
      if (entry.isDirectory()) {
        adopted.push(...(await this.#moveUp(path)));
        continue;
      }
      const { mtimeMs, size } = await lstat(path);
      const state = entry.isFile() ? stateOf(entry.name) : undefined;
      const isKept = entry.name.endsWith(SET_ASIDE) && wallTime() - mtimeMs < SET_ASIDE_FOR_MS;
      if (state === undefined && !isKept) {
        await rm(path, { force: true });
        continue;
      }
      await rename(path, join(this.#folder.path, entry.name));
      if (state !== undefined) adopted.push({ name: entry.name, state, bytes: size, writtenMs: mtimeMs });
    }
    await rmdir(from);
    return adopted;
  }

  /** Processes that end soon after their start, again and again, must not fill the disk. */
  async #within(newestFirst: readonly Adopted[]): Promise<Adopted[]> {
    const kept: Adopted[] = [];
    let bytes = 0;
    for (const each of newestFirst) {
      bytes += each.bytes;
      if (bytes <= this.#maxBytes) kept.push(each);
      else await this.#folder.remove(each.name);
    }
    if (kept.length < newestFirst.length) {
      log.warn(
        `${newestFirst.length - kept.length} of the oldest files in ${this.#folder.root} are given up: more than maxBacklogBytes waits there`,
      );
    }
    return kept;
  }
}

/** When it was touched last; 0 where there is none. */
function heartbeatOf(path: string): number {
  return lstatSync(join(path, HEARTBEAT), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
