import fs, { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makePrivateFolder, makePrivateFolderSync } from '../../src/runtime/private-folder.ts';
import { DRAFT, renameFile, writeWholeFile, writeWholeFileSync } from '../../src/runtime/whole-file.ts';
import { replaced } from '../support/built-ins.ts';
import { temporaryFolder } from '../support/folders.ts';

/** Files and folders on a disk that nobody else may read. */

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text));
const modeOf = (path: string) => statSync(path).mode & 0o777;

const writers: [
  string,
  (path: string, pieces: Iterable<Uint8Array>, signal?: AbortSignal) => Promise<void>,
][] = [
  ['written', (path, pieces, signal = new AbortController().signal) => writeWholeFile(path, pieces, signal)],
  ['written at the end of the process', async (path, pieces) => writeWholeFileSync(path, pieces)],
];

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(`${code}: no`), { code });
  };
}

/** Has the disk answer so when a file is to be synced, both ways. */
async function syncing(fails: () => never): Promise<void> {
  replaced(fs, 'fsyncSync', fails);
  const file = await fsPromises.open(join(temporaryFolder(), 'any'), 'w');
  const prototype = Object.getPrototypeOf(file);
  await file.close();
  const { sync } = prototype;
  prototype.sync = async () => fails();
  onTestFinished(() => {
    prototype.sync = sync;
  });
}

describe.each(writers)('a file that is %s', (_, write) => {
  test('holds all of its pieces, and only its owner may read it', async () => {
    const folder = temporaryFolder();
    await write(join(folder, 'counts'), bytes('a', '', 'bc'));
    expect(readFileSync(join(folder, 'counts'), 'utf8')).toBe('abc');
    expect(modeOf(join(folder, 'counts'))).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['counts']);
  });

  test('takes the place of a former one, and of a draft that was left', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'counts');
    writeFileSync(path, 'former');
    writeFileSync(path + DRAFT, 'longer than what is written');
    await write(path, bytes('new'));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['counts']);
  });

  test('is as it was if its pieces fail, and no draft is left', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'counts');
    writeFileSync(path, 'former');
    const pieces = function* () {
      yield Buffer.from('new');
      throw new Error('no memory');
    };
    await expect(write(path, pieces())).rejects.toThrow('no memory');
    expect(readFileSync(path, 'utf8')).toBe('former');
    expect(readdirSync(folder)).toEqual(['counts']);
  });

  test('is not there if it cannot get its name', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'counts', 'in'), { recursive: true });
    await expect(write(join(folder, 'counts'), bytes('a'))).rejects.toThrow(/EISDIR|ENOTEMPTY/);
    expect(readdirSync(folder)).toEqual(['counts']);
  });

  test('tells why it cannot be opened', async () => {
    replaced(fs, 'openSync', failing('EMFILE'));
    replaced(fsPromises, 'open', async () => failing('EMFILE')());
    await expect(write(join(temporaryFolder(), 'counts'), bytes('a'))).rejects.toThrow('EMFILE');
  });

  test('fails where there is no folder', async () => {
    await expect(write(join(temporaryFolder(), 'none', 'counts'), bytes('a'))).rejects.toThrow('ENOENT');
  });

  test.each(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])(
    'is written where a disk knows no sync: %s',
    async (code) => {
      await syncing(failing(code));
      const path = join(temporaryFolder(), 'counts');
      await write(path, bytes('a'));
      expect(readFileSync(path, 'utf8')).toBe('a');
    },
  );

  test('is not written where a disk cannot hold it', async () => {
    await syncing(failing('EIO'));
    const folder = temporaryFolder();
    await expect(write(join(folder, 'counts'), bytes('a'))).rejects.toThrow('EIO');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves no descriptor open', async () => {
    const folder = temporaryFolder();
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 5; i++) await write(join(folder, 'counts'), bytes('a'));
    await syncing(failing('EIO'));
    for (let i = 0; i < 5; i++) await write(join(folder, 'counts'), bytes('a')).catch(() => {});
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 5);
  });
});

