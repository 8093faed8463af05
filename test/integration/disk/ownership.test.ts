import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DiskStore } from '../../../src/backlog/disk/disk-store.ts';
import { countFiles, filesIn, temporaryFolder } from '../../support/folders.ts';
import { fakeTime, pass } from '../../support/harness.ts';
import { canFreeze, freeze } from './support/freezer.ts';
import { type Keeper, keeper, sums } from './support/keeper.ts';
import { kept, namesIn, ownFolder } from './support/left.ts';

function setBack(root: string, seconds: number): void {
  const then = Date.now() / 1_000 - seconds;
  utimesSync(join(ownFolder(root), 'alive'), then, then);
}

/** All of what a process keeps arrives once, with it or with the next. */
async function lookedAt(root: string, looks = 4): Promise<Record<string, number>> {
  const other = await keeper(root);
  const seen = [];
  for (let i = 0; i < looks; i++) seen.push(await other.adopt());
  return sums(...seen);
}

/** A path that is too long for the address of a socket. */
function deepFolder(): string {
  const deep = join(temporaryFolder(), 'd'.repeat(120), 'e'.repeat(120));
  mkdirSync(deep, { recursive: true });
  return deep;
}

describe.each([
  ['a folder', temporaryFolder],
  ['a folder with a long path', deepFolder],
])('%s', (_, make) => {
  test('of a process that is stopped stays its own, however old its heartbeat', async () => {
    const root = make();
    const stopped = await keeper(root);
    await stopped.keep({ names: { a: 3 } });
    stopped.signal('SIGSTOP');
    setBack(root, 7_200);
    expect(await lookedAt(root)).toEqual({});
    stopped.signal('SIGCONT');
    expect(await stopped.keep({ names: { a: 4 } })).toBe(true);
    expect(await stopped.lines()).toEqual([]);
    await stopped.kill();
    expect(await lookedAt(root)).toEqual({ a: 4 });
  });

  test.each([
    ['of an hour ago', 3_600],
    ['of tomorrow', -86_400],
    ['of now', 0],
  ])('of a process that was killed is adopted at the first look, with a heartbeat %s', async (_when, age) => {
    const root = make();
    const killed = await keeper(root);
    await killed.keep({ names: { a: 3 } });
    await killed.kill();
    setBack(root, age);
    expect(await lookedAt(root, 1)).toEqual({ a: 3 });
  });
});

test('a stopped process at whose door many have knocked still owns its folder', async () => {
  const root = temporaryFolder();
  const stopped = await keeper(root);
  await stopped.keep({ names: { a: 3 } });
  stopped.signal('SIGSTOP');
  const others = await Promise.all(Array.from({ length: 4 }, () => keeper(root)));
  for (let i = 0; i < 200; i++) {
    const seen = await Promise.all(others.map((other) => other.adopt()));
    expect(seen.flat()).toEqual([]);
  }
  stopped.signal('SIGCONT');
  expect(await stopped.leave({ names: { a: 3 } })).toBe(3);
});

describe.each([
  ['its lock', ['lock']],
  ['its heartbeat', ['alive']],
  ['both', ['lock', 'alive']],
])('a process that lost %s', (_, names) => {
  async function robbed(root: string): Promise<Keeper> {
    const living = await keeper(root);
    await living.keep({ names: { a: 3 } });
    for (const name of names) rmSync(join(ownFolder(root), name));
    return living;
  }

  test('still owns its folder, and what it holds', async () => {
    const root = temporaryFolder();
    const living = await robbed(root);
    expect(await lookedAt(root)).toEqual({});
    expect(await living.leave({ names: { a: 3 } })).toBe(3);
    expect(await lookedAt(root)).toEqual({ a: 3 });
    expect(await living.lines()).toEqual([]);
  });

  test('puts it back within a quarter of a minute', async () => {
    fakeTime();
    const root = temporaryFolder();
    const living = new DiskStore(root, 'shop');
    onTestFinished(() => void living.leave([]));
    await living.keep([kept({ a: 3 })]);
    for (const name of names) rmSync(join(ownFolder(root), name));
    await pass(16_000, 4_000);
    expect(readdirSync(ownFolder(root))).toEqual(expect.arrayContaining(['alive', 'lock']));
    expect(await lookedAt(root)).toEqual({});
  });
});

