import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aggregatorOf } from '../../src/aggregate/create-aggregator.ts';
import { Limits } from '../../src/aggregate/limits.ts';
import { Backlog } from '../../src/backlog/backlog.ts';
import type { Kept, Progress } from '../../src/backlog/disk/store.ts';
import { resolveSettings } from '../../src/config/resolve.ts';
import { DiskCopy } from '../../src/delivery/disk-copy.ts';
import { Ledger } from '../../src/delivery/ledger.ts';
import { Reporter } from '../../src/delivery/reporter.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import { Fields } from '../../src/wire/fields.ts';
import { spanBuilder } from '../support/builder.ts';
import { logLines } from '../support/logged.ts';
import { makeSpan } from '../support/make-span.ts';
import { REFUSED, ScriptedSession, TAKEN, unreachable } from '../support/scripted-session.ts';
import { turns } from '../support/turns.ts';

const START = Date.UTC(2026, 10, 24, 10, 0, 1);

let made: Reporter[] = [];
beforeEach(() => {
  startLogHour(0);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: START });
});
afterEach(() => {
  for (const each of made) each.abandon();
  made = [];
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A store that notes what it is told, and holds what a former process left. */
class NotedStore {
  readonly deeds: string[] = [];
  left: Kept[] = [];
  looks: number[] = [];
  safe = 0;

  keep = async (waiting: readonly Kept[]) => {
    this.deeds.push(`keep ${waiting.flatMap(({ builders }) => builders.map(({ name }) => name)).join(' ')}`);
    return true;
  };

  mark = async ({ done, sent, unclear }: Progress) => {
    this.deeds.push(`mark ${done} ${sent} ${unclear}`);
  };

  adopt = async () => {
    this.looks.push(secondsIn());
    return this.left.splice(0);
  };

  leave = (waiting: readonly Kept[]) => {
    this.deeds.push(`leave ${waiting.flatMap(({ builders }) => builders.map(({ name }) => name)).join(' ')}`);
    return this.safe;
  };
}

const secondsIn = () => Math.round(Date.now() - START) / 1_000;

/** A reporter to a session that a test scripts, with all that it is made of. */
function reporterOf({ periodSeconds = 60, store }: { periodSeconds?: number; store?: NotedStore } = {}) {
  const session = new ScriptedSession();
  const ledger = new Ledger();
  const clock = new ServerClock(() => {});
  const { settings } = resolveSettings({ periodSeconds, excludes: ['hidden'], maxSamples: 0 }, {});
  const limits = new Limits(settings);
  const aggregator = aggregatorOf(settings, { limits, clock, counts: ledger });
  const backlog = new Backlog({
    maxBytes: 1_000_000,
    giveUp: (reason, spans) => ledger.giveUp(reason, spans),
  });
  const disk = store === undefined ? undefined : new DiskCopy(backlog, store);
  const parts = { session, ledger, clock, limits, aggregator, backlog, disk, resendUnclear: true };
  const reporter = new Reporter(parts);
  made.push(reporter);
  const count = (name = 'op') => aggregator.add(makeSpan({ name }));
  /** When each report was sent, in seconds since the start, and what it held. */
  const sent = () => session.sent.map(({ atMs, text }) => [(atMs - START) / 1_000, text] as const);
  return { reporter, count, sent, ...parts };
}

/** Lets what is under way come to rest: a delivery turns the event loop a few times for each report. */
const rest = () => turns(40);

/** Lets time pass in steps, between which all that is due is done. */
async function pass(seconds: number, stepSeconds = 0.5): Promise<void> {
  for (let left = seconds; left > 1e-6; left -= stepSeconds) {
    await vi.advanceTimersByTimeAsync(Math.min(stepSeconds, left) * 1_000);
    await rest();
  }
}

/** Of all that is drawn at random: the least, or the most. */
const draws = (share: number) => void vi.spyOn(Math, 'random').mockReturnValue(share);
const LEAST = 0;
const MOST = 0.999_999;

describe('a start', () => {
  test('asks for the limits at once, and has nothing to log', async () => {
    const lines = logLines();
    const { reporter, sent } = reporterOf();
    reporter.start();
    await rest();
    expect([sent(), lines]).toEqual([[[0, '']], []]);
  });

  test.each([
    ['soonest', LEAST, 60, 3, 3.5],
    ['latest', MOST, 3_600, 16, 17.5],
    ['latest, of a short period', MOST, 4, 7, 8.5],
  ])(
    'has its first counts taken after 3 to 7 s and sent within 10 s or a quarter of the period: %s',
    async (_, share, periodSeconds, from, to) => {
      draws(share);
      const { reporter, count, sent } = reporterOf({ periodSeconds });
      reporter.start();
      count();
      await pass(20, 0.25);
      const [atSeconds = 0] = sent().find(([, text]) => text === 'op=1') ?? [];
      expect(atSeconds).toBeGreaterThanOrEqual(from);
      expect(atSeconds).toBeLessThanOrEqual(to);
    },
  );

  test('logs the first report that is taken, once', async () => {
    const lines = logLines();
    const { reporter, count } = reporterOf();
    reporter.start();
    for (let i = 0; i < 5; i++) {
      count();
      await pass(60, 5);
    }
    expect(lines).toEqual(['info http://stand.test took the first report of app']);
  });
});

describe('a period', () => {
  test('that ends has its counts sent after one and the same delay', async () => {
    draws(0.5);
    const { reporter, count, sent } = reporterOf({ periodSeconds: 20 });
    reporter.start();
    await pass(18);
    for (let i = 0; i < 4; i++) {
      count();
      await pass(20);
    }
    const counted = sent().filter(([, text]) => text === 'op=1');
    expect(counted.map(([atSeconds]) => Math.round((atSeconds + 1) % 20))).toEqual([3, 3, 3, 3]);
  });

  test('that is not over at a five-minute border has its counts sent when it is', async () => {
    draws(LEAST);
    const { reporter, count, sent, backlog } = reporterOf({ periodSeconds: 3_600 });
    reporter.start();
    await pass(290, 5);
    count();
    await pass(20, 1);
    expect([backlog.periods, sent().filter(([, text]) => text === 'op=1')]).toEqual([1, []]);
    await pass(3_300, 30);
    expect(sent().filter(([, text]) => text === 'op=1')).toHaveLength(1);
  });

  test('that the server changes holds at once', async () => {
    draws(LEAST);
    const { reporter, count, sent, limits } = reporterOf({ periodSeconds: 3_600 });
    reporter.start();
    await pass(10);
    count();
    await pass(30);
    expect(sent().filter(([, text]) => text === 'op=1')).toEqual([]);
    limits.take(new Fields({ period: 5 }));
    await pass(6);
    expect(sent().filter(([, text]) => text === 'op=1')).toHaveLength(1);
  });

  test('that an answer tells as it is moves nothing', async () => {
    draws(LEAST);
    const { reporter, limits, clock } = reporterOf();
    const align = vi.spyOn(clock, 'now');
    reporter.start();
    const before = align.mock.calls.length;
    limits.take(new Fields({ period: 60, maxSamples: 2 }));
    expect(align.mock.calls).toHaveLength(before);
  });

  test('that ends while a call hangs is written to the disk, and goes afterwards', async () => {
    draws(LEAST);
    const store = new NotedStore();
    const { reporter, session, count, sent } = reporterOf({ periodSeconds: 10, store });
    reporter.start();
    await pass(5);
    let answer = () => {};
    session.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(TAKEN);
      });
    count('a');
    await pass(10);
    count('b');
    expect(store.deeds).toEqual([]);
    await pass(10);
    expect(store.deeds.at(-1)).toBe('keep a b');
    session.answer = () => TAKEN;
    answer();
    await pass(10);
    expect(sent().map(([, text]) => text)).toEqual(['', 'a=0', 'a=1', 'b=0', 'b=1']);
  });

  test('that ends in the pause after a call that failed is written, and cuts no pause short', async () => {
    draws(MOST);
    const store = new NotedStore();
    const { reporter, session, count, sent } = reporterOf({ periodSeconds: 10, store });
    session.answer = () => unreachable();
    reporter.start();
    for (let i = 0; i < 30; i++) {
      count(`op ${i}`);
      await pass(10);
    }
    const at = sent().map(([seconds]) => seconds);
    const pauses = at.map((seconds, i) => Math.round(seconds - (at[i - 1] ?? 0)));
    expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(store.deeds.filter((deed) => deed.startsWith('keep')).length).toBeGreaterThan(25);
  });

  test('that ends while a call hangs cuts the pause after that call no shorter', async () => {
    draws(LEAST);
    const { reporter, session, count } = reporterOf({ periodSeconds: 10 });
    reporter.start();
    await pass(5);
    let answer = () => {};
    session.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(unreachable());
      });
    count();
    const flush = reporter.flush(60_000);
    await pass(20);
    session.sent.length = 0;
    answer();
    await flush;
    await rest();
    expect(session.texts).toEqual([]);
    await pass(1.5);
    expect(session.texts).toEqual(['']);
  });

  test('without counts makes no report; with the fifth in a row the limits are asked for', async () => {
    draws(LEAST);
    const { reporter, sent } = reporterOf({ periodSeconds: 10 });
    reporter.start();
    await pass(125, 1);
    const at = sent().map(([seconds]) => Math.round(seconds));
    expect(at).toEqual([0, 39, 89]);
  });

  test('whose spans were all hidden asks for the limits, since the list may be cleared by now', async () => {
    draws(LEAST);
    const { reporter, count, sent } = reporterOf({ periodSeconds: 10 });
    reporter.start();
    await pass(15, 1);
    count('hidden');
    await pass(10, 1);
    count('hidden');
    await pass(8, 1);
    expect(sent().map(([seconds]) => Math.round(seconds))).toEqual([0, 19, 29]);
  });

  test('with counts begins the silence anew', async () => {
    draws(LEAST);
    const { reporter, session, count, sent } = reporterOf({ periodSeconds: 10 });
    reporter.start();
    await pass(32, 1);
    count();
    await pass(10, 1);
    session.sent.length = 0;
    await pass(45, 1);
    expect(sent()).toEqual([]);
    await pass(10, 1);
    expect(sent().map(([, text]) => text)).toEqual(['']);
  });
});

