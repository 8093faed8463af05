import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

export type EntryFormat = 'module' | 'commonjs' | 'unknown';

/**
 * How Node will load the app's first file, by its name and the nearest manifest. (Since Node 22.7 it looks into a
 * file that neither tells of; such an ES module passes for CommonJS here.)
 */
export function entryFormat(script: string | undefined): EntryFormat {
  if (script === undefined) return 'unknown';
  const extension = extname(script);
  if (extension === '.mjs' || extension === '.mts') return 'module';
  if (extension === '.cjs' || extension === '.cts') return 'commonjs';
  // `node .` names a folder; below a file there is no manifest.
  for (let folder = script; ; folder = dirname(folder)) {
    const type = typeIn(folder);
    if (type !== undefined) return type;
    if (folder === dirname(folder)) return 'commonjs';
  }
}

function typeIn(folder: string): EntryFormat | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const type = (manifest as { type?: unknown } | null)?.type;
    return type === 'module' ? 'module' : 'commonjs';
  } catch {
    return undefined;
  }
}
