import { expect } from 'vitest';
import type { WireBuilder } from '../../../../src/wire/report-forms.ts';
import { Figures } from './figures.ts';
import { History, refusesName } from './history.ts';
import { type Place, type Sending, samplesOf } from './place.ts';
import type { Service } from './service.ts';

/** One builder with counts, and all of its sendings. */
interface Sent {
  readonly builder: WireBuilder;
  readonly history: History;
}

interface NameState {
  /** Counts of it that no server has. */
  readonly missing: number;
  /** It could not even be announced. */
  readonly isRefused: boolean;
}

/**
 * Holds what a service tells against what its servers did with each report: every count arrived once, twice where
 * `resentSpans` says so, or not at all where `givenUp` says so, and no more is told.
 */
export function expectEachCountOnceOrTold(service: Service, places: readonly Place[]): void {
  const calls = places.flatMap((place) => place.sendings()).sort((a, b) => a.number - b.number);
  const sent = sentBuilders(calls);
  expectTheSendingsExplain(sent, places);
  const once = figuresOf(sent.filter(({ history }) => history.isTaken));
  for (const [name, counted] of service.counted)
    expectNoMore(once.get(name) ?? new Figures(name), counted, service);

  const counted = sumOf(service.counted.values(), ({ total }) => total);
  expect(service.sum((stats) => stats.counted - stats.adopted)).toBe(counted);
  expectLosses(service, sent, counted);
  expectReasons(service, sent, (name) => ({
    missing: (service.counted.get(name)?.total ?? 0) - (once.get(name)?.total ?? 0),
    isRefused: refusesName(calls, name),
  }));
  expectSamples(service, sent, calls);
  expectDoubles(service, sent);
}

/** All losses are told, and what is told as lost was at most on its way. */
function expectLosses(service: Service, sent: readonly Sent[], counted: number): void {
  const of = (reason: 'expired' | 'overBound' | 'handedOver' | 'unreadable' | 'shutdown') =>
    service.sum((stats) => stats.givenUp[reason]);
  expect({ expired: of('expired'), overBound: of('overBound'), handedOver: of('handedOver') }).toEqual({
    expired: 0,
    overBound: 0,
    handedOver: 0,
  });
  // With a disk that works, the next life has what an end could not deliver.
  if (service.hasDisk) expect(of('shutdown')).toBe(0);
  const isLast = (...ends: Sending['end'][]) =>
    totalOf(sent, ({ history }) => ends.includes(history.last.end));
  const passed = service.resendsUnclear ? 0 : isLast('unclear', 'unclear, but may be a proxy');
  const delivered = counted - of('unreadable') - of('shutdown');
  expect(delivered).toBeGreaterThanOrEqual(isLast('answered'));
  expect(delivered).toBeLessThanOrEqual(isLast('answered', 'late') + passed);
}

/** What is missing of a name has a reason of its own: it was rejected by itself, or passed for delivered. */
function expectReasons(service: Service, sent: readonly Sent[], stateOf: (name: string) => NameState): void {
  const isGivenUp = ({ history }: Sent) => history.isBlamed(history.sendings.length - 1);
  const hasReason = (each: Sent) => {
    const mayHavePassed = !service.resendsUnclear && each.history.last.end !== 'turned away';
    return !each.history.isTaken && (isGivenUp(each) || mayHavePassed);
  };
  let [unexplained, refused] = [0, 0];
  for (const name of service.counted.keys()) {
    const { missing, isRefused } = stateOf(name);
    const explained = totalOf(sent, (each) => each.builder.Name === name && hasReason(each));
    if (isRefused) refused += missing;
    else unexplained += Math.max(0, missing - explained);
  }
  expect(unexplained).toBeLessThanOrEqual(service.sum((stats) => stats.givenUp.shutdown));
  const unreadable = service.sum((stats) => stats.givenUp.unreadable);
  expect(unreadable).toBeLessThanOrEqual(totalOf(sent, isGivenUp) + refused);
}

/** Splits of samples, after which the rest of a report's is given up. */
const SAMPLE_SPLITS = 64;

/**
 * Each sample arrives, with its counts or apart from them, unless it was rejected by itself, or its name was. What was
 * taken apart ends with its life, so the last life delivers all of it.
 */
