import { expect } from 'vitest';
import type { WireBuilder } from '../../../../src/wire/report-forms.ts';
import { Figures } from './figures.ts';
import type { Place, Sending } from './place.ts';
import type { Service } from './service.ts';

/** One builder with counts, and all of its sendings. */
interface Sent {
  readonly builder: WireBuilder;
  readonly sendings: Sending[];
}

/**
 * Holds what a service tells against what its servers did with each report: every count arrived once, twice where
 * `resentSpans` says so, or not at all where `givenUp` says so, and no more is told.
 */
export function expectEachCountOnceOrTold(service: Service, places: readonly Place[]): void {
  const sent = sentBuilders(places);
  expectTheSendingsExplain(sent, places);
  const once = figuresOf(sent.filter(({ sendings }) => sendings.some(({ isTaken }) => isTaken)));
  for (const [name, counted] of service.counted) expectNoMore(once.get(name) ?? new Figures(), counted, name);

  const counted = sumOf(service.counted.values(), ({ total }) => total);
  expect(service.sum((stats) => stats.counted - stats.adopted)).toBe(counted);
  expectLosses(service, sent, counted);
  expectDoubles(service, sent);
}

/** All losses are told, and what is told as lost was at most on its way. */
function expectLosses(service: Service, sent: readonly Sent[], counted: number): void {
  const { givenUp, expired, overBound, handedOver } = givenUpBy(service);
  expect({ expired, overBound, handedOver }).toEqual({ expired: 0, overBound: 0, handedOver: 0 });
  const isLast = (...ends: Sending['end'][]) =>
    totalOf(sent.filter(({ sendings }) => ends.some((end) => sendings.at(-1)?.end === end)));
  const passed = service.resendsUnclear ? 0 : isLast('unclear', 'unclear, but may be a proxy');
  const delivered = counted - givenUp;
  expect(delivered).toBeGreaterThanOrEqual(isLast('answered'));
  expect(delivered).toBeLessThanOrEqual(isLast('answered', 'late') + passed);
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
  return sumOf(sent, ({ builder, sendings }) => {
    return builder.Total * Math.max(0, sendings.filter(mayHaveArrived).length - 1);
  });
}

/** The books of the servers are what their sendings say: a net that does not know what was taken holds nothing. */
function expectTheSendingsExplain(sent: readonly Sent[], places: readonly Place[]): void {
  const taken = sent.flatMap(({ builder, sendings }) =>
    sendings.filter(({ isTaken }) => isTaken).map(() => builder),
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
function expectNoMore(once: Figures, counted: Figures, name: string): void {
  expect({ name, missing: Math.max(0, once.total - counted.total) }).toEqual({ name, missing: 0 });
  for (const kind of ['samples', 'errorSamples'] as const) {
    for (const [id, startMs] of once[kind]) expect(counted[kind].get(id)).toBe(startMs);
  }
  if (once.total !== counted.total) return;
  const { total, errors, cost, max, min, value } = once;
  const { total: _, ...figures } = { total, errors, cost, max, min, value };
  expect({ name, ...figures }).toEqual({
    name,
    errors: counted.errors,
    cost: counted.cost,
    max: counted.max,
    min: counted.min,
    value: counted.value,
  });
}

function sentBuilders(places: readonly Place[]): Sent[] {
  const sent = new Map<string, Sent>();
  const inOrder = places.flatMap((place) => place.sendings()).sort((a, b) => a.number - b.number);
  for (const sending of inOrder) {
    for (const builder of sending.builders) {
      // Samples may be left away from one sending to the next; all else stays as it was.
      const key = JSON.stringify({ ...builder, Samples: [], ErrorSamples: [] });
      const each = sent.get(key) ?? { builder, sendings: [] };
      sent.set(key, each);
      each.sendings.push(sending);
    }
  }
  return [...sent.values()];
}

function figuresOf(sent: readonly Sent[]): Map<string, Figures> {
  const figures = new Map<string, Figures>();
  for (const { builder } of sent) {
    const each = figures.get(builder.Name) ?? new Figures();
    figures.set(builder.Name, each);
    each.addBuilder(builder);
  }
  return figures;
}

function givenUpBy(service: Service) {
  const of = (reason: 'expired' | 'overBound' | 'handedOver' | 'unreadable' | 'shutdown') =>
    service.sum((stats) => stats.givenUp[reason]);
  const [expired, overBound, handedOver] = [of('expired'), of('overBound'), of('handedOver')];
  return { givenUp: of('unreadable') + of('shutdown'), expired, overBound, handedOver };
}

function totalOf(sent: readonly Sent[]): number {
  return sumOf(sent, ({ builder }) => builder.Total);
}

function sumOf<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += figure(item);
  return sum;
}
