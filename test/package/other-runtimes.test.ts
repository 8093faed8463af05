import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type App, appWith, packed } from '../support/package/npm.ts';
import { runNode, startNode } from '../support/processes/child.ts';
import { liveServer } from '../support/processes/servers.ts';

/** Bun and Deno, from the packages that bring the programs themselves. */

let app: App;

const PROGRAM = `
import { diag } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { stardust } from 'opentelemetry-stardust';
const say = (...parts) => console.log(...parts);
diag.setLogger({ error: say, warn: say, info: say, debug() {}, verbose() {} });
const set = stardust();
const provider = new NodeTracerProvider(set);
provider.getTracer('shop').startSpan('op').end();
await provider.forceFlush();
await provider.shutdown();
console.log('ended well');
`;
const SERVICE = `setInterval(() => {}, 1_000); console.log('up');`;

beforeAll(async () => {
  const { tarball } = await packed();
  app = await appWith(process.execPath, [
    tarball,
    '@opentelemetry/api@1.9',
    '@opentelemetry/sdk-trace-node@2',
    'bun@1',
    'deno@2',
  ]);
  writeFileSync(join(app.folder, 'program.mjs'), PROGRAM);
  writeFileSync(join(app.folder, 'service.mjs'), SERVICE);
}, 300_000);

const bun = () => ({ cwd: app.folder, node: join(app.folder, 'node_modules/.bin/bun') });
const deno = () => ({ cwd: app.folder, node: join(app.folder, 'node_modules/.bin/deno') });

describe('Bun', { timeout: 60_000 }, () => {
  it('is logged once as a runtime where nothing is counted, and nothing else happens', async () => {
    const server = await liveServer();
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'bun' };
    const ended = await runNode(['program.mjs'], { ...bun(), env });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.stdout.match(/Bun is not supported/g)).toHaveLength(1);
    expect(ended.stdout).toContain('ended well');
    expect(server.app('bun')).toBeUndefined();
  });

  it('has register stay away, and SIGTERM end the process', async () => {
    const server = await liveServer();
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'bun' };
    const child = startNode(['--preload', 'opentelemetry-stardust/register', 'service.mjs'], {
      ...bun(),
      env,
    });
    await child.said('up');
    await child.signal('SIGTERM');
    const ended = await child.ended;
    expect(ended.stderr).toMatch(/register does not start: Bun is not supported/);
    expect(ended.signal ?? ended.code).toEqual(ended.signal === null ? 143 : 'SIGTERM');
  });
});

describe('Deno', { timeout: 60_000 }, () => {
  it('counts and delivers', async () => {
    const server = await liveServer();
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'deno', HOME: app.folder };
    const ended = await runNode(['run', '-A', '--node-modules-dir=manual', 'program.mjs'], {
      ...deno(),
      env,
    });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.stdout).toContain('ended well');
    expect(server.app('deno')?.names).toMatchObject([{ name: 'op', total: 1 }]);
  });
});
