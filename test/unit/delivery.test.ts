import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import type { Kept, Progress } from '../../src/backlog/disk/store.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import { DiskCopy } from '../../src/delivery/disk-copy.ts';
import { Ledger } from '../../src/delivery/ledger.ts';
import type { Run } from '../../src/delivery/run.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import type { Outcome } from '../../src/wire/answer.ts';
import { boundedBacklog } from '../support/backlog.ts';
import { spanBuilder } from '../support/builder.ts';
import { logLines } from '../support/logged.ts';
import {
  REFUSED,
  ScriptedSession,
  type SentReport,
  TAKEN,
  UNREADABLE,
  unreachable,
} from '../support/scripted-session.ts';

const BUCKET = 300_000;
const PERIOD: Run = { for: 'period', untilMs: Number.POSITIVE_INFINITY };
const FLUSH: Run = { for: 'flush', untilMs: Number.POSITIVE_INFINITY };
const END: Run = { for: 'end', untilMs: Number.POSITIVE_INFINITY };
const DONE = { kind: 'done' };

/** A delivery to a session that a test scripts, with all that it is made of. */
function deliveryOf({ resendUnclear = true, onDisk = false } = {}) {
  startLogHour(0);
  const session = new ScriptedSession();
  const { backlog } = boundedBacklog(10_000_000);
  const ledger = new Ledger();
  const clock = new ServerClock(() => {});
  const took: string[] = [];
  const deeds: string[] = [];
  const store = {
    keep: async (waiting: readonly Kept[]) => {
      deeds.push(`keep ${waiting.map(({ state, builders }) => `${state} ${builders.length}`).join(', ')}`);
      return true;
    },
    mark: async ({ done, sent, unclear }: Progress) => {
      deeds.push(`mark ${done} ${sent} ${unclear}`);
    },
    adopt: async () => [],
    leave: () => 0,
  };
  const disk = onDisk ? new DiskCopy(backlog, store) : undefined;
  const delivery = new Delivery({
    ...{ backlog, session, ledger, clock, disk, resendUnclear },
    delivered: (builders) => took.push(...builders.map(({ name }) => name)),
  });
  /** Counts spans: they wait, and the ledger knows. */
  const count = (...builders: SpanBuilder[]) => {
    ledger.taken += builders.reduce((sum, { total }) => sum + total, 0);
    backlog.add(builders);
  };
  return { delivery, session, backlog, ledger, clock, disk, took, deeds, count };
}

const now = () => Date.now();

function op(name: string, total: number, samples: readonly string[] = [], startTimeMs = now()): SpanBuilder {
  const made = spanBuilder(name, startTimeMs, total);
  for (const spanId of samples)
    made.keep(
      {
        ...{ traceId: 't', spanId, parentSpanId: '', startTimeMs, costMs: 1 },
        ...{ value: 0, traceFlags: 1, tag: spanId, error: '' },
      },
      spanId.startsWith('error'),
    );
  return made;
}

/** Answers reports whose counts or samples hold this text with an outcome, and takes all others. */
function refuses(text: string, outcome: Outcome) {
  return ({ builders }: SentReport) => (JSON.stringify(builders).includes(text) ? outcome : TAKEN);
}

/** Answers reports with counts with these outcomes, one after the other, and takes all others. */
function answers(...outcomes: Outcome[]) {
  return ({ builders }: SentReport) =>
    builders.some(({ Total }) => Total > 0) ? (outcomes.shift() ?? TAKEN) : TAKEN;
}