describe('the pause', () => {
  test.each([
    [LEAST, 0.8],
    [MOST, 1.2],
  ])('between bursts of four reports is a second, by a fifth: %f', async (share, seconds) => {
    draws(share);
    const { reporter, backlog, ledger, sent } = reporterOf();
    for (let bucket = 12; bucket > 0; bucket--) backlog.add([spanBuilder('op', START - bucket * 300_000)]);
    ledger.taken = 12;
    reporter.start();
    await rest();
    await pass(4, 0.1);
    const at = sent().flatMap(([atSeconds, text]) => (text === 'op=1' ? [atSeconds] : []));
    const bursts = [0, seconds, 2 * seconds].map((each) => Math.round(each * 10) / 10);
    expect(at.map((each) => Math.round(each * 10) / 10)).toEqual(
      bursts.flatMap((each) => Array(4).fill(each)),
    );
  });

  test.each([
    ['a refusal of reports', 'loggedIn', LEAST, 60],
    ['a refusal of reports', 'loggedIn', MOST, 66],
    ['a refused login', 'refused', LEAST, 180],
    ['a refused login', 'refused', MOST, 198],
  ] as const)('after %s, session %s, drawn %f, is %i s', async (_, state, share, seconds) => {
    draws(share);
    const { reporter, session, sent } = reporterOf({ periodSeconds: 3_600 });
    session.state = state;
    session.answer = () => REFUSED;
    reporter.start();
    await pass(seconds - 1, 1);
    expect(sent()).toHaveLength(1);
    await pass(2);
    expect(sent()).toHaveLength(2);
  });

  test('after a call that failed begins with a second again, once one has succeeded', async () => {
    draws(MOST);
    const { reporter, session, count, sent } = reporterOf({ periodSeconds: 3_600 });
    session.answer = () => unreachable();
    reporter.start();
    await pass(10);
    expect(sent()).toHaveLength(4);
    session.answer = () => TAKEN;
    await pass(10);
    session.answer = () => unreachable();
    count();
    await reporter.flush(60_000);
    session.sent.length = 0;
    await pass(1.5);
    expect(session.texts).toEqual(['']);
  });
});

