import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const REPO = join(import.meta.dirname, '../../..');

const FILES = [
  'index.js',
  'index.cjs',
  'dev.js',
  'dev.cjs',
  'register.js',
  'register.cjs',
  'cli.js',
  'cli.cjs',
  'diagnose.cjs',
  'last-counts.cjs',
  'page/page.js',
];
const LOCK = join(REPO, 'node_modules/.building-for-tests');
const PATIENCE_MS = 60_000;

/** Builds the package where that was not done yet: `npm test` does it first, vitest alone does not. */
export async function built(): Promise<void> {
  const giveUpMs = Date.now() + PATIENCE_MS;
  while (isMissing()) {
    if (locked()) {
      try {
        execFileSync('npm', ['run', 'build'], { cwd: REPO, stdio: 'pipe' });
      } finally {
        rmdirSync(LOCK);
      }
    } else if (Date.now() > giveUpMs) {
      throw new Error(`somebody else builds for too long; if nobody does, remove ${LOCK}`);
    } else {
      await delay(200);
    }
  }
}

function isMissing(): boolean {
  return existsSync(LOCK) || FILES.some((file) => !existsSync(join(REPO, 'dist', file)));
}

/** Test files run side by side in processes of their own, and only one may build. */
function locked(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    return false;
  }
}