describe('a run', () => {
  test('asks with an empty report first, announces what is new, and then sends counts', async () => {
    const { delivery, session, ledger, backlog, took, count } = deliveryOf();
    count(op('a', 3), op('b', 2));
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts).toEqual(['', 'a=0 b=0', 'a=3 b=2']);
    expect(session.prepared).toBe(1);
    expect(ledger.figures).toMatchObject({ delivered: 5, reports: { delivered: 1 } });
    expect([ledger.waiting, backlog.isEmpty, took]).toEqual([0, true, ['a', 'b']]);
  });

  test('asks a server that is trusted no more, and announces no name twice', async () => {
    const { delivery, session, count } = deliveryOf();
    count(op('a', 1));
    await delivery.run(PERIOD);
    count(op('a', 2), op('b', 1));
    await delivery.run(PERIOD);
    expect(session.texts.slice(3)).toEqual(['b=0', 'a=2 b=1']);
  });

  test('asks even if nothing waits, until the limits are known, and once they are wanted anew', async () => {
    const { delivery, session } = deliveryOf();
    for (let i = 0; i < 2; i++) expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts).toEqual(['']);
    delivery.wantLimits();
    for (let i = 0; i < 2; i++) expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts).toEqual(['', '']);
  });

  test('at the end asks for nothing that only a later run could use', async () => {
    const { delivery, session, count } = deliveryOf();
    count(op('a', 1));
    await delivery.run(END);
    expect(session.texts).toEqual(['a=0', 'a=1']);
  });

  test('of a period sends four reports and pauses, another one sends all', async () => {
    const { delivery, session, backlog, count } = deliveryOf();
    for (let bucket = 9; bucket > 0; bucket--) count(op('a', bucket, [], now() - bucket * BUCKET));
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'more' });
    expect(session.texts).toEqual(['', 'a=0', 'a=9', 'a=8', 'a=7', 'a=6']);
    expect(backlog.periods).toBe(5);
    expect(await delivery.run(FLUSH)).toEqual(DONE);
    expect(session.texts.slice(6)).toEqual(['a=5', 'a=4', 'a=3', 'a=2', 'a=1']);
  });

  test('of a period that sends exactly four reports has no more to do', async () => {
    const { delivery, count } = deliveryOf();
    for (let bucket = 4; bucket > 0; bucket--) count(op('a', 1, [], now() - bucket * BUCKET));
    expect(await delivery.run(PERIOD)).toEqual(DONE);
  });

  test('sends what does not fit into a report of 500 KiB in several', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    const tags = Array.from({ length: 20 }, (_, i) => `${i}`.padStart(1_000, 'x'));
    const names = [...'abcdefghijklmnopqrstuvwx'];
    count(...names.map((name) => op(name, 1, tags)));
    expect(await delivery.run(FLUSH)).toEqual(DONE);
    const counted = session.sent.filter(({ builders }) => builders.some(({ Total }) => Total > 0));
    expect(counted.length).toBeGreaterThan(1);
    expect(counted.map(({ text }) => text).join(' ')).toBe(names.map((name) => `${name}=1+20`).join(' '));
    expect(ledger.figures.delivered).toBe(24);
  });

  test('says nothing of a report that was taken out of the backlog while it was on its way', async () => {
    const { delivery, session, backlog, ledger, took, count } = deliveryOf();
    count(op('a', 3));
    const out: string[] = [];
    session.answer = ({ text }) => {
      if (text === 'a=3') out.push(...backlog.clear().map(({ state }) => state));
      return TAKEN;
    };
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect([ledger.figures.delivered, took, out]).toEqual([0, [], ['sent']]);
  });

  test('sends no report that was taken out of the backlog while the disk was told', async () => {
    const { delivery, session, backlog, deeds, disk, count } = deliveryOf({ onDisk: true });
    count(op('a', 3));
    await disk?.renew();
    const out: string[] = [];
    Object.defineProperty(deeds, 'push', {
      value: () => out.push(...backlog.clear().map(({ state }) => state)),
    });
    expect(await delivery.run(END)).toEqual(DONE);
    expect([session.texts, out]).toEqual([['a=0'], ['ready']]);
  });
});

test('where too little time was left to announce a name, it is known by its counts', async () => {
  const { delivery, session, count } = deliveryOf();
  count(op('a', 1));
  await delivery.run({ for: 'end', untilMs: 0 });
  count(op('a', 2));
  await delivery.run(END);
  expect(session.texts).toEqual(['a=1', 'a=2']);
});

