import { beforeEach, describe, expect, test, vi } from 'vitest';
import { monotonicTime } from '../../src/runtime/clock.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';

const DAY = 86_400_000;

beforeEach(() => {
  // Twenty lines are logged an hour.
  startLogHour(0);
  fakeTime();
  vi.advanceTimersByTime(50_000);
});

/** A clock, and by how much it was moved. */
function clockAndMoves() {
  const moves: number[] = [];
  return { clock: new ServerClock((byMs) => moves.push(byMs)), moves };
}

/** An answer that took this long, and was stamped by a server that is ahead of us after this share of it. */
function answer(clock: ServerClock, { tookMs = 10, aheadMs = 0, stampedAt = 0.5 } = {}): void {
  const sentMs = monotonicTime();
  vi.advanceTimersByTime(tookMs * stampedAt);
  const stamp = Date.now() + aheadMs;
  vi.advanceTimersByTime(tookMs * (1 - stampedAt));
  clock.learn(stamp, sentMs);
}

test.each([3_600_000, -7_200_000])(
  'a clock taken over from a thread goes on %i ms ahead of ours',
  (aheadMs) => {
    const { clock, moves } = clockAndMoves();
    clock.set(aheadMs);
    for (let i = 0; i < 2; i++) {
      expect([clock.offsetMs, clock.now(), clock.isKnown]).toEqual([aheadMs, Date.now() + aheadMs, true]);
      vi.advanceTimersByTime(60_000);
    }
    expect(moves).toEqual([]);
  },
);

describe('an answer', () => {
  test.each([
    [10, 0.5, 0],
    [3_000, 0, 0],
    [3_000, 1, 0],
    [10_000, 0.5, 0],
    [10_000, 1, 0],
    [10, 0.5, 900],
    [10, 0.5, 1_000],
    [15_000, 0, 5_000],
    // A process that stood still while a call was under way, and clocks that tell whole milliseconds.
    [60_000, 0, -1],
    [60_000, 1, 1],
  ])(
    'that took %i ms, stamped at %d of it, by a clock %i ms ahead, moves nothing',
    (tookMs, stampedAt, aheadMs) => {
      const { clock, moves } = clockAndMoves();
      answer(clock, { tookMs, stampedAt, aheadMs });
      expect(moves).toEqual([]);
      expect(clock.now()).toBe(Date.now());
      expect(clock.isKnown).toBe(true);
    },
  );

  test.each([1_001, 1_500, -1_500, 20 * 60_000, 4 * DAY, -4 * DAY])(
    'by a clock %i ms ahead is followed',
    (aheadMs) => {
      const { clock, moves } = clockAndMoves();
      answer(clock, { aheadMs });
      expect(clock.now()).toBe(Date.now() + aheadMs);
      expect(clock.offsetMs).toBe(aheadMs);
      expect(moves).toEqual([aheadMs]);
    },
  );

  test('that was slow does not move what quick ones told', () => {
    const { clock, moves } = clockAndMoves();
    answer(clock, { aheadMs: 60_000 });
    for (const stampedAt of [0, 1]) answer(clock, { aheadMs: 60_000, tookMs: 9_000, stampedAt });
    expect(moves).toEqual([60_000]);
    expect(clock.offsetMs).toBe(60_000);
  });

  test('that is slow, and agrees with a quick one, is not believed', () => {
    const { clock, moves } = clockAndMoves();
    answer(clock, { aheadMs: 60_000 });
    answer(clock, { aheadMs: 60_900, tookMs: 9_000, stampedAt: 1 });
    answer(clock, { aheadMs: 59_100, tookMs: 9_000, stampedAt: 0 });
    expect(moves).toEqual([60_000]);
  });

  test('that took as long as the one before it is believed instead', () => {
    const { clock, moves } = clockAndMoves();
    for (const aheadMs of [60_000, 61_800]) answer(clock, { aheadMs, tookMs: 1_000 });
    expect(moves).toEqual([60_000, 1_800]);
  });

  test('that is quick corrects what a slow one told', () => {
    const { clock } = clockAndMoves();
    answer(clock, { aheadMs: 60_000, tookMs: 8_000, stampedAt: 1 });
    expect(Math.abs(clock.offsetMs - 60_000)).toBeLessThanOrEqual(4_000);
    answer(clock, { aheadMs: 60_000 });
    expect(clock.offsetMs).toBe(60_000);
  });

  test.each([0, 1_795_827_562, 9e15])('that tells the time %d moves nothing', (stamp) => {
    const { clock, moves } = clockAndMoves();
    clock.learn(stamp, monotonicTime());
    expect([moves, clock.isKnown]).toEqual([[], false]);
  });
});

