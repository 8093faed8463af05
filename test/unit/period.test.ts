import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Period } from '../../src/delivery/period.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import { fakeTime } from '../support/fake-time.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24, 10, 2, 30);

beforeEach(() => fakeTime(START));

/** What is taken: when by the clock of the server, as mm:ss, and `border` unless a period is over. */
function period() {
  const taken: string[] = [];
  const clock = new ServerClock(() => {});
  const each = new Period(clock, (isOver) => {
    taken.push(new Date(clock.now()).toISOString().slice(14, 19) + (isOver ? '' : ' border'));
  });
  onTestFinished(() => each.stop());
  return { period: each, clock, taken };
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

test('the first period has its own length, those that follow end at multiples by the clock', async () => {
  const { period: each, taken } = period();
  each.start(20_000, 5_000);
  await pass(4.9);
  expect(taken).toEqual([]);
  await pass(50);
  expect(taken).toEqual(['02:35', '02:40', '03:00', '03:20']);
});

test.each([
  [90_000, ['02:35', '03:00', '04:30', '05:00 border', '06:00', '07:30']],
  [300_000, ['02:35', '05:00', '10:00']],
  [600_000, ['02:35', '05:00 border', '10:00']],
  [3_600_000, ['02:35', '05:00 border', '10:00 border']],
])('of %i ms, builders are taken at five-minute borders too', async (periodMs, expected) => {
  const { period: each, taken } = period();
  each.start(periodMs, 5_000);
  await pass(expected.length === 6 ? 300 : 451);
  expect(taken).toEqual(expected);
});

describe('what is aligned anew', () => {
  test('in the first period leaves its end where it is', async () => {
    const { period: each, clock, taken } = period();
    each.start(20_000, 5_000);
    await pass(2);
    clock.set(10 * MINUTE);
    each.align(1_000);
    await pass(2.9);
    expect(taken).toEqual([]);
    await pass(0.2);
    expect(taken).toEqual(['12:35']);
  });

  test('after the end of the first period is late by no time', async () => {
    const { period: each, taken } = period();
    each.start(20_000, 5_000);
    vi.setSystemTime(START + 5 * MINUTE);
    (setTimeout as unknown as { clock: { jump(ms: number): void } }).clock.jump(9_000);
    each.align(20_000);
    await pass(0);
    expect(taken).toHaveLength(1);
  });

  test('later ends at the next multiple of the new period at once', async () => {
    const { period: each, taken } = period();
    each.start(3_600_000, 5_000);
    await pass(6);
    each.align(2_000);
    await pass(4.1);
    expect(taken).toEqual(['02:35', '02:38', '02:40']);
  });

  test('follows the clock of the server', async () => {
    const { period: each, clock, taken } = period();
    each.start(20_000, 5_000);
    await pass(6);
    clock.set(-7_000);
    each.align(20_000);
    await pass(31);
    expect(taken).toEqual(['02:35', '02:40', '03:00']);
  });
});

test('a timer that rings a little early ends the period all the same, once', async () => {
  const { period: each, clock, taken } = period();
  each.start(20_000, 5_000);
  await pass(6);
  // As if the clock ran slower than the timers: it is 5 ms before the time when they ring.
  clock.set(0);
  each.align(20_000);
  clock.set(-5);
  await pass(4.1);
  expect(taken).toEqual(['02:35', '02:39']);
  await pass(19.8);
  expect(taken).toEqual(['02:35', '02:39']);
  await pass(0.2);
  expect(taken).toEqual(['02:35', '02:39', '03:00']);
});

test('a border in the first period leaves the end of that where it is', async () => {
  vi.setSystemTime(START + 147_000);
  const { period: each, taken } = period();
  each.start(20_000, 5_000);
  await pass(20);
  expect(taken).toEqual(['05:00 border', '05:02']);
});

test('one that rings before a border passes it once', async () => {
  const { period: each, clock, taken } = period();
  each.start(3_600_000, 5_000);
  await pass(140);
  clock.set(0);
  each.align(3_600_000);
  clock.set(-4);
  await pass(30);
  expect(taken).toEqual(['02:35', '04:59 border']);
});

test('after the end nothing is taken', async () => {
  const { period: each, taken } = period();
  each.start(1_000, 5_000);
  each.stop();
  each.align(2_000);
  await pass(60);
  expect(taken).toEqual([]);
});
