import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, appWith, nodeOfMajor, packed } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { expectAllCounted, expectQuiet, runApp } from '../support/processes/run-app.ts';
import { EXPRESS, LEGS, LINES, NEST } from './legs.ts';

/** The 2 s of a shutdown, and what a busy machine may add. */
const AT_MOST_MS = 4_000;

const APPS = ['express.cjs', 'express.mjs', 'nest.cjs', 'nest.mjs'];
const ENDINGS = [
  { how: 'a natural end', run: { ending: 'natural' }, end: { code: 0, signal: null } },
  { how: 'SIGTERM', run: { ending: 'signal', signal: 'SIGTERM' }, end: { code: null, signal: 'SIGTERM' } },
  { how: 'SIGINT', run: { ending: 'signal', signal: 'SIGINT' }, end: { code: null, signal: 'SIGINT' } },
  {
    how: 'SIGTERM to an app that stops by itself and exits',
    run: { ending: 'graceful', signal: 'SIGTERM' },
    end: { code: 5, signal: null },
  },
  { how: 'process.exit()', run: { ending: 'exit' }, end: { code: 5, signal: null, withinMs: 1_000 } },
] as const;

const figures: { leg: string; runs: number; longestMs: number }[] = [];
afterAll(() => {
  for (const { leg, runs, longestMs } of figures) {
    console.log(`${leg}: ${runs} runs, all counts right; the longest end took ${longestMs} ms`);
  }
});

describe.each(LEGS)('Node $node, OpenTelemetry $line', ({ node: major, line }) => {
  let app: App;
  const figure = { leg: `Node ${major}, OpenTelemetry ${line}`, runs: 0, longestMs: 0 };

  beforeAll(async () => {
    const [node, { tarball }] = await Promise.all([nodeOfMajor(major), packed()]);
    app = await appWith(node, [...LINES[line], ...EXPRESS, ...NEST, tarball]);
    cpSync(join(REPO, 'test/matrix/apps'), app.folder, { recursive: true });
    figures.push(figure);
  }, 300_000);

  it('installs without a warning', () => {
    expect(app.stderr).not.toMatch(/ERESOLVE|EBADENGINE|peer/i);
  });

  describe.each(APPS)('%s', (program) => {
    it.each(ENDINGS)(
      '--import: every count is delivered by $how',
      { timeout: 60_000 },
      async ({ run, end }) => {
        await expectRun({ program, preload: '--import', ...run }, end);
      },
    );

    it('--require: every count is delivered', { timeout: 60_000 }, async () => {
      const { run, end } = ENDINGS[1];
      await expectRun({ program, preload: '--require', ...run }, end);
    });
  });

  async function expectRun(
    run: Omit<Parameters<typeof runApp>[0], 'folder' | 'node'>,
    end: { readonly code: number | null; readonly signal: string | null; readonly withinMs?: number },
  ): Promise<void> {
    const { withinMs = AT_MOST_MS, code, signal } = end;
    const { ended, received } = await runApp({ ...place(), ...run });
    expect(ended).toMatchObject({ code, signal });
    expectQuiet(ended);
    expectAllCounted(received);
    expect(ended.tookMs).toBeLessThan(withinMs);
    figure.runs++;
    figure.longestMs = Math.max(figure.longestMs, ended.tookMs);
  }

  function place(): { readonly folder: string; readonly node: string } {
    return { folder: app.folder, node: app.node };
  }
});
