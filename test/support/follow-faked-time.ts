import { syncBuiltinESMExports } from 'node:module';
import perfHooks from 'node:perf_hooks';
import timers from 'node:timers';

/**
 * Runs before each test file. `src/runtime/clock.ts` takes Node's time and timers once, when it loads, and faked
 * ones would not reach it. Here it is loaded with functions that look at the globals at each call, so that
 * `vi.useFakeTimers()` moves its time too.
 */

const originals = [
  [timers, 'setTimeout', timers.setTimeout],
  [timers, 'clearTimeout', timers.clearTimeout],
  [timers, 'setImmediate', timers.setImmediate],
  [perfHooks, 'performance', perfHooks.performance],
  [Date, 'now', Date.now],
] as const;

Object.assign(timers, {
  setTimeout: (ring: () => void, delayMs: number) => globalThis.setTimeout(ring, delayMs),
  clearTimeout: (timer: NodeJS.Timeout | undefined) => globalThis.clearTimeout(timer),
  setImmediate: (ring: () => void) => globalThis.setImmediate(ring),
});
const eventLoopUtilization = perfHooks.performance.eventLoopUtilization.bind(perfHooks.performance);
Object.assign(perfHooks, {
  performance: { now: () => globalThis.performance.now(), eventLoopUtilization },
});
Date.now = () => globalThis.Date.now();
syncBuiltinESMExports();
await import('../../src/runtime/clock.ts');
for (const [owner, name, original] of originals) Object.assign(owner, { [name]: original });
syncBuiltinESMExports();