describe('a report that', () => {
  test('cannot be read goes in halves, and the one builder at fault is given up and named once', async () => {
    const lines = logLines();
    const { delivery, session, ledger, backlog, count } = deliveryOf();
    for (const _ of [1, 2]) {
      count(op('a', 1), op('b', 1), op('bad', 4), op('c', 1), op('d', 1));
      session.answer = refuses('bad', UNREADABLE);
      expect(await delivery.run(FLUSH)).toEqual(DONE);
    }
    const tried = ['a=1 b=1 bad=4 c=1 d=1', 'a=1 b=1 bad=4', 'a=1 b=1', 'bad=4', 'c=1 d=1'];
    expect(session.texts.filter((text) => /=[1-9]/.test(text)).slice(0, 5)).toEqual(tried);
    expect(ledger.figures).toMatchObject({ delivered: 8, givenUp: { unreadable: 8 } });
    expect([ledger.waiting, backlog.isEmpty]).toEqual([0, true]);
    expect(lines).toEqual(['warn the server cannot read the builder "bad": its counts are given up']);
  });

  test('cannot be read names twenty builders at most', async () => {
    const lines = logLines();
    const { delivery, session, ledger, count } = deliveryOf();
    await delivery.run(PERIOD);
    session.answer = () => UNREADABLE;
    startLogHour(50);
    for (let i = 0; i < 30; i++) count(op(`op ${i}`, 1));
    await delivery.run(FLUSH);
    expect(lines).toHaveLength(20);
    expect(ledger.figures.givenUp.unreadable).toBe(30);
  });

  test('cannot be read costs none of its good names, however many bad ones are between them', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    session.answer = refuses('bad', UNREADABLE);
    count(...Array.from({ length: 200 }, (_, i) => op(`${i % 2 === 0 ? 'good' : 'bad'} ${i}`, 1)));
    expect(await delivery.run(FLUSH)).toEqual(DONE);
    expect(ledger.figures).toMatchObject({ delivered: 100, givenUp: { unreadable: 100 } });
  });

  test('cannot be read goes without its samples first, which follow and cost only those at fault', async () => {
    const lines = logLines();
    const { delivery, session, ledger, count } = deliveryOf();
    session.answer = refuses('poison', UNREADABLE);
    count(op('a', 3, ['good', 'poison', 'error']), op('b', 2));
    expect(await delivery.run(FLUSH)).toEqual(DONE);
    expect(session.texts).toEqual([
      ...['', 'a=0 b=0', 'a=3+3 b=2', 'a=3 b=2'],
      ...['a=0+1 a=0+1 a=0+1', 'a=0+1 a=0+1', 'a=0+1', 'a=0+1', 'a=0+1'],
    ]);
    expect(ledger.figures).toMatchObject({ delivered: 5, givenUp: { unreadable: 0 } });
    expect(lines).toEqual([]);
  });

  test('has only samples at fault is halved 64 times at most, and the rest of its samples are given up', async () => {
    const { delivery, session, ledger, backlog, count } = deliveryOf();
    session.answer = refuses('poison', UNREADABLE);
    count(
      op(
        'a',
        1,
        Array.from({ length: 200 }, (_, i) => `poison${i}`),
      ),
    );
    expect(await delivery.run(FLUSH)).toEqual(DONE);
    const halved = session.texts.filter((text) => text.startsWith('a=0+1'));
    expect(halved.length).toBeGreaterThan(64);
    expect(halved.length).toBeLessThanOrEqual(2 * 64 + 1);
    expect([ledger.figures.delivered, backlog.isEmpty]).toEqual([1, true]);
  });

  test('was taken apart lets its samples go at the end', async () => {
    const { delivery, session, ledger, backlog, count } = deliveryOf();
    session.answer = refuses('poison', UNREADABLE);
    count(op('a', 1, ['poison', 'good']));
    expect(await delivery.run(END)).toEqual(DONE);
    expect(session.texts).toEqual(['a=0', 'a=1+2', 'a=1']);
    expect([ledger.figures.delivered, backlog.isEmpty]).toEqual([1, true]);
  });
});