test('a burst that succeeds takes the back-off back, and writes nothing; a call that fails then does', async () => {
  draws(MOST);
  const store = new NotedStore();
  const { reporter, session, backlog, ledger } = reporterOf({ periodSeconds: 3_600, store });
  for (let bucket = 12; bucket > 0; bucket--) backlog.add([spanBuilder('op', START - bucket * 300_000)]);
  ledger.taken = 12;
  session.answer = () => unreachable();
  reporter.start();
  await pass(14);
  expect(store.deeds).toEqual([`keep${' op'.repeat(12)}`]);
  session.answer = () => TAKEN;
  await pass(2);
  expect(backlog.periods).toBe(8);
  expect(store.deeds.filter((deed) => deed.startsWith('keep'))).toHaveLength(1);
  session.answer = () => unreachable();
  session.sent.length = 0;
  await pass(1);
  expect(session.sent).toHaveLength(1);
  await pass(1.5);
  expect(session.sent).toHaveLength(2);
});

test('a burst that succeeds after what came since the last copy leaves the copy to the end of the period', async () => {
  draws(MOST);
  const store = new NotedStore();
  const { reporter, backlog, ledger } = reporterOf({ periodSeconds: 3_600, store });
  for (let bucket = 6; bucket > 0; bucket--) backlog.add([spanBuilder('op', START - bucket * 300_000)]);
  ledger.taken = 6;
  reporter.start();
  await rest();
  expect([backlog.periods, store.deeds]).toEqual([2, []]);
});

