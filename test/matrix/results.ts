import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'results.json');

/** What came of a cell when it was last tried. */
export interface Result {
  readonly verdict: 'works' | 'fails' | 'not tried';
  /** Of a cell that does not work. */
  readonly reason?: string;
  readonly versions?: string;
  /** The day of the try, such as `2026-11-28`. */
  readonly date: string;
}

/** The last result of each cell, by its title: what docs/compatibility.md is written from. */
export type Results = Readonly<Record<string, Result>>;

export function readResults(): Results {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : {};
}

export function writeResults(results: Results): void {
  const sorted = Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
