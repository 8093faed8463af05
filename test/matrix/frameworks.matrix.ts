import { expect, test } from 'vitest';
import { examples } from '../support/examples/example.ts';
import { isInstalled } from '../support/examples/redis.ts';
import { expectExample, installExample, runExample } from '../support/examples/run-example.ts';
import { nodeOf } from '../support/package/npm.ts';
import { noteVersions, versionsIn } from './cell.ts';
import { LINES } from './legs.ts';

const RUNS = [
  { line: 'otel2', major: '20' },
  { line: 'otel3', major: '24' },
] as const;

const CELLS = examples().flatMap((example) =>
  RUNS.map((run) => [`example ${example.name} ${run.line}`, { example, ...run }] as const),
);

test.for(CELLS)('%s', { timeout: 600_000 }, async ([, { example, line, major }], context) => {
  const { framework, needs } = example;
  if (needs !== undefined && !isInstalled(needs)) context.skip(`no ${needs} on this machine`);
  const node = await nodeOf(major);
  const app = await installExample(example, node, LINES[line]);
  noteVersions(context.task, await versionsIn(app, ...(framework === undefined ? [] : [framework])));
  expect(app.stderr).not.toMatch(/ERESOLVE/);
  expectExample(example, await runExample(example, app));
});