describe('a server that refuses', () => {
  test('keeps what it refused, is asked before each run, and all is logged once', async () => {
    const lines = logLines();
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 3));
    await delivery.run(PERIOD);
    count(op('a', 2));
    session.answer = () => REFUSED;
    for (let i = 0; i < 3; i++) expect(await delivery.run(PERIOD)).toEqual({ kind: 'refused' });
    expect(session.texts.slice(3)).toEqual(['a=2', '', '']);
    expect(ledger.figures).toMatchObject({ reports: { refused: 3 }, lastError: 'switched off' });
    expect(ledger.waiting).toBe(2);
    session.answer = () => TAKEN;
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts.slice(6)).toEqual(['', 'a=2']);
    expect(lines).toEqual([
      'warn http://stand.test refuses the reports of app (switched off); counts are kept',
      'info http://stand.test takes reports again',
    ]);
    session.answer = answers(REFUSED);
    count(op('a', 1));
    await delivery.run(PERIOD);
    expect(lines).toHaveLength(3);
  });

  test('a report twice, and takes an empty one, is at odds with the report, which is split', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    await delivery.run(PERIOD);
    session.answer = ({ text }) => (text.includes('bad=') && text.includes('1') ? REFUSED : TAKEN);
    count(op('a', 1), op('bad', 1));
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'refused' });
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts.slice(1)).toEqual([
      ...['a=0 bad=0', 'a=1 bad=1', '', 'a=1 bad=1', '', 'a=1', 'bad=1', ''],
    ]);
    expect(ledger.figures).toMatchObject({ delivered: 1, givenUp: { unreadable: 1 } });
  });

  test.each([
    ['may have arrived', unreachable({ unclear: true })],
    ['did not leave', unreachable()],
    ['met a page', unreachable({ status: 403 })],
  ])('a report once that %s before costs no count', async (_, before) => {
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 3));
    session.answer = answers(before, REFUSED);
    for (let i = 0; i < 3; i++) await delivery.run(PERIOD);
    expect(ledger.figures).toMatchObject({ delivered: 3, givenUp: { unreadable: 0 } });
  });

  test('everything is at odds with no report', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    await delivery.run(PERIOD);
    count(op('a', 1, ['sample']));
    for (let i = 0; i < 10; i++) {
      session.answer = answers(REFUSED);
      await delivery.run(PERIOD);
      session.answer = () => REFUSED;
      await delivery.run(PERIOD);
    }
    session.answer = () => TAKEN;
    await delivery.run(PERIOD);
    expect(session.texts.at(-1)).toBe('a=1+1');
    expect(ledger.figures).toMatchObject({ delivered: 1, givenUp: { unreadable: 0 } });
  });

  test('a report the second time, and everything then, is at odds with no report', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    await delivery.run(PERIOD);
    count(op('a', 1, ['sample']));
    session.answer = answers(REFUSED);
    await delivery.run(PERIOD);
    session.answer = () =>
      session.texts.at(-2) === 'a=1+1' || session.texts.at(-1) !== '' ? REFUSED : TAKEN;
    session.sent.length = 0;
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'refused' });
    expect(session.texts).toEqual(['', 'a=1+1', '']);
    session.answer = () => TAKEN;
    await delivery.run(PERIOD);
    expect(session.texts.at(-1)).toBe('a=1+1');
    expect(ledger.figures).toMatchObject({ delivered: 1, givenUp: { unreadable: 0 } });
  });

  test('a report twice says nothing of it once it was taken out of the backlog', async () => {
    const { delivery, session, ledger, backlog, count } = deliveryOf();
    await delivery.run(PERIOD);
    count(op('a', 1));
    session.answer = ({ text }) => (text === '' ? TAKEN : REFUSED);
    session.knownNames.add(['a']);
    await delivery.run(PERIOD);
    session.answer = ({ text }) => {
      if (text === '' && session.texts.at(-2) === 'a=1') backlog.clear();
      return text === '' ? TAKEN : REFUSED;
    };
    session.sent.length = 0;
    await delivery.run(PERIOD);
    expect(session.texts).toEqual(['', 'a=1', '']);
    expect(ledger.figures.givenUp.unreadable).toBe(0);
  });

  test('the login says nothing of a report, and its session has logged it', async () => {
    const lines = logLines();
    const { delivery, session, count } = deliveryOf();
    await delivery.run(PERIOD);
    count(op('a', 1), op('b', 1));
    session.state = 'refused';
    session.answer = () => REFUSED;
    for (let i = 0; i < 5; i++) {
      delivery.wantLimits();
      expect(await delivery.run(END)).toEqual({ kind: 'refused' });
    }
    session.state = 'loggedIn';
    session.answer = () => TAKEN;
    await delivery.run(PERIOD);
    expect(session.texts.at(-1)).toBe('a=1 b=1');
    session.state = 'refused';
    session.answer = () => REFUSED;
    delivery.wantLimits();
    for (let i = 0; i < 3; i++) expect(await delivery.run(PERIOD)).toEqual({ kind: 'refused' });
    expect(lines.filter((line) => line.includes('refuses'))).toEqual([]);
    expect(lines).toEqual([]);
  });

  test.each(['unauthorized', 'refused'] as const)('%s, counts as a refusal in the figures', async (kind) => {
    const { delivery, session, ledger } = deliveryOf();
    session.answer = () => (kind === 'refused' ? REFUSED : { kind, message: 'old token' });
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'refused' });
    expect(ledger.figures.reports.refused).toBe(1);
  });
});

