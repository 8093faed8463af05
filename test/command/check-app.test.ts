import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { built, REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import {
  appWithCopy,
  appWithOtherSdk,
  check,
  copyApi,
  emptyFolder,
  startCommand,
} from '../support/processes/command.ts';
import { liveServer } from '../support/processes/servers.ts';

beforeAll(() => built(), 90_000);

const FIXTURES = join(REPO, 'test/command/fixtures');
const fixture = (file: string) => join(FIXTURES, file);
/** So long that no app of these tests is stopped by it: they end by themselves. */
const LONG = ['--seconds', '300'];

/** What is found of an app that reports to a server that works. */
async function checkApp(command: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { url } = await liveServer();
  const variables = { STARDUST_SERVER: url, STARDUST_APP_ID: 'shop', ...env };
  return check(variables, { cwd: REPO, args: [...LONG, '--', ...command] });
}

function sumOf(names: readonly { total: number }[]): number {
  return names.reduce((sum, { total }) => sum + total, 0);
}

describe('check -- <command>', { timeout: 60_000 }, () => {
  it('finds nothing to fix in a good app, and tells its spans', async () => {
    const { code, bad, step } = await checkApp(['node', fixture('good.cjs')]);
    expect(bad).toEqual([]);
    expect(code).toBe(0);
    expect(step('provider')?.text).toBe('a tracer provider is registered, by @opentelemetry/api 1.9.1');
    expect(step('libraries')).toMatchObject({ verdict: 'good', text: 'loaded after OpenTelemetry: express' });
    const names = step('spans')?.details?.names as { name: string; kind: string; total: number }[];
    expect(names).toContainEqual({ name: 'GET /orders/:id', kind: 'server', total: 1 });
    const insides = sumOf(names.filter(({ name }) => /^(?:middleware|request handler|tcp|dns)\b/.test(name)));
    const counted = sumOf(names) - insides;
    expect(step('processor')?.details).toMatchObject({ counted, dropped: { internal: insides } });
  });

  it('leaves standard output to the JSON, and lets the app speak on standard error', async () => {
    const { stderr } = await checkApp(['node', fixture('good.cjs')]);
    expect(stderr).toMatch(/^served by \d+\n$/);
  });

  it('tells spans of one name apart by their kind', async () => {
    const make = `require('@opentelemetry/api').trace.getTracer('app').startSpan`;
    const app = `require(${JSON.stringify(fixture('instrument.cjs'))});
      for (const kind of [1, 2, 2]) ${make}('call', { kind }).end();`;
    const { step } = await checkApp(['node', '--eval', app]);
    expect(step('spans')?.details).toMatchObject({
      names: [
        { name: 'call', kind: 'client', total: 2 },
        { name: 'call', kind: 'server', total: 1 },
      ],
    });
  });

  it('finds a library that was loaded before the SDK', async () => {
    const { code, bad } = await checkApp(['node', fixture('early.cjs')]);
    expect(code).toBe(1);
    expect(bad).toEqual([
      {
        step: 'libraries',
        verdict: 'bad',
        text: 'Loaded before OpenTelemetry, so their spans are missing: express',
        fix: 'Load OpenTelemetry first, before the app:\n  node --require ./instrument.cjs app.js',
      },
    ]);
  });

  it.each([
    ['without a hook', ['--require', fixture('instrument.cjs'), fixture('app.mjs')]],
    ['whose hook comes too late', [fixture('late.mjs')]],
  ])('finds an ES module app %s', async (_, args) => {
    const { bad } = await checkApp(['node', ...args]);
    expect(bad).toEqual([
      {
        step: 'modules',
        verdict: 'bad',
        text: 'Imported by an ES module without a hook, so their spans are missing: express',
        fix: 'Register the hook before the app is loaded (README, ES modules):\n  node --import ./instrument.mjs app.mjs',
      },
    ]);
  });

  it('finds nothing to fix in an ES module app with its hook', async () => {
    const { bad, step } = await checkApp(['node', '--import', fixture('instrument.mjs'), fixture('app.mjs')]);
    expect(bad).toEqual([]);
    expect(step('libraries')).toMatchObject({ verdict: 'good', text: 'loaded after OpenTelemetry: express' });
    expect(step('spans')?.text).toMatch(/ 1 server {3}GET \/orders\/:id$/m);
  });

  it('finds an app without any provider, and tells the command that would do', async () => {
    const { bad } = await checkApp(['node', fixture('bare.cjs')]);
    expect(bad).toMatchObject([
      {
        step: 'provider',
        fix: `Start the app with OpenTelemetry before it:\n  npx opentelemetry-stardust run -- node ${fixture('bare.cjs')}`,
      },
    ]);
  });

  it('finds a second copy of the api, whose spans are not seen', async () => {
    const cwd = emptyFolder();
    const library = join(cwd, 'node_modules/library');
    mkdirSync(join(library, 'node_modules'), { recursive: true });
    symlinkSync(join(REPO, 'node_modules/@opentelemetry'), join(cwd, 'node_modules/@opentelemetry'));
    copyApi(join(library, 'node_modules'), '1.10.0');
    const span = `require('@opentelemetry/api').trace.getTracer('app').startSpan`;
    writeFileSync(join(library, 'index.js'), `${span}('unseen').end();`);
    const app = `require(${JSON.stringify(fixture('instrument.cjs'))}); ${span}('seen').end(); require('library');`;
    writeFileSync(join(cwd, 'app.js'), app);
    const { url } = await liveServer();
    const env = { STARDUST_SERVER: url, STARDUST_APP_ID: 'shop' };
    const { bad, step } = await check(env, { cwd, args: [...LONG, '--', 'node', 'app.js'] });
    expect(bad).toMatchObject([
      {
        step: 'api',
        text: expect.stringContaining('\nSpans made through 1.10.0 are not seen.'),
        fix: 'Keep one: npm ls @opentelemetry/api shows who depends on which, and npm dedupe helps.',
      },
    ]);
    expect(step('spans')?.details).toMatchObject({ names: [{ name: 'seen', kind: 'internal', total: 1 }] });
  });

  it.each([
    ['without a processor', {}, 'processor', 'Pass what stardust() returns to the tracer provider'],
    ['beside a processor', {}, 'processor', 'Pass it to the registered tracer provider'],
    ['that records nothing', {}, 'spans', 'Use the sampler of stardust()'],
    ['with a processor', { STARDUST_SERVER: '' }, 'processor', 'npx opentelemetry-stardust check'],
  ])('finds a provider %s (%j)', async (which, env, step, fix) => {
    const { bad } = await checkApp(['node', fixture('spans.cjs'), which], env);
    expect(bad).toMatchObject([{ step, fix: expect.stringContaining(fix) }]);
  });

  it.each([
    ['another SDK', {}, /^Another OpenTelemetry SDK has set/, /^Put stardust\(\) into its set-up/],
    [
      'Sentry 10',
      { __SENTRY__: { version: '10.2.0' } },
      /^Sentry 10\.2\.0 has set/,
      /skipOpenTelemetrySetup: true/,
    ],
    [
      'Sentry 11',
      { __SENTRY__: { version: '11.0.1' } },
      /^Sentry 11\.0\.1 has/,
      /without enableOpenTelemetrySetup/,
    ],
  ])('tells that %s took the place of register, and what to do', async (_, mark, text, fix) => {
    const { url } = await liveServer();
    const { bad } = await check(
      { STARDUST_SERVER: url, STARDUST_APP_ID: 'shop' },
      {
        cwd: appWithOtherSdk(mark),
        args: [...LONG, '--', 'node', '--require', join(REPO, 'dist/register.cjs'), 'app.js'],
      },
    );
    expect(bad).toMatchObject([
      { step: 'processor', text: expect.stringMatching(text), fix: expect.stringMatching(fix) },
    ]);
  });

  it('tells that register gave way to an SDK that counts itself, and finds nothing to fix', async () => {
    const ownSdk = join(REPO, 'test/register/fixtures/own-sdk.cjs');
    const { bad, step } = await checkApp(['node', '--require', join(REPO, 'dist/register.cjs'), ownSdk]);
    expect(bad).toEqual([]);
    expect(step('sdk')).toMatchObject({ verdict: 'note', text: expect.stringContaining('given way') });
    expect(step('processor')?.details).toMatchObject({ counted: 12 });
  });

  it('finds counts that were not delivered before an app ended', async () => {
    const away = { STARDUST_SERVER: 'http://127.0.0.1:9' };
    const { bad } = await checkApp(['node', fixture('good.cjs')], away);
    expect(bad).toMatchObject([{ step: 'session', text: expect.stringContaining('is away: ECONNREFUSED') }]);
  });

  it('warns where nothing is instrumented, and counts what is made by hand', async () => {
    const { ok, step } = await checkApp(['node', fixture('spans.cjs'), 'with a processor']);
    expect(ok).toBe(true);
    expect(step('libraries')).toMatchObject({
      verdict: 'warning',
      fix: expect.stringContaining('registerInstrumentations'),
    });
    expect(step('processor')?.details).toMatchObject({ counted: 1 });
  });

  it('finds an app that fails, and one that cannot be started', async () => {
    const failed = await checkApp(['node', '--eval', 'process.exit(3)']);
    expect(failed.step('app')).toMatchObject({
      verdict: 'bad',
      text: expect.stringMatching(/ended with status 3\.$/),
    });
    const missing = await checkApp(['nonesuch-program']);
    expect(missing.bad).toMatchObject([{ step: 'app', text: 'nonesuch-program was not found.' }]);
  });

  it('finds that no process of Node was started', async () => {
    const { bad } = await checkApp(['sh', '-c', 'true']);
    expect(bad).toMatchObject([
      { step: 'app', fix: expect.stringContaining('Does the command start node?') },
    ]);
  });

  it('sees the app behind a shell, and ends all of it politely when it is told to', async () => {
    const { url } = await liveServer();
    const env = { STARDUST_SERVER: url, STARDUST_APP_ID: 'shop' };
    const command = ['sh', '-c', `node ${fixture('good.cjs')} stay; true`];
    const checking = startCommand(['check', '--seconds', '300', '--', ...command], {
      env,
      lifetimeMs: 50_000,
    });
    await checking.said('served by ');
    const [, pid] = /served by (\d+)/.exec(checking.stdout) ?? [];
    checking.kill('SIGINT');
    const { code, stdout } = await checking.ended;
    expect(stdout).toContain('asked to end');
    expect(stdout).not.toContain('ran for 300 s');
    expect(stdout).toMatch(/✓ \d+ spans ended\n/);
    expect(code).toBe(0);
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });

  it('ends the app by itself after the seconds that it is given', async () => {
    const { step } = await check(
      {},
      { args: ['--seconds', '1', '--', 'node', '--eval', 'setInterval(() => {}, 60_000)'] },
    );
    expect(step('app')).toMatchObject({ verdict: 'good', text: expect.stringMatching(/ ran for 1 s$/) });
  });

  it('works from a folder with a blank in its name', async () => {
    const { cwd, cli } = appWithCopy('@opentelemetry/api', '@opentelemetry/core', 'undici');
    const ended = await runNode([cli, 'check', ...LONG, '--', 'node', fixture('bare.cjs')], { cwd });
    expect(ended.stdout).toMatch(/✗ No tracer provider was registered/);
  });

  it('keeps what is in NODE_OPTIONS already', async () => {
    const NODE_OPTIONS = `--require "${fixture('instrument.cjs')}"`;
    const { step } = await checkApp(['node', fixture('bare.cjs')], { NODE_OPTIONS });
    expect(step('spans')?.text).toContain('GET /orders/:id');
  });
});
