import { log } from './log.ts';
import { reasonOf } from './reason.ts';
import { untraced } from './untraced.ts';

/** The last failure that was logged of each kind of work. No map: the application may have broken `Map.prototype`. */
const lastFailures: Record<string, string> = Object.create(null);

/**
 * Starts work on our own account, for which nobody waits: untraced. If it throws or rejects, this is
 * logged, once until the reason changes, and goes no further. Timers, listeners and threads of this package call
 * what they call through this function.
 * @param what names the work in the log. One of a fixed few.
 * @returns what the work returns, `undefined` if it failed; never rejects.
 */
export async function inBackground<T>(what: string, work: () => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    return await untraced(work);
  } catch (error) {
    logFailure(what, error);
    return undefined;
  }
}

function logFailure(what: string, error: unknown): void {
  const reason = reasonOf(error);
  if (lastFailures[what] === reason) return;
  lastFailures[what] = reason;
  log.warn(`${what} failed: ${reason}`);
}
