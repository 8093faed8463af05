import { afterEach, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
});

/** Time that only the test moves, with the harness's `pass` or vitest's timers; sockets stay real. */
export function fakeTime(now = Date.UTC(2026, 10, 24, 10, 2, 30)): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now });
}
