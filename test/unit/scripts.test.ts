import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LONG_FILES } from '../long-files-first.ts';

/** The commands that the pages name for a clone of this project: `npm test`, and `npm run …` with what follows ` -- `. */

const REPO = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(REPO, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const pages = ['.', '.github', '.github/ISSUE_TEMPLATE', 'docs', 'docs/zh-CN'].flatMap((folder) =>
  readdirSync(join(REPO, folder))
    .filter((file) => /\.(?:md|ya?ml)$/.test(file))
    .map((file) => join(folder, file)),
);

interface Named {
  readonly script: string;
  /** As in `-- --all`, in the command or later in the same paragraph or row of a table. */
  readonly flags: string[];
}

function namedIn(page: string): Named[] {
  return read(page)
    .split(/\n\n|\|\n/)
    .flatMap((paragraph) => {
      const named: Named[] = [];
      for (const [, run, whole, flag] of paragraph.matchAll(
        /\bnpm (?:run ([\w:]+)|(test)\b)|-- (--[\w-]+)/g,
      )) {
        if (flag === undefined) named.push({ script: run ?? whole ?? '', flags: [] });
        else named.at(-1)?.flags.push(flag);
      }
      return named;
    });
}

/** The programs of ours that a script runs, with those beside them, to which they may hand a flag on. */
function programsOf(script: string): string {
  const files = [...(scripts[script] ?? '').matchAll(/\bnode (test\/\S+\.mjs)/g)].map(
    ([, file = '']) => file,
  );
  return files
    .flatMap((file) => readdirSync(join(REPO, dirname(file))).map((name) => join(dirname(file), name)))
    .filter((file) => file.endsWith('.mjs'))
    .map(read)
    .join('\n');
}

/** Whether a program looks for a flag, as a word or as an option of `parseArgs`. */
function isKnown(flag: string, programs: string): boolean {
  return new RegExp(`'${flag}'|\\b${flag.slice(2)}: \\{ type: '`).test(programs);
}

describe.each(pages.filter((page) => namedIn(page).length > 0))('%s', (page) => {
  test('names only commands that package.json has', () => {
    expect(namedIn(page).filter(({ script }) => !(script in scripts))).toEqual([]);
  });

  test('names only flags that the program of the command takes', () => {
    const flags = namedIn(page).flatMap(({ script, flags }) => flags.map((flag) => ({ script, flag })));
    expect(flags.filter(({ script, flag }) => !isKnown(flag, programsOf(script)))).toEqual([]);
  });
});

test('the flags of CONTRIBUTING.md are found', () => {
  const flags = namedIn('CONTRIBUTING.md').flatMap(({ script, flags }) =>
    flags.map((flag) => `${script} ${flag}`),
  );
  expect(flags).toEqual(expect.arrayContaining(['bench --all', 'mutants --since', 'bench:check --base']));
});

test('CONTRIBUTING.md names each script, but for what npm calls by itself', () => {
  const named = new Set(namedIn('CONTRIBUTING.md').map(({ script }) => script));
  expect(Object.keys(scripts).filter((script) => !named.has(script))).toEqual(['prepublishOnly']);
});

test('the files that are started first are there', () => {
  expect(LONG_FILES.filter((file) => !existsSync(join(REPO, file)))).toEqual([]);
});
