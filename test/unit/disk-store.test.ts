import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DiskStore } from '../../src/backlog/disk/disk-store.ts';
import type { Kept } from '../../src/backlog/disk/store.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { kept, leaveBehind, namesIn, ownFolder } from '../integration/disk/support/left.ts';
import { answerLate, failDisk, hangs, letDiskWork } from '../support/failing-disk.ts';
import { countFiles, temporaryFolder } from '../support/folders.ts';
import { logLines } from '../support/logged.ts';
import { turns, until } from '../support/turns.ts';

/** What waits on a disk that fails, hangs, or loses what is on it. */

beforeEach(() => {
  startLogHour(0);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => void vi.useRealTimers());

const UNUSABLE =
  /^warn backlogDirectory \(STARDUST_BACKLOG_DIR\) cannot be used, counts wait in memory only: /;
const mayCountTwice = (spans: number) =>
  expect.stringMatching(`cannot be changed, and up to ${spans} spans in it may count twice`);
const isGone = (spans: number) => expect.stringMatching(`a copy of ${spans} spans in .* is gone`);

function store(root: string): DiskStore {
  const made = new DiskStore(root, 'shop');
  onTestFinished(() => void made.leave([]));
  return made;
}

const NONE = { done: 0, sent: 0, unclear: 0 };

/** What the next process finds once the only one that there is was killed. */
async function nextFinds(root: string): Promise<readonly Kept[]> {
  leaveBehind(root);
  return store(root).adopt();
}

const states = (adopted: readonly Kept[]) =>
  adopted.map(({ state, builders }) => [state, ...builders.map(({ name, total }) => `${name} ${total}`)]);

/** All that is there, by its path; some of it may be gone already. */
const pathsIn = (root: string) => readdirSync(root, { recursive: true, encoding: 'utf8' });
/** The files of counts, without their folder. */
const files = (root: string) =>
  pathsIn(root)
    .filter((path) => path.endsWith('.waiting'))
    .map((path) => basename(path));

describe('how far the delivery has come', () => {
  test('stands in the name of the file, with the spans that are left', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 30, b: 5 }), kept({ c: 2 })]);
    expect(files(root)).toEqual(['1.0.37.0.0.0.waiting']);
    await made.mark({ done: 0, sent: 1, unclear: 0 });
    expect(files(root)).toEqual(['1.0.37.0.0.1.waiting']);
    await made.mark({ done: 1, sent: 0, unclear: 1 });
    expect(files(root)).toEqual(['1.0.7.1.1.0.waiting']);
    await made.mark({ done: 2, sent: 0, unclear: 0 });
    expect(files(root)).toEqual(['1.0.2.2.0.0.waiting']);
    await made.keep([kept({ c: 2, d: 4 })]);
    expect(files(root)).toEqual(['2.0.6.0.0.0.waiting']);
  });

  test('is told of the newest call to keep alone', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 1, b: 1 })]);
    const marked = made.mark({ done: 0, sent: 1, unclear: 0 });
    await Promise.all([made.keep([kept({ a: 1, b: 1, c: 1 })]), marked]);
    expect(files(root)).toEqual(['2.0.3.0.0.0.waiting']);
  });

  test.each([
    ['ready', 0],
    ['sent', 2],
  ] as const)('at first is that of what is %s', async (state, sent) => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 1, b: 1 }, { state }), kept({ c: 1 })]);
    expect(files(root)).toEqual([`1.0.3.0.0.${sent}.waiting`]);
  });
});