describe('a flush', () => {
  test('takes what is there and delivers all of it at once, without pauses', async () => {
    const { reporter, count, backlog, ledger, sent } = reporterOf();
    reporter.start();
    await rest();
    for (let bucket = 9; bucket > 0; bucket--) backlog.add([spanBuilder('op', START - bucket * 300_000)]);
    ledger.taken = 9;
    count();
    await reporter.flush(60_000);
    expect(sent().filter(([, text]) => text === 'op=1')).toHaveLength(10);
    expect(ledger).toMatchObject({ counted: 10, waiting: 0 });
  });

  test('has its time for announcements', async () => {
    const lines = logLines();
    const { reporter, session, count } = reporterOf();
    reporter.start();
    await rest();
    count();
    await reporter.flush(10);
    expect(session.texts).toEqual(['', 'op=1']);
    expect(lines.filter((line) => line.includes('too little time'))).toHaveLength(1);
  });

  test('joins one that waits, and follows one that sends with what has come since', async () => {
    const { reporter, session, count } = reporterOf();
    reporter.start();
    await rest();
    let answer = () => {};
    session.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(TAKEN);
      });
    count('a');
    const first = reporter.flush(60_000);
    await rest();
    count('b');
    const second = reporter.flush(60_000);
    count('c');
    expect(reporter.flush(60_000)).toBe(second);
    expect(second).not.toBe(first);
    session.answer = () => TAKEN;
    answer();
    await Promise.all([first, second]);
    expect(session.texts).toEqual(['', 'a=0', 'a=1', 'b=0 c=0', 'b=1 c=1']);
  });

  test('that fails writes what waits to the disk, and is tried again after a pause', async () => {
    draws(LEAST);
    const store = new NotedStore();
    const { reporter, session, count } = reporterOf({ store });
    reporter.start();
    await rest();
    count();
    session.answer = () => unreachable();
    await reporter.flush(60_000);
    expect([session.texts, store.deeds]).toEqual([['', 'op=0'], ['keep op']]);
    session.answer = () => TAKEN;
    await pass(1.5);
    expect(session.texts).toEqual(['', 'op=0', '', 'op=0', 'op=1']);
  });

  test('that throws harms nothing that follows', async () => {
    const lines = logLines();
    const { reporter, session, count } = reporterOf();
    count();
    session.answer = () => {
      throw new Error('of the test');
    };
    await reporter.flush(1_000);
    session.answer = () => TAKEN;
    await reporter.flush(1_000);
    expect(session.texts.at(-1)).toBe('op=1');
    expect(lines).toContain('warn a delivery failed: Error: of the test');
  });
});