describe('a server that is away', () => {
  test('ends the run, and is asked by an empty report before what waits goes', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 3));
    session.answer = () => unreachable();
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: false });
    session.answer = answers(unreachable());
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: false });
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts).toEqual(['', '', 'a=0', 'a=3', '', 'a=3']);
    expect(ledger.figures).toMatchObject({
      ...{ delivered: 3, resentSpans: 0, lastError: 'ECONNREFUSED' },
      reports: { unreachable: 2, unclear: 0, resent: 0, delivered: 1 },
    });
  });

  test('and is one of several lets the same run go on with the next, as often as there are others', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    session.servers = 3;
    count(op('a', 1));
    session.answer = () => unreachable();
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: false });
    expect(session.texts).toEqual(['', '', '']);
    session.answer = ({ text }) => (session.sent.length === 4 ? unreachable() : text === '' ? TAKEN : TAKEN);
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts.slice(3)).toEqual(['', '', 'a=0', 'a=1']);
    expect(ledger.figures.delivered).toBe(1);
  });

  test('is no other matter if it has more to do, or is refused', async () => {
    const { delivery, session, count } = deliveryOf();
    session.servers = 2;
    for (let bucket = 9; bucket > 0; bucket--) count(op('a', 1, [], now() - bucket * BUCKET));
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'more' });
    expect(session.texts.filter((text) => text === 'a=1')).toHaveLength(4);
    session.answer = () => REFUSED;
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'refused' });
    expect(session.texts.filter((text) => text === 'a=1')).toHaveLength(5);
  });

  test('with a report that it may have taken lets no other have that in the same run', async () => {
    const { delivery, session, count } = deliveryOf();
    session.servers = 2;
    count(op('a', 1));
    session.answer = answers(unreachable({ unclear: true }));
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: true });
    expect(session.texts).toEqual(['', 'a=0', 'a=1']);
  });

  test('with an announcement keeps the counts from following', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 1));
    session.answer = ({ text }) => (text === 'a=0' ? unreachable() : TAKEN);
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: false });
    expect(session.texts).toEqual(['', 'a=0']);
    expect(ledger.waiting).toBe(1);
  });

  test('and refused before takes reports again without a word of that, if it was doubted since', async () => {
    const { delivery, session, count } = deliveryOf();
    await delivery.run(PERIOD);
    count(op('a', 1));
    session.answer = answers(unreachable());
    await delivery.run(PERIOD);
    delivery.wantLimits();
    await delivery.run(END);
    expect(session.texts.slice(1)).toEqual(['a=0', 'a=1', '', 'a=1']);
  });
});

