import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DiskStore } from '../../src/backlog/disk/disk-store.ts';
import { LeftBehind } from '../../src/backlog/disk/left-behind.ts';
import { OwnFolder } from '../../src/backlog/disk/own-folder.ts';
import { Snapshot } from '../../src/backlog/disk/snapshot.ts';
import type { Kept } from '../../src/backlog/disk/store.ts';
import { Troubles } from '../../src/backlog/disk/troubles.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { kept, namesIn } from '../integration/disk/support/left.ts';
import { failDisk, letDiskWork } from '../support/failing-disk.ts';
import { filesIn, temporaryFolder } from '../support/folders.ts';
import { logLines } from '../support/logged.ts';

/** What former processes left on disk, and who may take it. */

const ID = '0123456789abcdef';

beforeEach(() => startLogHour(0));

function store(root: string, broken?: (spans: number) => void): DiskStore {
  const made = new DiskStore(root, 'shop', broken);
  onTestFinished(() => void made.leave([]));
  return made;
}

/** A file as a process leaves it, in a folder with this name. */
function leave(root: string, folder: string, waiting: readonly Kept[], name = '1.0.1.0.0.0.waiting'): void {
  mkdirSync(join(root, folder), { recursive: true });
  const snapshot = new Snapshot('shop', waiting, 0);
  writeFileSync(join(root, folder, name), Buffer.concat([...snapshot.pieces()]));
}

const states = (adopted: readonly Kept[]) =>
  adopted.map(({ state, builders }) => [state, ...builders.map(({ name, total }) => `${name} ${total}`)]);

describe('the folders of an app', () => {
  test('are its own by their names, and folders; all else is left alone', async () => {
    const root = temporaryFolder();
    leave(root, `shop.${ID}.left`, [kept({ a: 1 })]);
    const others = [
      ...[
        `shop.${ID}0.left`,
        `shop.${ID}.left2`,
        `shop.x${ID}`,
        `shop.0123.left`,
        `shop.${ID.toUpperCase()}.left`,
      ],
      ...[`shop.api.${ID}.left`, `shops.${ID}.left`, `xshop.${ID}.left`, `${ID}.left`],
    ];
    for (const each of others) leave(root, each, [kept({ other: 1 })]);
    writeFileSync(join(root, `shop.${'1'.repeat(16)}.left`), 'a file');
    symlinkSync(temporaryFolder(), join(root, `shop.${'2'.repeat(16)}.left`));
    const made = store(root);
    expect(namesIn(await made.adopt())).toEqual([{ a: 1 }]);
    await made.keep([]);
    made.leave([]);
    expect(readdirSync(root).sort()).toEqual(
      [...others, `shop.${'1'.repeat(16)}.left`, `shop.${'2'.repeat(16)}.left`].sort(),
    );
  });

  test('in which nobody listens, and which have no heartbeat, are watched for a minute first', async () => {
    const root = temporaryFolder();
    leave(root, `shop.${ID}`, [kept({ a: 1 })]);
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const made = store(root);
    const found: object[] = [];
    for (let look = 0; look < 4; look++) {
      found.push(namesIn(await made.adopt()));
      vi.advanceTimersByTime(30_000);
    }
    expect(found).toEqual([[], [], [{ a: 1 }], []]);
  });

  test('are taken in any number, each with a number of its own, and stay until they are stood for', async () => {
    const root = temporaryFolder();
    const expected: Record<string, number>[] = [];
    for (let i = 0; i < 12; i++) {
      leave(root, `shop.${`${i}`.padStart(16, '0')}.left`, [kept({ [`op ${i}`]: 1 })]);
      expected.push({ [`op ${i}`]: 1 });
    }
    const made = store(root);
    const adopted = await made.adopt();
    expect(namesIn(adopted)).toEqual(expect.arrayContaining(expected));
    const [own = ''] = readdirSync(root);
    const taken = Array.from({ length: 12 }, (_, i) => `${i + 1}.taken`);
    expect(readdirSync(join(root, own))).toEqual(expect.arrayContaining(taken));
    leave(root, `shop.${ID}.left`, [kept({ late: 2 })]);
    expect(namesIn(await made.adopt())).toEqual([{ late: 2 }]);
    await made.keep(adopted);
    expect(readdirSync(join(root, own)).filter((name) => name.endsWith('.taken'))).toEqual([]);
  });

  test('that were taken and not returned come with the next look, in the order in which they were taken', async () => {
    const root = temporaryFolder();
    const folder = new OwnFolder(root, 'shop');
    const left = new LeftBehind(folder, () => {});
    await folder.open();
    for (const number of [10, 9, 2]) leave(folder.path, `${number}.taken`, [kept({ [`op ${number}`]: 1 })]);
    const found = await left.look(2);
    expect(found.map(({ number, name }) => [number, name])).toEqual([
      [9, '9.taken'],
      [10, '10.taken'],
    ]);
    folder.close(() => false);
  });

  test('are those of an app by its first 50 characters, and of no other, however their names are written', () => {
    const prefixOf = (appId: string) => new OwnFolder('/nowhere', appId).prefix;
    expect(prefixOf('shop-2_x')).toBe('shop-2_x.');
    expect(prefixOf('Shop.ä')).toBe('%0053hop%002e%00e4.');
    expect(prefixOf('x'.repeat(60))).toBe(`${'x'.repeat(50)}.`);
    const [long, longer] = ['A'.repeat(24), 'A'.repeat(25)];
    expect(prefixOf(long)).toBe(`${'%0041'.repeat(24)}.`);
    expect(prefixOf(longer)).toMatch(/^(%0041){12}~[\da-f]{32}\.$/);
    expect(prefixOf(`${longer}b`)).not.toBe(prefixOf(`${longer}c`));
  });
});

