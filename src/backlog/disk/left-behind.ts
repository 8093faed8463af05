import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { monotonicTime, wallTime } from '../../runtime/clock.ts';
import { log } from '../../runtime/log.ts';
import { reasonOf } from '../../runtime/reason.ts';
import { heartbeatOf, holderOf, LOCK_FILES } from './lock.ts';
import { DRAFT, type OwnFolder, whyNotOurs } from './own-folder.ts';
import { type Read, readSnapshot } from './snapshot.ts';
import { ALL, idOf, nameOf, parseName, type SnapshotName } from './snapshot-name.ts';
import type { Kept } from './store.ts';

/** Where the kernel cannot tell: of an owner that stood still as we did, one more look sees a new heartbeat. */
const STILL_FOR_MS = 60_000;
const STILL_LOOKS = 3;
const TRIES = 3;
const SET_ASIDE = '.broken';
const SET_ASIDE_FOR_MS = 7 * 24 * 3_600_000;

/** A file of a former process. */
interface Adopted {
  readonly file: SnapshotName;
  /** What of it is not delivered. */
  readonly waiting: readonly Kept[];
  /** Spans in that. */
  readonly remaining: number;
}

/** A heartbeat as it was at this many looks in a row. */
interface Still {
  readonly beat: number;
  readonly sinceMs: number;
  readonly looks: number;
}

/** Takes the folders of processes of this app that are gone, and moves their files into our own folder. */
export class LeftBehind {
  readonly #folder: OwnFolder;
  readonly #broken: (spans: number) => void;
  /** Looks in a row that failed. */
  #failures = 0;
  /** The heartbeats of folders whose owners the kernel does not know. */
  #watched = new Map<string, Still>();

  /** `broken` is told of spans in files that cannot be read, as far as their names tell, once. */
  constructor(folder: OwnFolder, broken: (spans: number) => void) {
    this.#folder = folder;
    this.#broken = broken;
  }

