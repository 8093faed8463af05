import { log } from './log.ts';
import { reasonOf } from './reason.ts';
import { untraced } from './untraced.ts';

/** The last failure that was logged of each kind of work. */
const lastFailures = new Map<string, string>();

/**
 * Starts work on our own account, for which nobody waits: untraced. If it throws or rejects, this is
 * logged, once until the reason changes, and goes no further. Timers, listeners and threads of this package call
 * what they call through this function.
 * @param what names the work in the log. One of a fixed few.
 * @returns resolves when the work is done, also when it failed; never rejects.
 */
export async function inBackground(what: string, work: () => unknown): Promise<void> {
  try {
    await untraced(work);
  } catch (error) {
    const reason = reasonOf(error);
    if (lastFailures.get(what) === reason) return;
    lastFailures.set(what, reason);
    log.warn(`${what} failed: ${reason}`);
  }
}
