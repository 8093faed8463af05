import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import type { DevServer, Fault } from '../../src/dev/index.ts';
import { StardustExporter } from '../../src/index.ts';
import { Dice } from '../support/dice.ts';
import { faultSeed } from '../support/fault-seed.ts';
import { countFiles, temporaryFolder } from '../support/folders.ts';
import { built } from '../support/processes/built.ts';
import { liveServer } from '../support/processes/servers.ts';

const cwd = join(import.meta.dirname, 'fixtures');
const PROCESSES = Number(process.env.PROCESSES ?? 20);
const SIDE_BY_SIDE = 8;
/** Spans a second that each counts. */
const RATE = 60;
/** The first are taken 3 to 7 s after the start, and are written once a sending has failed; a busy machine adds to that. */
const YOUNG_MS = 9_000;

const FAULTS: readonly [Fault | undefined, ...Fault[]] = [
  undefined,
  { kind: 'status', status: 503 },
  { kind: 'cut', counted: true, path: '/Trace' },
  { kind: 'hang', path: '/Trace' },
];

beforeAll(() => built(), 90_000);

/** What a process has told last. */
interface Told {
  readonly own: number;
  readonly resentSpans: number;
  readonly lost: number;
}

interface Life extends Told {
  readonly name: string;
  readonly how: 'shutdown' | 'exit' | 'kill';
}

async function live(name: string, env: Record<string, string>, dice: Dice): Promise<Life> {
  const child = spawn(process.execPath, ['counts.mjs', name], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  });
  const how = dice.oneOf<Life['how']>(['shutdown', 'exit', 'kill', 'kill']);
  let told: Told = { own: 0, resentSpans: 0, lost: 0 };
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((resolve) => lines.once('close', resolve));
  let next = () => {};
  lines.on('line', (line) => {
    told = JSON.parse(line);
    next();
  });
  const line = () =>
    new Promise<void>((resolve) => {
      next = resolve;
    });
  // One each 50 ms: on a busy machine it lives as long by what it does.
  for (let left = dice.between(10, 280); left > 0; left--) await line();
  if (dice.percent(20)) {
    child.kill('SIGSTOP');
    await delay(dice.between(500, 2_000));
    child.kill('SIGCONT');
  }
  // Killed just after a line, it has told all that it has sent again.
  await line();
  if (how === 'kill') child.kill('SIGKILL');
  else child.stdin.write(how);
  await ended;
  return { ...told, name, how };
}

function failing(server: DevServer, dice: Dice): () => void {
  let fix: (() => void) | undefined;
  const timer = setInterval(() => {
    fix?.();
    const fault = dice.oneOf(FAULTS);
    fix = fault === undefined ? undefined : server.fault(fault);
  }, 700);
  return () => {
    clearInterval(timer);
    fix?.();
  };
}

it(`of ${PROCESSES} processes that start and end at random on one folder while the server fails, every count arrives, and twice only as told`, async () => {
  const seed = faultSeed(process.env.PROCESSES);
  console.log(`seed ${seed}`);
  const dice = new Dice(seed);
  const server = await liveServer();
  server.setLimits({ period: 1 });
  const backlogDirectory = temporaryFolder();
  const env = {
    STARDUST_SERVER: server.url,
    STARDUST_APP_ID: 'exit',
    STARDUST_BACKLOG_DIR: backlogDirectory,
    STARDUST_PERIOD_SECONDS: '1',
    STARDUST_REQUEST_TIMEOUT_MILLIS: '600',
  };
  const fix = failing(server, dice);
  const lives: Life[] = [];
  let started = 0;
  const lane = async () => {
    while (started < PROCESSES) {
      lives.push(await live(`process ${started++}`, env, dice));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  fix();
  const last = new StardustExporter({
    server: server.url,
    appId: 'exit',
    backlogDirectory,
    periodSeconds: 1,
  });
  await expect.poll(() => countFiles(backlogDirectory), { timeout: 60_000, interval: 500 }).toEqual([]);
  await last.forceFlush();
  await last.shutdown();
  const received = new Map(server.app('exit')?.names.map(({ name, total }) => [name, total]));
  const told = lives.reduce((sum, { resentSpans }) => sum + resentSpans, 0) + last.stats().resentSpans;
  let doubled = 0;
  for (const { name, how, own, lost } of lives) {
    const arrived = received.get(name) ?? 0;
    const young = how === 'kill' ? (RATE * YOUNG_MS) / 1_000 : 0;
    expect(arrived, `${name}, which ended by ${how}`).toBeGreaterThanOrEqual(own - lost - young);
    doubled += Math.max(0, arrived - own);
  }
  console.log(
    `received ${[...received.values()].reduce((a, b) => a + b, 0)}, doubled ${doubled}, told ${told}`,
  );
  expect(doubled).toBeLessThanOrEqual(told);
}, 180_000);
