import { readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/dev/index.ts';
import type { StardustExporter } from '../../../src/index.ts';
import { copyAsLeft, countFiles, temporaryFolder } from '../../support/folders.ts';
import { devServer, exporterFor, fakeTime, logLines, pass, received, until } from '../../support/harness.ts';
import { makeSpan } from '../../support/make-span.ts';
import { ownFolder } from './support/left.ts';
import { canMount, SmallDisk } from './support/mounts.ts';

const MINUTE = 60_000;
const AWAY = { kind: 'status', status: 503 } as const;

/** What happens to a backlogDirectory, and how it ends. */
interface Accident {
  readonly root: string;
  happen(): void;
  fix?(): void;
}

function withoutFiles(isLost: (file: string) => boolean): () => Accident {
  return () => {
    const root = temporaryFolder();
    return {
      root,
      happen: () => {
        for (const file of readdirSync(ownFolder(root)).filter(isLost)) rmSync(join(ownFolder(root), file));
      },
    };
  };
}

function fill(path: string, bytes: number): void {
  try {
    for (let i = 0; i < 1_000; i++) writeFileSync(join(path, `filler ${i}`), Buffer.alloc(bytes));
  } catch {
    // Full is what it is to be.
  }
}

function empty(path: string): void {
  for (const file of readdirSync(path).filter((name) => name.startsWith('filler'))) rmSync(join(path, file));
}

const anywhere: [string, () => Accident][] = [
  [
    'is removed',
    () => {
      const root = temporaryFolder();
      return { root, happen: () => rmSync(root, { recursive: true }) };
    },
  ],
  [
    'is removed, and a file is in its place for a while',
    () => {
      const root = temporaryFolder();
      return {
        root,
        happen: () => {
          rmSync(root, { recursive: true });
          writeFileSync(root, 'in the way');
        },
        fix: () => rmSync(root),
      };
    },
  ],
  [
    'is swapped for a link to another folder for a while',
    () => {
      const root = temporaryFolder();
      const elsewhere = temporaryFolder();
      return {
        root,
        happen: () => {
          renameSync(root, `${root}.aside`);
          symlinkSync(elsewhere, root);
        },
        fix: () => {
          expect(readdirSync(elsewhere)).toEqual([]);
          rmSync(root);
          renameSync(`${root}.aside`, root);
        },
      };
    },
  ],
  [
    'has a link to another folder in the place of what it holds',
    () => {
      const root = temporaryFolder();
      const elsewhere = temporaryFolder();
      return {
        root,
        happen: () => {
          const own = ownFolder(root);
          renameSync(own, join(elsewhere, 'moved'));
          symlinkSync(elsewhere, own);
        },
      };
    },
  ],
  ['loses its lock', withoutFiles((file) => file === 'lock')],
  ['loses its heartbeat', withoutFiles((file) => file === 'alive')],
  ['loses both', withoutFiles((file) => file === 'alive' || file === 'lock')],
  ['loses its counts', withoutFiles((file) => file.endsWith('.waiting'))],
];

const onDiskOfItsOwn: [string, () => Accident][] = [
  [
    'is unmounted',
    () => {
      const disk = new SmallDisk();
      return { root: join(disk.path, 'backlog'), happen: () => disk.unmount() };
    },
  ],
  [
    'is unmounted for a while',
    () => {
      const disk = new SmallDisk();
      const root = join(disk.path, 'backlog');
      return { root, happen: () => disk.mount('size=1m'), fix: () => disk.unmount() };
    },
  ],
  [
    'is read-only for a while',
    () => {
      const disk = new SmallDisk();
      return {
        root: join(disk.path, 'backlog'),
        happen: () => void disk.remount('ro'),
        fix: () => void disk.remount('rw'),
      };
    },
  ],
  [
    'is full for a while',
    () => {
      const disk = new SmallDisk('size=128k');
      return {
        root: join(disk.path, 'backlog'),
        happen: () => fill(disk.path, 4_096),
        fix: () => empty(disk.path),
      };
    },
  ],
  [
    'is out of inodes for a while',
    () => {
      const disk = new SmallDisk('size=1m,nr_inodes=24');
      return {
        root: join(disk.path, 'backlog'),
        happen: () => fill(disk.path, 0),
        fix: () => empty(disk.path),
      };
    },
  ],
];

function count(exporter: StardustExporter, name: string, times: number): void {
  for (let i = 0; i < times; i++) exporter.count(makeSpan({ name, ms: 10 }));
}

const accidents = canMount() ? [...anywhere, ...onDiskOfItsOwn] : anywhere;

describe.each(accidents)('a backlogDirectory that %s', (_, made) => {
  test('costs no count, and doubles none, of a process that goes on', async () => {
    fakeTime();
    const server = await devServer();
    const { root, happen, fix } = made();
    const back = server.fault(AWAY);
    const exporter = exporterFor(server, { backlogDirectory: root });
    count(exporter, 'before', 3);
    await pass(3 * MINUTE, 5_000);
    await until(() => countFiles(root).length > 0);
    happen();
    count(exporter, 'meanwhile', 4);
    await pass(2 * MINUTE, 5_000);
    back();
    await pass(2 * MINUTE, 5_000);
    fix?.();
    count(exporter, 'after', 5);
    await pass(2 * MINUTE, 5_000);
    await exporter.shutdown();
    expect(exporter.stats()).toMatchObject({ counted: 12, delivered: 12, waiting: 0, resentSpans: 0 });
    const next = exporterFor(server, { backlogDirectory: root });
    await pass(2 * MINUTE, 5_000);
    expect(next.stats()).toMatchObject({ adopted: 0 });
    expect(['before', 'meanwhile', 'after'].map((name) => received(server, name).total)).toEqual([3, 4, 5]);
  });

  test('costs no count, and doubles none, of a process that ends before its server is back', async () => {
    fakeTime();
    const server = await devServer();
    const { root, happen, fix } = made();
    const back = server.fault(AWAY);
    const exporter = exporterFor(server, { backlogDirectory: root });
    count(exporter, 'before', 3);
    await pass(3 * MINUTE, 5_000);
    await until(() => countFiles(root).length > 0);
    happen();
    count(exporter, 'meanwhile', 4);
    await pass(2 * MINUTE, 5_000);
    fix?.();
    await exporter.shutdown();
    expect(exporter.stats()).toMatchObject({ counted: 7, waiting: 7, givenUp: { shutdown: 0 } });
    back();
    const next = exporterFor(server, { backlogDirectory: root });
    await pass(2 * MINUTE, 5_000);
    expect(next.stats()).toMatchObject({ adopted: 7, delivered: 7, resentSpans: 0 });
    expect(['before', 'meanwhile'].map((name) => received(server, name).total)).toEqual([3, 4]);
  });
});

describe.skipIf(!canMount())('a disk that is full when a process ends', () => {
  test('leaves what it holds to the next process, and the log tells how many spans are lost', async () => {
    fakeTime();
    const lines = logLines();
    const server = await devServer();
    const disk = new SmallDisk('size=128k');
    const backlogDirectory = join(disk.path, 'backlog');
    const back = server.fault(AWAY);
    const exporter = exporterFor(server, { backlogDirectory });
    count(exporter, 'op', 30);
    await pass(3 * MINUTE, 5_000);
    await until(() => countFiles(backlogDirectory).length > 0);
    fill(disk.path, 4_096);
    count(exporter, 'op', 12);
    count(exporter, 'late', 8);
    await exporter.shutdown();
    expect(exporter.stats()).toMatchObject({ counted: 50, waiting: 30, givenUp: { shutdown: 20 } });
    expect(
      lines.filter((line) => line.includes('20 spans could not be delivered before the end')),
    ).toHaveLength(1);
    back();
    empty(disk.path);
    exporterFor(server, { backlogDirectory });
    await pass(2 * MINUTE, 5_000);
    expect(server.app('app')?.names.map(({ name, total }) => [name, total])).toEqual([['op', 30]]);
  });
});

const OUTAGES: readonly [string, Fault][] = [
  ['hangs for a minute', { kind: 'hang' }],
  ['turns all away', { kind: 'status', status: 503 }],
  ['is cut off', { kind: 'cut', counted: false }],
];

test.each(OUTAGES)(
  'a server that %s delays no write: a process that is killed then loses what is younger than a period',
  async (_, outage) => {
    fakeTime();
    const server = await devServer();
    server.setLimits({ period: 10 });
    const backlogDirectory = temporaryFolder();
    const exporter = exporterFor(server, { backlogDirectory, requestTimeoutMillis: 60_000 });
    await pass(9_000, 500);
    const end = server.fault(outage);
    const copies: { readonly counted: number; readonly folder: string }[] = [];
    for (let second = 1; second <= 55; second++) {
      count(exporter, `second ${second}`, 1);
      await pass(1_000, 500);
      if (second > 20 && second % 7 === 0)
        copies.push({ counted: second, folder: copyAsLeft(backlogDirectory) });
    }
    end();
    for (const { counted, folder } of copies) {
      const next = exporterFor(server, { backlogDirectory: folder, clientId: `after ${counted}` });
      await pass(MINUTE, 5_000);
      expect(next.stats().adopted).toBeGreaterThanOrEqual(counted - 10);
    }
  },
);
