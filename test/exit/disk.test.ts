import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DiskStore } from '../../src/backlog/disk/disk-store.ts';
import type { DevServer } from '../../src/dev/index.ts';
import { StardustExporter, type StardustOptions } from '../../src/index.ts';
import { Dice } from '../support/dice.ts';
import { faultSeed } from '../support/fault-seed.ts';
import { copyAsLeft, countFiles, temporaryFolder } from '../support/folders.ts';
import { fakeTime, pass } from '../support/harness.ts';
import { built } from '../support/processes/built.ts';
import { type Ended, startNode } from '../support/processes/child.ts';
import { liveServer } from '../support/processes/servers.ts';

const cwd = join(import.meta.dirname, 'fixtures');
const kills = Number(process.env.KILLS ?? 16);
const SIDE_BY_SIDE = 8;

beforeAll(() => built(), 90_000);

/** A later process of the same app, that finds what the former ones have left. */
async function nextLife(
  server: DevServer,
  backlogDirectory: string,
  options: StardustOptions = {},
): Promise<StardustExporter> {
  fakeTime(Date.now());
  const exporter = new StardustExporter({ server: server.url, appId: 'exit', backlogDirectory, ...options });
  onTestFinished(async () => {
    await exporter.shutdown();
    vi.useRealTimers();
  });
  await pass(31_000, 1_000);
  await exporter.forceFlush();
  return exporter;
}

function arrived(server: DevServer): number {
  return server.app('exit')?.names.reduce((sum, { total }) => sum + total, 0) ?? 0;
}

describe('without a shutdown', () => {
  it.each([
    ['exit', 7, null, ''],
    ['throw', 1, null, 'nobody catches this'],
    ['reject', 1, null, 'nobody catches this'],
    ['end', 0, null, ''],
  ])('what was counted is on disk when the process ends by: %s', async (way, code, signal, stderr) => {
    const server = await liveServer();
    const mend = server.fault({ kind: 'hang' });
    const backlogDirectory = temporaryFolder();
    const child = startNode(['last-words.mjs', way], {
      cwd,
      env: { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'exit', STARDUST_BACKLOG_DIR: backlogDirectory },
      lifetimeMs: 20_000,
    });
    await server.waitFor(() => server.requests().length > 0);
    child.letGo();
    const ended = await child.ended;
    expect(ended).toMatchObject({ code, signal });
    expect(ended.stderr).toContain(stderr);
    mend();
    const next = await nextLife(server, backlogDirectory);
    expect(next.stats()).toMatchObject({ adopted: 20, delivered: 20 });
    expect(arrived(server)).toBe(20);
  });

  it('leaves nothing behind where all was delivered', async () => {
    const server = await liveServer();
    const backlogDirectory = temporaryFolder();
    const env = {
      STARDUST_SERVER: server.url,
      STARDUST_APP_ID: 'exit',
      STARDUST_BACKLOG_DIR: backlogDirectory,
    };
    const ended = await startNode(['program.mjs', 'spans', 'shutdown'], { cwd, env }).ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(backlogDirectory)).toEqual([]);
  });
});

describe('a report that a proxy has answered, under resendUnclear false,', () => {
  const rows = [500, 503].flatMap((status) => ['SIGKILL', 'exit'].map((end) => [status, end] as const));
  let lives: Life[];

  // Side by side, since each waits for seconds to send again. What comes next has a time of its own.
  beforeAll(async () => {
    lives = await Promise.all(rows.map(([status, end]) => lifeOf(status, end)));
  }, 90_000);

  it.each(rows.map((row, index) => [...row, index] as const))(
    'with %i goes again with the next process when its own ends by %s, and is told',
    async (_status, _end, index) => {
      const { server, backlogDirectory } = lives[index] as Life;
      const next = await nextLife(server, backlogDirectory, { resendUnclear: false });
      expect(arrived(server)).toBe(20);
      expect(next.stats()).toMatchObject({ adopted: 20, delivered: 20, waiting: 0, resentSpans: 20 });
      expect(next.stats().reports).toMatchObject({ unclear: 1, resent: 1 });
    },
  );

  interface Life {
    readonly server: DevServer;
    readonly backlogDirectory: string;
  }

  /** A process whose report a proxy has answered with this status, and then its end. */
  async function lifeOf(status: number, end: string): Promise<Life> {
    const server = await liveServer();
    const when = ({ body }: { readonly body: unknown }) => /"Total":[1-9]/.test(JSON.stringify(body));
    // It waits on disk before it leaves.
    const mend = server.fault({ kind: 'code', code: 429, when });
    const backlogDirectory = temporaryFolder();
    const child = startNode(['last-words.mjs', end === 'SIGKILL' ? 'end' : end], {
      cwd,
      env: {
        STARDUST_SERVER: server.url,
        STARDUST_APP_ID: 'exit',
        STARDUST_BACKLOG_DIR: backlogDirectory,
        STARDUST_RESEND_UNCLEAR: 'false',
        STARDUST_PERIOD_SECONDS: '1',
      },
      lifetimeMs: 60_000,
    });
    const marked = (form: RegExp) =>
      vi.waitFor(() => expect(countFiles(backlogDirectory)).toEqual([expect.stringMatching(form)]), {
        timeout: 30_000,
      });
    await marked(/\.20\.0\.0\.0\.waiting$/);
    mend();
    const mendProxy = server.fault({ kind: 'status', status, when });
    await marked(/\.20\.0\.1\.0\.waiting$/);
    if (end === 'SIGKILL') child.kill();
    else child.letGo();
    await child.ended;
    mendProxy();
    return { server, backlogDirectory };
  }
});