describe('a folder in a folder that was taken', () => {
  const nested = (root: string, names: readonly string[], file?: string) => {
    const own = `shop.${ID}.left`;
    for (const [i, name] of names.entries()) leave(root, join(own, name), [kept({ [`inner ${i}`]: 1 })]);
    if (file !== undefined) leave(root, own, [kept({ outer: 1 })], file);
  };

  test.each<[string, string | undefined, string[][]]>([
    [
      'no file stands for',
      undefined,
      [
        ['ready', 'inner 0 1'],
        ['ready', 'inner 1 1'],
        ['unclear', 'inner 2 1'],
      ],
    ],
    [
      'a file stands for in part',
      '5.2.1.0.0.0.waiting',
      [
        ['ready', 'outer 1'],
        ['unclear', 'inner 2 1'],
      ],
    ],
    ['a file stands for in whole', '5.3.1.0.0.0.waiting', [['ready', 'outer 1']]],
  ])('is ours too, unless a file there stands for it: %s', async (_, file, expected) => {
    const root = temporaryFolder();
    nested(root, ['1.taken', '2.taken', '3.unclear'], file);
    const found = states(await store(root).adopt());
    expect(found.sort()).toEqual(expected.sort());
  });

  test('is in the state of that, unless it is ready', async () => {
    const root = temporaryFolder();
    leave(root, join(`shop.${ID}.left`, '1.sent', '1.taken'), [kept({ a: 1 })]);
    leave(root, join(`shop.${ID}.left`, '2.unclear', '1.sent'), [kept({ b: 1 })]);
    leave(root, join(`shop.${ID}.left`, '3.taken', '1.unclear'), [kept({ c: 1 })]);
    expect(states(await store(root).adopt()).sort()).toEqual([
      ['sent', 'a 1'],
      ['unclear', 'b 1'],
      ['unclear', 'c 1'],
    ]);
  });
});

