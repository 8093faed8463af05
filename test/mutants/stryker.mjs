// Runs StrykerJS on the rooms that are named, or on what changed since a ref. Needs Node 22: `run.mjs` starts it so.
import { execFileSync } from 'node:child_process';
import { Stryker } from '@stryker-mutator/core';

/** From span to server: the rooms whose mutants are to be killed. */
const ROOMS = [
  ...['aggregate', 'backlog', 'chains', 'config', 'delivery', 'naming', 'redact', 'report', 'runtime'],
  ...['session', 'span', 'sql', 'structure', 'transport', 'wire'],
].map((room) => `src/${room}/**/*.ts`);
const MORE = ['src/register/decision.ts', 'src/exporter.ts', 'src/span-processor.ts'];

const [option, ...rest] = process.argv.slice(2);
const mutate = option === '--since' ? changedSince(rest[0] ?? 'HEAD') : named(process.argv.slice(2));
if (mutate.length === 0) {
  console.log('nothing to mutate');
} else {
  const results = await new Stryker({
    mutate,
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutants/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: 'node_modules/.cache/mutants.json',
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    concurrency: 2,
    timeoutMS: 20_000,
    tempDirName: 'node_modules/.cache/mutants',
    ignorePatterns: ['dist', 'docs/images', 'coverage'],
    // Texts for people are no behaviour; a log line's are held by docs/troubleshooting.md.
    mutator: { excludedMutations: ['StringLiteral'] },
    disableTypeChecks: false,
    allowEmpty: true,
  }).runMutationTest();
  const killed = results.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const counted = results.filter(({ status }) => !['Ignored', 'CompileError'].includes(status)).length;
  console.log(
    `${killed} of ${counted} mutants noticed: ${((100 * killed) / Math.max(counted, 1)).toFixed(1)} %`,
  );
}

/** Folders or files below `src`; without any, all rooms. */
function named(paths) {
  if (paths.length === 0) return [...ROOMS, ...MORE];
  return paths.map((path) => (path.includes('.') ? path : `${path.replace(/^(?:src\/)?/, 'src/')}/**/*.ts`));
}

function changedSince(ref) {
  const diff = execFileSync('git', ['diff', '--unified=0', ref, '--', ...ROOMS, ...MORE], {
    encoding: 'utf8',
  });
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
