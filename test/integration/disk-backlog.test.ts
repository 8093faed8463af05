import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import type { StardustExporter, StardustOptions } from '../../src/index.ts';
import { copyAsLeft, countFiles, filesIn, temporaryFolder } from '../support/folders.ts';
import { devServer, exporterFor, fakeTime, logLines, pass, received, until } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const MINUTE = 60_000;
const AWAY = { kind: 'status', status: 503 } as const;

function count(exporter: StardustExporter, name: string, times: number): void {
  for (let i = 0; i < times; i++) exporter.count(makeSpan({ name, ms: 10 }));
}

test('a report reaches the server only after a slow disk knows that it left', async () => {
  fakeTime();
  const server = await devServer();
  const back = server.fault(AWAY);
  const backlogDirectory = temporaryFolder();
  const exporter = exporterFor(server, { backlogDirectory });
  count(exporter, 'op', 7);
  await pass(3 * MINUTE, 5_000);
  back();
  slowDown('rename');
  const flush = exporter.forceFlush();
  await until(() => server.app('app')?.names.some(({ total }) => total > 0) ?? false);
  expect(countFiles(backlogDirectory)).toEqual([expect.stringMatching(/\.1\.waiting$/)]);
  await flush;
  expect(countFiles(backlogDirectory)).toEqual([]);
});

/** Each call is made a while later: long enough for a report to arrive in between. */
function slowDown(name: 'rename'): void {
  const real = promises[name];
  const put = (call: typeof real) => {
    promises[name] = call;
    syncBuiltinESMExports();
  };
  onTestFinished(() => put(real));
  put(async (...args) => {
    const untilMs = realTime() + 300;
    await until(() => realTime() >= untilMs);
    await real(...args);
  });
}

const realTime = () => Number(process.hrtime.bigint() / 1_000_000n);

/** A process that counted while its server was away, and was killed: its folder, and nobody in it. */
async function killed(
  server: DevServer,
  options: StardustOptions & { readonly backlogDirectory: string },
  names: Readonly<Record<string, number>> = { op: 7 },
): Promise<StardustExporter> {
  const mend = server.fault(AWAY);
  const exporter = exporterFor(server, options);
  for (const [name, times] of Object.entries(names)) count(exporter, name, times);
  await pass(3 * MINUTE, 5_000);
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
    await pass(3 * MINUTE, 5_000);
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
    const mask = process.umask(0);
    onTestFinished(() => void process.umask(mask));
    await killed(server, { backlogDirectory, secret: 'hunter2', headers: { 'x-key': 'hunter3' } });
    const [own = ''] = readdirSync(backlogDirectory);
    const [file = ''] = countFiles(backlogDirectory);
    expect(own).toMatch(/^app\.[0-9a-f]{16}$/);
    expect(statSync(backlogDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(join(backlogDirectory, own)).mode & 0o777).toBe(0o700);
    const held = readdirSync(join(backlogDirectory, own)).map((name) => join(backlogDirectory, own, name));
    expect(held).toContain(join(backlogDirectory, file));
    expect(held.map((path) => statSync(path).mode & 0o777)).toEqual(held.map(() => 0o600));
    const text = gunzipSync(readFileSync(join(backlogDirectory, file))).toString();
    expect(text).toContain('"op"');
    expect(text).not.toMatch(/hunter|oken/);
  });

  test('what came in a period is there at its end, however long ago the server was last tried', async () => {
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    const backlogDirectory = temporaryFolder();
    const exporter = exporterFor(server, { backlogDirectory });
    await pass(5_000, 1_000);
    server.fault(AWAY);
    count(exporter, 'op', 1);
    await pass(6 * MINUTE, 2_000);
    for (let spans = 2; spans < 12; spans++) {
      count(exporter, 'op', 1);
      await pass(11_000, 1_000);
      expect(countFiles(backlogDirectory)).toEqual([expect.stringContaining(`.${spans}.`)]);
    }
  });

  test('files are removed once the server has taken what they hold', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const exporter = await killed(server, { backlogDirectory }, { a: 3, b: 4 });
    await pass(2 * MINUTE, 5_000);
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
    await pass(3 * MINUTE, 5_000);
    const other = exporterFor(server, { backlogDirectory });
    await pass(5 * MINUTE, 5_000);
    expect(other.stats().adopted).toBe(0);
    mend();
    await pass(2 * MINUTE, 5_000);
    expect(living.stats().delivered).toBe(7);
    expect(received(server, 'op').total).toBe(7);
  });
});

