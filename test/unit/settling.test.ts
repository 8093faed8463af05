import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Settlement, Settling } from '../../src/delivery/settling.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import { spanBuilder } from '../support/builder.ts';
import { fakeTime } from '../support/fake-time.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24, 10, 41, 0);

beforeEach(() => fakeTime(START));

/** When, in seconds since the start, and what: a name, and the minute that its builder names, as hh:mm. */
function settling(taken: () => boolean = () => true) {
  const sent: [number, ...string[]][] = [];
  const sizes: number[] = [];
  const send = async (settlements: readonly Settlement[]) => {
    sizes.push(settlements.length);
    sent.push([(Date.now() - START) / 1_000, ...settlements.map(shown)]);
    return taken();
  };
  const each = new Settling(new ServerClock(() => {}), send);
  onTestFinished(() => each.stop());
  return { settling: each, sent, sizes };
}

const shown = ({ name, startTimeMs }: Settlement) =>
  `${name} ${new Date(startTimeMs).toISOString().slice(11, 16)}`;
const op = (name: string, minutes = 0, total = 1) => spanBuilder(name, START + minutes * MINUTE, total);
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

describe('an hour', () => {
  test('is settled 70, 140 and 300 s after its last counts, and so is the one before the first delivery', async () => {
    const { settling: settle, sent } = settling();
    settle.note([op('a'), op('b')]);
    await pass(2 * 3_600);
    const all = ['a 09:55', 'b 09:55', 'a 10:41', 'b 10:41'];
    expect(sent).toEqual([70, 140, 300].map((seconds) => [seconds, ...all]));
  });

  test('with more counts is settled that long after these, in its last five minutes, for all of its names', async () => {
    const { settling: settle, sent } = settling();
    settle.note([op('a')]);
    await pass(100);
    settle.note([op('b', 5), op('c', 1)]);
    await pass(2 * 3_600);
    expect(sent).toEqual([
      [70, 'a 09:55', 'a 10:41'],
      [140, 'a 09:55', 'b 09:55', 'c 09:55'],
      [170, 'a 10:46', 'b 10:46', 'c 10:46'],
      [240, 'a 10:46', 'b 10:46', 'c 10:46'],
      [300, 'a 09:55', 'b 09:55', 'c 09:55'],
      [400, 'a 10:46', 'b 10:46', 'c 10:46'],
    ]);
  });

  test('and another one are settled each at its own time', async () => {
    const { settling: settle, sent } = settling();
    settle.note([op('a', -180), op('b')]);
    await pass(10);
    settle.note([op('a', -120)]);
    await pass(71);
    expect(sent).toEqual([
      [70, 'a 09:55', 'b 09:55', 'a 07:41', 'b 10:41'],
      [80, 'a 08:41'],
    ]);
  });

  test('before the first delivery is that of this delivery, whatever hour follows', async () => {
    const { settling: settle, sent } = settling();
    settle.note([op('a')]);
    await pass(3_600);
    sent.length = 0;
    settle.note([op('a', 60)]);
    await pass(71);
    expect(sent).toEqual([[3_670, 'a 11:41']]);
  });

  test('that only builders without calls named is not settled', async () => {
    const { settling: settle, sent } = settling();
    settle.note([op('a', 0, 0)]);
    await pass(600);
    expect(sent.flatMap(([, ...names]) => names)).toEqual([]);
  });
});

test('what is not taken is tried again a minute later, and is not done', async () => {
  let isTaken = false;
  const { settling: settle, sent } = settling(() => isTaken);
  settle.note([op('a')]);
  await pass(131);
  expect(sent.map(([seconds]) => seconds)).toEqual([70, 130]);
  isTaken = true;
  await pass(600);
  expect(sent.map(([seconds]) => Math.floor(seconds))).toEqual([70, 130, 190, 190, 300]);
});

test('of 499 names and of the hour before, each go in a report', async () => {
  const { settling: settle, sizes } = settling();
  settle.note(Array.from({ length: 499 }, (_, i) => op(`op ${i}`)));
  await pass(71);
  expect(sizes).toEqual([499, 499]);
});

test('more than 499 names go in several reports, of which the first that is not taken ends the rest', async () => {
  let left = 99;
  const { settling: settle, sizes } = settling(() => left-- > 0);
  settle.note(Array.from({ length: 600 }, (_, i) => op(`op ${i}`)));
  await pass(71);
  expect(sizes).toEqual([499, 499, 202]);
  sizes.length = 0;
  left = 1;
  await pass(70);
  expect(sizes).toEqual([499, 499]);
});

test('beyond 20,000 names in all only one of each hour is settled', async () => {
  const { settling: settle, sent } = settling();
  const names = Array.from({ length: 10_100 }, (_, i) => op(`op ${i}`));
  settle.note([...names, op('late', -180), op('later', -180)]);
  await pass(71);
  const settled = sent.flatMap(([, ...each]) => each);
  expect(settled).toHaveLength(20_001);
  expect(settled.filter((each) => each.startsWith('late'))).toEqual(['late 07:41']);
});

test('beyond 20,000 names only one of each hour is settled that comes later, too', async () => {
  const { settling: settle, sent } = settling();
  settle.note(Array.from({ length: 10_100 }, (_, i) => op(`op ${i}`)));
  settle.note([op('late', -180), op('later', -180)]);
  await pass(71);
  const late = sent.flatMap(([, ...each]) => each.filter((name) => name.startsWith('late')));
  expect(late).toEqual(['late 07:41']);
});

test('after the end nothing is settled', async () => {
  const { settling: settle, sent } = settling();
  settle.note([op('a')]);
  settle.stop();
  await pass(600);
  settle.note([op('a')]);
  await pass(600);
  expect(sent).toEqual([]);
});
