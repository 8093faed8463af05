import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

/** A file system of its own: `options` as of `mount -t tmpfs`. Only root may have one, and not everywhere. */
export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'stardust-disk-'));

  constructor(options = 'size=1m') {
    this.mount(options);
    onTestFinished(() => {
      this.unmount();
      rmSync(this.path, { recursive: true });
    });
  }

  mount(options: string): void {
    if (!run('mount', '-t', 'tmpfs', '-o', options, 'disk', this.path)) throw new Error('mount failed');
  }

  remount(options: string): boolean {
    return run('mount', '-o', `remount,${options}`, this.path);
  }

  /** As an operator does it whose disk is busy. */
  unmount(): void {
    run('umount', '-l', this.path);
  }
}

/** Whether {@link SmallDisk} works here. */
export function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'stardust-disk-'));
  const can = run('mount', '-t', 'tmpfs', 'try', path) && run('umount', path);
  rmdirSync(path);
  return can;
}
