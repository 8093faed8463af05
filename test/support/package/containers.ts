import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Podman with settings, images and volumes of its own, so that those of the machine stay as they are. */
export interface Containers {
  /** Runs `podman` and returns what it prints. @throws if it fails, with what it says. */
  podman(...args: readonly string[]): Promise<string>;
  /** Makes an image of this name with a Node, which stands for Alpine's: no registry of images is asked. */
  baseImage(name: string, node: string): Promise<void>;
  /** Removes all containers, images and volumes. */
  remove(): Promise<void>;
}

const NEEDED = ['podman', 'runc', 'tini-static', 'busybox'];

/** What is missing to start containers here. */
export function missingForContainers(): string | undefined {
  const mounts = spawnSync('unshare', ['--mount', 'mount', '--types', 'tmpfs', 'none', '/mnt']);
  if (mounts.status !== 0) return 'a root that may mount';
  return NEEDED.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
}

export function containers(): Containers {
  const root = mkdtempSync(join(tmpdir(), 'stardust-containers-'));
  // In memory: podman waits for the disk at each file of an image.
  execFileSync('mount', ['--types', 'tmpfs', 'stardust-containers', root]);
  const write = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(root, name), lines.join('\n'));
    return join(root, name);
  };
  const env = {
    ...process.env,
    CONTAINERS_CONF: write('containers.conf', [
      '[containers]',
      'netns = "host"',
      // A process may always lower its limits.
      'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]',
      '[engine]',
      'cgroup_manager = "cgroupfs"',
      'runtime = "runc"',
    ]),
    CONTAINERS_STORAGE_CONF: write('storage.conf', [
      '[storage]',
      'driver = "overlay"',
      `graphroot = "${root}/images"`,
      `runroot = "${root}/run"`,
    ]),
  };
  const podman = async (...args: readonly string[]): Promise<string> => {
    const child = spawn('podman', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    if (code !== 0) throw new Error(`podman ${args.join(' ')}: ${stderr}${stdout}`);
    return stdout.trim();
  };
  return {
    podman,
    baseImage: async (name, node) => {
      const files = join(root, 'base');
      mkdirSync(files);
      execFileSync('sh', [join(import.meta.dirname, 'base-image.sh'), files, node]);
      execFileSync('tar', ['-C', files, '-cf', `${files}.tar`, '.']);
      await podman('import', '--quiet', `${files}.tar`, name);
    },
    remove: async () => {
      await podman('rm', '--all', '--force');
      execFileSync('umount', ['--recursive', root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
