import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIAGNOSIS, type Diagnosis } from '../../diagnose/diagnosis.ts';
import { type End, type Running, start } from '../child.ts';
import { withPreload } from '../node-options.ts';

/** What came of an app that was watched for a while. */
export interface Watched {
  /** How it ended; `stopped` where we ended it. */
  readonly end: End | { readonly kind: 'stopped' };
  /** By process of Node, as many as it started. */
  readonly processes: readonly Diagnosis[];
}

/** How long an app may take to end once it is asked to. */
const PATIENCE_MS = 10_000;

/** Runs a command for so many seconds with the diagnosis before it, ends it politely, and brings what was seen. */
export async function watchApp(command: readonly string[], seconds: number, json: boolean): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'opentelemetry-stardust-'));
  try {
    const preload = fileURLToPath(new URL('diagnose.cjs', import.meta.url));
    const NODE_OPTIONS = withPreload(process.env.NODE_OPTIONS, '--require', preload);
    const app = start(command, {
      // A group of its own, so that what npm or a shell started ends with it.
      detached: process.platform !== 'win32',
      // Standard output is for the JSON alone.
      stdio: ['ignore', json ? 2 : 'inherit', 'inherit'],
      env: { ...process.env, NODE_OPTIONS, [DIAGNOSIS]: folder },
    });
    const end = await endOrStop(app, seconds * 1_000);
    return { end, processes: readDiagnoses(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function endOrStop(app: Running, atMostMs: number): Promise<Watched['end']> {
  const interrupted = interruption();
  try {
    const end = await Promise.race([app.ended, after(atMostMs), interrupted.promise]);
    if (end !== undefined) return end;
    kill(app, 'SIGTERM');
    const late = after(PATIENCE_MS);
    if ((await Promise.race([app.ended, late])) === undefined) {
      kill(app, 'SIGKILL');
      await app.ended;
    }
    return { kind: 'stopped' };
  } finally {
    interrupted.forget();
  }
}

/** Ctrl-C ends the watching early, not the check. */
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

function kill({ process: child }: Running, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has just ended by itself.
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
