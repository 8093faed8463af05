import { expect, onTestFinished, test, vi } from 'vitest';
import { log, startLogHour } from '../../src/runtime/log.ts';
import { fakeTime, logLines } from '../support/harness.ts';

/** How many of this many lines are logged. */
function logged(times: number, write: (text: string) => void): number {
  const lines = logLines();
  for (let i = 0; i < times; i++) write(`line ${i}`);
  return lines.length;
}

test('fifteen lines are logged an hour, and five more of lost counts alone; then it begins anew', () => {
  fakeTime();
  startLogHour(0);
  onTestFinished(() => startLogHour(0));
  for (let hour = 0; hour < 2; hour++) {
    expect(logged(30, log.info)).toBe(15);
    expect(logged(3, log.warn)).toBe(0);
    expect(logged(10, log.loss)).toBe(5);
    const lines = logLines();
    vi.advanceTimersByTime(3_600_000);
    expect(lines).toEqual([expect.stringMatching(/23 further lines were left out .*, the last: line 9$/)]);
    startLogHour(0);
  }
});

test('lost counts may take all lines of an hour', () => {
  fakeTime();
  startLogHour(0);
  onTestFinished(() => startLogHour(0));
  expect(logged(30, log.loss)).toBe(20);
  expect(logged(1, log.error)).toBe(0);
});
