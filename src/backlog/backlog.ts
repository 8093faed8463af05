import { bucketOf, type SpanBuilder, spansIn } from '../aggregate/span-builder.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import type { Kept, Progress } from './disk/store.ts';
import { Report } from './report.ts';
import { Slot } from './slot.ts';

const BUCKETS_PER_HOUR = 12;
const hourOf = (bucket: number) => Math.floor(bucket / BUCKETS_PER_HOUR);
/** The server drops what is over 72 hours old with code 0; a little less, so that nothing lapses on the way. */
const MAX_AGE_MS = (72 * 60 - 10) * 60_000;

/** What waits, from one change of it to the next: meanwhile only its first builders leave. */
export interface Edition {
  /** This many have left. */
  gone: number;
  /** What the first report was taken from. Nothing has come since: none of its names waits there too. */
  source?: Slot;
}

/** What a backlog is made of. */
export interface BacklogParts {
  /** {@link Backlog.bytes} at most. */
  readonly maxBytes: number;
  /** Told of spans that will not be delivered. */
  readonly giveUp: (reason: 'expired' | 'overBound', spans: number) => void;
}

/**
 * The builders not yet delivered, bounded by age and by bytes. They leave oldest first, one {@link Report} after the
 * other, and never come back from there. Builders of one name inside one of the server's five-minute buckets are one: the
 * console shows no finer. Over the bound the samples of the oldest go first, then the five minutes of the oldest hours,
 * and only then counts: of the oldest hours those of as many names as needed are given up, counted and logged once.
 */
export class Backlog {
  readonly #parts: BacklogParts;
  /** What is on its way, in order; kept here until all of it is delivered or given up. */
  readonly #leaving: Report[] = [];
  /** By the number of the five minutes. */
  readonly #slots = new Map<number, Slot>();
  /** Kept here: what leaves is counted in it. */
  edition: Edition = { gone: 0 };
  /** Once in an outage: the loss goes on in the stats. */
  readonly #loss = new OnChange();

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  /** Five minutes of which something waits or is on its way. */
  get periods(): number {
    const startMs = this.#leaving[0]?.builders[0]?.startTimeMs;
    return this.#slots.size + (startMs === undefined || this.#slots.has(bucketOf(startMs)) ? 0 : 1);
  }

