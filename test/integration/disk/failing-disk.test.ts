import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { countFiles, filesIn, temporaryFolder } from '../../support/folders.ts';
import { type KeeperOptions, keeper, sums } from './support/keeper.ts';
import { canMount, SmallDisk } from './support/mounts.ts';

async function nextOf(root: string, options?: KeeperOptions): Promise<Record<string, number>> {
  return sums(await (await keeper(root, options)).adopt());
}

test('a folder that somebody removes is made anew, and holds all again', async () => {
  const root = temporaryFolder();
  const first = await keeper(root);
  await first.keep({ names: { a: 3 } });
  rmSync(root, { recursive: true });
  await first.mark(0, 1);
  expect(await first.keep({ names: { a: 3, b: 1 } })).toBe(true);
  expect(await first.lines()).toEqual([expect.stringMatching(/a copy of 3 spans in .* is gone/)]);
  expect(await nextOf(root)).toEqual({});
  await first.kill();
  expect(await nextOf(root)).toEqual({ a: 3, b: 1 });
});

test.each([
  ['the folder', (root: string) => rmSync(root, { recursive: true })],
  [
    'the file',
    (root: string) => {
      for (const file of countFiles(root)) rmSync(join(root, file));
    },
  ],
])(
  'what somebody removes, %s, is written anew as far as it has come, though nothing else changes',
  async (_, remove) => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 3, b: 2, c: 1 } });
    await first.mark(1);
    remove(root);
    await first.mark(1, 1);
    await first.kill();
    const next = await keeper(root);
    expect(await next.adopt()).toEqual([
      { names: { b: 2 }, state: 'sent' },
      { names: { c: 1 }, state: 'ready' },
    ]);
  },
);

describe('a file system', () => {
  test.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
    'without fsync, which it answers with %s, keeps counts all the same',
    async (syncCode) => {
      const root = temporaryFolder();
      const first = await keeper(root);
      await first.fail({ syncCode });
      expect(await first.keep({ names: { a: 3 } })).toBe(true);
      await first.mark(0, 1);
      expect(await first.leave({ names: { a: 3, b: 1 } })).toBe(4);
      expect(await first.lines()).toEqual([]);
      expect(await nextOf(root)).toEqual({ a: 3, b: 1 });
    },
  );

  test.each(['EIO', 'ENOSPC', 'EDQUOT'])('whose fsync fails with %s holds nothing new', async (syncCode) => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.fail({ syncCode });
    expect(await first.keep({ names: { a: 3 } })).toBe(false);
    expect(await first.leave({ names: { a: 3 } })).toBe(0);
    expect(await first.lines()).toEqual([expect.stringMatching(`cannot be used.*${syncCode}`)]);
    expect(countFiles(root)).toEqual([]);
  });
});

