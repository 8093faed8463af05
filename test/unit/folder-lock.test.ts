import fs, {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fsPromises from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FolderLock, FolderOwners, LOCK_FILES } from '../../src/runtime/folder-lock.ts';
import { refused, replaced } from '../support/built-ins.ts';
import { temporaryFolder } from '../support/folders.ts';

/** A folder that one process owns, and how others see that its owner is gone. */

afterEach(() => {
  vi.useRealTimers();
});

function lockOf(folder: string): FolderLock {
  const lock = new FolderLock(folder);
  onTestFinished(() => lock.release());
  return lock;
}

async function held(folder = temporaryFolder()) {
  const lock = lockOf(folder);
  await lock.hold();
  return { folder, lock, file: (name: string) => join(folder, name) };
}

const gone = (...folders: string[]) => new FolderOwners().gone(folders);

/** The looks after which a folder counts as left, each at its time in seconds, and what its heartbeat did before. */
async function looks(folder: string, times: readonly number[], beats: readonly number[] = []) {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(1_000_000);
  const owners = new FolderOwners();
  const seen: number[] = [];
  let now = 0;
  for (const time of times) {
    vi.advanceTimersByTime((time - now) * 1_000);
    now = time;
    if (beats.includes(time)) utimesSync(join(folder, 'alive'), time, time);
    if ((await owners.gone([folder])).length > 0) seen.push(time);
  }
  return seen;
}

describe('a folder that is held', () => {
  test('has two files, for its owner alone to read and write', async () => {
    const { folder, file } = await held();
    expect(readdirSync(folder).sort()).toEqual([...LOCK_FILES].sort());
    expect(LOCK_FILES.map((name) => statSync(file(name)).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(file('lock')).isSocket()).toBe(true);
    expect(readFileSync(file('alive'), 'utf8')).toBe(
      `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${statSync(folder).dev}`,
    );
  });

  test('has an owner, until it is released', async () => {
    const [one, other] = [await held(), await held()];
    expect(await gone(one.folder, other.folder)).toEqual([]);
    one.lock.release();
    expect(await gone(one.folder, other.folder)).toEqual([one.folder]);
    other.lock.release();
    expect(await gone(one.folder, other.folder)).toEqual([one.folder, other.folder]);
  });

  test('has an owner however old its heartbeat is', async () => {
    const { folder, file } = await held();
    utimesSync(file('alive'), 1_000, 1_000);
    expect(await looks(folder, [0, 30, 60, 3_600])).toEqual([]);
  });

  test('ends the connection of whoever asks', async () => {
    const { file } = await held();
    const socket = net.connect(file('lock'));
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect(socket.errored).toBe(null);
  });

  test('is touched anew each time, with its socket left alone', async () => {
    const { lock, file } = await held();
    const { ino } = statSync(file('lock'));
    utimesSync(file('alive'), 1_000, 1_000);
    await lock.hold();
    expect(Math.abs(statSync(file('alive')).mtimeMs - Date.now())).toBeLessThan(60_000);
    expect(statSync(file('lock')).ino).toBe(ino);
  });

  test.each(['lock', 'alive'])('gets its file %s back if somebody removed it', async (name) => {
    const { folder, lock, file } = await held();
    rmSync(file(name));
    await lock.hold();
    expect(readdirSync(folder).sort()).toEqual([...LOCK_FILES].sort());
    expect(readFileSync(file('alive'), 'utf8')).toMatch(/^[0-9a-f-]{36} \d+$/);
    expect(await gone(folder)).toEqual([]);
    lock.release();
    expect(await gone(folder)).toEqual([folder]);
  });

  test('is still held where it was unmounted and comes back, as it was before its last loss', async () => {
    const { folder, lock, file } = await held();
    const before = ['first', 'second'].map((name) => `${folder}.${name}`);
    for (const aside of before) {
      renameSync(folder, aside);
      onTestFinished(() => rmSync(aside, { recursive: true }));
      mkdirSync(folder);
      await lock.hold();
    }
    expect(await gone(folder, ...before)).toEqual(before.slice(0, 1));
    lock.release();
    expect(await gone(folder, ...before)).toEqual([folder, ...before]);
    expect(readdirSync(file('.')).sort()).toEqual([...LOCK_FILES].sort());
  });

  test.each([60, 200])('may have a path of more than %d bytes', async (bytes) => {
    const folder = join(temporaryFolder(), 'ä'.repeat(bytes / 2));
    mkdirSync(folder);
    const { lock } = await held(folder);
    expect(await gone(folder)).toEqual([]);
    lock.release();
    expect(await gone(folder)).toEqual([folder]);
  });

  test('of the longest path of a socket and one byte more', async () => {
    const root = temporaryFolder();
    const socketBytes = (name: string) => Buffer.byteLength(join(root, name, 'lock.tmp'));
    for (const bytes of [98, 99, 103, 104]) {
      const folder = join(root, 'x'.repeat(bytes - socketBytes('') - 1));
      expect(socketBytes(folder.slice(root.length + 1))).toBe(bytes);
      mkdirSync(folder);
      const { lock } = await held(folder);
      expect(await gone(folder)).toEqual([]);
      lock.release();
      expect(await gone(folder)).toEqual([folder]);
    }
  });

  test.each([
    [103, true],
    [104, false],
  ])(
    'needs no descriptor of its folder where the path of the socket has %d bytes: %s',
    async (bytes, isHeld) => {
      replaced(fs, 'openSync', refused);
      const root = temporaryFolder();
      const folder = join(root, 'x'.repeat(bytes - Buffer.byteLength(join(root, 'lock.tmp')) - 1));
      mkdirSync(folder);
      await held(folder);
      expect(readdirSync(folder).includes('lock')).toBe(isHeld);
    },
  );

  test('keeps no descriptor of a long path', async () => {
    const folder = join(temporaryFolder(), 'x'.repeat(120));
    mkdirSync(folder);
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 5; i++) {
      const { lock } = await held(folder);
      await gone(folder);
      lock.release();
      rmSync(join(folder, 'lock'));
    }
    await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(before));
  });
});

