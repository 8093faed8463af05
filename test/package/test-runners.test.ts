import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type App, appOf } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';

/** Test suites of users, under the runners they use, with time frozen and without. */

let app: App;

beforeAll(async () => {
  app = await appOf(process.execPath, {
    '@opentelemetry/api': '1.9',
    '@opentelemetry/sdk-trace-node': '2',
    jest: '29',
    'jest-environment-jsdom': '29',
    vitest: '4',
  });
}, 300_000);

/** In two pieces, since vitest would take it for its own. */
const JSDOM = ['/** @jest', 'environment jsdom */'].join('-');

/** When a suite of users fakes timers. */
const FREEZES = ['never', 'before the set-up', 'after the set-up'] as const;

const USED = {
  'opentelemetry-stardust': 'StardustExporter, StardustSpanProcessor',
  'opentelemetry-stardust/dev': 'startDevServer',
  '@opentelemetry/sdk-trace-node': 'NodeTracerProvider',
};
const required = Object.entries(USED).map(([name, what]) => `const { ${what} } = require('${name}');`);
const imported = Object.entries(USED).map(([name, what]) => `import { ${what} } from '${name}';`);

/** A test that sends one span to a stand-in server. */
function body(fakes: string, freeze: (typeof FREEZES)[number]): string {
  return `
    test('a span arrives, and everything ends', async () => {
      const server = await startDevServer({ port: 0 });
      ${freeze === 'before the set-up' ? fakes : ''}
      const exporter = new StardustExporter({ server: server.url, appId: 'shop', shutdownTimeoutMillis: 2_000, requestTimeoutMillis: 2_000 });
      const processor = new StardustSpanProcessor(exporter);
      const provider = new NodeTracerProvider({ spanProcessors: [processor] });
      ${freeze === 'after the set-up' ? fakes : ''}
      provider.getTracer('shop').startSpan('POST /orders').end();
      await provider.forceFlush();
      const stats = processor.stats();
      await provider.shutdown();
      await server.close();
      expect(stats.counted).toBe(1);
      ${freeze === 'never' ? 'expect(stats).toMatchObject({ delivered: 1, lastError: undefined });' : ''}
    }, 20_000);`;
}

/** Writes a file for each way of faking timers, and returns their folder. */
function suite(folder: string, ending: string, lines: readonly string[], fakes: string): string {
  mkdirSync(join(app.folder, folder));
  for (const [n, freeze] of FREEZES.entries())
    writeFileSync(join(app.folder, folder, `${n}.${ending}`), [...lines, body(fakes, freeze)].join('\n'));
  return folder;
}

describe('a span arrives and everything ends, with real timers and with faked ones, under', {
  timeout: 60_000,
}, () => {
  it('Jest, CommonJS', () =>
    jest(suite('commonjs', 'test.cjs', required, 'jest.useFakeTimers();'), FREEZES.length));

  it('Jest, ES modules', () => {
    const lines = ["import { jest } from '@jest/globals';", ...imported];
    const folder = suite('modules', 'test.mjs', lines, 'jest.useFakeTimers();');
    return jest(folder, FREEZES.length, ['--experimental-vm-modules']);
  });

  it.each(['forks', 'threads', 'vmThreads', 'vmForks'])('vitest, its pool %s', async (pool) => {
    const lines = ["import { expect, test, vi } from 'vitest';", ...imported];
    const folder = suite(`vitest-${pool}`, 'test.mjs', lines, 'vi.useFakeTimers();');
    const options = ['--dir', folder, '--pool', pool];
    const { stdout, stderr } = await run(['node_modules/vitest/vitest.mjs', 'run', ...options]);
    expect(stdout + stderr).toMatch(/Tests +3 passed/);
  });
});

it('under Jest with jsdom the set-up and the end throw nothing, and the span is counted', {
  timeout: 60_000,
}, () => {
  mkdirSync(join(app.folder, 'jsdom'));
  const lines = [
    JSDOM,
    ...required,
    `test('counts', async () => {
      const server = await startDevServer({ port: 0 });
      const exporter = new StardustExporter({ server: server.url, appId: 'shop' });
      const processor = new StardustSpanProcessor(exporter);
      const provider = new NodeTracerProvider({ spanProcessors: [processor] });
      provider.getTracer('shop').startSpan('POST /orders').end();
      await provider.forceFlush();
      await provider.shutdown();
      await server.close();
      expect(processor.stats().counted).toBe(1);
    }, 20_000);`,
  ];
  writeFileSync(join(app.folder, 'jsdom/a.test.cjs'), lines.join('\n'));
  return jest('jsdom', 1);
});

it('the example of docs/dev-server.md passes with Jest', { timeout: 60_000 }, () => {
  const docs = readFileSync(join(REPO, 'docs/dev-server.md'), 'utf8');
  const [, name = '', code = ''] = /^```js\n\/\/ (\S+\.test\.cjs)\n(.*?)^```$/ms.exec(docs) ?? [];
  mkdirSync(join(app.folder, 'example'));
  writeFileSync(join(app.folder, 'example', name), code);
  return jest('example', 1);
});

async function jest(folder: string, passed: number, flags: readonly string[] = []): Promise<void> {
  const { stdout, stderr } = await run([
    ...flags,
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--testMatch',
    `**/${folder}/*.test.*`,
    '--moduleFileExtensions',
    'js',
    'mjs',
    'cjs',
    'json',
  ]);
  expect(stdout + stderr).toMatch(new RegExp(`Tests: +${passed} passed, ${passed} total`));
}

function run(args: readonly string[]) {
  return runNode(args, { cwd: app.folder, node: app.node, env: { NO_COLOR: '1', CI: 'true' } });
}