/** A folder that a process of the past has left behind: each name in a file of its own. */
async function leftBehind(
  server: DevServer,
  totals: Readonly<Record<string, number>>,
  options: StardustOptions = {},
): Promise<{ readonly backlogDirectory: string; readonly own: string }> {
  const backlogDirectory = temporaryFolder();
  const mend = server.fault(AWAY);
  const exporter = exporterFor(server, { backlogDirectory, ...options });
  await pass(5_000, 1_000);
  for (const [name, total] of Object.entries(totals)) {
    count(exporter, name, total);
    await pass(5 * MINUTE, 5_000);
  }
  await exporter.shutdown();
  mend();
  const [folder = ''] = readdirSync(backlogDirectory);
  return { backlogDirectory, own: join(backlogDirectory, folder) };
}

/** The time in which a process finds what others have left behind, and delivers it. */
async function adopting(exporter: StardustExporter): Promise<void> {
  await pass(31_000, 1_000);
  await exporter.forceFlush();
}

describe('what a process has left behind', () => {
  test('is delivered within 30 s of a start of the same app, once, whoever starts at once', async () => {
    fakeTime();
    const server = await devServer();
    const { backlogDirectory } = await leftBehind(server, { a: 3, b: 4 });
    const next = [1, 2, 3].map((id) => exporterFor(server, { backlogDirectory, clientId: `next ${id}` }));
    await Promise.all(next.map(adopting));
    expect([received(server, 'a').total, received(server, 'b').total]).toEqual([3, 4]);
    expect(next.reduce((sum, each) => sum + each.stats().adopted, 0)).toBe(7);
    for (const each of next) await each.shutdown();
    expect(readdirSync(backlogDirectory)).toEqual([]);
  });

  test('keeps its figures, its time and its samples', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 2, 30));
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const mend = server.fault(AWAY);
    const exporter = exporterFor(server, { backlogDirectory });
    exporter.count(makeSpan({ name: 'op', ms: 30, error: 'boom' }));
    exporter.count(makeSpan({ name: 'op', ms: 10 }));
    await exporter.shutdown();
    mend();
    await pass(60 * MINUTE, 10_000);
    await adopting(exporterFor(server, { backlogDirectory }));
    const op = received(server, 'op');
    expect(op).toMatchObject({ total: 2, errors: 1, maxCostMs: 30, minCostMs: 10 });
    expect(op.buckets.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-11-24T10:00:00.000Z',
    ]);
    expect(op.samples).toHaveLength(1);
    expect(op.errorSamples[0]?.Error).toContain('boom');
  });

  test.each([1, 30, 1_000])('by a clock %d hours ahead counts now', async (hours) => {
    const nowMs = Date.UTC(2026, 10, 24, 10, 2, 30);
    fakeTime(nowMs + hours * 60 * MINUTE);
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const { url, close } = await devServer();
    await close();
    const exporter = exporterFor({ url }, { backlogDirectory });
    count(exporter, 'op', 7);
    await exporter.shutdown();
    vi.setSystemTime(nowMs);
    await adopting(exporterFor(server, { backlogDirectory }));
    const [bucket, ...others] = received(server, 'op').buckets;
    expect(others).toEqual([]);
    expect(Math.abs((bucket?.startMs ?? 0) - nowMs)).toBeLessThan(10 * MINUTE);
    expect(received(server, 'op').total).toBe(7);
  });

  test('is not for another app', async () => {
    fakeTime();
    const server = await devServer();
    const { backlogDirectory } = await leftBehind(server, { a: 3 });
    exporterFor(server, { backlogDirectory, appId: 'ap' });
    exporterFor(server, { backlogDirectory, appId: 'app.x' });
    await pass(2 * MINUTE, 5_000);
    expect(server.app('app')?.names ?? []).toEqual([]);
  });

  test('is given up after three days, and counted', async () => {
    fakeTime();
    const server = await devServer();
    const { backlogDirectory } = await leftBehind(server, { a: 3 });
    vi.setSystemTime(Date.now() + 72 * 60 * MINUTE);
    const next = exporterFor(server, { backlogDirectory });
    await adopting(next);
    expect(next.stats()).toMatchObject({ adopted: 3, waiting: 0, givenUp: { expired: 3 } });
    await next.shutdown();
    expect(readdirSync(backlogDirectory)).toEqual([]);
  });
});

