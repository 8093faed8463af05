import perfHooks from 'node:perf_hooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Alarm } from '../../src/runtime/alarm.ts';
import { Backoff } from '../../src/runtime/backoff.ts';
import { idleTime, monotonicTime, nextTurn } from '../../src/runtime/clock.ts';
import { holdProcess, TIMED_OUT, within } from '../../src/runtime/deadline.ts';
import { inSlices } from '../../src/runtime/in-slices.ts';
import { Turns } from '../../src/runtime/turns.ts';
import { replaced } from '../support/built-ins.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';

/** Alarms, deadlines, turns and the waits between attempts. */

const never = new Promise<never>(() => {});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('the clock', () => {
  test('tells how long this thread had nothing to do', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const before = idleTime();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(before).toBeGreaterThan(0);
    expect(idleTime()).toBeGreaterThan(before);
  });

  test('is the wall clock where somebody took the other one away, and then nobody tells of idle times', async () => {
    fakeTime(1_700_000_000_000);
    replaced(perfHooks, 'performance', {} as typeof performance);
    vi.resetModules();
    const clock = await import('../../src/runtime/clock.ts');
    expect(clock.monotonicTime).toBe(clock.wallTime);
    expect(clock.idleTime()).toBe(0);
  });

  test('turns once around the event loop', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('event loop'));
    queueMicrotask(() => order.push('microtask'));
    await nextTurn();
    order.push('turned');
    expect(order).toEqual(['microtask', 'event loop', 'turned']);
  });
});

