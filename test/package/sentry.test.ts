import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINES } from '../matrix/legs.ts';
import { type App, appOf, manifestOf } from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { expectAllCounted, runApp } from '../support/processes/run-app.ts';

/** Takes what Sentry reports. */
let sentry: Server;
beforeAll(() => {
  sentry = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
});
afterAll(() => sentry.close().closeAllConnections());

const VERSIONS = [
  ['^10.0.0', 'Sentry.init({ dsn, tracesSampleRate: 1 })'],
  ['*', 'Sentry.init({ dsn, tracesSampleRate: 1, enableOpenTelemetrySetup: true })'],
] as const;

const apps = new Map<string, App>();
beforeAll(async () => {
  const install = async (version: string) => {
    const app = await appOf(process.execPath, { ...LINES.otel2, express: '^5.0.0', '@sentry/node': version });
    cpSync(join(REPO, 'test/matrix/apps'), app.folder, { recursive: true });
    apps.set(version, app);
  };
  await Promise.all(VERSIONS.map(([version]) => install(version)));
}, 240_000);

describe.each(VERSIONS)('beside Sentry %s', { timeout: 60_000 }, (version, withSetUp) => {
  let app: App;
  beforeAll(() => {
    app = apps.get(version) as App;
  });

  it('and with the line of the docs, every request is counted, and nothing gives way', async () => {
    const { received, stderr } = await run(app, lineOfDocs(app));
    const names = received?.names.filter(({ name }) => !name.endsWith('/envelope/')) ?? [];
    expectAllCounted(received && { ...received, names });
    expect(linesOf(stderr)).not.toContainEqual(expect.stringContaining('gives way'));
  });

  it('that sets up OpenTelemetry, one line says that it counts', async () => {
    const { stderr } = await run(app, withSetUp);
    expect(linesOf(stderr).filter((line) => line.includes('gives way'))).toHaveLength(1);
  });
});

/** An app of Express that begins with this line. */
async function run(app: App, line: string) {
  const program = 'beside-sentry.cjs';
  const { port } = sentry.address() as AddressInfo;
  const init = `const Sentry = require('@sentry/node');\nconst dsn = 'http://key@127.0.0.1:${port}/1';\n${line};\n`;
  writeFileSync(join(app.folder, program), `${init}require('./express.cjs');\n`);
  const { folder, node } = app;
  const { ended, received } = await runApp({
    folder,
    node,
    preload: '--import',
    program,
    ending: 'signal',
    signal: 'SIGTERM',
  });
  return { received, stderr: ended.stderr };
}

function lineOfDocs(app: App): string {
  const major = manifestOf(join(app.folder, 'node_modules/@sentry/node')).version.split('.')[0];
  const docs = readFileSync(join(REPO, 'docs/zero-code.md'), 'utf8');
  const line = new RegExp(`^\\| ${major} \\| \`([^\`]+)\``, 'm').exec(docs)?.[1];
  if (line === undefined) throw new Error(`the docs have no line for Sentry ${major}`);
  return line;
}

function linesOf(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('opentelemetry-stardust '));
}
