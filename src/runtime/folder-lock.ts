import { Buffer } from 'node:buffer';
import { closeSync, openSync } from 'node:fs';
import { chmod, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { monotonicTime, wallTime } from './clock.ts';
import { within } from './deadline.ts';
import { orElse } from './or-else.ts';
import { codeOf } from './reason.ts';
import { untraced } from './untraced.ts';

/** A socket on which the owner of a folder listens: the kernel answers for a stopped process, and not for a dead one. */
const SOCKET = 'lock';
/** Names the kernel that made the socket, and is touched again and again. */
const HEARTBEAT = 'alive';
/** What a lock puts into its folder. */
export const LOCK_FILES: readonly string[] = [SOCKET, HEARTBEAT];

/** Of the least system; a longer path is cut off without an error, and would be another socket. */
const MAX_PATH_BYTES = 103;
const ANSWER_MS = 2_000;
/** Where the kernel cannot tell: of an owner that stood still as we did, one more look sees a new heartbeat. */
const STILL_FOR_MS = 60_000;
const STILL_LOOKS = 3;

/** Holds a folder for this process, until {@link release} or the end of the process, whatever ends it. */
export class FolderLock {
  readonly #folder: string;
  /** Of the last two sockets, newest first: a folder that was unmounted and comes back has the one of before. */
  readonly #closings: (() => void)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Shows that the owner lives, also to those who cannot ask the kernel. Puts back what somebody removed. Never fails. */
  async hold(): Promise<void> {
    const heartbeat = join(this.#folder, HEARTBEAT);
    const now = wallTime() / 1_000;
    try {
      await utimes(heartbeat, now, now);
      await stat(join(this.#folder, SOCKET));
    } catch {
      const kernel = (await this.#listen()) ? await kernelOf(this.#folder) : '';
      await orElse(writeFile(heartbeat, kernel, { mode: 0o600 }), undefined);
    }
  }

  release(): void {
    for (const close of this.#closings.splice(0)) close();
  }

  async #listen(): Promise<boolean> {
    const draft = `${SOCKET}.tmp`;
    try {
      await rm(join(this.#folder, draft), { force: true });
      this.#closings.unshift(listenIn(this.#folder, draft));
      // Made for everyone under a mask of 0.
      await chmod(join(this.#folder, draft), 0o600);
      // Named once it listens: before that it is refused, as that of a dead process.
      await rename(join(this.#folder, draft), join(this.#folder, SOCKET));
      for (const close of this.#closings.splice(2)) close();
      return true;
    } catch {
      // Only the heartbeat shows that the owner lives.
    }
    return false;
  }
}

/** A heartbeat as it was at this many looks in a row. */
interface Still {
  readonly beat: number;
  readonly sinceMs: number;
  readonly looks: number;
}

/** Tells of which folders the owners are gone. */
export class FolderOwners {
  /** The heartbeats of folders whose owners the kernel does not know. */
  #watched = new Map<string, Still>();

  /** Those of these folders whose owners are gone. */
  async gone(folders: readonly string[]): Promise<string[]> {
    const before = this.#watched;
    this.#watched = new Map();
    const gone: string[] = [];
    for (const folder of folders) {
      const isAlive = await hasOwner(folder);
      if (!(isAlive ?? !(await this.#isStill(folder, before.get(folder))))) gone.push(folder);
    }
    return gone;
  }

  async #isStill(folder: string, before: Still | undefined): Promise<boolean> {
    const { mtimeMs: beat } = await orElse(stat(join(folder, HEARTBEAT)), { mtimeMs: 0 });
    const nowMs = monotonicTime();
    const seen = before?.beat === beat ? before : { beat, sinceMs: nowMs, looks: 0 };
    this.#watched.set(folder, { ...seen, looks: seen.looks + 1 });
    return seen.looks + 1 >= STILL_LOOKS && nowMs - seen.sinceMs >= STILL_FOR_MS;
  }
}

/** What the kernel knows of the owner of a folder; `undefined` if only the heartbeat can tell. */
async function hasOwner(folder: string): Promise<boolean | undefined> {
  const answer = await orElse(knock(folder), undefined);
  // A full queue belongs to a process that is stopped.
  if (answer === 'connected' || answer === 'EAGAIN') return true;
  if (answer !== 'ECONNREFUSED') return undefined;
  const kernel = await orElse(readFile(join(folder, HEARTBEAT), 'utf8'), '');
  return kernel !== '' && kernel === (await kernelOf(folder)) ? false : undefined;
}

/**
 * The running kernel and its number of the file system: a refusal proves a death only to the kernel that made the socket,
 * by the same mount of what may be a network's. Empty if the system does not tell.
 */
async function kernelOf(folder: string): Promise<string> {
  try {
    const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${bootId.trim()} ${(await stat(folder)).dev}`;
  } catch {
    return '';
  }
}

/** Where the path of a socket is too long, Linux has a short one to each open folder; elsewhere that fails. */
function pathOf(folder: string, name: string): { readonly path: string; readonly close: () => void } {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return { path, close: () => {} };
  const descriptor = openSync(folder, 'r');
  return { path: `/proc/self/fd/${descriptor}/${name}`, close: () => closeSync(descriptor) };
}

/** Returns what ends it. @throws where a socket cannot be made. */
function listenIn(folder: string, name: string): () => void {
  const { path, close } = pathOf(folder, name);
  const server = untraced(() => createServer((socket) => socket.on('error', () => {}).destroy()));
  const end = () => {
    server.close();
    close();
  };
  // In a worker of a cluster the primary would listen otherwise, and outlive this process.
  server.on('error', () => {}).listen({ path, exclusive: true });
  if (server.listening) {
    server.unref();
    return end;
  }
  end();
  throw new Error('no socket can be made');
}

async function knock(folder: string): Promise<unknown> {
  const { path, close } = pathOf(folder, SOCKET);
  const socket = untraced(() => connect({ path })).unref();
  const answer = new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.on('error', (error) => resolve(codeOf(error)));
  });
  try {
    return await within(ANSWER_MS, answer);
  } finally {
    socket.destroy();
    close();
  }
}
