import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './reason.ts';

const PRIVATE = 0o700;

/**
 * Makes a folder if missing, with those above it, for nobody else to read. Not by `recursive`: before Node 26 that never
 * ends, and keeps the process from ending, where a folder can hold none, as below /proc.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  for (const isLast of [false, true]) {
    try {
      return await mkdir(path, PRIVATE);
    } catch (error) {
      if (!isParentMissing(error, path)) return;
      if (isLast) throw error;
    }
    await makePrivateFolder(dirname(path));
  }
}

/** The same at the end of the process. */
export function makePrivateFolderSync(path: string): void {
  for (const isLast of [false, true]) {
    try {
      mkdirSync(path, PRIVATE);
      return;
    } catch (error) {
      if (!isParentMissing(error, path)) return;
      if (isLast) throw error;
    }
    makePrivateFolderSync(dirname(path));
  }
}

/** Nothing is wrong with a folder that is there. @throws the error if it tells neither. */
function isParentMissing(error: unknown, path: string): boolean {
  const code = codeOf(error);
  if (code === 'EEXIST') return false;
  if (code === 'ENOENT' && dirname(path) !== path) return true;
  throw error;
}