describe('a file whose writing is broken off', () => {
  test('before it has its name is not there', async () => {
    const folder = temporaryFolder();
    const control = new AbortController();
    const pieces = function* () {
      yield Buffer.from('a');
      control.abort();
    };
    await expect(writeWholeFile(join(folder, 'counts'), pieces(), control.signal)).rejects.toThrow(/abort/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('after that is there, and its writer is told', async () => {
    const folder = temporaryFolder();
    const control = new AbortController();
    const { rename } = fsPromises;
    replaced(fsPromises, 'rename', async (from, to) => {
      control.abort();
      await rename(from, to);
    });
    await expect(writeWholeFile(join(folder, 'counts'), bytes('a'), control.signal)).rejects.toThrow(/abort/);
    expect(readdirSync(folder)).toEqual(['counts']);
  });

  test('tells of its own failure, though the draft cannot be removed either', async () => {
    const folder = temporaryFolder();
    const control = new AbortController();
    control.abort(new Error('too late'));
    replaced(fsPromises, 'rm', async () => failing('EPERM')());
    await expect(writeWholeFile(join(folder, 'counts'), bytes('a'), control.signal)).rejects.toThrow(
      'too late',
    );
  });
});

describe('a file gets another name', () => {
  test('and the folder is synced', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), '1');
    await renameFile(join(folder, 'a'), join(folder, 'b'));
    expect(readdirSync(folder)).toEqual(['b']);
    await expect(renameFile(join(folder, 'a'), join(folder, 'c'))).rejects.toThrow('ENOENT');
  });

  test.each(['EISDIR', 'EPERM'])('where a folder cannot be opened: %s', async (code) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), '1');
    replaced(fsPromises, 'open', async () => failing(code)());
    await renameFile(join(folder, 'a'), join(folder, 'b'));
    expect(readdirSync(folder)).toEqual(['b']);
  });

  test('where a folder cannot be synced', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), '1');
    await syncing(failing('EIO'));
    await renameFile(join(folder, 'a'), join(folder, 'b'));
    expect(readdirSync(folder)).toEqual(['b']);
  });
});

describe.each<[string, (path: string) => Promise<void>]>([
  ['made', makePrivateFolder],
  ['made at the end of the process', async (path) => makePrivateFolderSync(path)],
])('a folder that is %s', (_, make) => {
  test('is there with those above it, for its owner alone', async () => {
    const root = temporaryFolder();
    const path = join(root, 'a', 'b', 'c');
    await make(path);
    const made = [path, join(root, 'a', 'b'), join(root, 'a')];
    expect(made.map(modeOf)).toEqual([0o700, 0o700, 0o700]);
  });

  test('stays as it is if it was there, as do those above it', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'a'), { mode: 0o755 });
    writeFileSync(join(root, 'a', 'file'), '1');
    await make(join(root, 'a'));
    await make(join(root, 'a', 'b'));
    expect(modeOf(join(root, 'a'))).toBe(0o755);
    expect(readdirSync(join(root, 'a')).sort()).toEqual(['b', 'file']);
  });

  test('is what a link leads to', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'));
    await make(join(root, 'link'));
    await make(join(root, 'link', 'a'));
    expect(readdirSync(join(root, 'real'))).toEqual(['a']);
  });

  test('is not there where a file is in its way', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'file'), '1');
    await expect(make(join(root, 'file', 'a'))).rejects.toThrow('ENOTDIR');
    await expect(make(join(root, 'file', 'a', 'b'))).rejects.toThrow('ENOTDIR');
  });

  test('is not there where no folder can be, which is told at once', async () => {
    await expect(make('/proc/none')).rejects.toThrow('ENOENT');
    await expect(make('/proc/none/deeper')).rejects.toThrow('ENOENT');
  });

  test.each(['a/b', '/a/b'])(
    'is not looked for above the root, nor above where the process is: %s',
    async (path) => {
      await make('/');
      replaced(fs, 'mkdirSync', failing('ENOENT'));
      replaced(fsPromises, 'mkdir', async () => failing('ENOENT')());
      await expect(make(path)).rejects.toThrow('ENOENT');
    },
  );
});