function expectSamples(service: Service, sent: readonly Sent[], calls: readonly Sending[]): void {
  const lastWith = new Map<string, Sent>();
  const inOrder = [...sent].sort((a, b) => a.history.last.number - b.history.last.number);
  for (const each of inOrder) for (const id of each.history.sampleIds(0)) lastWith.set(id, each);
  const apart = calls.flatMap((call) => call.apart.flatMap(samplesOf).map((id) => [id, call] as const));
  const lastApart = new Map(apart);
  const arrivedApart = new Set(apart.filter(([, { isTaken }]) => isTaken).map(([id]) => id));
  const rejectedApart = calls.filter((call) => call.apart.length > 0 && call.rejection !== undefined);
  /** It was taken apart, because of a call of a life that has ended. */
  const isOfEndedLife = (id: string, history: History | undefined, went: Sending | undefined) => {
    const sendings = history?.sendings.filter((_, at) => history.sampleIds(at).includes(id)) ?? [];
    if (sendings.length > 0 && sendings.at(-1) === history?.last) return false;
    const name = service.certainSamples.get(id) ?? '';
    const inVain = calls.find(
      ({ announced, rejection }) => announced.includes(name) && rejection !== undefined,
    );
    const cause = went ?? sendings.at(-1) ?? inVain;
    return cause !== undefined && cause.number <= service.callsBefore;
  };
  const isLost = (id: string) => {
    if (arrivedApart.has(id)) return false;
    const history = lastWith.get(id)?.history;
    // What was taken apart may wait beside later counts of its name, with the next life, and go with them.
    const taken = history?.taken;
    if (taken !== undefined && samplesOf(taken).includes(id)) return false;
    const went = lastApart.get(id);
    if (isOfEndedLife(id, history, went)) return false;
    if (went !== undefined) {
      const isFound = went.apart.length === 1 || rejectedApart.length > SAMPLE_SPLITS;
      const mayHavePassed = !service.resendsUnclear && went.end !== 'turned away';
      return !mayHavePassed && !(isFound && went.rejection !== undefined);
    }
    if (history === undefined) return !refusesName(calls, service.certainSamples.get(id) ?? '');
    const last = history.sendings.findLastIndex((_, at) => history.sampleIds(at).includes(id));
    const mayHavePassed = !service.resendsUnclear && history.last.end !== 'turned away';
    return !history.isBlamed(last) && !mayHavePassed;
  };
  if (service.sum((stats) => stats.givenUp.shutdown) > 0) return;
  expect([...service.certainSamples.keys(), ...lastWith.keys()].filter(isLost)).toEqual([]);
}

/** A builder that goes again after an unclear end may count twice, unless its sender learns that it did not. */
function expectDoubles(service: Service, sent: readonly Sent[]): void {
  const told = service.sum((stats) => stats.resentSpans);
  expect(told).toBeGreaterThanOrEqual(
    resentIf(sent, ({ end, isTaken }) => isTaken || (end !== 'turned away' && end !== 'late')),
  );
  expect(told).toBeLessThanOrEqual(resentIf(sent, ({ end }) => end !== 'turned away'));
}

function resentIf(sent: readonly Sent[], mayHaveArrived: (sending: Sending) => boolean): number {
  return sumOf(sent, ({ builder, history }) => {
    return builder.Total * Math.max(0, history.sendings.filter(mayHaveArrived).length - 1);
  });
}

/** The books of the servers are what their sendings say: a net that does not know what was taken holds nothing. */
function expectTheSendingsExplain(sent: readonly Sent[], places: readonly Place[]): void {
  const taken = sent.flatMap(({ builder, history }) =>
    history.sendings.filter(({ isTaken }) => isTaken).map(() => builder),
  );
  const books = places.flatMap(({ server }) => server.app('app')?.names ?? []);
  for (const name of new Set(books.map((book) => book.name))) {
    const arrived = sumOf(books, (book) => (book.name === name ? book.total : 0));
    expect({ name, arrived }).toEqual({
      name,
      arrived: sumOf(taken, ({ Name, Total }) => (Name === name ? Total : 0)),
    });
  }
}

/** Of one name: nothing twice under two guises; all figures where nothing is missing; samples of its own calls. */
function expectNoMore(once: Figures, counted: Figures, service: Service): void {
  const { name } = counted;
  expect({ name, missing: Math.max(0, once.total - counted.total) }).toEqual({ name, missing: 0 });
  for (const kind of ['samples', 'errorSamples'] as const) {
    for (const [id, startMs] of once[kind]) {
      // Between a step of the clock and the next answer a time may be by the clock of before.
      const byMs = startMs - (counted[kind].get(id) ?? Number.NaN);
      expect({ name, id, byMs: service.isByAnotherClock(byMs) ? 0 : byMs }).toEqual({ name, id, byMs: 0 });
    }
  }
  if (once.total !== counted.total) return;
  expect({ name, ...once.sums }).toEqual({ name, ...counted.sums });
}

function sentBuilders(calls: readonly Sending[]): Sent[] {
  const sent = new Map<string, Sent>();
  for (const sending of calls) {
    for (const builder of sending.builders) {
      // Samples may be left away from one sending to the next, and times move with the clock; all else stays as it was.
      const key = JSON.stringify({ ...builder, StartTime: 0, EndTime: 0, Samples: [], ErrorSamples: [] });
      const each = sent.get(key) ?? { builder, history: new History(builder.Name, calls) };
      sent.set(key, each);
      each.history.sendings.push(sending);
    }
  }
  return [...sent.values()];
}

function figuresOf(sent: readonly Sent[]): Map<string, Figures> {
  const figures = new Map<string, Figures>();
  for (const { builder, history } of sent) {
    const each = figures.get(builder.Name) ?? new Figures(builder.Name);
    figures.set(builder.Name, each);
    each.addBuilder(history.taken ?? builder);
  }
  return figures;
}

function totalOf(sent: readonly Sent[], isCounted: (sent: Sent) => boolean): number {
  return sumOf(sent.filter(isCounted), ({ builder }) => builder.Total);
}

function sumOf<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += figure(item);
  return sum;
}
