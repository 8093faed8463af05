import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { built, REPO } from '../support/processes/built.ts';
import { startNode } from '../support/processes/child.ts';
import { liveServer } from '../support/processes/servers.ts';

/** At `process.exit()` a thread delivers the last counts. What if it cannot even be started? */

const SPANS = 7;
/** Of the shutdown: far more than the process takes. */
const TIMEOUT_MS = 30_000;
const PROGRAM = `
  const { trace } = require('@opentelemetry/api');
  const tracer = trace.getTracer('app');
  for (let i = 0; i < ${SPANS}; i++) tracer.startSpan('job').end();
  setImmediate(() => process.exit(3));
`;

beforeAll(() => built(), 90_000);

/** Runs a program under a copy of the package, of which something was changed. */
async function exitUnder(change: (dist: string) => void, flags: readonly string[] = []) {
  const server = await liveServer();
  const folder = temporaryFolder();
  const dist = join(folder, 'package/dist');
  mkdirSync(join(folder, 'package'));
  cpSync(join(REPO, 'dist'), dist, { recursive: true });
  cpSync(join(REPO, 'package.json'), join(folder, 'package/package.json'));
  symlinkSync(join(REPO, 'node_modules'), join(folder, 'node_modules'));
  change(dist);
  writeFileSync(join(folder, 'program.cjs'), PROGRAM);
  const child = startNode([...flags, '--require', join(dist, 'register.cjs'), 'program.cjs'], {
    cwd: folder,
    env: {
      STARDUST_SERVER: server.url,
      STARDUST_APP_ID: 'exit',
      STARDUST_SHUTDOWN_TIMEOUT_MILLIS: String(TIMEOUT_MS),
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
    },
  });
  const ended = await child.ended;
  return { ended, lines: ended.stderr.trimEnd().split('\n'), received: server.app('exit')?.names ?? [] };
}

const file = (dist: string) => join(dist, 'last-counts.cjs');
const LOST = `opentelemetry-stardust ${SPANS} spans could not be delivered before the end`;

describe('the thread that delivers the last counts', { timeout: 60_000 }, () => {
  it('delivers them, and nothing is logged as lost', async () => {
    const { ended, lines, received } = await exitUnder(() => {});
    expect(ended.code).toBe(3);
    expect(received).toMatchObject([{ name: 'job', total: SPANS }]);
    expect(lines).not.toContain(LOST);
  });

  it.each<[string, (dist: string) => void]>([
    ['whose file is missing', (dist) => rmSync(file(dist))],
    ['whose file is cut off', (dist) => writeFileSync(file(dist), "const { workerData } = require('node:")],
    ['whose file throws', (dist) => writeFileSync(file(dist), "throw new Error('no')")],
    ['whose file ends its thread', (dist) => writeFileSync(file(dist), 'process.exit(1)')],
  ])('%s costs no time-out, and the loss is logged with its number', async (_, change) => {
    const { ended, lines, received } = await exitUnder(change);
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.tookMs).toBeLessThan(TIMEOUT_MS);
    expect(received).toEqual([]);
    expect(lines.filter((line) => line === LOST)).toHaveLength(1);
    expect(lines.filter((line) => !line.startsWith('opentelemetry-stardust '))).toEqual([]);
  });
});