  /** About what waits takes in memory, but for what is on its way. */
  get bytes(): number {
    return [...this.#slots.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get isEmpty(): boolean {
    return this.periods === 0;
  }

  /** What is on its way now. */
  get leaving(): Report | undefined {
    return this.#leaving[0];
  }

  /** Counts anew what leaves from now on. */
  newEdition(): Edition {
    this.edition = { gone: 0 };
    return this.edition;
  }

  /** All that waits, as it waits now, in the order in which it leaves. */
  waiting(): Kept[] {
    const inOrder = [...this.#leaving, ...this.#inOrder().map(([, slot]) => slot)];
    return inOrder.map(({ builders, state }) => ({ builders, state: state === 'leaving' ? 'sent' : state }));
  }

  /** What became of the first builders that wait. */
  get firsts(): Pick<Progress, 'sent' | 'unclear'> {
    const firsts = { sent: 0, unclear: 0 };
    for (const { state, builders } of this.#leaving) {
      if (state === 'ready') break;
      firsts[state === 'unclear' ? state : 'sent'] += builders.length;
    }
    return firsts;
  }

  add(builders: readonly SpanBuilder[]): void {
    if (builders.length === 0) return;
    this.newEdition();
    const added = new Map<number, SpanBuilder[]>();
    for (const builder of builders) {
      const key = bucketOf(builder.startTimeMs);
      const others = added.get(key) ?? [];
      others.push(builder);
      added.set(key, others);
    }
    for (const [key, each] of added) {
      const slot = this.#slots.get(key) ?? new Slot();
      this.#slots.set(key, slot);
      slot.add(each);
    }
    for (const [key, slot] of this.#slots) if (!added.has(key)) slot.close();
    this.#shrink();
  }

  /** Adds what may have arrived, and is to go again. */
  addUnclear(builders: readonly SpanBuilder[]): void {
    this.newEdition();
    this.#leaving.push(new Report(builders, 0, 'unclear'));
  }

  /**
   * The report that goes next, made of the first builders of the oldest slot if none is on its way; it may have to be
   * split. What has lapsed is given up, but of a report that may have arrived as a whole only. `nowMs` is the server's time.
   */
  next(nowMs: number): Report | undefined {
    const isTooOld = ({ startTimeMs }: SpanBuilder) => nowMs - startTimeMs > MAX_AGE_MS;
    for (;;) {
      const report = this.#first();
      if (report === undefined) {
        this.#loss.forget();
        return undefined;
      }
      const { builders, state } = report;
      const lapsed = builders.filter(isTooOld);
      if (lapsed.length < (state === 'ready' ? 1 : builders.length)) return report;
      const rest = builders.filter((builder) => !isTooOld(builder));
      this.#leaving.splice(0, 1, ...(rest.length === 0 ? [] : [new Report(rest)]));
      this.newEdition();
      this.#lose('expired', lapsed, 'what waited for three days, the server drops');
    }
  }

  /** Lets parts of a report go in its place, in this order; returns the first. */
  replace(report: Report, parts: readonly [Report, ...Report[]]): Report {
    const at = this.#leaving.indexOf(report);
    if (at !== -1) this.#leaving.splice(at, 1, ...parts);
    if (parts.flatMap(({ builders }) => builders).length !== report.builders.length) this.newEdition();
    return parts[0];
  }

  /** A report is delivered or given up. */
  remove(report: Report): void {
    const at = this.#leaving.indexOf(report);
    if (at === -1) return;
    this.#leaving.splice(at, 1);
    this.edition.gone += report.builders.length;
  }

  /** The server's clock, by which all times here go, turns out to be this much ahead of what was thought. */
  shift(byMs: number): void {
    this.newEdition();
    const builders = [...this.#slots.values()].flatMap((slot) => slot.builders);
    const leaving = this.#leaving.flatMap((report) => report.builders);
    for (const builder of [...builders, ...leaving]) builder.shift(byMs);
    this.#slots.clear();
    this.add(builders);
  }

  /** Takes everything out, and returns it. A report that is about to leave stays. */
  clear(): Kept[] {
    for (const report of this.#leaving) if (report.state === 'leaving') report.state = 'ready';
    const waiting = this.waiting();
    this.newEdition();
    this.#leaving.length = 0;
    this.#slots.clear();
    return waiting;
  }

  #inOrder(): [number, Slot][] {
    return [...this.#slots].sort(([a], [b]) => a - b);
  }

  /** What is left of a report that was too large goes with the next builders of its slot. */
  #first(): Report | undefined {
    const [first, second] = this.#leaving;
    const [oldest] = this.#inOrder();
    if (oldest === undefined || second !== undefined) return first;
    const [key, slot] = oldest;
    if (first !== undefined && !(first.hasRoom && this.edition.source === slot)) return first;
    this.edition.source = slot;
    this.#leaving[0] = new Report([...(first?.builders ?? []), ...slot.next()]);
    if (slot.bytes === 0) this.#slots.delete(key);
    return this.#leaving[0];
  }

  #shrink(): void {
    const isOver = () => this.bytes > this.#parts.maxBytes;
    if (!isOver()) return;
    const slots = this.#inOrder();
    for (const [, slot] of slots) if (isOver()) slot.dropSamples();
    const hours = new Set(slots.map(([key]) => hourOf(key)));
    for (const hour of hours) if (isOver()) this.#pack(hour);
    for (const [key, slot] of this.#inOrder()) {
      if (!isOver()) return;
      const lost = slot.takeOut(this.bytes - this.#parts.maxBytes);
      if (slot.bytes === 0) this.#slots.delete(key);
      this.#lose('overBound', lost, 'more waits than maxBacklogBytes holds');
    }
  }

  /** Puts all of an hour into the last five minutes of it that wait. */
  #pack(hour: number): void {
    const parts = this.#inOrder().filter(([key]) => hourOf(key) === hour);
    const last = parts.pop();
    for (const [key] of parts) this.#slots.delete(key);
    last?.[1].add(parts.flatMap(([, slot]) => slot.builders));
  }

  #lose(reason: 'expired' | 'overBound', builders: readonly SpanBuilder[], why: string): void {
    const spans = spansIn(builders);
    if (spans === 0) return;
    this.#parts.giveUp(reason, spans);
    if (this.#loss.isNew(why)) log.loss(`the oldest counts are given up: ${why}`);
  }
}