  /** What is ours now, without what was `known`; files that others replace come first, and empty. */
  async look(known: ReadonlySet<string>): Promise<Adopted[]> {
    await this.#folder.checkRoot();
    for (const name of await this.#gone()) await this.#claim(name);
    if (!this.#folder.isOpen) return [];
    await this.#empty(this.#folder.path);
    const files = (await this.#folder.names()).flatMap((name) => parseName(name) ?? []);
    const read: (Read & { readonly file: SnapshotName })[] = [];
    const broken: SnapshotName[] = [];
    for (const file of files) {
      if (file.series === this.#folder.random || known.has(idOf(file))) continue;
      const content = await this.#read(file);
      if (content === undefined) broken.push(file);
      else read.push({ file, ...content });
    }
    this.#failures = 0;
    const replaced = new Set(read.flatMap(({ replaces }) => replaces));
    const isReplaced = (file: SnapshotName) =>
      replaced.has(idOf(file)) || read.some((other) => isLater(other.file, file));
    const adopted = read.map(({ file, waiting }): Adopted => {
      if (isReplaced(file)) return { file, waiting: [], remaining: 0 };
      // An older copy in the place of a broken one: since it was written, all of it may have been delivered.
      const isStandIn = broken.some((other) => isLater(other, file));
      const left = leftOf(waiting, isStandIn ? { ...file, inFlight: ALL } : file);
      return { file, waiting: left, remaining: spansOf(left) };
    });
    for (const file of broken) {
      if (isReplaced(file) || broken.some((other) => isLater(other, file))) continue;
      const older = adopted.filter((each) => isLater(file, each.file));
      this.#broken(older.reduce((spans, { remaining }) => Math.max(0, spans - remaining), file.spans));
    }
    const rank = ({ file }: Adopted) => Number(!isReplaced(file));
    return adopted.sort((a, b) => rank(a) - rank(b));
  }

  async #read(file: SnapshotName): Promise<Read | undefined> {
    try {
      return await readSnapshot(join(this.#folder.path, nameOf(file)), this.#folder.appId);
    } catch (error) {
      // A system that has no file to spare now has one later.
      const isOfSystem = typeof error === 'object' && error !== null && 'syscall' in error;
      this.#failures++;
      if (isOfSystem && this.#failures < TRIES) throw error;
      await this.#setAside(file, reasonOf(error));
      return undefined;
    }
  }

  /** Keeps a file that cannot be used for a week, for those who want to know why. */
  async #setAside(file: SnapshotName, why: string): Promise<void> {
    log.warn(
      `a file in ${this.#folder.root} cannot be used and is set aside, with ${file.spans} spans as its name says: ${why}`,
    );
    await this.#moveAside(join(this.#folder.path, nameOf(file)), nameOf(file));
  }

  #moveAside(path: string, name: string): Promise<void> {
    return rename(path, join(this.#folder.root, this.#folder.prefix + name + SET_ASIDE));
  }

  async #gone(): Promise<string[]> {
    const watched = this.#watched;
    this.#watched = new Map();
    const gone: string[] = [];
    for (const name of await readdir(this.#folder.root)) {
      const path = join(this.#folder.root, name);
      if (name.startsWith(this.#folder.prefix) && name.endsWith(SET_ASIDE)) await removeIfOld(path);
      const other = this.#folder.otherOf(name);
      if (other === undefined || !isOurs(path)) continue;
      const holder = other === 'left' ? 'gone' : await holderOf(path);
      if (holder === 'gone' || (holder === 'unknown' && (await this.#isStill(name, watched))))
        gone.push(name);
    }
    return gone;
  }

  async #isStill(name: string, watched: ReadonlyMap<string, Still>): Promise<boolean> {
    const beat = await heartbeatOf(join(this.#folder.root, name));
    const before = watched.get(name);
    const nowMs = monotonicTime();
    const seen = before?.beat === beat ? before : { beat, sinceMs: nowMs, looks: 0 };
    this.#watched.set(name, { ...seen, looks: seen.looks + 1 });
    return seen.looks + 1 >= STILL_LOOKS && nowMs - seen.sinceMs >= STILL_FOR_MS;
  }

  /** The folder as a whole, which only one process can rename. */
  async #claim(name: string): Promise<void> {
    await this.#folder.open();
    // If it fails, another process was quicker.
    await rename(join(this.#folder.root, name), join(this.#folder.path, name)).catch(() => {});
  }

  /** Moves the files of claimed folders, and of those which their processes had claimed, up into our own. */
  async #empty(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && this.#folder.otherOf(entry.name) !== undefined) {
        await this.#empty(path);
        await rmdir(path);
      } else if (folder !== this.#folder.path) {
        await this.#takeUp(path, entry.isFile());
      }
    }
  }

  async #takeUp(path: string, isFile: boolean): Promise<void> {
    const name = basename(path);
    if (LOCK_FILES.includes(name) || name.endsWith(DRAFT)) await rm(path, { force: true });
    else if (isFile && parseName(name) !== undefined) await rename(path, join(this.#folder.path, name));
    else await this.#moveAside(path, name);
  }
}

function isLater(one: SnapshotName, other: SnapshotName): boolean {
  return one.series === other.series && one.number > other.number;
}

/** A folder that is just being taken by another process is not there any more. */
function isOurs(path: string): boolean {
  try {
    return whyNotOurs(path) === undefined;
  } catch {
    return false;
  }
}

async function removeIfOld(path: string): Promise<void> {
  const { mtimeMs } = await lstat(path);
  if (Math.abs(wallTime() - mtimeMs) > SET_ASIDE_FOR_MS) await rm(path, { recursive: true, force: true });
}

/** Without the builders that are done with; those on their way when it was written, or marked since, end unclear. */
function leftOf(waiting: readonly Kept[], { done, inFlight }: SnapshotName): Kept[] {
  let before = 0;
  return waiting.flatMap((kept) => {
    const from = Math.min(Math.max(done - before, 0), kept.builders.length);
    const to = Math.min(Math.max(done + inFlight - before, kept.inFlight, from), kept.builders.length);
    before += kept.builders.length;
    const builders = kept.builders.slice(from);
    return builders.length === 0 ? [] : [{ ...kept, builders, inFlight: to - from }];
  });
}

function spansOf(waiting: readonly Kept[]): number {
  return waiting.reduce((sum, { builders }) => sum + builders.reduce((all, { total }) => all + total, 0), 0);
}