describe('a disk that takes no changes', () => {
  test('costs no count, is logged once with what may count twice, and is used again once it does', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3, b: 2, c: 1 })]);
    await made.mark({ done: 1, sent: 0, unclear: 0 });
    failDisk('EROFS');
    await made.mark({ done: 1, sent: 1, unclear: 0 });
    await made.mark({ done: 2, sent: 0, unclear: 0 });
    expect(await made.keep([kept({ c: 1 })])).toBe(false);
    expect(await made.keep([])).toBe(false);
    expect(lines).toEqual([expect.stringMatching(UNUSABLE), mayCountTwice(3)]);
    letDiskWork();
    expect(await made.keep([kept({ c: 2 })])).toBe(true);
    expect(files(root)).toEqual([expect.stringMatching(/^\d\.0\.2\.0\.0\.0\.waiting$/)]);
    failDisk('EROFS');
    await made.keep([kept({ c: 3 })]);
    expect(lines).toHaveLength(3);
  });

  test('at the end still holds what it held, which may count twice and is logged', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 30, b: 5 })]);
    failDisk('EROFS');
    await made.mark({ done: 1, sent: 0, unclear: 0 });
    expect(made.leave([kept({ b: 5, c: 20 })])).toBe(5);
    expect(lines).toEqual([expect.stringMatching(UNUSABLE), mayCountTwice(35)]);
  });

  test('holds all that waits, if nothing has changed: then nothing may count twice', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    failDisk('EROFS');
    expect(made.leave([kept({ a: 3 })])).toBe(3);
    expect(lines).toEqual([expect.stringMatching(UNUSABLE)]);
  });

  test('nor can be looked at is in doubt once a report leaves', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    failDisk('EACCES');
    await made.mark({ done: 0, sent: 1, unclear: 0 });
    expect(lines).toEqual([expect.stringMatching(UNUSABLE), mayCountTwice(3)]);
  });

  test('while nothing is on it is in no doubt', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    failDisk('EACCES');
    expect(await made.keep([kept({ a: 3 })])).toBe(false);
    await made.mark({ done: 0, sent: 1, unclear: 0 });
    expect(made.leave([kept({ a: 3 })])).toBe(0);
    expect(lines).toEqual([expect.stringMatching(UNUSABLE)]);
  });

  test('lets the file of a former process stand, which holds what waits', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const second = store(root);
    await second.adopt();
    failDisk('EACCES');
    expect(await second.keep([kept({ a: 3 })])).toBe(false);
    expect(second.leave([kept({ a: 3 })])).toBe(3);
    letDiskWork();
    expect(namesIn(await nextFinds(root))).toEqual([{ a: 3 }]);
  });
});

describe('a full disk', () => {
  test('keeps the copy there is, and tells how much of what waits that is', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 30 })]);
    failDisk('ENOSPC');
    expect(made.leave([kept({ a: 30, b: 30 })])).toBe(30);
    letDiskWork();
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 30 }]);
  });

  test('lets go of what is delivered', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 30 })]);
    failDisk('ENOSPC');
    expect(await made.keep([])).toBe(true);
    expect(files(root)).toEqual([]);
    expect(made.leave([])).toBe(0);
    expect(readdirSync(root)).toEqual([]);
  });

  test.each([
    ['sent', { done: 0, sent: 1, unclear: 0 }],
    ['sent', { done: 1, sent: 0, unclear: 1 }],
    ['unclear', { done: 0, sent: 0, unclear: 1 }],
    ['ready', NONE],
  ] as const)('has what is there marked as a whole as %s, after %o', async (state, progress) => {
    const root = temporaryFolder();
    store(root).leave([kept({ former: 4 })]);
    const made = store(root);
    await made.adopt();
    failDisk('ENOSPC');
    expect(await made.keep([kept({ former: 4, a: 1 })])).toBe(false);
    await made.mark(progress);
    letDiskWork();
    expect(states(await nextFinds(root))).toEqual([[state, 'former 4']]);
  });

  test('has an older copy marked as a whole, as far as that has not been delivered', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3, b: 2, c: 1 })]);
    await made.mark({ done: 1, sent: 0, unclear: 0 });
    failDisk('ENOSPC');
    expect(await made.keep([kept({ b: 2, c: 1, d: 9 })])).toBe(false);
    await made.mark({ done: 0, sent: 2, unclear: 0 });
    letDiskWork();
    expect(states(await nextFinds(root))).toEqual([['sent', 'b 2', 'c 1']]);
  });
});

