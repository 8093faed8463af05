// Runs StrykerJS on the rooms or files that are named, or on what changed since a ref, one room at a time: its tests know
// it best, and all tests for each mutant would take a day. Needs Node 22: `run.mjs` starts it so.
import { execFileSync } from 'node:child_process';
import { Stryker } from '@stryker-mutator/core';
import { TESTS_OF_ROOMS } from './tests-of-rooms.mjs';

const [option, ref = 'HEAD'] = process.argv.slice(2);
const wanted = option === '--since' ? changedSince(ref) : named(process.argv.slice(2));
const figures = wanted.length === 0 ? ['nothing to mutate'] : [];
for (const [room, mutate] of Map.groupBy(wanted, (path) => path.split('/')[1])) {
  const tests = TESTS_OF_ROOMS[room];
  if (tests === undefined)
    console.log(`src/${room}: no tests are named for it in test/mutants/tests-of-rooms.mjs`);
  else figures.push(await mutants(room, mutate, tests));
}
for (const line of figures) console.log(line);

/** Mutates these files of a room, and tells how many of the mutants its tests notice. */
async function mutants(room, mutate, tests) {
  process.env.MUTANT_TESTS = tests.map((each) => `test/${each}.test.ts`).join(';');
  const results = await new Stryker({
    mutate,
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutants/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: `node_modules/.cache/mutants/${room}.json`,
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportMutants: true },
    concurrency: Number(process.env.MUTANT_PROCESSES ?? 2),
    timeoutMS: 12_000,
    dryRunTimeoutMinutes: 15,
    tempDirName: 'node_modules/.cache/mutants/tree',
    ignorePatterns: ['dist', 'docs/images', 'coverage'],
    // Texts for people are no behaviour; a log line's are held by docs/troubleshooting.md.
    mutator: { excludedMutations: ['StringLiteral'] },
    disableTypeChecks: false,
    allowEmpty: true,
  }).runMutationTest();
  const noticed = results.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const counted = results.filter(({ status }) => !['Ignored', 'CompileError'].includes(status)).length;
  return `src/${room}: ${noticed} of ${counted} mutants noticed, ${((100 * noticed) / Math.max(counted, 1)).toFixed(1)} %`;
}

/** Folders or files below `src`, as `wire`, `src/wire` or `src/wire/text.ts`; without any, all rooms. */
function named(paths) {
  const all = paths.length === 0 ? Object.keys(TESTS_OF_ROOMS) : paths;
  return all
    .map((path) => path.replace(/^(?:src\/)?/, 'src/').replace(/\/$/, ''))
    .map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`));
}

/** The lines of `src` that are new since a ref. */
function changedSince(since) {
  const diff = execFileSync('git', ['diff', '--unified=0', since, '--', 'src/**/*.ts'], { encoding: 'utf8' });
  let file = '';
  const ranges = [];
  for (const line of diff.split('\n')) {
    file = /^\+\+\+ b\/(.+)$/.exec(line)?.[1] ?? file;
    const [, from, lines = '1'] = /^@@ .* \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (from !== undefined && Number(lines) > 0)
      ranges.push(`${file}:${from}-${Number(from) + Number(lines) - 1}`);
  }
  return ranges;
}
