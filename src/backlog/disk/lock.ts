import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { wallTime } from '../../runtime/clock.ts';
import { TIMED_OUT, within } from '../../runtime/deadline.ts';
import { codeOf } from '../../runtime/reason.ts';
import { untraced } from '../../runtime/untraced.ts';

/** A socket on which the owner of a folder listens: the kernel answers for a stopped process, and not for a dead one. */
const SOCKET = 'lock';
/** Names the kernel that made the socket, and is touched again and again. */
const HEARTBEAT = 'alive';
const DRAFT = `${SOCKET}.tmp`;
/** What a lock puts into its folder. */
export const LOCK_FILES: readonly string[] = [SOCKET, HEARTBEAT, DRAFT];

/** Of the least system; a longer path is cut off without an error, and would be another socket. */
const MAX_PATH_BYTES = 103;
const ANSWER_MS = 2_000;

interface OpenSocket {
  close(): void;
}

/** Who owns a folder: `unknown` where the kernel cannot tell, and only the heartbeat is left to watch. */
export type Holder = 'alive' | 'gone' | 'unknown';

/** Holds a folder for this process, until {@link release} or the end of the process, whatever ends it. */
export class Lock {
  readonly #folder: string;
  /** The last two, newest first: a folder that was unmounted and comes back has the socket of before. */
  #sockets: OpenSocket[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Never fails: where there can be no socket, the heartbeat alone tells. */
  async hold(): Promise<void> {
    const kernel = (await this.#listen()) ? await kernelOf(this.#folder) : '';
    await writeFile(join(this.#folder, HEARTBEAT), kernel, { mode: 0o600 }).catch(() => {});
  }

  /** Shows that the owner lives, to those who cannot ask the kernel. Puts back what somebody removed. */
  async touch(): Promise<void> {
    const now = wallTime() / 1_000;
    try {
      await utimes(join(this.#folder, HEARTBEAT), now, now);
      await stat(join(this.#folder, SOCKET));
    } catch {
      await this.hold();
    }
  }

  release(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  async #listen(): Promise<boolean> {
    try {
      const draft = join(this.#folder, DRAFT);
      await rm(draft, { force: true });
      const socket = listenIn(this.#folder);
      this.#sockets.unshift(socket);
      // Named once it listens: before that it is refused, as that of a dead process.
      await rename(draft, join(this.#folder, SOCKET));
      for (const old of this.#sockets.splice(2)) old.close();
      return true;
    } catch {
      return false;
    }
  }
}

/** What the kernel knows of the owner of a folder. */
export async function holderOf(folder: string): Promise<Holder> {
  const answer = await knock(folder).catch(() => undefined);
  // A full queue belongs to a process that is stopped.
  if (answer === 'connected' || answer === 'EAGAIN') return 'alive';
  if (answer !== 'ECONNREFUSED') return 'unknown';
  const kernel = await readFile(join(folder, HEARTBEAT), 'utf8').catch(() => '');
  return kernel !== '' && kernel === (await kernelOf(folder)) ? 'gone' : 'unknown';
}

/** Changes with each touch; 0 without a heartbeat. */
export async function heartbeatOf(folder: string): Promise<number> {
  const { mtimeMs } = await stat(join(folder, HEARTBEAT)).catch(() => ({ mtimeMs: 0 }));
  return mtimeMs;
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

/** Where a path is too long for a socket, Linux has a short one to each open folder; elsewhere that fails. */
function withPath<T>(folder: string, name: string, use: (path: string, close: () => void) => T): T {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return use(path, () => {});
  const descriptor = openSync(folder, 'r');
  return use(`/proc/self/fd/${descriptor}/${name}`, () => closeSync(descriptor));
}

/** @throws where a socket cannot be made. */
function listenIn(folder: string): OpenSocket {
  return withPath(folder, DRAFT, (path, close) => {
    const server = untraced(() => createServer((socket) => socket.on('error', () => {}).destroy()));
    // In a worker of a cluster the primary would listen otherwise, and outlive this process.
    server.on('error', () => {}).listen({ path, exclusive: true });
    if (!server.listening) {
      close();
      throw new Error('no socket can be made');
    }
    server.unref();
    return {
      close: () => {
        server.close();
        close();
      },
    };
  });
}

async function knock(folder: string): Promise<string | undefined> {
  return withPath(folder, SOCKET, async (path, close) => {
    const socket = untraced(() => connect({ path })).unref();
    const answer = new Promise<string | undefined>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.on('error', (error) => resolve(codeOf(error)));
    });
    try {
      const result = await within(ANSWER_MS, answer);
      return result === TIMED_OUT ? undefined : result;
    } finally {
      socket.destroy();
      close();
    }
  });
}
