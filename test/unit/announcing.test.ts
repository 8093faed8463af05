import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Announcing } from '../../src/delivery/announcing.ts';
import { monotonicTime } from '../../src/runtime/clock.ts';
import { spanBuilder } from '../support/builder.ts';
import { logLines } from '../support/logged.ts';
import { REFUSED, ScriptedSession, TAKEN, UNREADABLE, unreachable } from '../support/scripted-session.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  vi.advanceTimersByTime(60_000);
});
afterEach(() => void vi.useRealTimers());

const EVER = Number.POSITIVE_INFINITY;
const named = (...names: string[]) => names.map((name) => spanBuilder(name, Date.now(), 2));
const many = (count: number) => named(...Array.from({ length: count }, (_, i) => `op ${i}`));

function announcing() {
  const session = new ScriptedSession();
  return { session, announcing: new Announcing(session) };
}

describe('new names', () => {
  test('go ahead with no calls and no samples, at the time of their counts, once', async () => {
    const { session, announcing: announce } = announcing();
    const [a, b, c] = named('a', 'b', 'c');
    if (!a || !b || !c) throw new Error('three builders');
    expect(await announce.announce([a, b], EVER)).toBeUndefined();
    expect(await announce.announce([b, c, a], EVER)).toBeUndefined();
    expect(session.texts).toEqual(['a=0 b=0', 'c=0']);
    expect(session.sent[0]?.builders[0]?.StartTime).toBe(a.startTimeMs);
  });

  test.each([
    [0, []],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ])('%i go in reports of %j', async (count, sizes) => {
    const { session, announcing: announce } = announcing();
    await announce.announce(many(count), EVER);
    expect(session.sent.map(({ builders }) => builders.length)).toEqual(sizes);
  });

  test('that cannot be read are halved, down to one, which shows itself when its counts follow', async () => {
    const { session, announcing: announce } = announcing();
    session.answer = ({ text }) => (text.includes('bad') ? UNREADABLE : TAKEN);
    expect(await announce.announce(named('a', 'bad', 'b', 'c', 'd'), EVER)).toBeUndefined();
    expect(session.texts).toEqual([
      'a=0 bad=0 b=0 c=0 d=0',
      'a=0 bad=0 b=0',
      'a=0 bad=0',
      'a=0',
      'bad=0',
      'b=0',
      'c=0 d=0',
    ]);
    await announce.announce(named('a', 'bad', 'b', 'c', 'd'), EVER);
    expect(session.texts).toHaveLength(7);
  });

  test.each([
    ['refused', REFUSED],
    ['not reached', unreachable()],
    ['not sure to have arrived', unreachable({ unclear: true })],
  ])('that are %s keep their counts from following, and are announced again', async (_, outcome) => {
    const { session, announcing: announce } = announcing();
    session.answer = () => outcome;
    expect(await announce.announce(many(120), EVER)).toBe(outcome);
    expect(session.sent).toHaveLength(1);
    session.answer = () => TAKEN;
    expect(await announce.announce(many(120), EVER)).toBeUndefined();
    expect(session.sent).toHaveLength(4);
  });

  test('of which the first half cannot be announced let the second wait', async () => {
    const { session, announcing: announce } = announcing();
    session.answer = ({ builders }) => (builders.length > 1 ? UNREADABLE : REFUSED);
    expect(await announce.announce(named('a', 'b'), EVER)).toBe(REFUSED);
    expect(session.texts).toEqual(['a=0 b=0', 'a=0']);
  });

  test('are new to another server that is in use by now', async () => {
    const { session, announcing: announce } = announcing();
    await announce.announce(named('a'), EVER);
    Object.assign(session, { knownNames: new ScriptedSession().knownNames });
    await announce.announce(named('a'), EVER);
    expect(session.texts).toEqual(['a=0', 'a=0']);
  });
});

describe('where 10 ms a name and the round trips are over half of the time left, counts go without', () => {
  test.each<[string, number, readonly number[], number, number]>([
    ['one name', 1, [], 20, 1],
    ['one name', 1, [], 19, 0],
    ['60 names', 60, [], 1_200, 2],
    ['60 names', 60, [], 1_199, 0],
    ['one name and calls of 100 ms', 1, [20, 100, 60], 320, 1],
    ['one name and calls of 100 ms', 1, [20, 100, 60], 319, 0],
    ['60 names in two calls of 100 ms', 60, [100], 1_800, 2],
    ['60 names in two calls of 100 ms', 60, [100], 1_799, 0],
    ['no new name and slow calls', 0, [9_000], 1, 0],
  ])(
    '%s: %i after calls of %j within %i ms take %i reports',
    async (_, count, roundTripsMs, leftMs, sent) => {
      const lines = logLines();
      const { session, announcing: announce } = announcing();
      session.roundTrips.note(...roundTripsMs);
      expect(await announce.announce(many(count), monotonicTime() + leftMs)).toBeUndefined();
      expect(session.sent).toHaveLength(sent);
      const isTooLate = sent === 0 && count > 0;
      expect(lines.filter((line) => line.includes('too little time is left'))).toHaveLength(
        isTooLate ? 1 : 0,
      );
    },
  );

  test('which is logged once', async () => {
    const lines = logLines();
    const { announcing: announce } = announcing();
    for (let i = 0; i < 3; i++) await announce.announce(many(9), monotonicTime() + 10);
    expect(lines).toEqual([
      'warn too little time is left to announce new names: other processes that bring them now may lose counts',
    ]);
  });
});
