import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import type { StardustExporter, StardustOptions } from '../../src/index.ts';
import { countFiles, filesIn, letDie, temporaryFolder } from '../support/folders.ts';
import { devServer, exporterFor, fakeTime, logLines, pass, received, until } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const MINUTE = 60_000;
const AWAY = { kind: 'status', status: 503 } as const;

function count(exporter: StardustExporter, name: string, times: number): void {
  for (let i = 0; i < times; i++) exporter.count(makeSpan({ name, durationMs: 10 }));
}

/** A process that counted while its server was away, and was killed: its folder, and nobody in it. */
async function killed(
  server: DevServer,
  options: StardustOptions & { readonly backlogDirectory: string },
  names: Readonly<Record<string, number>> = { op: 7 },
): Promise<StardustExporter> {
  const mend = server.fault(AWAY);
  const exporter = exporterFor(server, options);
  for (const [name, times] of Object.entries(names)) count(exporter, name, times);
  await pass(3 * MINUTE, 1_000);
  await until(() => countFiles(options.backlogDirectory).length > 0);
  mend();
  return exporter;
}

describe('without backlogDirectory', () => {
  test('no folder is touched', async () => {
    fakeTime();
    const before = readdirSync('.');
    const server = await devServer();
    server.fault(AWAY);
    const exporter = exporterFor(server);
    count(exporter, 'op', 3);
    await pass(3 * MINUTE, 1_000);
    await exporter.shutdown();
    expect(readdirSync('.')).toEqual(before);
    expect(exporter.stats().givenUp.shutdown).toBe(3);
  });
});

describe('with backlogDirectory', () => {
  test('nothing is written while the server takes what comes', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const exporter = exporterFor(server, { backlogDirectory });
    for (let i = 0; i < 3; i++) {
      count(exporter, 'op', 2);
      await pass(MINUTE, 1_000);
    }
    expect(received(server, 'op').total).toBe(6);
    expect(filesIn(backlogDirectory)).toEqual([]);
  });

  test('what waits for longer than a period is there, for nobody else to read, and without a secret', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = join(temporaryFolder(), 'made', 'here');
    await killed(server, { backlogDirectory, secret: 'hunter2', headers: { 'x-key': 'hunter3' } });
    const [own = ''] = readdirSync(backlogDirectory);
    const [file = ''] = countFiles(backlogDirectory);
    expect(own).toMatch(/^app\.[0-9a-f]{16}$/);
    expect(statSync(backlogDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(join(backlogDirectory, own)).mode & 0o777).toBe(0o700);
    expect(statSync(join(backlogDirectory, file)).mode & 0o777).toBe(0o600);
    const text = gunzipSync(readFileSync(join(backlogDirectory, file))).toString();
    expect(text).toContain('"op"');
    expect(text).not.toMatch(/hunter|oken/);
  });

  test('files are removed once the server has taken what they hold', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const exporter = await killed(server, { backlogDirectory }, { a: 3, b: 4 });
    await pass(2 * MINUTE, 1_000);
    expect(exporter.stats()).toMatchObject({ counted: 7, delivered: 7, waiting: 0 });
    expect(received(server, 'a').total).toBe(3);
    expect(countFiles(backlogDirectory)).toEqual([]);
    await exporter.shutdown();
    expect(readdirSync(backlogDirectory)).toEqual([]);
  });

  test('what shutdown could not deliver is there, and the next process need not wait for it', async () => {
    fakeTime();
    const server = await devServer();
    const mend = server.fault(AWAY);
    const backlogDirectory = temporaryFolder();
    const first = exporterFor(server, { backlogDirectory });
    count(first, 'op', 5);
    await pass(MINUTE, 1_000);
    count(first, 'late', 2);
    await first.shutdown();
    expect(first.stats()).toMatchObject({ counted: 7, waiting: 7, givenUp: { shutdown: 0 } });
    mend();
    const second = exporterFor(server, { backlogDirectory });
    await pass(40_000, 1_000);
    expect([received(server, 'op').total, received(server, 'late').total]).toEqual([5, 2]);
    expect(second.stats()).toMatchObject({ counted: 7, adopted: 7, delivered: 7, waiting: 0 });
    await second.shutdown();
    expect(readdirSync(backlogDirectory)).toEqual([]);
  });

  test('a folder is adopted once its heartbeat is older than a minute, and not while it is touched', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const mend = server.fault(AWAY);
    const living = exporterFor(server, { backlogDirectory });
    count(living, 'op', 7);
    await pass(3 * MINUTE, 1_000);
    const other = exporterFor(server, { backlogDirectory });
    await pass(5 * MINUTE, 1_000);
    expect(other.stats().adopted).toBe(0);
    mend();
    await pass(2 * MINUTE, 1_000);
    expect(living.stats().delivered).toBe(7);
    expect(received(server, 'op').total).toBe(7);
  });

  test('of a dead process is delivered within 30 s of the start, with figures and samples', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const mend = server.fault(AWAY);
    const dead = exporterFor(server, { backlogDirectory });
    dead.count(makeSpan({ name: 'op', durationMs: 30, error: 'boom' }));
    count(dead, 'op', 6);
    await pass(2 * MINUTE, 1_000);
    // As if it had been killed: it neither sends nor touches anything any more.
    const stop = server.fault(AWAY);
    mend();
    letDie(backlogDirectory);
    stop();
    const next = exporterFor(server, { backlogDirectory, clientId: 'next' });
    await pass(31_000, 1_000);
    expect(next.stats().adopted).toBe(0);
    expect(dead.stats().waiting).toBe(0);
  });
});

test('a folder that is a link is not used, which is said once with the reason; counts wait in memory', async () => {
  fakeTime();
  const lines = logLines();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'target'));
  symlinkSync(join(folder, 'target'), join(folder, 'link'));
  const server = await devServer();
  const mend = server.fault(AWAY);
  const exporter = exporterFor(server, { backlogDirectory: join(folder, 'link') });
  count(exporter, 'op', 3);
  await pass(4 * MINUTE, 1_000);
  expect(filesIn(folder)).toEqual([]);
  expect(lines.filter((line) => line.includes('is a link'))).toHaveLength(1);
  mend();
  await pass(2 * MINUTE, 1_000);
  expect(received(server, 'op').total).toBe(3);
});
