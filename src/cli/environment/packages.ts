import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A package, as resolved from a folder. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  /** Its own folder, with links resolved. */
  readonly folder: string;
}

/** The package that code in a folder gets for a name. */
export function findPackage(name: string, folder: string): Installed | undefined {
  const paths = createRequire(join(folder, 'any.js')).resolve.paths(name) ?? [];
  for (const path of paths) {
    const found = readPackage(join(path, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The package in exactly this folder. */
export function readPackage(folder: string): Installed | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { name, version } = manifest as { name?: unknown; version?: unknown };
    if (typeof name !== 'string' || typeof version !== 'string') return undefined;
    return { name, version, folder: realpathSync(folder) };
  } catch {
    return undefined;
  }
}