test('a server that cannot even read an empty report is sent the others', async () => {
  const { delivery, session, ledger, count } = deliveryOf();
  count(op('a', 1));
  session.answer = ({ text }) => (text === '' ? UNREADABLE : TAKEN);
  expect(await delivery.run(PERIOD)).toEqual(DONE);
  expect(session.texts).toEqual(['', 'a=0', 'a=1']);
  expect(ledger.figures.reports.unreadable).toBe(0);
});

describe('a report whose end is unclear', () => {
  const UNCLEAR = unreachable({ unclear: true, reason: 'ECONNRESET' });

  test('goes again, as it was, behind an empty one, is counted as resent and logged', async () => {
    const lines = logLines();
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 3), op('b', 2));
    session.answer = answers(UNCLEAR);
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: true });
    expect(ledger.figures).toMatchObject({ resentSpans: 0, reports: { unclear: 1, unreachable: 1 } });
    count(op('a', 4));
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts).toEqual(['', 'a=0 b=0', 'a=3 b=2', '', 'a=3 b=2', 'a=4']);
    expect(ledger.figures).toMatchObject({
      ...{ delivered: 9, resentSpans: 5 },
      reports: { unclear: 1, resent: 1, delivered: 2 },
    });
    expect(lines).toEqual([
      'warn a report is sent again, since it is unknown whether it arrived: up to 5 calls of 2 names may count twice',
    ]);
  });

  test.each<[string, Outcome, number, number]>([
    ['did not leave again', unreachable(), 0, 0],
    ['may have arrived again', UNCLEAR, 3, 1],
  ])('and %s counts as resent as often as it may have arrived', async (_, second, spans, resent) => {
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 3));
    session.answer = answers(UNCLEAR, second);
    for (let i = 0; i < 2; i++) await delivery.run(PERIOD);
    expect(ledger.figures).toMatchObject({ resentSpans: spans, reports: { resent } });
    await delivery.run(PERIOD);
    expect(ledger.figures).toMatchObject({ delivered: 3, resentSpans: spans + 3 });
  });

  test('and that holds samples alone counts nothing twice, so that it is not told', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    session.answer = ({ text, builders }) =>
      JSON.stringify(builders).includes('poison') ? UNREADABLE : text === 'a=0+1' ? UNCLEAR : TAKEN;
    count(op('a', 1, ['good', 'poison']));
    expect(await delivery.run(FLUSH)).toEqual({ kind: 'away', unclear: true });
    session.answer = () => TAKEN;
    expect(await delivery.run(FLUSH)).toEqual(DONE);
    expect(ledger.figures).toMatchObject({ delivered: 1, resentSpans: 0, reports: { resent: 0 } });
  });

  test.each([
    [undefined, false],
    [408, false],
    [502, false],
    [500, true],
    [503, true],
  ])('with status %s goes again under resendUnclear false: %s', async (status, goesAgain) => {
    const { delivery, session, ledger, took, count } = deliveryOf({ resendUnclear: false });
    count(op('a', 3));
    session.answer = answers(unreachable({ unclear: true, ...(status === undefined ? {} : { status }) }));
    expect(await delivery.run(PERIOD)).toEqual({ kind: 'away', unclear: true });
    expect([ledger.figures.delivered, took]).toEqual(goesAgain ? [0, []] : [3, ['a']]);
    expect(await delivery.run(PERIOD)).toEqual(DONE);
    expect(session.texts.slice(3)).toEqual(goesAgain ? ['', 'a=3'] : ['']);
    expect(ledger.figures).toMatchObject({ delivered: 3, resentSpans: goesAgain ? 3 : 0 });
  });
});