describe('what cannot be used', () => {
  test('is set aside under the name of its app and the end of its own, and logged with its spans', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    const own = `shop.${ID}.left`;
    leave(root, own, [kept({ a: 3 })], '1.0.3.0.0.0.waiting');
    writeFileSync(join(root, own, '2.0.70.0.0.0.waiting'), 'broken');
    writeFileSync(join(root, own, `${'long'.repeat(50)}.txt`), '');
    mkdirSync(join(root, own, '3.0.1.0.0.0.waiting'));
    for (const name of ['lock', 'alive', '4.0.1.0.0.0.waiting.tmp']) writeFileSync(join(root, own, name), '');
    const broken: number[] = [];
    const made = store(root, (spans) => broken.push(spans));
    expect(states(await made.adopt())).toEqual([['sent', 'a 3']]);
    expect(broken).toEqual([67]);
    const aside = readdirSync(root).filter((name) => name.endsWith('.broken'));
    expect(aside.map((name) => name.replace(/^shop\.[\da-f]{8}\./, '')).sort()).toEqual([
      '2.0.70.0.0.0.waiting.broken',
      '3.0.1.0.0.0.waiting.broken',
      `${'long'.repeat(19)}.txt.broken`,
    ]);
    expect(
      lines.map((line) => / with (\d+) spans as its name says: (.*)$/.exec(line)?.slice(1)).sort(),
    ).toEqual([
      ['0', 'it is none of ours'],
      ['0', 'it is none of ours'],
      ['70', 'Z_DATA_ERROR: incorrect header check'],
    ]);
  });

  test('of several broken files tells the spans of the newest, less those that were found', async () => {
    const root = temporaryFolder();
    const own = `shop.${ID}.left`;
    leave(root, own, [kept({ a: 9 })], '1.0.9.0.0.0.waiting');
    for (const name of ['3.0.20.0.0.0.waiting', '2.0.50.0.0.0.waiting'])
      writeFileSync(join(root, own, name), 'x');
    const broken: number[] = [];
    await store(root, (spans) => broken.push(spans)).adopt();
    expect(broken).toEqual([11]);
  });

  test('lacks nothing if an older file holds as many spans', async () => {
    const root = temporaryFolder();
    const own = `shop.${ID}.left`;
    leave(root, own, [kept({ a: 9 })], '1.0.9.0.0.0.waiting');
    writeFileSync(join(root, own, '2.0.9.0.0.0.waiting'), 'x');
    const broken: number[] = [];
    await store(root, (spans) => broken.push(spans)).adopt();
    expect(broken).toEqual([]);
  });

  test('since the system has no file to spare, is read at the next look, and set aside at the third', async () => {
    const lines = logLines();
    const root = temporaryFolder();
    leave(root, `shop.${ID}.left`, [kept({ a: 3 })], '1.0.3.0.0.0.waiting');
    const broken: number[] = [];
    const made = store(root, (spans) => broken.push(spans));
    failDisk('EMFILE');
    expect([await made.adopt(), await made.adopt()]).toEqual([[], []]);
    expect(broken).toEqual([]);
    letDiskWork();
    expect(states(await made.adopt())).toEqual([['ready', 'a 3']]);
    leave(root, `shop.${ID}.left`, [kept({ b: 4 })], '1.0.4.0.0.0.waiting');
    failDisk('EMFILE');
    expect([await made.adopt(), await made.adopt()]).toEqual([[], []]);
    expect(broken).toEqual([]);
    expect(await made.adopt()).toEqual([]);
    expect(broken).toEqual([4]);
    expect(lines.filter((line) => line.includes('is set aside'))).toHaveLength(1);
  });

  test.each([
    ['six days old', -6, true],
    ['eight days old', -8, false],
    ['of a clock that ran ahead by six days', 6, true],
    ['of a clock that ran ahead by eight days', 8, false],
  ])('is kept for a week: %s', async (_, days, isKept) => {
    const root = temporaryFolder();
    const [file, folder, other] = ['shop.1.broken', 'shop.2.broken', 'shop.3.broke'].map((name) =>
      join(root, name),
    );
    if (!file || !folder || !other) throw new Error('three paths');
    writeFileSync(file, '');
    writeFileSync(other, '');
    mkdirSync(join(folder, 'inner'), { recursive: true });
    const at = Date.now() / 1_000 + days * 86_400;
    for (const path of [file, folder, other]) utimesSync(path, at, at);
    await store(root).adopt();
    expect([file, folder, other].map((path) => existsSync(path))).toEqual([isKept, isKept, true]);
  });
});

