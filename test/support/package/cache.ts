import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(tmpdir(), 'stardust-installs');

/** "The newest" of a week ago may be another one today. */
const FRESH_MS = 7 * 24 * 3_600_000;

const making = new Map<string, Promise<string>>();

/**
 * A folder below the machine's temporary one that is made once, kept for later runs, and only read from then on.
 *
 * @param key The folder's name: the same key stands for the same content.
 * @param make Fills the empty folder.
 */
export function cached(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const made = making.get(key) ?? find(key, make);
  making.set(key, made);
  return made;
}

async function find(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  mkdirSync(ROOT, { recursive: true });
  const folder = join(ROOT, key);
  if (isFresh(folder)) return folder;
  const unfinished = mkdtempSync(join(ROOT, '.making-'));
  try {
    await make(unfinished);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process made it meanwhile.
    if (!isFresh(folder)) throw error;
  }
  return folder;
}

function isFresh(folder: string): boolean {
  const made = statSync(folder, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs < FRESH_MS;
}

/** Gives the files of one folder a second place in another, as hard links: a copy that takes no time and no room. */
export function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFiles(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}