describe('a report that is turned away while an empty one is taken', () => {
  test.each<[string, number, Outcome]>([
    ['by an answer that is not of the server', 3, unreachable({ status: 403 })],
    ['by an answer that may be a gateway', 3, unreachable({ unclear: true, status: 504 })],
    ['without an answer', 5, unreachable({ unclear: true })],
    ['before it left', 5, unreachable()],
  ])('%s, is taken apart after %i times', async (_, times, outcome) => {
    const { delivery, session, ledger, count } = deliveryOf();
    session.answer = refuses('poison', outcome);
    count(op('a', 3, ['poison']));
    for (let run = 1; run < times; run++) expect((await delivery.run(PERIOD)).kind).toBe('away');
    expect(session.texts.filter((text) => text === 'a=3')).toEqual([]);
    await delivery.run(PERIOD);
    expect(session.texts.filter((text) => text === 'a=3+1')).toHaveLength(times);
    expect(session.texts.filter((text) => text === 'a=3')).toHaveLength(1);
    expect(ledger.figures.delivered).toBe(3);
  });

  test('is not judged by what an empty one met too', async () => {
    const { delivery, session, ledger, count } = deliveryOf();
    count(op('a', 3, ['sample']));
    await delivery.run(END);
    count(op('a', 3, ['sample']));
    for (let i = 0; i < 12; i++) {
      session.answer = answers(unreachable({ status: 403 }));
      await delivery.run(PERIOD);
      session.answer = () => unreachable({ status: 403 });
      await delivery.run(PERIOD);
    }
    session.answer = () => TAKEN;
    await delivery.run(PERIOD);
    expect(session.texts.at(-1)).toBe('a=3+1');
    expect(ledger.figures.delivered).toBe(6);
  });

  test('and a single sample of it goes twice, since a connection also breaks by chance', async () => {
    const { delivery, session, count } = deliveryOf();
    let tries = 0;
    session.answer = ({ builders, text }) => {
      if (!JSON.stringify(builders).includes('poison')) return TAKEN;
      if (text === 'a=0+1') tries++;
      return unreachable({ status: 403 });
    };
    count(op('a', 3, ['poison']));
    for (let i = 0; i < 10; i++) await delivery.run(PERIOD);
    expect(tries).toBe(2);
  });

  test('by chance and once only keeps its single sample', async () => {
    const { delivery, session, count } = deliveryOf();
    let tries = 0;
    session.answer = ({ builders, text }) => {
      if (text === 'a=0+1') return ++tries === 1 ? unreachable({ status: 403 }) : TAKEN;
      return JSON.stringify(builders).includes('sample') ? unreachable({ status: 403 }) : TAKEN;
    };
    count(op('a', 3, ['sample']));
    for (let i = 0; i < 10; i++) await delivery.run(PERIOD);
    expect([tries, session.texts.at(-1)]).toEqual([2, 'a=0+1']);
  });
});

describe('the disk', () => {
  test('is told before a report leaves and after its answer, once a copy is there', async () => {
    const { delivery, session, disk, deeds, count } = deliveryOf({ onDisk: true });
    count(op('a', 1, [], now() - BUCKET), op('b', 1));
    await delivery.run(END);
    expect(deeds).toEqual([]);
    count(op('a', 1, [], now() - BUCKET), op('b', 1));
    await disk?.renew();
    session.answer = ({ text }) => {
      deeds.push(`send ${text}`);
      return TAKEN;
    };
    await delivery.run(END);
    expect(deeds).toEqual([
      ...['keep ready 1, ready 1', 'mark 0 1 0', 'send a=1', 'mark 1 0 0'],
      ...['mark 1 1 0', 'send b=1', 'keep '],
    ]);
  });

  test.each<[string, Outcome, string]>([
    ['was refused', REFUSED, 'mark 0 0 0'],
    ['may have arrived', unreachable({ unclear: true }), 'mark 0 0 1'],
  ])('is told that a report %s, and again before it is judged', async (_, outcome, mark) => {
    const { delivery, session, disk, deeds, count } = deliveryOf({ onDisk: true });
    await delivery.run(PERIOD);
    session.answer = answers(...Array(9).fill(outcome));
    count(op('a', 1));
    await disk?.renew();
    await delivery.run(PERIOD);
    expect(deeds).toEqual(['keep ready 1', 'mark 0 1 0', mark]);
  });

  test('is told what became of a report before an empty one asks whether it is at fault', async () => {
    const { delivery, session, disk, deeds, count } = deliveryOf({ onDisk: true });
    await delivery.run(PERIOD);
    count(op('a', 1));
    await disk?.renew();
    session.answer = ({ text }) => {
      deeds.push(`send ${text}`);
      return text === 'a=1' ? REFUSED : TAKEN;
    };
    await delivery.run(PERIOD);
    await delivery.run(PERIOD);
    expect(deeds.slice(-5)).toEqual(['mark 0 1 0', 'send a=1', 'mark 0 0 0', 'send ', 'keep ']);
  });
});