/** As if a report of the first builders of the only file had been on its way when its process ended. */
function wasBeingSent(folder: string, builders: number): void {
  const [file = ''] = countFiles(folder);
  renameSync(join(folder, file), join(folder, file.replace('.0.waiting', `.${builders}.waiting`)));
}

describe('a report that was being sent when its process ended', () => {
  test('is an unclear end: sent again after an empty report, and counted as such', async () => {
    fakeTime();
    const lines = logLines();
    const server = await devServer();
    const { own } = await leftBehind(server, { a: 3, b: 4 });
    wasBeingSent(own, 1);
    const next = exporterFor(server, { backlogDirectory: join(own, '..') });
    await adopting(next);
    expect([received(server, 'a').total, received(server, 'b').total]).toEqual([3, 4]);
    expect(next.stats()).toMatchObject({ delivered: 7, waiting: 0, reports: { unclear: 1, resent: 1 } });
    expect(lines.filter((line) => line.includes('up to 3 calls of 1 names may count twice'))).toHaveLength(1);
  });

  test('passes for delivered if resendUnclear is false', async () => {
    fakeTime();
    const server = await devServer();
    const { backlogDirectory, own } = await leftBehind(server, { a: 3, b: 4 });
    wasBeingSent(own, 1);
    const next = exporterFor(server, { backlogDirectory, resendUnclear: false });
    await adopting(next);
    expect(server.app('app')?.names.map(({ name, total }) => [name, total])).toEqual([['b', 4]]);
    expect(next.stats()).toMatchObject({ adopted: 7, delivered: 7, waiting: 0 });
    expect(next.stats().reports).toMatchObject({ unclear: 1, resent: 0 });
    expect(countFiles(backlogDirectory)).toEqual([]);
  });
});

describe.each([500, 503])('a report that a proxy has answered with %i when its process ends', (status) => {
  test.each([
    ['goes again', false, 7],
    ['goes again, and may count twice, if it had been passed on', true, 14],
  ])('%s, also if resendUnclear is false, and is told', async (_, counted, total) => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const options = { backlogDirectory, resendUnclear: false };
    const first = exporterFor(server, options);
    await first.forceFlush();
    const isWithCounts = ({ body }: { readonly body: unknown }) => /"Total":[1-9]/.test(JSON.stringify(body));
    const mend = server.fault({ kind: 'status', status, counted, when: isWithCounts });
    count(first, 'op', 7);
    await first.forceFlush();
    mend();
    const mendAll = server.fault({ kind: 'status', status });
    await first.shutdown();
    mendAll();
    expect(first.stats()).toMatchObject({ delivered: 0, waiting: 7, reports: { unclear: 1 } });
    const next = exporterFor(server, options);
    await adopting(next);
    expect(received(server, 'op').total).toBe(total);
    expect(next.stats()).toMatchObject({ adopted: 7, delivered: 7, waiting: 0, resentSpans: 7 });
    expect(next.stats().reports).toMatchObject({ unclear: 1, resent: 1 });
  });
});

