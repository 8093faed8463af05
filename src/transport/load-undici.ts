import { reasonOf } from '../runtime/reason.ts';

/** Of the engine, and so in no type of Node's. Absent under `--jitless`. */
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number }) => object };

/** undici brings one instance of WebAssembly, and has Node load another. */
const INSTANCES = 2;

/**
 * Loads undici, which takes long, and is not done before the first call.
 * @throws Error where the process may not have WebAssembly (`ulimit -v`, `--jitless`). Loading undici would end the
 * process there, by a rejection inside Node that nobody can catch.
 */
export async function loadUndici(): Promise<typeof import('undici')> {
  try {
    Array.from({ length: INSTANCES }, () => new WebAssembly.Memory({ initial: 1 }));
  } catch (error) {
    throw new Error(`this process cannot use WebAssembly, which HTTP needs here: ${reasonOf(error)}`);
  }
  return await import('undici');
}
