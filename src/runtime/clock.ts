import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/**
 * Time and timers of Node itself, taken once, when this module loads: a test suite that freezes those of the
 * globals must not keep `forceFlush()` or `shutdown()` from ending. All of `src` takes them from here.
 */

/** The wall clock, Unix ms. */
export const wallTime: () => number = Date.now;

/** Milliseconds of a clock that nobody sets; the wall clock where somebody has taken it away. */
export const monotonicTime: () => number = performance.now?.bind(performance) ?? wallTime;

const loop = performance.eventLoopUtilization?.bind(performance);

/** How long this thread had nothing to do so far, in ms; 0 where nobody tells. What blocks it does not count. */
export function idleTime(): number {
  return loop?.().idle ?? 0;
}

/** Starts a timer, which holds the process until it is unref'd. What it calls must not throw. */
export const setTimer: (ring: () => void, delayMs: number) => NodeJS.Timeout = setTimeout;

/** Stops a timer. */
export const clearTimer: (timer: NodeJS.Timeout | undefined) => void = clearTimeout;

const setTurn: (ring: () => void) => unknown = setImmediate;

/** Resolves once the event loop has turned. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTurn(resolve);
  });
}