test('a report that was refused is known as such on disk while an empty one is still asked about it', async () => {
  fakeTime();
  const server = await devServer();
  const backlogDirectory = temporaryFolder();
  const exporter = exporterFor(server, { backlogDirectory, resendUnclear: false });
  await exporter.forceFlush();
  const isWithCounts = ({ body }: { readonly body: unknown }) => /"Total":[1-9]/.test(JSON.stringify(body));
  server.fault({ kind: 'status', status: 403, when: isWithCounts });
  count(exporter, 'op', 7);
  await exporter.forceFlush();
  await exporter.forceFlush();
  const refused = () => server.requests().filter(isWithCounts).length;
  expect(refused()).toBe(2);
  server.fault({ kind: 'hang', path: '/Trace', when: (request) => refused() > 2 && !isWithCounts(request) });
  void exporter.forceFlush();
  await until(() => refused() > 2 && !isWithCounts(server.requests().at(-1) ?? { body: '"Total":1' }));
  // As if it were killed now.
  const next = exporterFor(await devServer(), {
    backlogDirectory: copyAsLeft(backlogDirectory),
    resendUnclear: false,
  });
  await pass(40_000, 1_000);
  expect(next.stats()).toMatchObject({ adopted: 7, delivered: 7, waiting: 0, reports: { unclear: 0 } });
});

describe('a long outage', () => {
  test('with more than maxBacklogBytes holds ends with every count, also after a restart in the middle', async () => {
    fakeTime();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const mend = server.fault(AWAY);
    const options = { backlogDirectory, maxBacklogBytes: 65_536 };
    let counted = 0;
    for (let life = 0; life < 3; life++) {
      const exporter = exporterFor(server, options);
      for (let minute = 0; minute < 90; minute++) {
        for (let i = 0; i < 40; i++) count(exporter, `op ${i}`, 1);
        counted += 40;
        await pass(MINUTE, 10_000);
      }
      expect(exporter.stats()).toMatchObject({ givenUp: { overBound: 0, expired: 0 } });
      await exporter.shutdown();
    }
    mend();
    const last = exporterFor(server, options);
    await pass(3 * MINUTE, 5_000);
    expect(last.stats()).toMatchObject({ adopted: counted, delivered: counted, waiting: 0 });
    const totals = server.app('app')?.names.map(({ total }) => total) ?? [];
    expect(totals.reduce((sum, each) => sum + each, 0)).toBe(counted);
    await last.shutdown();
    expect(readdirSync(backlogDirectory)).toEqual([]);
  }, 60_000);
});

test('a disk that fails is logged once, costs no count, and is used again once it works', async () => {
  fakeTime();
  const lines = logLines();
  const server = await devServer();
  const backlogDirectory = join(temporaryFolder(), 'folder');
  writeFileSync(backlogDirectory, 'in the way');
  const mend = server.fault(AWAY);
  const exporter = exporterFor(server, { backlogDirectory });
  count(exporter, 'op', 3);
  await pass(4 * MINUTE, 5_000);
  expect(
    lines.filter((line) => line.includes('backlogDirectory (STARDUST_BACKLOG_DIR) cannot be used')),
  ).toHaveLength(1);
  rmSync(backlogDirectory);
  await pass(2 * MINUTE, 5_000);
  expect(countFiles(backlogDirectory)).toHaveLength(1);
  mend();
  await pass(2 * MINUTE, 5_000);
  expect(received(server, 'op').total).toBe(3);
});

/** Only root can give a folder away; others find enough of root's. */
function folderOfAnother(): string {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) return '/usr';
  const folder = temporaryFolder();
  chownSync(folder, 65_534, 65_534);
  return folder;
}

function linkedFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'target'));
  symlinkSync(join(folder, 'target'), join(folder, 'link'));
  return join(folder, 'link');
}

test.each([
  ['is a link', linkedFolder],
  ["is another user's", folderOfAnother],
])(
  'a folder that %s is not used, which is logged once with the reason; counts wait in memory',
  async (what, make) => {
    fakeTime();
    const lines = logLines();
    const backlogDirectory = make();
    const before = readdirSync(backlogDirectory);
    const server = await devServer();
    const mend = server.fault(AWAY);
    const exporter = exporterFor(server, { backlogDirectory });
    count(exporter, 'op', 3);
    await pass(4 * MINUTE, 5_000);
    expect(readdirSync(backlogDirectory)).toEqual(before);
    expect(lines.filter((line) => line.includes(what))).toHaveLength(1);
    mend();
    await pass(2 * MINUTE, 5_000);
    expect(received(server, 'op').total).toBe(3);
    await exporter.shutdown();
    expect(lines.filter((line) => line.includes(what))).toHaveLength(1);
  },
);
