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
    'jest-30': 'npm:jest@30',
    'jest-environment-jsdom': '29',
    mocha: '12',
    sinon: '22',
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

/** A test that sends one span to a stand-in server. `restores` is for a runner whose fakes Node itself meets. */
function body(fakes: string, freeze: (typeof FREEZES)[number], restores: string): string {
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
      ${restores}
      await server.close();
      expect(stats.counted).toBe(1);
      ${freeze === 'never' ? 'expect(stats).toMatchObject({ delivered: 1, lastError: undefined });' : ''}
    }, 20_000);`;
}

/** Writes a file for each way of faking timers, and returns their folder. */
function suite(
  folder: string,
  ending: string,
  lines: readonly string[],
  fakes: string,
  restores = '',
): string {
  mkdirSync(join(app.folder, folder));
  for (const [n, freeze] of FREEZES.entries())
    writeFileSync(
      join(app.folder, folder, `${n}.${ending}`),
      [...lines, body(fakes, freeze, restores)].join('\n'),
    );
  return folder;
}

/** For runners without an `expect` of their own. */
const EXPECT = `
  const expect = (value) => ({
    toBe: (wanted) => assert.equal(value, wanted),
    toMatchObject: (wanted) => Object.keys(wanted).forEach((key) => assert.equal(value[key], wanted[key])),
  });`;

describe.concurrent('a span arrives and everything ends, with real timers and with faked ones, under', {
  timeout: 60_000,
}, () => {
  describe.each([
    ['Jest 29', 'jest'],
    ['Jest 30', 'jest-30'],
  ])('%s', (_, version) => {
    it('CommonJS', () => {
      const folder = suite(`${version}-commonjs`, 'test.cjs', required, 'jest.useFakeTimers();');
      return jest(folder, FREEZES.length, { version });
    });

    it('ES modules', () => {
      const lines = ["import { jest } from '@jest/globals';", ...imported];
      const folder = suite(`${version}-modules`, 'test.mjs', lines, 'jest.useFakeTimers();');
      return jest(folder, FREEZES.length, { version, flags: ['--experimental-vm-modules'] });
    });
  });

  it('mocha, with the timers of sinon', async () => {
    const lines = ["const assert = require('node:assert');", "const sinon = require('sinon');", EXPECT];
    const folder = suite(
      'mocha',
      'test.cjs',
      [...lines, ...required],
      'sinon.useFakeTimers();',
      'sinon.restore();',
    );
    const options = ['--ui', 'tdd', '--timeout', '20000', `${folder}/*.test.cjs`];
    const { stdout, stderr } = await run(['node_modules/mocha/bin/mocha.js', ...options]);
    expect(stdout + stderr).toMatch(/ 3 passing/);
  });

  it('node:test, with its mocks of timers', async () => {
    const lines = ["import assert from 'node:assert';", "import { mock, test } from 'node:test';", EXPECT];
    const folder = suite('node', 'test.mjs', [...lines, ...imported], 'mock.timers.enable();');
    const files = FREEZES.map((_, n) => `${folder}/${n}.test.mjs`);
    const { stdout, stderr } = await run(['--test', '--test-reporter=tap', ...files]);
    expect(stdout + stderr).toMatch(/^# pass 3$/m);
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

async function jest(
  folder: string,
  passed: number,
  { version = 'jest', flags = [] }: { readonly version?: string; readonly flags?: readonly string[] } = {},
): Promise<void> {
  const { stdout, stderr } = await run([
    ...flags,
    `node_modules/${version}/bin/jest.js`,
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
