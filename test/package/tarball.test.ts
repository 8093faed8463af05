import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Packed, packed } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';

const PACKED_MAX_BYTES = 200_000;
const UNPACKED_MAX_BYTES = 700_000;

const FILES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'README.zh-CN.md',
  'dist/cli.cjs',
  'dist/cli.js',
  'dist/dev.cjs',
  'dist/dev.d.cts',
  'dist/dev.d.ts',
  'dist/dev.js',
  'dist/diagnose.cjs',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/last-counts.cjs',
  'dist/page/icon.svg',
  'dist/page/index.html',
  'dist/page/page.css',
  'dist/page/page.js',
  'dist/register.cjs',
  'dist/register.d.cts',
  'dist/register.d.ts',
  'dist/register.js',
  'package.json',
];

describe('the tarball', () => {
  let made: Packed;
  beforeAll(async () => {
    made = await packed();
  }, 120_000);

  it('holds these files, the pages of docs, the parts that the built files load, and no others', () => {
    const parts = partsOf(FILES.filter((file) => file.endsWith('.cjs')));
    const others = made.files.filter((file) => !/^docs\/[^/]+\.md$/.test(file) && !parts.has(file));
    expect(others.toSorted()).toEqual(FILES.filter((file) => !parts.has(file)));
    expect([...parts].filter((file) => !made.files.includes(file))).toEqual([]);
  });

  it(`takes at most ${PACKED_MAX_BYTES} bytes, and ${UNPACKED_MAX_BYTES} when unpacked`, () => {
    expect(made.packedBytes).toBeLessThanOrEqual(PACKED_MAX_BYTES);
    expect(made.unpackedBytes).toBeLessThanOrEqual(UNPACKED_MAX_BYTES);
  });

  it('holds every file that package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as Record<string, unknown>;
    const named = ['main', 'module', 'types', 'bin', 'exports'].flatMap((field) => pathsIn(manifest[field]));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !made.files.includes(path))).toEqual([]);
  });
});

/** What built files load of ours, by and by: the bundler decides how code that they share is parted. */
function partsOf(files: readonly string[]): Set<string> {
  const parts = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const text = readFileSync(join(REPO, file), 'utf8');
    for (const [, part = ''] of text.matchAll(/require\([`"]\.\/([^`"]+\.cjs)[`"]\)/g)) {
      if (parts.has(`dist/${part}`)) continue;
      parts.add(`dist/${part}`);
      waiting.push(`dist/${part}`);
    }
  }
  return parts;
}

function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
