import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDevServer } from '../../src/dev/index.ts';
import { type App, appOf, nodeOf } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import { expectAllCounted, expectQuiet, runApp } from '../support/processes/run-app.ts';
import { noteVersions, versionsIn } from './cell.ts';
import { BUNDLERS, EXPRESS, LINES } from './legs.ts';

const PACKAGES = {
  esbuild: { esbuild: '*' },
  rollup: {
    rollup: '*',
    '@rollup/plugin-commonjs': '*',
    '@rollup/plugin-json': '*',
    '@rollup/plugin-node-resolve': '*',
  },
  webpack: { webpack: '*' },
  ncc: { '@vercel/ncc': '*' },
};

type Bundler = (typeof BUNDLERS)[number];

test.for(BUNDLERS)('bundler %s external', { timeout: 600_000 }, async (bundler, { task }) => {
  const app = await bundledApp(bundler, task, 'express.mjs', '--external');
  await expectRun(app, bundleOf(bundler), { routed: true });
});

test.for(BUNDLERS)('bundler %s whole', { timeout: 600_000 }, async (bundler, { task }) => {
  const app = await bundledApp(bundler, task, 'express.mjs');
  await expectRun(app, bundleOf(bundler), { routed: false });
});

test.for(BUNDLERS)('bundler %s code', { timeout: 600_000 }, async (bundler, { task }) => {
  const { folder, node } = await bundledApp(bundler, task, 'in-code.mjs');
  const server = await startDevServer({ port: 0 });
  try {
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'app' };
    const ended = await runNode([bundleOf(bundler)], { cwd: folder, node, env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(server.app('app')?.names).toMatchObject([{ name: 'work', total: 5 }]);
  } finally {
    await server.close();
  }
});

/** What a bundler makes: ncc keeps the format of what it is given. */
function bundleOf(bundler: Bundler): string {
  return bundler === 'ncc' ? 'dist/app.mjs' : 'dist/app.cjs';
}

/** An app's folder with a bundle, in which that program and what it imports are bundled. */
async function bundledApp(
  bundler: Bundler,
  task: Parameters<typeof noteVersions>[0],
  program: string,
  ...flags: string[]
): Promise<App> {
  const packages = PACKAGES[bundler];
  const trace = { '@opentelemetry/sdk-trace': '^3.0.0' };
  const app = await appOf(await nodeOf('24'), { ...packages, ...trace, ...EXPRESS, ...LINES.otel3 });
  const { folder, node } = app;
  const name = Object.keys(packages)[0] ?? bundler;
  noteVersions(task, await versionsIn(app, name));
  cpSync(join(REPO, 'test/matrix/apps'), folder, { recursive: true });
  mkdirSync(join(folder, 'dist'));
  const bundle = ['bundle.mjs', bundler, program, bundleOf(bundler), ...flags];
  const made = await runNode(bundle, { cwd: folder, node, lifetimeMs: 180_000 });
  expect(made, made.stderr).toMatchObject({ code: 0 });
  return app;
}

async function expectRun(
  { folder, node }: App,
  program: string,
  { routed }: { readonly routed: boolean },
): Promise<void> {
  const run = { program, preload: '--import', ending: 'natural' } as const;
  const { ended, received } = await runApp({ folder, node, ...run });
  expect(ended).toMatchObject({ code: 0, signal: null });
  expectQuiet(ended);
  expectAllCounted(received, { routed });
}