describe('what another process left', () => {
  test('waits as ours, and counts', async () => {
    const { delivery, session, ledger } = deliveryOf();
    delivery.adopt({ builders: [op('a', 3)], state: 'ready' });
    expect(ledger.figures).toMatchObject({ adopted: 3, reports: { unclear: 0 } });
    expect([ledger.counted, ledger.waiting]).toEqual([3, 3]);
    await delivery.run(PERIOD);
    expect(session.texts).toEqual(['', 'a=0', 'a=3']);
  });

  test.each(['sent', 'unclear'] as const)('and was %s goes again, behind an empty report', async (state) => {
    const { delivery, session, ledger } = deliveryOf();
    await delivery.run(PERIOD);
    delivery.adopt({ builders: [op('a', 3)], state });
    expect(ledger.figures).toMatchObject({ adopted: 3, reports: { unclear: 1 } });
    await delivery.run(END);
    expect(session.texts).toEqual(['', '', 'a=0', 'a=3']);
    expect(ledger.figures).toMatchObject({ delivered: 3, resentSpans: 3 });
  });

  test.each([
    ['sent', [''], 0],
    ['unclear', ['', '', 'a=0', 'a=3'], 3],
  ] as const)('and was %s under resendUnclear false sends %j', async (state, texts, resentSpans) => {
    const { delivery, session, ledger } = deliveryOf({ resendUnclear: false });
    await delivery.run(PERIOD);
    delivery.adopt({ builders: [op('a', 3)], state });
    await delivery.run(END);
    expect(session.texts).toEqual(texts);
    expect(ledger.figures).toMatchObject({ adopted: 3, delivered: 3, resentSpans, reports: { unclear: 1 } });
  });

  test.each([
    ['ahead of the server', 60_000, -60_000],
    ['behind it', -60_000, 0],
  ])('by a clock %s keeps its place, but for what would lie in the future', async (_, aheadMs, movedMs) => {
    // In the middle of five minutes, so that both builders count in the same.
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.UTC(2026, 10, 24, 10, 2, 30) });
    onTestFinished(() => void vi.useRealTimers());
    const { delivery, session, clock } = deliveryOf();
    const startMs = clock.now() + aheadMs;
    delivery.adopt({ builders: [op('a', 1, [], startMs), op('b', 1, [], startMs - 9_000)], state: 'ready' });
    await delivery.run(PERIOD);
    const [a, b] = session.sent.at(-1)?.builders ?? [];
    expect(a?.StartTime).toBe(startMs + movedMs);
    expect((a?.StartTime ?? 0) - (b?.StartTime ?? 0)).toBe(9_000);
  });
});

describe('settlements', () => {
  test.each<[string, Outcome, boolean]>([
    ['are taken', TAKEN, true],
    ['cannot be read', UNREADABLE, false],
    ['are refused', REFUSED, false],
    ['have no answer', unreachable({ unclear: true }), false],
  ])('that %s: %o %s', async (_, outcome, isTaken) => {
    const { delivery, session, ledger } = deliveryOf();
    await delivery.run(PERIOD);
    session.answer = () => outcome;
    expect(await delivery.settle([{ name: 'a', startTimeMs: now() }])).toBe(isTaken);
    expect(session.texts).toEqual(['', 'a=0']);
    expect(ledger.figures).toEqual(new Ledger().figures);
  });

  test('go to a server only while it is trusted', async () => {
    const { delivery, session, count } = deliveryOf();
    const settle = () => delivery.settle([{ name: 'a', startTimeMs: now() }]);
    expect(await settle()).toBe(false);
    await delivery.run(PERIOD);
    expect(await settle()).toBe(true);
    session.answer = answers(REFUSED);
    count(op('b', 1));
    await delivery.run(PERIOD);
    expect(await settle()).toBe(false);
  });
});
