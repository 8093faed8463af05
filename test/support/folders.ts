import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, removed after the tests of a file, which may run side by side. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-'));
  made.push(folder);
  return folder;
}

/** A folder for files of a test, removed as {@link temporaryFolder} is. */
export interface Folder {
  /** Where a file of this name is, or would be. */
  path(name: string): string;
  /** Writes a file and tells where. */
  write(name: string, text: string): string;
}

export function folder(): Folder {
  const root = temporaryFolder();
  const path = (name: string) => join(root, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

/** All files below a folder, by their path from there. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile())
    .sort();
}

/** The files of counts below a folder. */
export function countFiles(folder: string): string[] {
  return filesIn(folder).filter((path) => !path.endsWith('alive'));
}

/** A copy of a backlog on disk as it is now, as if all processes had ended whose folders are in it. */
export function copyAsLeft(directory: string): string {
  const copy = temporaryFolder();
  for (const file of filesIn(directory)) {
    const [folder = '', ...path] = file.split(sep);
    cpSync(join(directory, file), join(copy, folder.replace(/(\.left)?$/, '.left'), ...path));
  }
  return copy;
}
