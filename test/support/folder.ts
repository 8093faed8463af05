import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder for files of a test, removed after it. */
export interface Folder {
  /** Where a file of this name is, or would be. */
  path(name: string): string;
  /** Writes a file and tells where. */
  write(name: string, text: string): string;
}

export function folder(): Folder {
  const root = mkdtempSync(join(tmpdir(), 'stardust-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string) => join(root, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}