describe('what former processes left', () => {
  const left = (...names: string[]): Kept => ({
    builders: names.map((name) => spanBuilder(name, START - 60_000)),
    state: 'ready',
  });

  test.each([
    [LEAST, 15],
    [MOST, 30],
  ])(
    'is looked for after the login, once more after 15 to 30 s, and then once a minute: %f',
    async (share, again) => {
      draws(share);
      const store = new NotedStore();
      const { reporter, session } = reporterOf({ store });
      session.state = 'new';
      reporter.start();
      await pass(2.5);
      session.state = 'loggedIn';
      await pass(again + 125);
      expect(store.looks.map((at) => Math.round(at - 3))).toEqual([0, again, again + 60, again + 120]);
    },
  );

  test('is not looked for before the login, which is asked about each second', async () => {
    draws(LEAST);
    const store = new NotedStore();
    const { reporter, session } = reporterOf({ store });
    session.state = 'new';
    reporter.start();
    await pass(5.2, 0.1);
    expect(store.looks).toEqual([]);
    session.state = 'loggedIn';
    await pass(2, 0.1);
    expect(store.looks.map(Math.round)).toEqual([6]);
  });

  test('goes at once', async () => {
    draws(LEAST);
    const store = new NotedStore();
    const { reporter, session, ledger } = reporterOf({ store });
    reporter.start();
    await pass(14);
    store.left = [left('a', 'b')];
    await pass(2);
    expect(session.texts).toEqual(['', 'a=0 b=0', 'a=1 b=1']);
    expect(ledger.figures).toMatchObject({ adopted: 2, delivered: 2 });
    expect(store.deeds).toEqual(['keep a b', 'mark 0 2 0', 'keep ']);
  });

  test('does not cut the pause short after a call that failed', async () => {
    draws(MOST);
    const store = new NotedStore();
    const { reporter, session, sent } = reporterOf({ store });
    session.answer = () => unreachable();
    reporter.start();
    await pass(16);
    store.left = [left('a')];
    await pass(13.5);
    session.answer = () => TAKEN;
    await pass(30);
    const at = sent().map(([seconds]) => Math.round(seconds));
    expect(at.slice(0, 6)).toEqual([0, 1, 3, 7, 15, 31]);
  });

  test('is not looked for without a disk', async () => {
    const { reporter } = reporterOf();
    reporter.start();
    await pass(3);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  });
});

describe('the end', () => {
  test('delivers what is left and logs out, and then all is silent', async () => {
    const { reporter, session, count, ledger } = reporterOf();
    reporter.start();
    await rest();
    count();
    await reporter.end(Number.POSITIVE_INFINITY);
    expect(session.texts).toEqual(['', 'op=0', 'op=1']);
    expect([session.logouts, ledger.waiting]).toEqual([['shutdown'], 0]);
    count();
    await pass(120, 5);
    expect(session.texts).toHaveLength(3);
  });

  test('is told how much time there is', async () => {
    const { reporter, session, count } = reporterOf();
    count();
    await reporter.end(performance.now() + 10);
    expect(session.texts).toEqual(['op=1']);
  });

  test('sends nothing to a server that is away, and does not log out there', async () => {
    const { reporter, session, count, ledger, backlog } = reporterOf();
    session.state = 'away';
    count();
    await reporter.end(Number.POSITIVE_INFINITY);
    expect([session.texts, session.logouts]).toEqual([[], []]);
    expect([ledger.waiting, backlog.isEmpty]).toEqual([1, false]);
  });

  test('does not log out at a server that goes away then', async () => {
    const { reporter, session, count } = reporterOf();
    count();
    session.answer = () => {
      session.state = 'away';
      return unreachable();
    };
    await reporter.end(Number.POSITIVE_INFINITY);
    expect([session.texts, session.logouts]).toEqual([['op=0'], []]);
  });

  test('waits for the report under way', async () => {
    const { reporter, session, count } = reporterOf();
    reporter.start();
    await rest();
    count();
    let answer = () => {};
    session.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(TAKEN);
      });
    const flush = reporter.flush(60_000);
    await rest();
    const end = reporter.end(Number.POSITIVE_INFINITY);
    await rest();
    expect(session.logouts).toEqual([]);
    session.answer = () => TAKEN;
    answer();
    await Promise.all([flush, end]);
    expect([session.texts, session.logouts]).toEqual([['', 'op=0', 'op=1'], ['shutdown']]);
  });
});