describe('a disk that takes no changes', () => {
  test('costs no count, is logged once with what may count twice, and is used again once it does', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 3, b: 2, c: 1 } });
    await first.mark(1);
    await first.fail({ code: 'EROFS' });
    await first.mark(1, 1);
    await first.mark(2, 0);
    expect(await first.keep({ names: { c: 1 } })).toBe(false);
    expect(await first.keep()).toBe(false);
    expect(await first.lines()).toEqual([
      expect.stringMatching(/backlogDirectory \(STARDUST_BACKLOG_DIR\) cannot be used.*EROFS/),
      expect.stringMatching(/up to 3 spans in it may count twice/),
    ]);
    await first.fail();
    expect(await first.keep({ names: { c: 2 } })).toBe(true);
    expect(countFiles(root)).toHaveLength(1);
    await first.fail({ code: 'EROFS' });
    await first.keep({ names: { c: 3 } });
    expect(await first.lines()).toHaveLength(3);
  });

  test('until the end: what it still holds is logged, and may count twice with the next process', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 3 } });
    await first.fail({ code: 'EROFS' });
    expect(await first.leave()).toBe(0);
    expect(await first.lines()).toEqual([
      expect.stringMatching(/backlogDirectory \(STARDUST_BACKLOG_DIR\) cannot be used/),
      expect.stringMatching(/up to 3 spans in it may count twice/),
    ]);
    await first.kill();
  });

  test('holds nothing of what waits once what it holds is delivered, however many spans that were', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 30, b: 5 } });
    await first.fail({ code: 'EROFS' });
    await first.mark(1);
    expect(await first.leave({ names: { b: 5, c: 20 } })).toBe(5);
    expect(await first.lines()).toEqual([
      expect.stringMatching(/backlogDirectory \(STARDUST_BACKLOG_DIR\) cannot be used/),
      expect.stringMatching(/up to 35 spans in it may count twice/),
    ]);
    await first.kill();
    expect(await nextOf(root)).toEqual({ a: 30, b: 5 });
  });

  test('nor may be looked at: what leaves then may count twice if the process is killed, which is logged', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 3 } });
    await first.fail({ code: 'EACCES' });
    await first.mark(0, 1);
    expect(await first.lines()).toEqual([
      expect.stringMatching(/backlogDirectory \(STARDUST_BACKLOG_DIR\) cannot be used.*EACCES/),
      expect.stringMatching(/up to 3 spans in it may count twice/),
    ]);
  });

  test('to a file of a former process: one of its own that replaces it is enough', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.leave({ names: { a: 3 } });
    const second = await keeper(root);
    await second.adopt();
    await second.fail({ code: 'EACCES' });
    expect(await second.keep({ names: { a: 3 } })).toBe(false);
    expect(await second.leave({ names: { a: 3 } })).toBe(3);
    await second.kill();
    expect(await nextOf(root)).toEqual({ a: 3 });
  });
});

describe('a full disk', () => {
  test('keeps the copy there is; what leaves then is marked as a whole, and is unclear to the next process', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 3, b: 2 } });
    await first.fail({ code: 'ENOSPC' });
    expect(await first.keep({ names: { a: 5, b: 2 } })).toBe(false);
    await first.mark(0, 1);
    await first.kill();
    const next = await keeper(root);
    expect(await next.adopt()).toEqual([{ names: { a: 3, b: 2 }, state: 'sent' }]);
  });

  test.each([
    [1, 0, 'sent'],
    [0, 1, 'unclear'],
  ] as const)(
    'tells the next process by its marks of all that is there, %i and %i, that it is %s',
    async (sent, unclear, state) => {
      const root = temporaryFolder();
      await (await keeper(root)).leave({ names: { former: 4 } });
      const first = await keeper(root);
      await first.adopt();
      await first.fail({ code: 'ENOSPC' });
      expect(await first.keep({ names: { former: 4, a: 1 } })).toBe(false);
      await first.mark(0, 1);
      await first.mark(0, sent, unclear);
      await first.kill();
      const next = await keeper(root);
      expect(await next.adopt()).toEqual([{ names: { former: 4 }, state }]);
      await next.keep({ names: { former: 4, b: 2 } });
      await next.fail({ code: 'ENOSPC' });
      expect(await next.keep({ names: { former: 4, b: 3 } })).toBe(false);
      await next.mark(0, 1);
      await next.mark(0, sent, unclear);
      await next.kill();
      expect(await (await keeper(root)).adopt()).toEqual([{ names: { former: 4, b: 2 }, state }]);
    },
  );

  test('at the end leaves what was written before, and tells how much that is', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 30 } });
    await first.fail({ code: 'ENOSPC' });
    expect(await first.leave({ names: { a: 30, b: 30 } })).toBe(30);
    await first.kill();
    expect(await nextOf(root)).toEqual({ a: 30 });
  });

  test('lets go of what is delivered', async () => {
    const root = temporaryFolder();
    const first = await keeper(root);
    await first.keep({ names: { a: 30 } });
    await first.fail({ code: 'ENOSPC' });
    expect(await first.keep()).toBe(true);
    expect(await first.leave()).toBe(0);
    expect(readdirSync(root)).toEqual([]);
  });
});

test('what was in a folder that is gone at the end is not on disk', async () => {
  const root = temporaryFolder();
  const first = await keeper(root);
  await first.keep({ names: { a: 30 } });
  rmSync(root, { recursive: true });
  writeFileSync(root, 'a file in its place');
  expect(await first.leave({ names: { a: 30 } })).toBe(0);
});

