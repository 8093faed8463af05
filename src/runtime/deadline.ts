import { inBackground } from './background.ts';
import { clearTimer, setTimer } from './clock.ts';
import { untraced } from './untraced.ts';

/** What {@link within} gives in the place of a result that did not come in time. */
export const TIMED_OUT = Symbol('timed out');

/**
 * The result of work, or {@link TIMED_OUT} after this many milliseconds, without holding the process.
 * Rejects if the work does so in time.
 */
export function within<T>(atMostMs: number, work: Promise<T>): Promise<T | typeof TIMED_OUT> {
  return race(work, (ring) => setTimer(ring, atMostMs).unref());
}

/**
 * Waits for work, at most this many milliseconds, and holds the process meanwhile: the only place where this
 * package does, so that `await provider.shutdown()` works as the last line of a program. Never rejects.
 */
export async function holdProcess(work: Promise<unknown>, atMostMs: number): Promise<void> {
  try {
    await race(work, (ring) => setTimer(ring, atMostMs));
  } catch {
    // The work has logged and counted its own failure.
  }
}

async function race<T>(
  work: Promise<T>,
  start: (ring: () => void) => NodeJS.Timeout,
): Promise<T | typeof TIMED_OUT> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = untraced(() => start(() => resolve(TIMED_OUT)));
      inBackground('the wait for work', async () => {
        try {
          resolve(await work);
        } catch (error) {
          reject(error);
        }
      });
    });
  } finally {
    clearTimer(timer);
  }
}