describe('an alarm', () => {
  test('rings once, at its last time', () => {
    fakeTime();
    const ring = vi.fn();
    const alarm = new Alarm('the alarm', ring);
    expect(alarm.isSet).toBe(false);
    alarm.set(1_000);
    alarm.set(2_000);
    expect(alarm.isSet).toBe(true);
    vi.advanceTimersByTime(1_999);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledTimes(1);
    expect(alarm.isSet).toBe(false);
    alarm.set(500);
    vi.advanceTimersByTime(10_000);
    expect(ring).toHaveBeenCalledTimes(2);
  });

  test('is silent once it was cleared, until it is set again, and for good once it was stopped', () => {
    fakeTime();
    const ring = vi.fn();
    const alarm = new Alarm('the alarm', ring);
    alarm.set(1_000);
    alarm.clear();
    expect(alarm.isSet).toBe(false);
    vi.advanceTimersByTime(5_000);
    expect(ring).not.toHaveBeenCalled();
    alarm.set(1_000);
    vi.advanceTimersByTime(1_000);
    expect(ring).toHaveBeenCalledTimes(1);
    alarm.set(1_000);
    alarm.stop();
    alarm.set(1_000);
    expect([alarm.isSet, vi.getTimerCount()]).toEqual([false, 0]);
    vi.advanceTimersByTime(5_000);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  test('holds no process', () => {
    fakeTime();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    new Alarm('the alarm', () => {}).set(1_000);
    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
  });
});

describe('the wait for a server that is away', () => {
  const waits = (random: number, count: number) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const backoff = new Backoff();
    const next = () => Array.from({ length: count }, () => backoff.next() / 1_000);
    const first = next();
    backoff.reset();
    expect(next()).toEqual(first);
    return first;
  };

  test('doubles from a second to a minute, or less by up to a half', () => {
    expect(waits(1, 9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(waits(0, 9)).toEqual([1, 1, 2, 4, 8, 16, 30, 30, 30]);
    expect(waits(0.5, 4)).toEqual([1, 1.5, 3, 6]);
  });

  test('stays a minute, however long the server is away', () => {
    expect(waits(1, 5_000).slice(-3)).toEqual([60, 60, 60]);
  });
});

describe('work with a deadline', () => {
  test.each([true, false])(
    'ends with its result, its error, or the deadline; holds the process: %s',
    async (holds) => {
      fakeTime();
      const timers = vi.spyOn(globalThis, 'setTimeout');
      const wait = holds ? holdProcess(never, 1_000) : within(1_000, never);
      expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([holds]);
      const over = vi.fn();
      wait.then(over);
      await vi.advanceTimersByTimeAsync(999);
      expect(over).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(over).toHaveBeenCalledWith(holds ? undefined : TIMED_OUT);
    },
  );

  test('leaves no timer behind', async () => {
    fakeTime();
    expect(await within(1_000, Promise.resolve(7))).toBe(7);
    await expect(within(1_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
    await holdProcess(Promise.resolve(7), 1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is waited for though it fails, and nobody else hears of that', async () => {
    fakeTime();
    const lines = logLines();
    expect(await holdProcess(Promise.reject(new Error('no')), 1_000)).toBeUndefined();
    expect(lines).toEqual([]);
  });
});

describe('items in slices', () => {
  /** Works through some items that take this many ms each, and tells at which turn of the event loop each was. */
  async function turnsOf(ms: number, items: number, stopAt = items): Promise<number[]> {
    vi.useFakeTimers({ toFake: ['performance'] });
    let turn = 0;
    const count = () => {
      turn++;
      loop = setImmediate(count);
    };
    let loop = setImmediate(count);
    const turns: number[] = [];
    await inSlices(Array.from({ length: items }).keys(), (item) => {
      turns.push(turn);
      vi.advanceTimersByTime(ms);
      return item < stopAt;
    });
    turns.push(turn);
    clearImmediate(loop);
    return turns;
  }

  test('are worked through in one slice if that is short, with a turn before and after', async () => {
    expect(await turnsOf(0, 3)).toEqual([1, 1, 1, 2]);
    expect(await turnsOf(0, 0)).toEqual([2]);
  });

  test('wait for a turn of the event loop once a slice is over', async () => {
    expect(await turnsOf(1, 3)).toEqual([1, 2, 3, 5]);
  });

  test('end at the item whose work says so', async () => {
    expect(await turnsOf(0, 9, 2)).toHaveLength(3 + 1);
  });

  test('take half a millisecond at a time, each slice', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let turns = 0;
    const begun = monotonicTime();
    vi.spyOn(globalThis.performance, 'now').mockImplementation(() => begun + now);
    let now = 0;
    const count = () => {
      turns++;
      loop = setImmediate(count);
    };
    let loop = setImmediate(count);
    const seen: number[] = [];
    await inSlices([1, 2, 3, 4, 5], () => {
      now += 0.2;
      seen.push(turns);
    });
    clearImmediate(loop);
    expect(seen).toEqual([1, 1, 1, 2, 2]);
  });

  test('that fail are not gone on with', async () => {
    const seen: number[] = [];
    const fails = inSlices([1, 2, 3], (item) => {
      seen.push(item);
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    expect(seen).toEqual([1]);
  });
});

describe('work that may hang', () => {
  function turnsWith(patienceMs = 2_000) {
    fakeTime();
    const failures: string[] = [];
    const turns = new Turns(patienceMs, (error) => failures.push((error as Error).message));
    return { turns, failures };
  }
  const settle = () => vi.advanceTimersByTimeAsync(0);

  test('is done one after the other, each with its result', async () => {
    const { turns, failures } = turnsWith();
    const order: string[] = [];
    let finish = () => {};
    const first = turns.run(async () => {
      order.push('a');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      order.push('b');
      return 1;
    });
    const second = turns.run(async () => order.push('c'));
    await settle();
    expect(order).toEqual(['a']);
    finish();
    expect(await Promise.all([first, second])).toEqual([1, 3]);
    expect([order, failures, turns.isStuck]).toEqual([['a', 'b', 'c'], [], false]);
  });

  test('that fails has no result, is told of, and the next goes on', async () => {
    const { turns, failures } = turnsWith();
    const failing = turns.run(() => Promise.reject(new Error('disk full')));
    const throwing = turns.run(() => {
      throw new Error('no disk');
    });
    expect(await Promise.all([failing, throwing, turns.run(async () => 7)])).toEqual([
      undefined,
      undefined,
      7,
    ]);
    expect(failures).toEqual(['disk full', 'no disk']);
  });

  test('that takes longer than its patience is left behind, and told so, until it ends after all', async () => {
    const { turns, failures } = turnsWith(2_000);
    let finish = (_: string) => {};
    let signal: AbortSignal | undefined;
    const hanging = turns.run((given) => {
      signal = given;
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    });
    const next = turns.run(async () => 'next');
    await vi.advanceTimersByTimeAsync(1_999);
    expect([turns.isStuck, signal?.aborted, failures]).toEqual([false, false, []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await hanging).toBeUndefined();
    expect([turns.isStuck, signal?.aborted]).toEqual([true, true]);
    expect(failures).toEqual(['a call takes longer than 2 s']);
    expect(await next).toBe('next');
    finish('late');
    await settle();
    expect([turns.isStuck, failures.length]).toEqual([false, 1]);
  });

  test('does not begin while two calls hang, and begins again once one of them has ended', async () => {
    const { turns } = turnsWith(1_000);
    let finish = () => {};
    turns.run(
      () =>
        new Promise((_, reject) => {
          finish = () => reject(new Error('late'));
        }),
    );
    const second = turns.run(() => never);
    const third = turns.run(async () => 'third');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await Promise.all([second, third])).toEqual([undefined, undefined]);
    expect(await turns.run(async () => 'fourth')).toBeUndefined();
    finish();
    await settle();
    expect(turns.isStuck).toBe(true);
    expect(await turns.run(async () => 'fifth')).toBe('fifth');
  });

  test('does not begin once all is stopped, and what is under way is told and has no result', async () => {
    const { turns, failures } = turnsWith();
    let finish = (_: string) => {};
    let signal: AbortSignal | undefined;
    expect(turns.isStopped).toBe(false);
    const underWay = turns.run((given) => {
      signal = given;
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    });
    const begun = vi.fn(async () => 7);
    const waiting = turns.run(begun);
    await settle();
    turns.stop();
    expect([turns.isStopped, signal?.aborted]).toEqual([true, true]);
    finish('done');
    expect(await Promise.all([underWay, waiting, turns.run(begun)])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(begun).not.toHaveBeenCalled();
    expect(failures).toEqual([]);
  });

  test('may be stopped before anything began, and what fails then is told to nobody', async () => {
    const { turns, failures } = turnsWith();
    turns.stop();
    expect(await turns.run(async () => 7)).toBeUndefined();
    const other = turnsWith();
    const failing = other.turns.run(async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('aborted');
    });
    await settle();
    other.turns.stop();
    expect(await failing).toBeUndefined();
    expect([failures, other.failures]).toEqual([[], []]);
  });
});