describe('a disk that hangs', () => {
  const HANGS_FOR_MS = 10_000;

  /** A call that is given up after ten seconds, or as many as it says. */
  async function givenUp<T>(call: Promise<T>, afterMs = HANGS_FOR_MS): Promise<T> {
    let isOver = false;
    call.finally(() => {
      isOver = true;
    });
    await until(hangs);
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    return call;
  }

  test('delays a call for ten seconds, and what is written then does not come after all', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    failDisk('hangs');
    expect(await givenUp(made.keep([kept({ a: 1 })]))).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/a call takes longer than 10 s$/)]);
    answerLate();
    await until(() => pathsIn(root).every((name) => !name.endsWith('.tmp')));
    expect(files(root)).toEqual([]);
    expect(await made.keep([kept({ a: 2 })])).toBe(true);
  });

  test('is not asked at the end, and holds what it held before, name by name', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 30, b: 5 })]);
    failDisk('hangs');
    expect(await givenUp(made.keep([kept({ b: 7, c: 40 })]))).toBe(false);
    expect(made.leave([kept({ b: 7, c: 40 })])).toBe(5);
    expect(lines).toEqual([expect.stringMatching(UNUSABLE), mayCountTwice(35)]);
    expect(files(root)).toHaveLength(1);
    answerLate();
  });

  test('holds at the end no more of a name than waits, and all of it from several copies', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 4, b: 1 })]);
    const made = store(root);
    await made.adopt();
    failDisk('hangs');
    expect(await givenUp(made.keep([kept({ a: 9 })]))).toBe(false);
    expect(made.leave([kept({ a: 3, b: 1, c: 9 })])).toBe(4);
    answerLate();
  });

  test('during a look is looked at no more before it answers; what that took comes with the next', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const made = store(root);
    failDisk('hangs when read');
    expect(await givenUp(made.adopt(), 120_000)).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/a call takes longer than 120 s$/)]);
    letDiskWork();
    expect(await made.adopt()).toEqual([]);
    answerLate();
    let found: readonly Kept[] = [];
    while (found.length === 0) {
      await turns(1);
      found = await made.adopt();
    }
    expect(namesIn(found)).toEqual([{ a: 3 }]);
    expect(await made.adopt()).toEqual([]);
  });

  test('while others leave something has it taken over beside, and knows that it is there', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const made = store(root);
    const adopting = made.adopt();
    failDisk('hangs');
    const keeping = made.keep([kept({ b: 1 })]);
    expect(namesIn(await adopting)).toEqual([{ a: 3 }]);
    answerLate();
    expect(await keeping).toBe(true);
    expect(files(root).sort()).toEqual(['1.0.1.0.0.0.waiting', '1.0.3.0.0.0.waiting']);
    rmSync(join(ownFolder(root), '1.taken'), { recursive: true });
    await made.keep([kept({ a: 3, b: 1 })]);
    expect(lines).toEqual([isGone(3)]);
  });
});

