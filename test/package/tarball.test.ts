import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Packed, packed } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';

const UNPACKED_MAX_BYTES = 700_000;

const FILES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/check.cjs',
  'dist/cli.cjs',
  'dist/cli.js',
  'dist/dev.cjs',
  'dist/dev.d.cts',
  'dist/dev.d.ts',
  'dist/dev.js',
  'dist/dev2.cjs',
  'dist/dev3.cjs',
  'dist/diagnose.cjs',
  'dist/diagnosis.cjs',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/last-counts.cjs',
  'dist/limits.cjs',
  'dist/login.cjs',
  'dist/node-options.cjs',
  'dist/packages.cjs',
  'dist/page/icon.svg',
  'dist/page/index.html',
  'dist/page/page.css',
  'dist/page/page.js',
  'dist/process-exit.cjs',
  'dist/register.cjs',
  'dist/register.d.cts',
  'dist/register.d.ts',
  'dist/register.js',
  'dist/run.cjs',
  'dist/sampling-source.cjs',
  'dist/server-clock.cjs',
  'dist/session.cjs',
  'dist/star-pattern.cjs',
  'dist/stardust.cjs',
  'docs/recorded-names.txt',
  'package.json',
];

describe('the tarball', () => {
  let made: Packed;
  beforeAll(async () => {
    made = await packed();
  }, 120_000);

  it('holds these files beside the pages of docs, and no others', () => {
    expect(made.files.filter((file) => !/^docs\/[^/]+\.md$/.test(file)).toSorted()).toEqual(FILES);
  });

  it(`takes at most ${UNPACKED_MAX_BYTES} bytes when unpacked`, () => {
    expect(made.unpackedBytes).toBeLessThanOrEqual(UNPACKED_MAX_BYTES);
  });

  it('holds every file that package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as Record<string, unknown>;
    const named = ['main', 'module', 'types', 'bin', 'exports'].flatMap((field) => pathsIn(manifest[field]));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !made.files.includes(path))).toEqual([]);
  });
});

function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
