import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { spansIn } from '../../aggregate/span-builder.ts';
import { wallTime } from '../../runtime/clock.ts';
import { FolderOwners } from '../../runtime/folder-lock.ts';
import { log } from '../../runtime/log.ts';
import { orElse } from '../../runtime/or-else.ts';
import { reasonOf } from '../../runtime/reason.ts';
import { ALL, type FileName, nameOf, parseName, takenName, takenNumber, takenState } from './file-name.ts';
import { isOfNoUse, type OwnFolder } from './own-folder.ts';
import { readSnapshot } from './snapshot.ts';
import type { Kept, KeptState, Progress } from './store.ts';

const TRIES = 3;
const SET_ASIDE = '.broken';
const SET_ASIDE_FOR_MS = 7 * 24 * 3_600_000;

/** What a former process has left. */
export interface Left {
  /** Of its folder inside of ours, in the order in which they were taken. */
  readonly number: number;
  readonly name: string;
  readonly waiting: readonly Kept[];
}

interface Unusable {
  readonly name: string;
  readonly spans: number;
  readonly why: string;
}

/**
 * Takes the folders of processes of this app that are gone into our own. What a folder holds is its newest snapshot that
 * can be read, and those folders in it that this does not stand for.
 */
export class LeftBehind {
  readonly #folder: OwnFolder;
  readonly #broken: (spans: number) => void;
  readonly #owners = new FolderOwners();
  /** The last number given. */
  #taken = 0;
  /** Looks in a row that failed, since the system could not read. */
  #failures = 0;

  /** `broken` is told of spans in files that cannot be read, as far as their names tell, once. */
  constructor(folder: OwnFolder, broken: (spans: number) => void) {
    this.#folder = folder;
    this.#broken = broken;
  }

  /** What is ours, in folders after this number: the last one that an earlier look returned. */
  async look(after: number): Promise<Left[]> {
    await this.#folder.openRoot();
    await this.#removeOldFiles();
    const { left, owned } = await this.#folder.others();
    // If it fails, another process was quicker.
    for (const path of [...left, ...(await this.#owners.gone(owned))])
      await orElse(this.#take(path), undefined);
    const names = (await this.#folder.names()).filter((name) => takenNumber(name) > after);
    names.sort((a, b) => takenNumber(a) - takenNumber(b));
    const found: Left[] = [];
    // Folders that are found in others come to the end.
    for (const name of names)
      found.push({ number: takenNumber(name), name, waiting: await this.#read(name, names) });
    this.#failures = 0;
    return found;
  }

  /** Makes a folder ours, as a whole, which only one process can do. Returns its name. */
  async #take(path: string, state: KeptState = 'ready'): Promise<string> {
    await this.#folder.open();
    const name = takenName(++this.#taken, state);
    await rename(path, join(this.#folder.path, name));
    return name;
  }

  /** Folders in this one that are ours too are added to `found`. */
  async #read(folder: string, found: string[]): Promise<Kept[]> {
    const path = join(this.#folder.path, folder);
    const entries = await readdir(path, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && takenNumber(entry.name) > 0);
    const files = entries.filter((entry) => entry.isFile() && parseName(entry.name) !== undefined);
    const { newest, broken } = await this.#newestOf(
      path,
      files.flatMap(({ name }) => parseName(name) ?? []),
    );
    // What is older than a broken file may all have been delivered since.
    const state = broken.length > 0 ? 'sent' : takenState(folder);
    const waiting = newest === undefined ? [] : leftOf(newest.waiting, { ...newest.file, [state]: ALL });
    for (const { name } of folders)
      if (takenNumber(name) > (newest?.file.taken ?? 0))
        found.push(await this.#take(join(path, name), state === 'ready' ? takenState(name) : state));
    for (const entry of entries)
      if (![...folders, ...files].includes(entry) && !isOfNoUse(entry.name))
        await this.#setAside(path, { name: entry.name, spans: 0, why: 'it is none of ours' });
    for (const each of broken) await this.#setAside(path, each);
    const lost = (broken.at(-1)?.spans ?? 0) - spansIn(waiting.flatMap(({ builders }) => builders));
    if (lost > 0) this.#broken(lost);
    return waiting;
  }

  /** The newest of these files that can be read, and the newer ones, which cannot, the oldest first. */
  async #newestOf(path: string, files: readonly FileName[]) {
    const broken: Unusable[] = [];
    for (const file of files.toSorted((a, b) => b.number - a.number)) {
      const name = nameOf(file);
      try {
        const waiting = await readSnapshot(join(path, name), this.#folder.appId);
        return { newest: { file, waiting }, broken };
      } catch (error) {
        // A system that has no file to spare now has one later.
        const isOfSystem = typeof error === 'object' && error !== null && 'syscall' in error;
        if (isOfSystem && ++this.#failures < TRIES) throw error;
        broken.unshift({ name, spans: file.spans, why: reasonOf(error) });
      }
    }
    return { newest: undefined, broken };
  }

  /** Keeps what cannot be used for a week, for those who want to know why. */
  async #setAside(path: string, { name, spans, why }: Unusable): Promise<void> {
    log.warn(
      `a file in ${this.#folder.root} cannot be used and is set aside, with ${spans} spans as its name says: ${why}`,
    );
    const aside = `${this.#folder.prefix}${randomBytes(4).toString('hex')}.${name.slice(-80)}${SET_ASIDE}`;
    // What cannot be moved, its name being no text for one, costs no other, and goes with its folder.
    await orElse(rename(join(path, name), join(this.#folder.root, aside)), undefined);
  }

  async #removeOldFiles(): Promise<void> {
    for (const name of await readdir(this.#folder.root)) {
      if (!name.startsWith(this.#folder.prefix) || !name.endsWith(SET_ASIDE)) continue;
      const path = join(this.#folder.root, name);
      const { mtimeMs } = await orElse(stat(path), { mtimeMs: wallTime() });
      if (Math.abs(wallTime() - mtimeMs) > SET_ASIDE_FOR_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

/** Without the builders that are done with, the others apart by what became of them. */
function leftOf(waiting: readonly Kept[], { done, sent, unclear }: Progress): Kept[] {
  let before = 0;
  return waiting.flatMap(({ builders, state }) => {
    const from = [done, done + sent, done + sent + unclear].map((at) => Math.max(at - before, 0));
    before += builders.length;
    const states = ['sent', 'unclear', state] as const;
    const parts = states.map((each, i) => ({ builders: builders.slice(from[i], from[i + 1]), state: each }));
    return parts.filter((part) => part.builders.length > 0);
  });
}
