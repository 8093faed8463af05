import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const rows = readFileSync(join(ROOT, 'docs/where-it-runs.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!---)/.test(line) && !/\| test \|$/.test(line));

describe('each row of docs/where-it-runs.md names a test that exists', () => {
  test('there are rows', () => expect(rows.length).toBeGreaterThan(10));

  test.each(rows)('%s', (row) => {
    const [, file = '', name = ''] = /`(test\/[\w/.-]+)`: `([^`]+)` \|$/.exec(row) ?? [];
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(file).toMatch(/\.test\.ts$/);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
  });
});
