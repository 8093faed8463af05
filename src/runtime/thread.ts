import { Worker } from 'node:worker_threads';
import { inBackground } from './background.ts';

/** Shared by a thread and by the thread that waits for it with `Atomics.wait(end, 0, 0)`. */
export interface ThreadData {
  /** The first number is 0 until the thread has ended. */
  readonly end: Int32Array;
}

/**
 * Starts a thread of ours. It takes over neither flags nor variables that would start an SDK of its own. Its end is
 * told by {@link ThreadData.end}, also if its file cannot be loaded.
 * @param what names the thread in the log, should it fail.
 * @returns whether the thread could be started.
 */
export function startThread(what: string, file: string, workerData: ThreadData): boolean {
  let isStarted = false;
  inBackground(what, () => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const thread = new Worker(loaderOf(file), { workerData, env, execArgv: [], eval: true });
    thread.on('error', (error) => inBackground(what, () => Promise.reject(error)));
    isStarted = true;
  });
  return isStarted;
}

/** Nothing of a file runs that cannot be loaded, so what tells of the end comes before it. */
function loaderOf(file: string): string {
  return `
    const { end } = require('node:worker_threads').workerData;
    process.once('exit', () => {
      Atomics.store(end, 0, 1);
      Atomics.notify(end, 0);
    });
    require(${JSON.stringify(file)});
  `;
}