describe.concurrent('a disk that hangs', () => {
  /** Two of its calls hang. */
  async function hungTwice(options: KeeperOptions) {
    const root = temporaryFolder();
    const first = await keeper(root, options);
    await first.fail({ hangs: true });
    for (let i = 0; i < 2; i++) expect(await first.keep({ names: { a: 1 } })).toBe(false);
    return { root, first };
  }

  test('delays nothing for long, holds no end up, and is used again once it answers', async ({
    onTestFinished,
  }) => {
    const root = temporaryFolder();
    const first = await keeper(root, { onTestFinished });
    await first.fail({ hangs: true });
    const startMs = performance.now();
    expect(await first.keep({ names: { a: 1 } })).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(15_000);
    await first.fail();
    expect(await first.keep({ names: { a: 2 } })).toBe(true);
    await first.kill();
    expect(await nextOf(root, { onTestFinished })).toEqual({ a: 2 });
  });

  test('at the end holds what it held before, name by name, and the rest may count twice', async ({
    onTestFinished,
  }) => {
    const root = temporaryFolder();
    const first = await keeper(root, { onTestFinished });
    await first.keep({ names: { a: 30, b: 5 } });
    await first.fail({ hangs: true });
    expect(await first.keep({ names: { b: 7, c: 40 } })).toBe(false);
    expect(await first.leave({ names: { b: 7, c: 40 } })).toBe(5);
    expect(await first.lines()).toEqual([
      expect.stringMatching(/backlogDirectory \(STARDUST_BACKLOG_DIR\) cannot be used/),
      expect.stringMatching(/up to 35 spans in it may count twice/),
    ]);
    await first.kill();
    expect(await nextOf(root, { onTestFinished })).toEqual({ a: 30, b: 5 });
  }, 40_000);

  test('is left alone after two calls, which hold a thread each, and is used again once these answer', async ({
    onTestFinished,
  }) => {
    const { root, first } = await hungTwice({ onTestFinished });
    await first.fail();
    expect(await first.keep({ names: { a: 2 } })).toBe(false);
    await first.answerLate();
    // What was given up meanwhile does not come after all.
    await vi.waitFor(() => expect(filesIn(root).filter((name) => name.endsWith('.tmp'))).toEqual([]));
    expect(countFiles(root)).toEqual([]);
    await vi.waitFor(async () => expect(await first.keep({ names: { a: 3 } })).toBe(true), {
      timeout: 15_000,
    });
    await first.kill();
    expect(await nextOf(root, { onTestFinished })).toEqual({ a: 3 });
  }, 60_000);

  test('is left alone after two calls, which hold a thread each, and the process ends', async ({
    onTestFinished,
  }) => {
    const { first } = await hungTwice({ onTestFinished });
    const startMs = performance.now();
    for (let i = 0; i < 10; i++) expect(await first.keep({ names: { a: 1 } })).toBe(false);
    expect(await first.leave({ names: { a: 1 } })).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(5_000);
    expect(await first.lines()).toHaveLength(1);
  }, 40_000);
});

