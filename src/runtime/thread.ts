import { Worker } from 'node:worker_threads';
import { inBackground } from './background.ts';

/**
 * Starts a thread of ours. It takes over neither flags nor variables that would start an SDK of its own.
 * @param what names the thread in the log, should it fail.
 * @returns whether the thread could be started.
 */
export function startThread(what: string, file: string, workerData: unknown): boolean {
  let isStarted = false;
  inBackground(what, () => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const thread = new Worker(file, { workerData, env, execArgv: [] });
    thread.on('error', (error) => inBackground(what, () => Promise.reject(error)));
    isStarted = true;
  });
  return isStarted;
}
