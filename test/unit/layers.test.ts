import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const REPO = join(import.meta.dirname, '../..');
const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

const files = readdirSync(join(REPO, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => `src/${file.replaceAll('\\', '/')}`);

/** What each file imports of `src`, types too. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(REPO, file), 'utf8');
    return [file, [...text.matchAll(IMPORT)].map((match) => normalize(join(file, '..', match[1] ?? '')))];
  }),
);

/** The rows of the table of rooms in docs/design.md, top to bottom: the files and folders that each names. */
const rooms = roomsIn(readFileSync(join(REPO, 'docs/design.md'), 'utf8'));

function roomsIn(page: string): string[][] {
  const [, table = ''] = page.split(/^\| room \| what \|\n\|[-| ]+\|\n/m);
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  return rows.map((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
}

/** The number of the row that a file belongs to: the one that names it, or its nearest folder. */
function roomOf(file: string): number {
  const paths = rooms.flat().filter((path) => path === file || (path.endsWith('/') && file.startsWith(path)));
  const nearest = paths.toSorted((a, b) => b.length - a.length)[0];
  return rooms.findIndex((room) => nearest !== undefined && room.includes(nearest));
}

function importsWhere(isWrong: (file: string, imported: string) => boolean): string[] {
  return [...imports].flatMap(([file, all]) =>
    all.filter((imported) => isWrong(file, imported)).map((imported) => `${file} imports ${imported}`),
  );
}

test('the table of rooms in docs/design.md names every folder and every file beside them, and no others', () => {
  const isHere = (path: string) => files.some((file) => file === path || file.startsWith(path));
  expect(files.filter((file) => roomOf(file) === -1)).toEqual([]);
  expect(rooms.flat().filter((path) => !isHere(path))).toEqual([]);
});

test('imports run downwards in the table of rooms', () => {
  const upwards = importsWhere((file, imported) => roomOf(imported) < roomOf(file));
  expect(upwards.toSorted()).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  expect(circles()).toEqual([]);
});

test('the stand-in server imports nothing else of ours than the forms of the wire', () => {
  const isWrong = (file: string, imported: string) =>
    file.startsWith('src/dev/') && !/^src\/(dev|wire)\//.test(imported);
  expect(importsWhere(isWrong)).toEqual([]);
});

/** Each circle once, as the files along it. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start !== -1)
      found.push([...path.slice(start), file].map((each) => relative('src', each)).join(' → '));
    if (start !== -1 || done.has(file)) return;
    for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