describe.skipIf(!canMount())('a file system of its own', () => {
  function fill(path: string): string {
    const file = join(path, 'filler');
    try {
      writeFileSync(file, Buffer.alloc(4 << 20, 1));
    } catch {
      // Full is what it is to be.
    }
    return file;
  }

  test('that is full costs no count, and is used again once there is room', async () => {
    const { path } = new SmallDisk('size=64k');
    const root = join(path, 'backlog');
    const first = await keeper(root);
    await first.keep({ names: { a: 3 } });
    const filler = fill(path);
    expect(await first.keep({ names: { a: 4 } })).toBe(false);
    expect(await first.lines()).toEqual([expect.stringMatching(/cannot be used.*ENOSPC/)]);
    expect(await nextOf(root)).toEqual({});
    rmSync(filler);
    expect(await first.keep({ names: { a: 5 } })).toBe(true);
    expect(countFiles(root)).toHaveLength(1);
    fill(path);
    expect(await first.leave({ names: { a: 5, b: 9 } })).toBe(5);
    rmSync(filler);
    expect(await nextOf(root)).toEqual({ a: 5 });
  });

  test('that is full from the start costs no count', async () => {
    const { path } = new SmallDisk('size=64k');
    const filler = fill(path);
    const root = join(path, 'backlog');
    const first = await keeper(root);
    expect(await first.keep({ names: { a: 3 } })).toBe(false);
    expect(await first.leave({ names: { a: 3 } })).toBe(0);
    rmSync(filler);
    expect(await nextOf(root)).toEqual({});
  });

  test.each([4, 5, 6, 7])('with %d inodes costs no count, and none twice', async (inodes) => {
    const { path } = new SmallDisk(`size=1m,nr_inodes=${inodes}`);
    const first = await keeper(path);
    const isKept = await first.keep({ names: { a: 3 } });
    const isKeptAnew = await first.keep({ names: { a: 4 } });
    const safe = await first.leave({ names: { a: 4 } });
    if (isKeptAnew) expect(safe).toBe(4);
    else expect(safe).toBe(isKept ? 3 : safe);
    expect([0, 3, 4]).toContain(safe);
    const disk = await keeper(path);
    const adopted = sums(await disk.adopt());
    // Where not even its folder can be made, the next process waits for room too.
    if (filesIn(path).some((file) => file.endsWith('.waiting')) && adopted.a === undefined) return;
    expect(adopted.a ?? 0).toBe(safe);
  });

  test('that turns read-only and back costs no count, and none twice', async () => {
    const disk = new SmallDisk();
    const first = await keeper(disk.path);
    await first.keep({ names: { a: 3, b: 2 } });
    expect(disk.remount('ro')).toBe(true);
    await first.mark(0, 1);
    expect(await first.keep({ names: { b: 2 } })).toBe(false);
    expect(await first.lines()).toEqual([
      expect.stringMatching(/cannot be used.*EROFS/),
      expect.stringMatching(/up to 5 spans in it may count twice/),
    ]);
    expect(disk.remount('rw')).toBe(true);
    expect(await first.keep({ names: { b: 2 } })).toBe(true);
    await first.kill();
    expect(await nextOf(disk.path)).toEqual({ b: 2 });
  });

  test('that is read-only when a process ends lets the next one adopt what it holds', async () => {
    const disk = new SmallDisk();
    const first = await keeper(disk.path);
    await first.keep({ names: { a: 3 } });
    disk.remount('ro');
    expect(await first.leave({ names: { a: 3, b: 1 } })).toBe(3);
    await first.kill();
    const early = await keeper(disk.path);
    expect(await early.adopt()).toEqual([]);
    disk.remount('rw');
    expect(sums(await early.adopt())).toEqual({ a: 3 });
  });

  test('that is unmounted costs no count: all is written anew, where the folder was', async () => {
    const disk = new SmallDisk();
    const root = join(disk.path, 'backlog');
    const first = await keeper(root);
    await first.keep({ names: { a: 3 } });
    disk.unmount();
    await first.mark(0, 1);
    expect(await first.keep({ names: { a: 4 } })).toBe(true);
    expect(countFiles(root)).toHaveLength(1);
    expect(await first.lines()).toEqual([expect.stringMatching(/a copy of 3 spans in .* is gone/)]);
    disk.mount('size=1m');
    expect(await first.keep({ names: { a: 5 } })).toBe(true);
    await first.kill();
    expect(await nextOf(root)).toEqual({ a: 5 });
  });

  test('that comes back with an older copy replaces nothing', async () => {
    const disk = new SmallDisk();
    const root = join(disk.path, 'backlog');
    const first = await keeper(root);
    await first.keep({ names: { a: 3 } });
    // Another one over it hides it for a while.
    disk.mount('size=1m');
    mkdirSync(root);
    await first.mark(0, 1);
    expect(await first.keep({ names: { a: 4 } })).toBe(true);
    disk.unmount();
    expect(await nextOf(root)).toEqual({});
    expect(await first.keep({ names: { a: 5 } })).toBe(true);
    expect(countFiles(root)).toHaveLength(1);
    await first.kill();
    expect(await nextOf(root)).toEqual({ a: 5 });
  });
});
