import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packed } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';

describe('the tarball', { timeout: 120_000 }, () => {
  it('holds what users need and nothing else', async () => {
    const { files } = await packed();
    const wanted = /^(?:dist|docs)\/|^(?:README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;
    expect(files.filter((file) => !wanted.test(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json']));
    expect(files.some((file) => file.startsWith('docs/'))).toBe(true);
  });

  it('holds every file that package.json names', async () => {
    const { files } = await packed();
    const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as Record<string, unknown>;
    const named = ['main', 'module', 'types', 'bin', 'exports'].flatMap((field) => pathsIn(manifest[field]));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });
});

function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
