import { closeSync, openSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { wallTime } from '../../runtime/clock.ts';
import { within } from '../../runtime/deadline.ts';
import { untraced } from '../../runtime/untraced.ts';

/** A socket on which the owner of a folder listens: the kernel answers for a stopped process, and not for a dead one. */
const SOCKET = 'lock';
/** Names the kernel that made the socket, and is touched again and again. */
const HEARTBEAT = 'alive';
/** What a lock puts into its folder. */
export const LOCK_FILES: readonly string[] = [SOCKET, HEARTBEAT];

/** Of the least system; a longer path is cut off without an error, and would be another socket. */
const MAX_PATH_BYTES = 103;
const ANSWER_MS = 2_000;

/** Who owns a folder: `unknown` where the kernel cannot tell, and only the heartbeat is left to watch. */
export type Holder = 'alive' | 'gone' | 'unknown';

/** Holds a folder for this process, until {@link release} or the end of the process, whatever ends it. */
export class Lock {
  readonly #folder: string;
  #server: Server | undefined;
  #address: SocketAddress | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Never fails: where there can be no socket, the heartbeat alone tells. */
  async hold(): Promise<void> {
    // A socket is refused in the moment before it listens, which must not pass for a death.
    await rm(join(this.#folder, HEARTBEAT), { force: true }).catch(() => {});
    this.release();
    await rm(join(this.#folder, SOCKET), { force: true }).catch(() => {});
    try {
      this.#address = addressIn(this.#folder);
      this.#server = untraced(() => createServer((socket) => socket.on('error', () => {}).destroy()));
      // In a worker of a cluster the primary would listen otherwise, and outlive this process.
      this.#server.on('error', () => {}).listen({ path: this.#address.path, exclusive: true });
      this.#server.unref();
    } catch {
      this.release();
    }
    const kernel = this.#server?.listening === true ? await kernelOf(this.#folder) : '';
    await writeFile(join(this.#folder, HEARTBEAT), kernel, { mode: 0o600 }).catch(() => {});
  }

  /** Shows that the owner lives, to those who cannot ask the kernel. Puts back what somebody removed. */
  async touch(): Promise<void> {
    const now = wallTime() / 1_000;
    try {
      await utimes(join(this.#folder, HEARTBEAT), now, now);
      if (this.#server?.listening === true) await stat(join(this.#folder, SOCKET));
    } catch {
      await this.hold();
    }
  }

  /** Removes the socket. */
  release(): void {
    this.#server?.close();
    this.#address?.close();
    this.#server = undefined;
    this.#address = undefined;
  }
}

/** What the kernel knows of the owner of a folder. */
export async function holderOf(folder: string): Promise<Holder> {
  const answer = await knock(folder);
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

async function knock(folder: string): Promise<string | undefined> {
  let address: SocketAddress;
  try {
    address = addressIn(folder);
  } catch {
    return undefined;
  }
  const socket = untraced(() => connect({ path: address.path }));
  const answer = new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  socket.unref();
  try {
    const result = await within(ANSWER_MS, answer);
    return typeof result === 'string' ? result : undefined;
  } finally {
    socket.destroy();
    address.close();
  }
}

interface SocketAddress {
  readonly path: string;
  close(): void;
}

/** @throws where the path is too long and there is no way around it. */
function addressIn(folder: string): SocketAddress {
  const path = join(folder, SOCKET);
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return { path, close: () => {} };
  // Linux has a short path to each open folder; elsewhere this is missing, and binding to it fails.
  const descriptor = openSync(folder, 'r');
  return { path: `/proc/self/fd/${descriptor}/${SOCKET}`, close: () => closeSync(descriptor) };
}
