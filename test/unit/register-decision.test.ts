import { resolve } from 'node:path';
import { context, propagation, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { decide, type Facts } from '../../src/register/decision.ts';
import { entryFormat } from '../../src/register/entry-format.ts';
import { installCommand } from '../../src/register/packages.ts';
import { untraced } from '../../src/runtime/untraced.ts';

const MAIN = { isMain: true, isInternal: false, hasParentPort: false };
const SERVER = { STARDUST_SERVER: 'http://stardust:6600' };

function decisionFor(facts: Partial<Facts>) {
  return decide({
    env: SERVER,
    execArgv: ['--import', 'opentelemetry-stardust/register'],
    argv: ['/usr/bin/node', '/srv/shop/app.js'],
    nodeVersion: '20.18.1',
    entry: 'module',
    thread: MAIN,
    before: undefined,
    hasProvider: false,
    ...facts,
  });
}

function planFor(env: Facts['env'], facts: Partial<Facts> = {}) {
  const decision = decisionFor({ env: { ...SERVER, ...env }, ...facts });
  if (decision.kind !== 'start') throw new Error(`stays away: ${decision.because}`);
  return decision.plan;
}

describe('register starts', () => {
  it.each([
    ['the app', {}],
    ['an expression', { argv: ['/usr/bin/node'] }],
    ['a worker of the app', { thread: { isMain: false, isInternal: undefined, hasParentPort: true } }],
    ['the same on newer Node', { thread: { isMain: false, isInternal: false, hasParentPort: true } }],
    ["an app's own file that is called like a launcher", { argv: ['node', '/srv/shop/dist/nest.js'] }],
    ['a program below a folder that is called like a tool', { argv: ['node', '/srv/npm/server.js'] }],
    ...[
      'my-npm.js',
      'npm-proxy.js',
      'npm.json.js',
      'yarn-lock.js',
      'node_modules/a/my-nodemon.js',
      'node_modules/a/nest-app.js',
    ].map((file): [string, Partial<Facts>] => [
      `a program whose name only holds that of a tool: ${file}`,
      { argv: ['node', `/srv/shop/${file}`] },
    ]),
    [
      'a worker of the app whose file is called like a tool',
      {
        argv: ['node', '/srv/shop/dist/npm.js'],
        thread: { isMain: false, isInternal: false, hasParentPort: true },
      },
    ],
    ['the container of pm2', { argv: ['node', '/usr/lib/node_modules/pm2/lib/ProcessContainerFork.js'] }],
    ['an app with only another exporter', { env: { OTEL_TRACES_EXPORTER: 'console' } }],
    ['an app with only metrics', { env: { OTEL_METRICS_EXPORTER: 'prometheus' } }],
    ['where OTEL_SDK_DISABLED is anything but true', { env: { ...SERVER, OTEL_SDK_DISABLED: '1' } }],
  ])('%s', (_, facts) => {
    expect(decisionFor(facts).kind).toBe('start');
  });
});

describe('register stays away', () => {
  it.each([
    ['from the thread of the hooks', { thread: { isMain: false, isInternal: true, hasParentPort: false } }],
    ['from it on Node 20', { thread: { isMain: false, isInternal: undefined, hasParentPort: false } }],
    ['where another copy has stayed away', { before: 'stay away' } as const],
    ['from node --watch', { execArgv: ['--watch'] }],
    ['from node --watch-path', { execArgv: ['--watch-path=./src'] }],
    ['from node --watch beside other flags', { execArgv: ['--enable-source-maps', '--watch'] }],
  ])('%s, and says so to debuggers only', (_, facts) => {
    expect(decisionFor(facts)).toMatchObject({ kind: 'stay away', say: 'debug' });
  });

  it('where another SDK runs, and warns with what to do', () => {
    const decision = decisionFor({ hasProvider: true });
    expect(decision).toMatchObject({
      kind: 'stay away',
      say: 'warn',
      because: expect.stringContaining('stardust()'),
    });
  });

  it('where another copy of this package has started, and warns that this one counts', () => {
    const decision = decisionFor({ before: 'start', hasProvider: true });
    expect(decision).toMatchObject({
      kind: 'stay away',
      say: 'warn',
      because: expect.stringContaining('another copy of this package has started'),
    });
  });

  it('on another runtime, and warns', () => {
    const decision = decisionFor({ unsupportedRuntime: 'Bun' });
    expect(decision).toMatchObject({
      kind: 'stay away',
      say: 'warn',
      because: expect.stringContaining('Bun'),
    });
  });

  it.each([
    '/usr/local/bin/npm',
    '/usr/local/bin/npx',
    '/usr/local/bin/pm2-runtime',
    '/usr/lib/node_modules/pm2/bin/pm2',
    '/usr/lib/node_modules/npm/bin/npm-cli.js',
    '/usr/lib/node_modules/npm/bin/npx-cli.js',
    'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js',
    '/opt/yarn-v1.22.22/bin/yarn.js',
    '/srv/shop/.yarn/releases/yarn-4.9.1.cjs',
    '/root/.cache/node/corepack/v1/pnpm/10.4.1/bin/pnpm.cjs',
    '/usr/lib/node_modules/corepack/dist/corepack.js',
    '/srv/shop/node_modules/.bin/nodemon',
    '/srv/shop/node_modules/nodemon/bin/nodemon.js',
    '/srv/shop/node_modules/@nestjs/cli/bin/nest.js',
    '/srv/shop/node_modules/.bin/opentelemetry-stardust',
    '/usr/lib/node_modules/pm2/lib/Daemon.js',
  ])('from a tool that starts the app: %s', (script) => {
    const decision = decisionFor({ argv: ['/usr/bin/node', script] });
    expect(decision).toMatchObject({ kind: 'stay away', say: 'debug' });
  });

  it('where OTEL_SDK_DISABLED is true', () => {
    const env = { ...SERVER, OTEL_SDK_DISABLED: ' TRUE ' };
    expect(decisionFor({ env })).toMatchObject({ kind: 'stay away', say: 'info' });
  });

  it.each([{}, { STARDUST_SERVER: ' ' }, { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }])(
    'with a warning where nobody is to be told anything: %o',
    (env) => {
      const decision = decisionFor({ env });
      expect(decision).toMatchObject({ kind: 'stay away', say: 'warn' });
      expect(decision).toMatchObject({ because: expect.stringContaining('STARDUST_SERVER') });
    },
  );
});

describe('the hook for ES modules', () => {
  it.each([
    ['20.18.1', 'off thread'],
    ['20.20.2', 'off thread'],
    ['22.15.0', 'off thread'],
    ['22.22.2', 'off thread'],
    ['22.22.3', 'in thread'],
    ['22.23.0', 'in thread'],
    ['23.11.1', 'off thread'],
    ['24.11.0', 'off thread'],
    ['24.11.1', 'in thread'],
    ['24.12.0', 'in thread'],
    ['25.0.0', 'off thread'],
    ['25.1.0', 'in thread'],
    ['26.0.0', 'in thread'],
    ['27.1.2-nightly', 'in thread'],
  ])('on Node %s runs %s', (nodeVersion, where) => {
    expect(planFor({}, { nodeVersion }).esModuleHook).toBe(where);
  });
});

describe('an app of CommonJS', () => {
  it.each([
    ['20.18.1', 'none'],
    ['24.11.0', 'none'],
    ['24.11.1', 'in thread'],
  ])('on Node %s has the hook %s', (nodeVersion, where) => {
    expect(planFor({}, { nodeVersion, entry: 'commonjs' }).esModuleHook).toBe(where);
  });

  it.each([
    ['test/matrix/apps/express.mjs', 'module'],
    ['test/matrix/apps/express.cjs', 'commonjs'],
    ['test/unit/register-decision.test.ts', 'module'],
    ['node_modules/express/index.js', 'commonjs'],
    ['/no-such-folder/app.js', 'commonjs'],
    [undefined, 'unknown'],
  ])('is told from one of ES modules: %s', (script, format) => {
    expect(entryFormat(script === undefined ? undefined : resolve(script))).toBe(format);
  });
});

describe('beside ours', () => {
  it.each([
    ['nothing', {}, [], false, false],
    ['what OTEL_TRACES_EXPORTER names', { OTEL_TRACES_EXPORTER: 'otlp, console,otlp' }, ['otlp', 'console']],
    [
      'nothing for none',
      { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c' },
      [],
    ],
    [
      'otlp for an address of traces',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c' },
      ['otlp'],
      false,
      false,
    ],
    ['all for an address of all', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c' }, ['otlp'], true, true],
    ['nothing for an empty address', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, [], false, false],
    ['metrics by name', { OTEL_METRICS_EXPORTER: 'prometheus' }, [], true, false],
    ['logs by name', { OTEL_LOGS_EXPORTER: 'otlp' }, [], false, true],
    ['logs by address', { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://c' }, [], false, true],
    [
      'traces alone where the others are none',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
      ['otlp'],
      false,
      false,
    ],
  ])('runs %s', (_, env, traceExporters, metrics = false, logs = false) => {
    expect(planFor(env)).toMatchObject({ traceExporters, metrics, logs });
  });

  it('resource detectors ask nobody over the network unless the environment names them', () => {
    expect(planFor({}).resourceDetectors).toBe('local');
    expect(planFor({ OTEL_NODE_RESOURCE_DETECTORS: 'all' }).resourceDetectors).toBe('of the environment');
  });
});

describe('instrumentations', () => {
  const offIn = (env: Facts['env']) =>
    Object.entries(planFor(env).instrumentations)
      .filter(([, { enabled }]) => enabled === false)
      .map(([name]) => name.replace('@opentelemetry/instrumentation-', ''))
      .sort();

  it('that only make noise are off', () => {
    expect(offIn({})).toEqual([
      'dataloader',
      'dns',
      'generic-pool',
      'lru-memoizer',
      'mongoose',
      'net',
      'router',
      'runtime-node',
    ]);
    expect(offIn({ STARDUST_INTERNAL_SPANS: 'true' })).toEqual(['dns', 'net', 'router', 'runtime-node']);
  });

  it('that only make metrics are on with metrics', () => {
    expect(offIn({ OTEL_METRICS_EXPORTER: 'otlp' })).not.toContain('runtime-node');
  });

  it('are what OTEL_NODE_ENABLED_INSTRUMENTATIONS says where it says something', () => {
    expect(offIn({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,dns' })).toEqual([]);
  });

  it.each([
    [undefined, { ignoreLayersType: ['middleware'] }],
    ['false', { ignoreLayersType: ['middleware'] }],
    ['true', undefined],
    ['1', undefined],
  ])('leave out the spans of middleware unless internal spans are asked for: %s', (asked, left) => {
    const { instrumentations } = planFor(asked === undefined ? {} : { STARDUST_INTERNAL_SPANS: asked });
    expect(instrumentations['@opentelemetry/instrumentation-koa']).toEqual(left);
  });

  it.each(['ioredis', 'mongodb'])('see what %s is asked outside of a request too', (name) => {
    const settings = planFor({}).instrumentations[`@opentelemetry/instrumentation-${name}`];
    expect(settings).toEqual({ requireParentSpan: false });
  });

  it.each([
    [undefined, true],
    ['true', true],
    ['falsehood', true],
    ['10', true],
    ['0.5', true],
    ['not false', true],
    ['False', false],
    ['0', false],
  ])('have hooks for routes unless STARDUST_ROUTE_HOOKS is false: %s', (asked, on) => {
    expect(planFor(asked === undefined ? {} : { STARDUST_ROUTE_HOOKS: asked }).routeHooks).toBe(on);
  });

  it('of undici do nothing at calls that are not traced, such as ours', () => {
    const ignores = planFor({}).instrumentations['@opentelemetry/instrumentation-undici']
      ?.ignoreRequestHook as () => boolean;
    new NodeTracerProvider().register();
    try {
      expect([ignores(), untraced(ignores), ignores()]).toEqual([false, true, false]);
    } finally {
      for (const api of [trace, context, propagation]) api.disable();
    }
  });

  it('send no logs unless logs are asked for', () => {
    const name = '@opentelemetry/instrumentation-pino';
    expect(planFor({}).instrumentations[name]).toEqual({ disableLogSending: true });
    expect(planFor({ OTEL_LOGS_EXPORTER: 'otlp' }).instrumentations[name]).toBeUndefined();
  });
});

describe('where packages are missing, the command to install them is', () => {
  const LINE_2 =
    'npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node@0.223 @opentelemetry/auto-instrumentations-node@0.81';
  const LINE_3 =
    'npm install @opentelemetry/api @opentelemetry/sdk-node @opentelemetry/auto-instrumentations-node';

  it.each([
    ['1.9.1', '24.21.0', LINE_2],
    ['1.10.0', '24.21.0', LINE_3],
    [undefined, '22.15.0', LINE_3],
    [undefined, '22.14.0', LINE_2],
    ['1.9.0', '20.18.1', LINE_2],
  ])('with api %s on Node %s that of their line', (api, node, command) => {
    expect(installCommand(api, node)).toBe(command);
  });
});