test('clocks that step by hours in either direction decide nothing', async () => {
  const root = temporaryFolder();
  const living = await keeper(root);
  const other = await keeper(root, { hours: -30 });
  const killed = await keeper(root, { hours: 48 });
  await living.keep({ names: { a: 1 } });
  await killed.keep({ names: { b: 1 } });
  await living.step(-5);
  await living.keep({ names: { a: 2 } });
  expect(await other.adopt()).toEqual([]);
  await other.step(80);
  await killed.step(-96);
  await killed.keep({ names: { b: 2 } });
  expect(await other.adopt()).toEqual([]);
  await living.step(100);
  await killed.kill();
  expect(sums(await other.adopt())).toEqual({ b: 2 });
  await living.step(-200);
  expect(await living.leave({ names: { a: 3 } })).toBe(3);
  expect(sums(await other.adopt())).toEqual({ a: 3 });
});

/** Whether a command that takes a process into a world of its own works here. */
function works(...command: readonly string[]): boolean {
  return spawnSync(command[0] ?? '', [...command.slice(1), 'true']).status === 0;
}

const CONTAINER = ['unshare', '--uts', '--ipc', '--net', '--mount', '--pid', '--fork', '--kill-child'];

test.skipIf(!works(...CONTAINER))(
  'two containers on one volume, with one host name and one pid, each own what is theirs',
  async () => {
    const root = temporaryFolder();
    const [first, second] = [
      await keeper(root, { before: CONTAINER }),
      await keeper(root, { before: CONTAINER }),
    ];
    await first.keep({ names: { a: 1 } });
    await second.keep({ names: { b: 1 } });
    expect(await first.adopt()).toEqual([]);
    expect(await second.adopt()).toEqual([]);
    // It is the process outside that is killed here; the one inside follows.
    await second.kill();
    await expect.poll(async () => sums(await first.adopt())).toEqual({ b: 1 });
  },
);

test.skipIf(!canFreeze())('a container that is frozen, as it is paused, still owns its folder', async () => {
  const root = temporaryFolder();
  const frozen = await keeper(root);
  await frozen.keep({ names: { a: 3 } });
  const thaw = freeze(frozen.pid);
  setBack(root, 7_200);
  expect(await lookedAt(root)).toEqual({});
  thaw();
  expect(await frozen.leave({ names: { a: 4 } })).toBe(4);
  expect(await frozen.lines()).toEqual([]);
  expect(await lookedAt(root)).toEqual({ a: 4 });
});

