import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGE, pageOf } from '../matrix/page.ts';
import { readResults } from '../matrix/results.ts';
import { examples } from '../support/examples/example.ts';
import { REPO } from '../support/processes/built.ts';

const MAX_LINES = 40;

describe.each(examples().map((example) => [example.name, example] as const))(
  'the example %s',
  (name, example) => {
    const files = readdirSync(example.folder, { recursive: true, encoding: 'utf8' });
    const programs = files.filter((file) => /\.(?:[cm]?js|tsx?|jsx)$/.test(file));

    test(`has files of at most ${MAX_LINES} lines of code each`, () => {
      expect(programs.length).toBeGreaterThan(0);
      expect(programs.filter((file) => linesOfCode(join(example.folder, file)) > MAX_LINES)).toEqual([]);
    });

    test('starts a file that is there, with its packages in package.json', () => {
      expect(example.start).toMatch(/^node /);
      expect(example.dependencies).toMatchObject({
        'opentelemetry-stardust': expect.any(String),
        '@opentelemetry/sdk-node': expect.any(String),
        '@opentelemetry/auto-instrumentations-node': expect.any(String),
      });
      const first = example.start.split(' ').find((word) => /^[\w.-]+\.(?:[cm]?js|ts)$/.test(word));
      if (first !== undefined) expect(files).toContain(first);
    });

    test('is listed in the README of examples', () => {
      expect(readFileSync(join(REPO, 'docs/examples/README.md'), 'utf8')).toContain(`| [${name}](${name}) |`);
    });
  },
);

test('the page of what was tried is written from the results', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(readResults()));
});

/** Without blank lines and comments. */
function linesOfCode(file: string): number {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(?:\/\/|\/\*|\*)/.test(line)).length;
}