test.each([2_000, 3_600_000, -3_600_000])(
  'a server whose clock is set by %i ms is followed at once, though its answers are slower now',
  (stepMs) => {
    const { clock, moves } = clockAndMoves();
    for (let i = 0; i < 6; i++) answer(clock);
    answer(clock, { aheadMs: stepMs, tookMs: 600 });
    expect([moves, clock.offsetMs]).toEqual([[stepMs], stepMs]);
  },
);

test('of the last five answers the quickest is believed, and no older one', () => {
  const { clock } = clockAndMoves();
  answer(clock, { aheadMs: 60_000 });
  for (let i = 0; i < 4; i++) answer(clock, { aheadMs: 61_200, tookMs: 3_000 });
  expect(clock.offsetMs).toBe(60_000);
  answer(clock, { aheadMs: 62_000, tookMs: 2_000 });
  expect(clock.offsetMs).toBe(62_000);
});

test('a later step of over a day is followed only when a second answer confirms it', () => {
  const { clock, moves } = clockAndMoves();
  answer(clock);
  answer(clock, { aheadMs: 5 * DAY });
  answer(clock);
  answer(clock, { aheadMs: 5 * DAY });
  expect(moves).toEqual([]);
  answer(clock, { aheadMs: 5 * DAY });
  expect(moves).toEqual([5 * DAY]);
});

test('a later step of a day is followed at once', () => {
  const { clock, moves } = clockAndMoves();
  answer(clock);
  answer(clock, { aheadMs: DAY });
  answer(clock, { aheadMs: 2 * DAY + 1 });
  expect(moves).toEqual([DAY]);
});

test('a clock is ours until a server has told the time', () => {
  const { clock, moves } = clockAndMoves();
  for (let i = 0; i < 2; i++) {
    expect([clock.now(), clock.offsetMs, clock.isKnown]).toEqual([Date.now(), 0, false]);
    vi.advanceTimersByTime(60_000);
  }
  expect(moves).toEqual([]);
});

describe('a step of our own clock', () => {
  test.each([4 * DAY, -4 * DAY, 3_600_000])(
    'of %i ms moves what waits, until a server has told the time',
    (stepMs) => {
      const { clock, moves } = clockAndMoves();
      vi.setSystemTime(Date.now() + stepMs);
      expect(clock.now()).toBe(Date.now());
      expect(moves).toEqual([stepMs]);
    },
  );

  test.each([4 * DAY, -4 * DAY, 3_600_000])(
    'of %i ms moves nothing once a server has told the time',
    (stepMs) => {
      const { clock, moves } = clockAndMoves();
      answer(clock);
      const before = clock.now();
      vi.setSystemTime(Date.now() + stepMs);
      expect(clock.now()).toBe(before);
      expect(clock.offsetMs).toBe(-stepMs);
      answer(clock, { aheadMs: -stepMs });
      expect(moves).toEqual([]);
    },
  );

  test.each([
    [999, 0],
    [1_000, 0],
    [1_001, -1_001],
    [-1_000, 0],
    [-1_001, 1_001],
  ])('of %i ms leaves the server %i ms ahead: a second is worth nothing', (stepMs, aheadMs) => {
    const { clock } = clockAndMoves();
    answer(clock);
    vi.setSystemTime(Date.now() + stepMs);
    expect(clock.offsetMs).toBe(aheadMs);
  });

  test.each([
    [1_000, []],
    [1_001, [1_001]],
  ])('of %i ms that no server has told moves %j', (stepMs, moved) => {
    const { clock, moves } = clockAndMoves();
    vi.setSystemTime(Date.now() + stepMs);
    clock.now();
    expect(moves).toEqual(moved);
  });
});

test.each([
  [[3, 4, 4], ['3.0']],
  [[0.8, 1.6, 2.4], ['1.6']],
  [[-2.5], ['2.5']],
  [[0.9, 1], []],
])(
  'a server whose clock is %j days from ours is followed, and this is logged once as %j',
  (steps, logged) => {
    const lines = logLines();
    const { clock } = clockAndMoves();
    for (const days of steps) answer(clock, { aheadMs: days * DAY });
    expect(clock.offsetMs).toBe((steps.at(-1) ?? 0) * DAY);
    expect(lines).toEqual(
      logged.map(
        (days) => `warn the server's clock is ${days} days from ours, and is followed: one of them is wrong`,
      ),
    );
  },
);
