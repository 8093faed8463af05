import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type App, appOf, nodeOf } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { type AppRun, expectAllCounted, expectQuiet, runApp } from '../support/processes/run-app.ts';
import { noteVersions, versionsIn } from './cell.ts';
import { FORMATS, frameworksOf, LINES, type Line, NODES } from './legs.ts';

/** The 2 s of a shutdown, and what a busy machine may add. */
const AT_MOST_MS = 4_000;

const BY_SIGTERM = {
  run: { ending: 'signal', signal: 'SIGTERM' },
  end: { code: null, signal: 'SIGTERM' },
} as const;
const ENDINGS = [
  BY_SIGTERM,
  { run: { ending: 'natural' }, end: { code: 0, signal: null } },
  { run: { ending: 'signal', signal: 'SIGINT' }, end: { code: null, signal: 'SIGINT' } },
  // An app that stops by itself and exits.
  { run: { ending: 'graceful', signal: 'SIGTERM' }, end: { code: 5, signal: null } },
  { run: { ending: 'exit' }, end: { code: 5, signal: null } },
] as const;

const CELLS = NODES.flatMap((node) =>
  (Object.keys(LINES) as Line[]).flatMap((line) =>
    (Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map(
      (format) => [`node${node} ${line} ${format}`, { node, line, format }] as const,
    ),
  ),
);

test.for(CELLS)('%s', { timeout: 600_000 }, async ([, { node, line, format }], context) => {
  if (line === 'otel3' && node === '20.18.1') context.skip('OpenTelemetry 3 needs Node 22.15 or later');
  if (line === 'otel2.0' && format === 'typescript' && node !== '20.18.1') {
    context.skip('tsx on this Node cannot load CommonJS through the ES-module hook of OpenTelemetry 2.0');
  }
  const app = await appOf(await nodeOf(node), { ...frameworksOf(line), tsx: '^4.0.0', ...LINES[line] });
  noteVersions(context.task, await versionsIn(app));
  expect(app.stderr).not.toMatch(/ERESOLVE|peer|package: '@?opentelemetry/i);
  cpSync(join(REPO, 'test/matrix/apps'), app.folder, { recursive: true });

  const { express, nest } = FORMATS[format];
  const loader = format === 'typescript' ? ['--import', 'tsx'] : [];
  for (const { run, end } of ENDINGS) {
    await expectRun(app, { program: express, preload: '--import', loader, ...run }, end);
  }
  await expectRun(app, { program: express, preload: '--require', loader, ...BY_SIGTERM.run }, BY_SIGTERM.end);
  if (nest === undefined) return;
  for (const preload of ['--import', '--require'] as const) {
    await expectRun(app, { program: nest, preload, ...BY_SIGTERM.run }, BY_SIGTERM.end);
  }
});

/** Every count is delivered, nothing is printed, and the end is the app's own. */
async function expectRun(
  { folder, node }: App,
  run: Omit<AppRun, 'folder' | 'node'>,
  end: { readonly code: number | null; readonly signal: string | null },
): Promise<void> {
  const { program, preload, ending } = run;
  const label = `${preload} ${program}, ${ending}`;
  const { ended, received } = await runApp({ folder, node, ...run });
  expect(ended, label).toMatchObject(end);
  expectQuiet(ended);
  expectAllCounted(received);
  expect(ended.tookMs, label).toBeLessThan(AT_MOST_MS);
}
