import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'tsdown';
import { onTestFinished } from 'vitest';
import type { KeptState } from '../../../../src/backlog/disk/store.ts';
import { REPO } from '../../../support/processes/built.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const BUNDLES = join(REPO, 'node_modules/.disk-room');

/** Builders that wait together, by the spans of each name. */
export interface Waiting {
  readonly names: Readonly<Record<string, number>>;
  readonly state?: KeptState;
}

/** A process of an app with a store of its own, which does what it is told. */
export interface Keeper {
  readonly pid: number;
  keep(...waiting: readonly Waiting[]): Promise<boolean>;
  mark(done: number, sent?: number, unclear?: number): Promise<void>;
  adopt(): Promise<Waiting[]>;
  leave(...waiting: readonly Waiting[]): Promise<number>;
  /** What it has logged. */
  lines(): Promise<string[]>;
  /** Sets its clock by this many hours. */
  step(hours: number): Promise<void>;
  /** Lets calls of its disk fail or hang, `syncCode` those of fsync alone; without arguments they work again. */
  fail(how?: { readonly code?: string; readonly hangs?: boolean; readonly syncCode?: string }): Promise<void>;
  /** Lets calls that hang answer now, as others do from here on. */
  answerLate(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

let bundle: Promise<string> | undefined;

/** The room, built for Node, which runs no TypeScript. */
async function bundled(): Promise<string> {
  const outDir = join(BUNDLES, String(process.pid));
  await build({
    config: false,
    entry: {
      'span-builder': join(REPO, 'src/aggregate/span-builder.ts'),
      'disk-store': join(REPO, 'src/backlog/disk/disk-store.ts'),
    },
    outDir,
    format: 'esm',
    platform: 'node',
    dts: false,
    logLevel: 'error',
  });
  return outDir;
}

export interface KeeperOptions {
  readonly appId?: string;
  /** Its clock is off by this much from the start. */
  readonly hours?: number;
  /** A command that starts what follows it, `unshare` for one. */
  readonly before?: readonly string[];
  /** Of the test's context, if it runs beside others. */
  readonly onTestFinished?: typeof onTestFinished;
}

export async function keeper(directory: string, options: KeeperOptions = {}): Promise<Keeper> {
  const { appId = 'shop', hours = 0, before = [], onTestFinished: atEnd = onTestFinished } = options;
  bundle ??= bundled();
  const script = [
    process.execPath,
    join(FIXTURES, 'keeper.mjs'),
    await bundle,
    directory,
    appId,
    String(hours),
  ];
  const [command = '', ...args] = [...before, ...script];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  atEnd(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  await new Promise((resolve) => child.once('message', resolve));
  const ask = asking(child);
  return {
    pid: child.pid ?? 0,
    keep: (...waiting) => ask('keep', { waiting }),
    mark: (done, sent = 0, unclear = 0) => ask('mark', { progress: { done, sent, unclear } }),
    adopt: () => ask('adopt'),
    leave: (...waiting) => ask('leave', { waiting }),
    lines: () => ask('lines'),
    step: (by) => ask('step', { hours: by }),
    answerLate: () => ask('answerLate'),
    fail: (how = {}) => ask('fail', how),
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function asking(child: ChildProcess): <T>(what: string, more?: object) => Promise<T> {
  let asked = 0;
  return (what, more = {}) => {
    const id = ++asked;
    child.send({ ...more, id, do: what });
    return new Promise((resolve) => {
      const listen = (message: { readonly id: number; readonly answer: never }) => {
        if (message.id !== id) return;
        child.off('message', listen);
        resolve(message.answer);
      };
      child.on('message', listen);
    });
  };
}

/** Spans of each name in what was adopted. */
export function sums(...adopted: readonly (readonly Waiting[])[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { names } of adopted.flat())
    for (const [name, total] of Object.entries(names)) all[name] = (all[name] ?? 0) + total;
  return all;
}