describe('holding a folder never fails', () => {
  test('where there is none', async () => {
    const folder = join(temporaryFolder(), 'none');
    await lockOf(folder).hold();
    expect(() => statSync(folder)).toThrow('ENOENT');
  });

  test('where no socket can be made: only the heartbeat shows that its owner lives', async () => {
    replaced(net, 'createServer', refused);
    const { folder, lock, file } = await held();
    expect(readdirSync(folder)).toEqual(['alive']);
    expect(readFileSync(file('alive'), 'utf8')).toBe('');
    expect(await gone(folder)).toEqual([]);
    lock.release();
    expect(await looks(folder, [0, 40, 80])).toEqual([80]);
  });

  test('where the system does not tell its kernel', async () => {
    const real = fsPromises.readFile;
    const hiding = (path: string, ...more: never[]) =>
      path.startsWith('/proc/') ? Promise.reject(new Error('no')) : real(path, ...more);
    replaced(fsPromises, 'readFile', hiding as never);
    const { folder, file } = await held();
    expect(readFileSync(file('alive'), 'utf8')).toBe('');
    expect(await gone(folder)).toEqual([]);
  });

  test('where its socket cannot get its name', async () => {
    replaced(fsPromises, 'rename', refused);
    const { file } = await held();
    expect(readFileSync(file('alive'), 'utf8')).toBe('');
  });

  test('where a socket is there from a start that was cut off', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.tmp'), '');
    await held(folder);
    expect(readdirSync(folder).sort()).toEqual([...LOCK_FILES].sort());
  });
});

describe('of a folder whose owner the kernel does not know', () => {
  const left = () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'alive'), '');
    return folder;
  };

  test.each<[string, number[], number[], number[]]>([
    ['three looks over a minute', [0, 30, 60], [], [60]],
    ['three looks over less', [0, 30, 59.9], [], []],
    ['two looks over an hour', [0, 3_600], [], []],
    ['four looks, of which the first three are too near', [0, 1, 2, 60], [], [60]],
    ['each look after that', [0, 30, 60, 90], [], [60, 90]],
    ['a heartbeat between', [0, 30, 60, 90, 120], [60], [120]],
    ['a heartbeat before each', [0, 30, 60, 90, 120], [30, 60, 90, 120], []],
  ])('%s: at %j, with beats at %j, it is left at %j', async (_, times, beats, seen) => {
    expect(await looks(left(), times, beats)).toEqual(seen);
  });

  test('a heartbeat that is missing is as good as one that stands still', async () => {
    expect(await looks(temporaryFolder(), [0, 30, 60])).toEqual([60]);
  });

  test('a look without it begins anew', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const owners = new FolderOwners();
    const folder = left();
    const seen: string[][] = [];
    for (const folders of [[folder], [folder], [], [folder], [folder], [folder]]) {
      seen.push(await owners.gone(folders));
      vi.advanceTimersByTime(30_000);
    }
    expect(seen.map(({ length }) => length)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test.each([
    ['another kernel', 'ffffffff-ffff-ffff-ffff-ffffffffffff 7'],
    ['a kernel that told nothing', ''],
  ])('a refusal by %s proves nothing', async (_, kernel) => {
    const { folder, lock, file } = await held();
    lock.release();
    writeFileSync(file('alive'), kernel);
    expect(await gone(folder)).toEqual([]);
    expect(await looks(folder, [0, 30, 60])).toEqual([60]);
  });

  test('a refusal proves nothing where the heartbeat cannot be read, or the kernel does not tell', async () => {
    const { folder, lock, file } = await held();
    lock.release();
    const real = fsPromises.readFile;
    for (const hidden of ['alive', 'boot_id']) {
      const readFile = (path: string, ...more: never[]) =>
        path.endsWith(hidden) ? Promise.reject(new Error('no')) : real(path, ...more);
      replaced(fsPromises, 'readFile', readFile as never);
      expect(await gone(folder)).toEqual([]);
    }
    rmSync(file('alive'));
    expect(await gone(folder)).toEqual([]);
  });

  test('a full queue is that of a process that is stopped and lives, and no other answer tells anything', async () => {
    const { folder } = await held();
    const codes = ['EAGAIN', 'EACCES'];
    const answers: (readonly string[])[] = [];
    for (const code of codes) {
      replaced(net, 'connect', (() => {
        const socket = new net.Socket();
        queueMicrotask(() => socket.destroy(Object.assign(new Error('no'), { code })));
        return socket;
      }) as never);
      answers.push([code, ...(await looks(folder, [0, 30, 60])).map(String)]);
    }
    expect(answers).toEqual([['EAGAIN'], ['EACCES', '60']]);
  });
});
