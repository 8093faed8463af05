// Programs of this folder, each run in a process of its own, and what is made of their figures.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs a program of this folder, whose JSON it returns. */
export function run(file, args = [], { flags = [], env = process.env } = {}) {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const ended = spawnSync(process.execPath, [...flags, program, ...args.map(String)], { env });
  if (ended.status !== 0) throw new Error(`${file} ${args.join(' ')} failed:\n${ended.stderr}`);
  return JSON.parse(ended.stdout);
}

/** A package that is no dependency of ours, in a folder of its own; `fault` tells why it could not be installed. */
export function installed(name) {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-bench-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', name];
  const { status, stderr } = spawnSync('npm', install, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
  if (status === 0) {
    const about = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return { folder, version: JSON.parse(about).version };
  }
  rmSync(folder, { recursive: true, force: true });
  return { fault: /^npm (?:error|ERR!) (.*)$/m.exec(stderr ?? '')?.[1] ?? 'npm did not end in time' };
}

export const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** The median of figures, and the lowest and highest of them. */
export function spread(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)],
    lowest: sorted[0],
    highest: sorted[sorted.length - 1],
  };
}

/** The spread of each figure of objects that have the same ones. */
export const spreads = (objects) =>
  Object.fromEntries(Object.keys(objects[0]).map((key) => [key, spread(objects.map((each) => each[key]))]));

export const rounded = (value) =>
  value.toLocaleString('en-US', {
    maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0,
  });

export const withSpread = ({ median, lowest, highest }) =>
  `${rounded(median)} (${rounded(lowest)} to ${rounded(highest)})`;
