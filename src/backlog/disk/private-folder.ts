import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../../runtime/reason.ts';

const PRIVATE = 0o700;

/**
 * Makes a folder if missing, with those above it, for nobody else to read. Not by `recursive`: before Node 26 that never
 * ends, and keeps the process from ending, where a folder can hold none, as below /proc.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, PRIVATE);
  } catch (error) {
    if (!isParentMissing(error, path)) return;
    await makePrivateFolder(dirname(path));
    await mkdir(path, PRIVATE);
  }
}

/** The same at the end of the process. */
export function makePrivateFolderSync(path: string): void {
  try {
    mkdirSync(path, PRIVATE);
  } catch (error) {
    if (!isParentMissing(error, path)) return;
    makePrivateFolderSync(dirname(path));
    mkdirSync(path, PRIVATE);
  }
}

/** Nothing is wrong with a folder that is there. @throws the error if it tells neither. */
function isParentMissing(error: unknown, path: string): boolean {
  const code = codeOf(error);
  if (code === 'EEXIST') return false;
  if (code === 'ENOENT' && dirname(path) !== path) return true;
  throw error;
}
