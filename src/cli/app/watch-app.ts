import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIAGNOSIS, type Diagnosis } from '../../diagnose/diagnosis.ts';
import { type End, type Running, start } from '../child.ts';
import { withPreload } from '../node-options.ts';

/** What was seen of an app. */
export interface Watched {
  /** How it ended; `stopped` if we ended it. */
  readonly end: End | { readonly kind: 'stopped' };
  /** How long it ran until it ended or was asked to end. */
  readonly seconds: number;
  /** One for each Node.js process that it started. */
  readonly processes: readonly Diagnosis[];
}

/** How long an app may take to end after SIGTERM. */
const END_MS = 10_000;
const LOOK_MS = 50;

/** Runs a command with the diagnosis loaded first, for at most `seconds`, and returns what was seen. */
export async function watchApp(command: readonly string[], seconds: number, json: boolean): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'opentelemetry-stardust-'));
  try {
    const preload = fileURLToPath(new URL('diagnose.cjs', import.meta.url));
    const NODE_OPTIONS = withPreload(process.env.NODE_OPTIONS, '--require', preload);
    const app = start(command, {
      // A process group of its own, so that what npm or a shell started ends with it.
      detached: process.platform !== 'win32',
      // Standard output is reserved for the JSON.
      stdio: ['ignore', json ? 2 : 'inherit', 'inherit'],
      env: { ...process.env, NODE_OPTIONS, [DIAGNOSIS]: folder },
    });
    const startedMs = performance.now();
    const end = await endWithin(app, seconds * 1_000);
    const ranMs = performance.now() - startedMs;
    if (end === undefined) await stop(app);
    return {
      end: end ?? { kind: 'stopped' },
      seconds: Math.round(ranMs / 1_000),
      processes: readDiagnoses(folder),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How an app ended; `undefined` if it still runs after the time, or at Ctrl-C. */
async function endWithin(app: Running, atMostMs: number): Promise<End | undefined> {
  const interrupted = interruption();
  try {
    return await Promise.race([app.ended, after(atMostMs), interrupted.promise]);
  } finally {
    interrupted.forget();
  }
}

/** The first Ctrl-C ends the watching, a second one the check. */
function interruption(): { readonly promise: Promise<undefined>; forget(): void } {
  let interrupt = () => {};
  const promise = new Promise<undefined>((resolve) => {
    interrupt = () => resolve(undefined);
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  return {
    promise,
    forget: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}

/** Waits for the whole process group: a shell or npm may end before what it started. */
async function stop(app: Running): Promise<void> {
  const deadlineMs = performance.now() + END_MS;
  let isThere = signalAll(app, 'SIGTERM');
  while (isThere && performance.now() < deadlineMs) {
    await after(LOOK_MS);
    isThere = signalAll(app, 0);
  }
  if (isThere) signalAll(app, 'SIGKILL');
  await app.ended;
}

/** Signals every process that the command started; `false` if none is left. */
function signalAll({ process: child }: Running, signal: NodeJS.Signals | 0): boolean {
  try {
    if (process.platform === 'win32' || child.pid === undefined) return child.kill(signal);
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}

function readDiagnoses(folder: string): Diagnosis[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Diagnosis);
}
