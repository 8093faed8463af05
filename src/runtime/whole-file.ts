import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { orElse } from './or-else.ts';
import { codeOf } from './reason.ts';

/** The end of the name of a file that is not whole yet. */
export const DRAFT = '.tmp';
const PRIVATE = 0o600;
/** What a file system answers that has no fsync, as some of FUSE. */
const NO_SYNC: readonly unknown[] = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Writes a file that nobody else can read. It is there with all of its bytes, on the disk, or not at all.
 * @throws if `signal` ends it, and errors of the system.
 */
export async function writeWholeFile(
  path: string,
  pieces: Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const file = await open(path + DRAFT, 'w', PRIVATE);
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await synced(file);
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    await renameFile(path + DRAFT, path);
  } catch (error) {
    await orElse(rm(path + DRAFT), undefined);
    throw error;
  }
  signal.throwIfAborted();
}

/** The same at the end of the process. */
export function writeWholeFileSync(path: string, pieces: Iterable<Uint8Array>): void {
  try {
    const file = openSync(path + DRAFT, 'w', PRIVATE);
    try {
      for (const piece of pieces) writeFileSync(file, piece);
      syncFile(file);
    } finally {
      closeSync(file);
    }
    renameSync(path + DRAFT, path);
  } catch (error) {
    rmSync(path + DRAFT, { force: true });
    throw error;
  }
}

/** Renames it on the disk too. Windows can neither open nor sync a folder. */
export async function renameFile(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await orElse(open(dirname(to)), undefined);
  if (folder === undefined) return;
  await orElse(folder.sync(), undefined);
  await folder.close();
}

async function synced(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    unlessUnknown(error);
  }
}

function syncFile(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    unlessUnknown(error);
  }
}

function unlessUnknown(error: unknown): void {
  if (!NO_SYNC.includes(codeOf(error))) throw error;
}
