import type { Client, Dispatcher } from 'undici';
import { codeOf, reasonOf } from '../runtime/reason.ts';

type Connect = (
  this: Client,
  options: Dispatcher.ConnectOptions<null>,
) => Promise<Dispatcher.ConnectData<null>>;

/** What is used of undici. */
export interface Undici extends Pick<typeof import('undici'), 'Pool' | 'Client' | 'buildConnector'> {
  /** A client's `connect()`, which only undici's main entry makes a method of it. */
  readonly connect: Connect;
}

/** Of the engine, and so in no type of Node's. Absent under `--jitless`. */
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number }) => object };

/** undici brings one instance of WebAssembly, and has Node load another. */
const INSTANCES = 2;

/**
 * Loads what is used of undici, at the first call. Its main entry takes three times as long and twice the memory, and
 * becomes the dispatcher of the process's own `fetch`. A version that has its parts elsewhere is loaded whole.
 * @throws Error where the process may not have WebAssembly (`ulimit -v`, `--jitless`). Loading undici would end the
 * process there, by a rejection inside Node that nobody can catch.
 */
export async function loadUndici(): Promise<Undici> {
  try {
    Array.from({ length: INSTANCES }, () => new WebAssembly.Memory({ initial: 1 }));
  } catch (error) {
    throw new Error(`this process cannot use WebAssembly, which HTTP needs here: ${reasonOf(error)}`);
  }
  try {
    const pool = await import('undici/lib/dispatcher/pool.js');
    const client = await import('undici/lib/dispatcher/client.js');
    const connector = await import('undici/lib/core/connect.js');
    const connect = await import('undici/lib/api/api-connect.js');
    return {
      Pool: pool.default,
      Client: client.default,
      buildConnector: connector.default,
      connect: connect.default,
    };
  } catch (error) {
    if (!ELSEWHERE.has(codeOf(error) ?? '')) throw error;
    const undici = await import('undici');
    return { ...undici, connect: undici.Client.prototype.connect };
  }
}

/** By CommonJS, by ES modules, and by a package that exports its main entry only. */
const ELSEWHERE = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);

const nothing = () => {};

/**
 * What undici uses of the globals outside of a call of ours, where an error would end the process. Sandboxes take
 * some away, as jsdom does.
 */
const NEEDED: Readonly<Record<string, () => unknown>> = {
  queueMicrotask: () => queueMicrotask(nothing),
  setTimeout: () => clearTimeout(setTimeout(nothing, 0).unref()),
  setImmediate: () => clearImmediate(setImmediate(nothing)),
  // Node defines these at their first use, which a frozen `globalThis` forbids.
  Blob: () => Blob,
  DOMException: () => DOMException,
  WeakRef: () => new WeakRef(nothing).deref(),
  FinalizationRegistry: () => new FinalizationRegistry(nothing).register(nothing, 0),
  Promise: () => Promise.all([Promise.resolve().then(nothing)]),
  // undici names its errors; a frozen prototype of all errors forbids that.
  Error: () => Object.assign(new Error(), { name: 'named' }),
};

/** @throws Error if undici could not even tell of a failure in this process, as globals are missing or frozen. */
export function requireGlobals(): void {
  for (const [name, use] of Object.entries(NEEDED)) {
    try {
      use();
    } catch (error) {
      throw new Error(`the global ${name} cannot be used, and HTTP needs it here: ${reasonOf(error)}`);
    }
  }
}
