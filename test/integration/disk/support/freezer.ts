import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Where control groups are that freeze, by their version; the file, and what it is told. */
const FREEZERS = [
  { root: '/sys/fs/cgroup/freezer', file: 'freezer.state', frozen: 'FROZEN', thawed: 'THAWED' },
  { root: '/sys/fs/cgroup', file: 'cgroup.freeze', frozen: '1', thawed: '0' },
] as const;

/** A control group of our own that can be frozen, as `docker pause` does; `undefined` if there can be none here. */
function madeGroup() {
  for (const { root, ...how } of FREEZERS) {
    const path = join(root, `stardust-${process.pid}`);
    try {
      mkdirSync(path, { recursive: true });
      if (existsSync(join(path, how.file))) return { path, ...how };
      rmdirSync(path);
    } catch {
      // Only root may make one, and not everywhere.
    }
  }
  return undefined;
}

export function canFreeze(): boolean {
  const group = madeGroup();
  if (group !== undefined) rmdirSync(group.path);
  return group !== undefined;
}

/** Freezes a process; returns what thaws it. */
export function freeze(pid: number): () => void {
  const group = madeGroup();
  if (group === undefined) throw new Error('nothing can be frozen here');
  const thaw = () => writeFileSync(join(group.path, group.file), group.thawed);
  writeFileSync(join(group.path, 'cgroup.procs'), String(pid));
  writeFileSync(join(group.path, group.file), group.frozen);
  onTestFinished(() => {
    thaw();
    writeFileSync(join(group.path, '..', 'cgroup.procs'), String(pid));
    rmdirSync(group.path);
  });
  return thaw;
}
