// Compares what a span costs with the merge base, in pairs on this machine, and fails past a bound. The programs are
// those of this tree for both; only the built package differs. `--base <revision>` compares with another one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rounded, run, spread } from './processes.mjs';

const MOST = 1.1;
const PAIRS = 7;
/** A figure past the bound is measured in this many pairs more, all of which count: noise gets past once, not for long. */
const MORE_PAIRS = 14;
const REPO = fileURLToPath(new URL('../..', import.meta.url));

const { values: asked } = parseArgs({ options: { base: { type: 'string' }, pairs: { type: 'string' } } });
const pairs = Number(asked.pairs ?? PAIRS);

const git = (...args) => execFileSync('git', args, { cwd: REPO, encoding: 'utf8' }).trim();

/** What is compared: a program, its arguments, and the figures that it gives. */
const MEASURES = [
  ...['span', 'stardust'].map((naming) => ({
    file: './on-end.mjs',
    args: [naming],
    figures: (seen) => ({ [`onEnd, ${naming}`]: seen.ratio }),
  })),
  {
    file: './naming.mjs',
    args: [],
    figures: (seen) =>
      Object.fromEntries(
        Object.entries(seen).map(([shape, { onEndNs }]) => [`onEnd, stardust, ${shape}`, onEndNs]),
      ),
  },
];

/** Figures by name: those of the base and of this tree, each pair in turns. */
function compare(measure, pairs, builds, seen) {
  for (let pair = 0; pair < pairs; pair++) {
    for (const side of pair % 2 === 0 ? ['base', 'ours'] : ['ours', 'base']) {
      const env = { ...process.env, BENCH_PACKAGE: builds[side] };
      const figures = measure.figures(run(measure.file, measure.args, { env }));
      for (const [name, figure] of Object.entries(figures)) {
        seen[name] ??= { base: [], ours: [] };
        seen[name][side].push(figure);
      }
    }
  }
  return seen;
}

const ratioOf = ({ base, ours }) => spread(ours).median / spread(base).median;
const isPast = (figures) => ratioOf(figures) > MOST;

/** The branch that changes go to, as it is known here. */
function mainBranch() {
  const known = git(
    'for-each-ref',
    '--format=%(refname:short)',
    'refs/heads/main',
    'refs/remotes/origin/main',
  );
  const [first] = known.split('\n').sort().reverse();
  if (first === '') throw new Error('there is no branch main: give --base <revision>');
  return first;
}

const base = asked.base ?? git('merge-base', 'HEAD', mainBranch());
console.log(`this tree against ${git('log', '-1', '--format=%h %s', base)}`);
const folder = mkdtempSync(join(tmpdir(), 'stardust-bench-'));
try {
  const tree = join(folder, 'base');
  git('worktree', 'add', '--detach', '--quiet', tree, base);
  symlinkSync(join(REPO, 'node_modules'), join(tree, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: tree, stdio: ['ignore', 'ignore', 'inherit'] });
  const packageOf = (root) => pathToFileURL(join(root, 'dist/index.js')).href;
  const builds = { base: packageOf(tree), ours: packageOf(REPO) };

  for (const measure of MEASURES) {
    const seen = compare(measure, pairs, builds, {});
    if (Object.values(seen).some(isPast)) compare(measure, MORE_PAIRS, builds, seen);
    for (const [name, figures] of Object.entries(seen)) {
      const [before, now] = [spread(figures.base).median, spread(figures.ours).median];
      console.log(
        `${name}: ${rounded(before)} before, ${rounded(now)} now, ${rounded(ratioOf(figures))} times, ` +
          `${figures.ours.length} pairs${isPast(figures) ? '  BAD' : ''}`,
      );
      if (isPast(figures)) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  git('worktree', 'prune');
}
if (process.exitCode === 1) console.log(`BAD: more than ${rounded(MOST)} times the cost`);
