import { inBackground } from './background.ts';
import { withOwnBuiltIns } from './built-ins.ts';

const listeners = new Set<() => void>();
const tellAll = () =>
  withOwnBuiltIns(() => {
    // What began last has most to lose.
    for (const listener of [...listeners].reverse()) listener();
  });

/**
 * Calls `work` when this process or thread exits, where only what is synchronous still runs. One listener of Node's
 * serves all, so that many exporters cause no warning of too many.
 * @param what names the work in the log, should it fail.
 * @returns stops listening.
 */
export function onExit(what: string, work: () => void): () => void {
  const listener = () => {
    inBackground(what, work);
  };
  listen(() => listeners.add(listener));
  return () => listen(() => listeners.delete(listener));
}

/** Listens while somebody wants to be told. */
function listen(change: () => void): void {
  inBackground('listening for the exit', () => {
    change();
    process.off('exit', tellAll);
    if (listeners.size > 0) process.on('exit', tellAll);
  });
}