describe('backlogDirectory', () => {
  test.each<[string, (path: string) => void]>([
    ['is a link', (path) => symlinkSync(temporaryFolder(), path)],
    ['is not a folder', (path) => writeFileSync(path, '')],
  ])('that %s is not used, now or at the end, which is logged once', async (why, make) => {
    const lines = logLines();
    const root = join(temporaryFolder(), 'backlog');
    make(root);
    const made = store(root);
    expect(await made.keep([kept({ a: 1 })])).toBe(false);
    expect(await made.adopt()).toEqual([]);
    expect(made.leave([kept({ a: 1 })])).toBe(0);
    expect(lines).toEqual([expect.stringContaining(`in memory only: Error: ${root} ${why}`)]);
    if (why === 'is a link') expect(readdirSync(root)).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)("that is another user's is not used", async () => {
    const lines = logLines();
    const root = temporaryFolder();
    vi.spyOn(process, 'getuid').mockReturnValue(4_711);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await store(root).keep([kept({ a: 1 })])).toBe(false);
    expect(lines).toEqual([expect.stringContaining("is another user's")]);
  });

  test('is used where the system knows no users', async () => {
    const { getuid } = process;
    Object.assign(process, { getuid: undefined });
    onTestFinished(() => void Object.assign(process, { getuid }));
    expect(await store(temporaryFolder()).keep([kept({ a: 1 })])).toBe(true);
  });

  test.each<[string, (path: string) => void]>([
    ['a link', (path) => symlinkSync(temporaryFolder(), path)],
    ['a file', (path) => writeFileSync(path, '')],
  ])('has a folder in the place of %s with its name, while it is used and at the end', async (_, make) => {
    const folder = new OwnFolder(temporaryFolder(), 'shop');
    expect(await folder.names()).toEqual([]);
    make(folder.path);
    expect(await folder.names()).toEqual([]);
    await folder.write('a', [Buffer.from('1')], new AbortController().signal);
    expect(filesIn(folder.root)).toEqual(expect.arrayContaining([expect.stringMatching(/\/a$/)]));
    folder.close(() => false);
    make(folder.path);
    folder.writeSync('b', [Buffer.from('2')]);
    expect(await folder.names()).toEqual(['b']);
    folder.close((name) => name === 'b');
    expect(readdirSync(folder.root)).toEqual([expect.stringMatching(/^shop\.[\da-f]{16}\.left$/)]);
  });
});

test('what fails on a disk is logged once of each kind, until the disk works again', () => {
  const lines = logLines();
  const troubles = new Troubles('/folder');
  const all = () => {
    troubles.noteFailure(new Error('no'));
    troubles.noteGone(0);
    troubles.noteGone(3);
    troubles.noteDoubt(0);
    troubles.noteDoubt(5);
  };
  for (let i = 0; i < 3; i++) all();
  expect(lines).toEqual([
    'warn backlogDirectory (STARDUST_BACKLOG_DIR) cannot be used, counts wait in memory only: Error: no',
    'warn a copy of 3 spans in /folder is gone: it is written anew, and what another process may have found in it may count twice',
    'warn /folder cannot be changed, and up to 5 spans in it may count twice once they are delivered',
  ]);
  troubles.end();
  all();
  expect(lines).toHaveLength(6);
});

test('two stores of one process each own what is theirs', async () => {
  const root = temporaryFolder();
  const [first, second] = [store(root), store(root)];
  await first.keep([kept({ a: 1 })]);
  expect(await second.adopt()).toEqual([]);
  const [own = ''] = readdirSync(root);
  const files = readdirSync(join(root, own)).sort();
  expect(files).toEqual(['1.0.1.0.0.0.waiting', 'alive', 'lock']);
  expect(readFileSync(join(root, own, 'alive'), 'utf8')).not.toBe('');
  renameSync(join(root, own), join(root, `${own}.left`));
  expect(namesIn(await second.adopt())).toEqual([{ a: 1 }]);
});