describe('where the kernel cannot tell who lives', () => {
  /** As a process of another machine writes it, or one without sockets. */
  function elsewhere(root: string): void {
    writeFileSync(join(ownFolder(root), 'alive'), '');
    rmSync(join(ownFolder(root), 'lock'));
  }

  test.each([
    ['of another machine', 'another kernel 1'],
    ['of a machine that has started again since', '00000000-0000-0000-0000-000000000000 1'],
    ['of a machine that does not tell', ''],
  ])('a refused lock %s proves no death', async (_, kernel) => {
    const root = temporaryFolder();
    const killed = await keeper(root);
    await killed.keep({ names: { a: 3 } });
    await killed.kill();
    expect(readFileSync(join(ownFolder(root), 'alive'), 'utf8')).toMatch(/^[\w-]{36} \d+$/);
    writeFileSync(join(ownFolder(root), 'alive'), kernel);
    expect(await lookedAt(root)).toEqual({});
  });

  test('a heartbeat that stands still for a minute, at three looks, tells that its process is gone', async () => {
    const root = temporaryFolder();
    const killed = await keeper(root);
    await killed.keep({ names: { a: 3 } });
    await killed.kill();
    elsewhere(root);
    fakeTime();
    const other = new DiskStore(root, 'shop');
    onTestFinished(() => void other.leave([]));
    expect(await other.adopt()).toEqual([]);
    await pass(61_000, 61_000);
    // It may have stood still as we did.
    expect(await other.adopt()).toEqual([]);
    expect(namesIn(await other.adopt())).toEqual([{ a: 3 }]);
  });

  test('a heartbeat that goes on tells that its process lives', async () => {
    fakeTime();
    const root = temporaryFolder();
    const living = new DiskStore(root, 'shop');
    const other = new DiskStore(root, 'shop');
    onTestFinished(() => void living.leave([]));
    onTestFinished(() => void other.leave([]));
    await living.keep([kept({ a: 3 })]);
    for (let i = 0; i < 6; i++) {
      rmSync(join(ownFolder(root), 'lock'), { force: true });
      expect(await other.adopt()).toEqual([]);
      await pass(30_000, 15_000);
    }
  });

  test('a process that stands still for a minute may lose its folder: what was in it counts twice, which it logs', async () => {
    const root = temporaryFolder();
    const stopped = await keeper(root);
    await stopped.keep({ names: { a: 3, b: 2 } });
    elsewhere(root);
    stopped.signal('SIGSTOP');
    fakeTime();
    const other = new DiskStore(root, 'shop');
    onTestFinished(() => void other.leave([]));
    for (let i = 0; i < 2; i++) {
      expect(await other.adopt()).toEqual([]);
      await pass(61_000, 61_000);
    }
    const adopted = await other.adopt();
    expect(namesIn(adopted)).toEqual([{ a: 3, b: 2 }]);
    await other.keep(adopted);
    stopped.signal('SIGCONT');
    await stopped.mark(0, 1);
    expect(await stopped.lines()).toEqual([
      expect.stringMatching(/a copy of 5 spans in .* is gone: .* may count twice/),
    ]);
    // Each has a copy of what it holds, should both be killed now.
    expect(countFiles(root)).toHaveLength(2);
  });

  test('a process whose folder was taken goes on with its counts, and logs how many may count twice', async () => {
    const root = temporaryFolder();
    const living = await keeper(root);
    await living.keep({ names: { a: 3, b: 2 } });
    await living.mark(1);
    const other = join(temporaryFolder(), 'taken');
    spawnSync('mv', [ownFolder(root), other]);
    await living.mark(1, 1);
    expect(await living.lines()).toEqual([
      expect.stringMatching(/a copy of 2 spans in .* is gone: .* twice/),
    ]);
    expect(await living.keep({ names: { b: 2 } })).toBe(true);
    expect(countFiles(root)).toHaveLength(1);
    expect(await living.lines()).toHaveLength(1);
  });
});

test('of many processes that start at once, one adopts each folder', async () => {
  const root = temporaryFolder();
  for (let i = 0; i < 6; i++) {
    const left = await keeper(root);
    await left.keep({ names: { [`name ${i}`]: 1 } });
    if (i % 2 === 0) await left.kill();
    else await left.leave({ names: { [`name ${i}`]: 1 } });
  }
  const next = await Promise.all(Array.from({ length: 6 }, () => keeper(root)));
  const adopted = await Promise.all(next.map((each) => each.adopt()));
  expect(sums(...adopted)).toEqual(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`name ${i}`, 1])));
  // What they hold is still on disk, should they all be killed now.
  await Promise.all(next.map((each) => each.kill()));
  expect(sums(await (await keeper(root)).adopt())).toEqual(sums(...adopted));
  expect(filesIn(root).length).toBeGreaterThan(0);
  expect(statSync(root).isDirectory()).toBe(true);
});