describe('what somebody takes away', () => {
  test.each<[string, (root: string) => void]>([
    ['the folder of all', (root) => rmSync(root, { recursive: true })],
    ['its folder', (root) => rmSync(ownFolder(root), { recursive: true })],
    ['its file', (root) => countFiles(root).forEach((file) => void rmSync(join(root, file)))],
  ])('is written anew as far as it has come, and logged: %s', async (_, remove) => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3, b: 2, c: 1 })]);
    await made.mark({ done: 1, sent: 0, unclear: 0 });
    remove(root);
    await made.mark({ done: 1, sent: 1, unclear: 0 });
    expect(lines).toEqual([isGone(3)]);
    expect(states(await nextFinds(root))).toEqual([
      ['sent', 'b 2'],
      ['ready', 'c 1'],
    ]);
  });

  test('is written anew within 15 seconds, though nothing else changes', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    rmSync(root, { recursive: true });
    await vi.advanceTimersByTimeAsync(14_999);
    expect(existsSync(root)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => existsSync(root) && files(root).length > 0);
    await made.mark(NONE);
    expect(namesIn(await nextFinds(root))).toEqual([{ a: 3 }]);
  });

  test('of what a former process left is logged, and is in the next file of ours', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const made = store(root);
    await made.adopt();
    rmSync(ownFolder(root), { recursive: true });
    await made.keep([kept({ a: 3, b: 1 })]);
    expect(lines).toEqual([isGone(3)]);
    expect(namesIn(await nextFinds(root))).toEqual([{ a: 3, b: 1 }]);
  });

  test('is nothing of what a former process left, once a file of ours stands for it', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const made = store(root);
    await made.adopt();
    for (let i = 0; i < 3; i++) expect(await made.keep([kept({ a: 3, b: i })])).toBe(true);
    expect(lines).toEqual([]);
  });

  test('before others are looked for is put back then', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    rmSync(ownFolder(root), { recursive: true });
    store(root).leave([kept({ b: 2 })]);
    expect(namesIn(await made.adopt())).toEqual([{ b: 2 }]);
    expect(files(root)).toHaveLength(2);
  });

  test('of what is delivered already is no loss', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    await made.mark({ done: 1, sent: 0, unclear: 0 });
    rmSync(ownFolder(root), { recursive: true });
    expect(await made.keep([])).toBe(true);
    expect(await made.keep([kept({ b: 1 })])).toBe(true);
    expect(lines).toEqual([]);
  });

  test('at the end is not there, and what stands in its place is', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 30 })]);
    rmSync(root, { recursive: true });
    writeFileSync(root, 'a file in its place');
    expect(made.leave([kept({ a: 30 })])).toBe(0);
    expect(statSync(root).isFile()).toBe(true);
  });
});

describe('a heartbeat', () => {
  const beats = (root: string) => statSync(join(ownFolder(root), 'alive')).mtimeMs;

  test('shows every 15 seconds that the owner lives, while there is something to own', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    for (let i = 0; i < 3; i++) {
      utimesSync(join(ownFolder(root), 'alive'), 1, 1);
      await vi.advanceTimersByTimeAsync(15_000);
      await until(() => beats(root) > 1_000);
      await made.mark(NONE);
    }
    await made.keep([]);
    await vi.advanceTimersByTimeAsync(15_000);
    await made.mark(NONE);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is that of who took a folder over, too', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const made = store(root);
    await made.adopt();
    expect(vi.getTimerCount()).toBe(1);
    made.leave([kept({ a: 3 })]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is none where nothing was taken over', async () => {
    const made = store(temporaryFolder());
    expect(await made.adopt()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('at the end', () => {
  test('a file that was being written is replaced by one that holds nothing', async () => {
    const root = temporaryFolder();
    const made = store(root);
    failDisk('hangs');
    const writing = made.keep([kept({ a: 1 })]);
    await until(() => pathsIn(root).some((name) => name.endsWith('.tmp')));
    expect(made.leave([])).toBe(0);
    answerLate();
    await writing;
    expect(namesIn(await store(root).adopt())).toEqual([]);
  });

  test('folders that were taken and are not in the file go with it', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const made = store(root);
    await made.adopt();
    expect(made.leave([kept({ a: 3, b: 1 })])).toBe(4);
    const [own = ''] = readdirSync(root);
    expect(own).toMatch(/\.left$/);
    expect(readdirSync(join(root, own))).toEqual(['1.1.4.0.0.0.waiting']);
  });

  test('a folder that was taken and not returned stays', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 1 })]);
    store(root).leave([kept({ b: 3 })]);
    const [own = '', other = ''] = readdirSync(root).sort((a, b) => a.length - b.length);
    renameSync(join(root, other), join(root, own, '1.taken'));
    expect(made.leave([kept({ a: 1 })])).toBe(1);
    expect(namesIn(await store(root).adopt())).toEqual(expect.arrayContaining([{ a: 1 }, { b: 3 }]));
  });
});