describe('what is abandoned', () => {
  test('is given up without a disk, and the session is closed', async () => {
    const { reporter, session, count, ledger, backlog } = reporterOf();
    reporter.start();
    await rest();
    count();
    backlog.add([spanBuilder('other', START, 2)]);
    ledger.taken += 2;
    reporter.abandon();
    expect(ledger).toMatchObject({ counted: 3, waiting: 0 });
    expect(ledger.figures.givenUp.shutdown).toBe(3);
    expect(session.isClosed).toBe(true);
  });

  test.each([
    [0, 3, 0],
    [2, 1, 2],
    [9, 0, 3],
  ])('is on disk as far as the store tells, %i spans: %i are given up', (safe, givenUp, waiting) => {
    const store = new NotedStore();
    store.safe = safe;
    const { reporter, count, ledger } = reporterOf({ store });
    for (const name of ['a', 'b', 'c']) count(name);
    reporter.abandon();
    expect(store.deeds).toEqual(['leave a b c']);
    expect([ledger.figures.givenUp.shutdown, ledger.waiting]).toEqual([givenUp, waiting]);
  });

  test('is so at the exit of a process with a disk, once', async () => {
    const store = new NotedStore();
    const before = process.listeners('exit');
    const { reporter, count } = reporterOf({ store });
    reporter.start();
    count();
    const [exit, ...more] = process.listeners('exit').filter((each) => !before.includes(each));
    expect(more).toEqual([]);
    exit?.call(process, 0);
    await rest();
    expect(store.deeds).toEqual(['leave op']);
    expect(process.listeners('exit')).toEqual(before);
  });

  test('is not so at the exit of a process without a disk', () => {
    const before = process.listeners('exit');
    reporterOf().reporter.start();
    expect(process.listeners('exit')).toEqual(before);
  });
});

test('what is taken out is all that waits, and nothing is sent any more', async () => {
  const { reporter, count, backlog, session } = reporterOf();
  backlog.add([spanBuilder('old', START - 900_000)]);
  count('new');
  const names = reporter.takeOut().flatMap(({ builders }) => builders.map(({ name }) => name));
  expect([names, backlog.isEmpty]).toEqual([['old', 'new'], true]);
  reporter.start();
  await pass(60, 5);
  expect(session.texts.filter((text) => text !== '')).toEqual([]);
});

test('a correction of the clock moves what waits and the end of the period', async () => {
  draws(LEAST);
  const { reporter, clock, backlog, count, sent, session } = reporterOf();
  reporter.start();
  await pass(5);
  backlog.add([spanBuilder('op', START)]);
  count('late');
  clock.set(-15_000);
  reporter.clockMoved(-15_000);
  await pass(60);
  const [atSeconds = 0] = sent().find(([, text]) => text === 'op=1 late=1' || text === 'op=1') ?? [];
  // A minute is over by the clock of the server.
  expect(Math.floor(atSeconds)).toBe(14);
  const builders = session.sent.flatMap((each) => each.builders);
  expect(builders.filter(({ Name }) => Name === 'op').map(({ StartTime }) => StartTime)).toContain(
    START - 15_000,
  );
});

test('an hour is settled after its last counts, between two deliveries', async () => {
  draws(LEAST);
  const { reporter, count, session } = reporterOf({ periodSeconds: 3_600 });
  reporter.start();
  count();
  await pass(10);
  session.sent.length = 0;
  await pass(300, 5);
  expect(session.texts).toEqual(['op=0 op=0', 'op=0 op=0', 'op=0 op=0']);
});

test('five-minute periods that wait are counted', () => {
  const { reporter, backlog, session } = reporterOf();
  backlog.add([spanBuilder('a', START), spanBuilder('a', START - 300_000)]);
  expect([reporter.periodsWaiting, reporter.session]).toEqual([2, session]);
});