/** What is on disk: spans that wait, and spans of reports that were on their way. Found by a look at a copy of it. */
async function written(directory: string): Promise<{ waiting: number; inFlight: number; sending: number }> {
  const sums = { waiting: 0, inFlight: 0, sending: 0 };
  const store = new DiskStore(copyAsLeft(directory), 'exit');
  for (const { builders, state } of await store.adopt()) {
    for (const { total } of builders) sums[state === 'ready' ? 'waiting' : 'inFlight'] += total;
    if (state !== 'ready') sums.sending++;
  }
  store.leave([]);
  return sums;
}

/** Until it is mended, the server is away, or hangs, or cuts, or works, in turns. */
function failing(server: DevServer, dice: Dice): () => void {
  const faults = [
    { kind: 'status', status: 503 },
    { kind: 'cut', counted: true, path: '/Trace' },
    { kind: 'hang', path: '/Trace' },
    undefined,
  ] as const;
  let mend: (() => void) | undefined;
  const timer = setInterval(() => {
    mend?.();
    const fault = dice.oneOf([undefined, ...faults]);
    mend = fault === undefined ? undefined : server.fault(fault);
  }, 1_500);
  return () => {
    clearInterval(timer);
    mend?.();
  };
}

it(`killed ${kills} times at any moment, a service loses nothing that was written, and doubles at most what was being sent`, async () => {
  const seed = faultSeed(process.env.KILLS);
  const dice = new Dice(seed);
  const server = await liveServer();
  server.setLimits({ period: 1 });
  const backlogDirectory = temporaryFolder();
  let mend = failing(server, dice);
  for (let killed = 0; killed < kills; killed += SIDE_BY_SIDE) {
    const areLast = killed + SIDE_BY_SIDE >= kills;
    if (areLast) {
      // They have something to leave behind.
      mend();
      mend = server.fault({ kind: 'status', status: 503 });
    }
    const lives = Array.from({ length: Math.min(SIDE_BY_SIDE, kills - killed) }, () =>
      killedAfter(dice.between(15, 45), areLast),
    );
    for (const ended of await Promise.all(lives))
      expect(ended).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  }
  mend();
  const before = arrived(server);
  const { waiting, inFlight, sending } = await written(backlogDirectory);
  // Otherwise there is nothing to lose.
  expect(waiting + inFlight).toBeGreaterThan(0);
  const next = await nextLife(server, backlogDirectory);
  for (let i = 0; i < 5; i++) await next.forceFlush();
  console.log(
    `seed ${seed}: ${kills} killed, ${waiting} spans waited, ${inFlight} were being sent in ${sending} files`,
  );
  expect(arrived(server) - before).toBe(waiting + inFlight);
  expect(next.stats()).toMatchObject({
    adopted: waiting + inFlight,
    delivered: waiting + inFlight,
    waiting: 0,
    resentSpans: inFlight,
    reports: { unclear: sending, resent: sending },
  });

  /** Killed once it has worked this often, ten turns of 20 ms at a time, and, if asked for, has something on disk. */
  async function killedAfter(tens: number, leavesSomething: boolean): Promise<Ended> {
    const child = startNode(['killed.mjs'], {
      cwd,
      env: {
        STARDUST_SERVER: server.url,
        STARDUST_APP_ID: 'exit',
        STARDUST_BACKLOG_DIR: backlogDirectory,
        STARDUST_PERIOD_SECONDS: '1',
        STARDUST_REQUEST_TIMEOUT_MILLIS: '400',
      },
    });
    await child.said(`turn ${tens}0\n`);
    // What is being written and removed meanwhile is looked at again.
    if (leavesSomething)
      await vi.waitFor(() => expect(countFiles(backlogDirectory)).not.toEqual([]), { timeout: 30_000 });
    child.kill();
    return child.ended;
  }
}, 600_000);
