import { afterEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from '../../src/runtime/alarm.ts';
import { inBackground } from '../../src/runtime/background.ts';
import { TIMED_OUT, within } from '../../src/runtime/deadline.ts';
import { onExit } from '../../src/runtime/process-exit.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';

describe('work in the background', () => {
  it('goes no further when it throws or rejects, and is logged once until the reason changes', async () => {
    const lines = logLines();
    const fail = (reason: string) => () => Promise.reject(new Error(reason));
    await inBackground('the work', fail('no memory'));
    await inBackground('the work', fail('no memory'));
    await inBackground('the work', () => {
      throw new Error('no disk');
    });
    await inBackground('other work', fail('no disk'));
    expect(lines).toEqual([
      'warn the work failed: Error: no memory',
      'warn the work failed: Error: no disk',
      'warn other work failed: Error: no disk',
    ]);
  });

  it('survives an error without a text', async () => {
    const lines = logLines();
    await inBackground('odd work', () => Promise.reject(Object.create(null)));
    expect(lines).toEqual(['warn odd work failed: an unknown error']);
  });

  it('rings again after an alarm that failed', async () => {
    fakeTime();
    const lines = logLines();
    let rings = 0;
    const alarm = new Alarm('the alarm', () => {
      alarm.set(1_000);
      rings++;
      throw new Error('odd');
    });
    alarm.set(1_000);
    await vi.advanceTimersByTimeAsync(3_000);
    alarm.clear();
    expect(rings).toBe(3);
    expect(lines).toEqual(['warn the alarm failed: Error: odd']);
  });

  it('is given up at its deadline', async () => {
    fakeTime();
    const result = within(1_000, new Promise<string>(() => {}));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await result).toBe(TIMED_OUT);
    expect(await within(1_000, Promise.resolve('done'))).toBe('done');
  });
});

describe('listening for the exit', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  it('adds one listener of Node’s for all, and none once nobody listens', () => {
    const before = process.listenerCount('exit');
    for (let i = 0; i < 20; i++) stops.push(onExit('the work', () => {}));
    expect(process.listenerCount('exit')).toBe(before + 1);
    for (const stop of stops.splice(0)) stop();
    expect(process.listenerCount('exit')).toBe(before);
  });
});
