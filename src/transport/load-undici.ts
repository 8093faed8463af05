import { codeOf, reasonOf } from '../runtime/reason.ts';

/** What is used of undici. */
export type Undici = Pick<typeof import('undici'), 'Agent' | 'Client' | 'buildConnector'>;

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
    const [agent, client, connect] = await Promise.all([
      import('undici/lib/dispatcher/agent.js'),
      import('undici/lib/dispatcher/client.js'),
      import('undici/lib/core/connect.js'),
    ]);
    return { Agent: agent.default, Client: client.default, buildConnector: connect.default };
  } catch (error) {
    if (!ELSEWHERE.has(codeOf(error) ?? '')) throw error;
    return await import('undici');
  }
}

/** By CommonJS, by ES modules, and by a package that exports its main entry only. */
const ELSEWHERE = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
