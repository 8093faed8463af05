import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { log } from '../runtime/log.ts';
import { Batch } from './batch.ts';
import { Bucket } from './bucket.ts';
import { PackedHour } from './packed-hour.ts';
import type { Slot, Waiting } from './slot.ts';

const BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;
const BUCKETS_PER_HOUR = HOUR_MS / BUCKET_MS;
/** The server drops what is over 72 hours old with code 0; a little less, so that nothing lapses on the way. */
const MAX_AGE_MS = 72 * HOUR_MS - 600_000;

/** What a backlog is made of. */
export interface BacklogParts {
  /** {@link Backlog.bytes} at most, but for what is on its way. */
  readonly maxBytes: number;
  /** Told of spans that will not be delivered. */
  readonly giveUp: (reason: 'expired' | 'overBound', spans: number) => void;
}

/**
 * The builders not yet delivered, bounded by age and by bytes. They leave oldest first, one {@link Batch} after the
 * other, and never come back from there. Builders of one name inside one of the server's five-minute buckets are one: the
 * console shows no finer. Over the bound the samples of the oldest go first, then the five minutes of the oldest hours,
 * and only then counts: the oldest hours are given up, counted and logged once.
 */
export class Backlog {
  readonly #maxBytes: number;
  readonly #giveUp: BacklogParts['giveUp'];
  /** What is on its way, in order; kept here until all of it is delivered or given up. */
  readonly #leaving: Batch[] = [];
  /** Buckets by their number; a packed hour just before the first bucket of that hour. */
  readonly #slots = new Map<number, Slot>();
  #slotBytes = 0;
  #saidLoss = false;

  constructor({ maxBytes, giveUp }: BacklogParts) {
    this.#maxBytes = maxBytes;
    this.#giveUp = giveUp;
  }

  /** Batches, five-minute buckets, and hours without them, waiting. */
  get periods(): number {
    return this.#leaving.length + this.#slots.size;
  }

  /** About what waits takes in memory. */
  get bytes(): number {
    return sumOf(this.#leaving, ({ bytes }) => bytes) + this.#slotBytes;
  }

  get isEmpty(): boolean {
    return this.periods === 0;
  }

  /** What is on its way now. */
  get leaving(): Batch | undefined {
    return this.#leaving[0];
  }

  /** All that waits, in the order in which it leaves. */
  waiting(): Waiting[] {
    return [...this.#leaving, ...this.#inOrder().map(([, slot]) => slot)];
  }

  add(builders: readonly SpanBuilder[]): void {
    for (const builder of builders) this.#addTo(bucketOf(builder), builder);
    this.#shrink();
  }

  /** Adds what a former process left, of which the first `inFlight` may have arrived. */
  adopt(builders: readonly SpanBuilder[], isHour: boolean, inFlight: number): void {
    if (inFlight > 0) this.#leaving.push(new Batch(builders.slice(0, inFlight), isHour, undefined, inFlight));
    const others = builders.slice(inFlight);
    const [first] = others;
    if (!isHour || first === undefined) this.add(others);
    else this.#pack(Math.floor(first.startTimeMs / HOUR_MS), others);
    this.#shrink();
  }

  /** The batch that goes next, made of the oldest bucket or hour if none is on its way. `nowMs` is the server's time. */
  next(nowMs: number): Batch | undefined {
    this.#expire(nowMs);
    const [oldest] = this.#inOrder();
    if (this.#leaving.length === 0 && oldest !== undefined) {
      const [key, slot] = oldest;
      this.#remove(key, slot);
      this.#leaving.push(new Batch(slot.builders(), slot.isHour, slot.copiedAt));
    }
    if (this.isEmpty) this.#saidLoss = false;
    return this.#leaving[0];
  }

  /** All of a batch is delivered or given up. */
  finish(batch: Batch): void {
    const at = this.#leaving.indexOf(batch);
    if (at !== -1) this.#leaving.splice(at, 1);
  }

  /** The server's clock, by which all times here go, turns out to be this much ahead of what was thought. */
  shift(byMs: number): void {
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    this.#slotBytes = 0;
    for (const batch of this.#leaving) {
      batch.copiedAt = undefined;
      for (const builder of batch.builders()) builder.shift(byMs);
    }
    for (const slot of slots) {
      const builders = slot.builders();
      for (const builder of builders) builder.shift(byMs);
      this.adopt(builders, slot.isHour, 0);
    }
  }

  /** Takes everything out. */
  clear(): void {
    this.#leaving.length = 0;
    this.#slots.clear();
    this.#slotBytes = 0;
  }

  #inOrder(): [number, Slot][] {
    return [...this.#slots].sort(([a], [b]) => a - b);
  }

  #addTo(key: number, builder: SpanBuilder): void {
    const found = this.#slots.get(key);
    const bucket = found instanceof Bucket ? found : new Bucket();
    this.#slotBytes -= found?.bytes ?? 0;
    bucket.add(builder);
    this.#slotBytes += bucket.bytes;
    if (bucket !== found) this.#slots.set(key, bucket);
  }

  #remove(key: number, slot: Slot): number {
    this.#slots.delete(key);
    this.#slotBytes -= slot.bytes;
    return slot.total;
  }

  /** Gives up what has waited for too long: a batch when all of it has. */
  #expire(nowMs: number): void {
    const isTooOld = ({ startTimeMs }: SpanBuilder) => nowMs - startTimeMs > MAX_AGE_MS;
    for (const batch of [...this.#leaving]) {
      const builders = batch.builders();
      if (builders.length === 0 || !builders.every(isTooOld)) continue;
      this.finish(batch);
      this.#noteExpired(sumOf(builders, ({ total }) => total));
    }
    for (const [key, slot] of this.#slots) {
      const lastsUntilMs = slot.isHour ? (key + 0.5) * BUCKET_MS + HOUR_MS : key * BUCKET_MS;
      if (nowMs - lastsUntilMs > MAX_AGE_MS) this.#noteExpired(this.#remove(key, slot));
    }
  }

  #noteExpired(spans: number): void {
    this.#giveUp('expired', spans);
    this.#sayLoss('what waited for three days, the server drops');
  }

  #shrink(): void {
    const isOver = () => this.#slotBytes > this.#maxBytes;
    if (!isOver()) return;
    const buckets = this.#inOrder().filter(([, slot]) => slot instanceof Bucket);
    for (const [, bucket] of buckets) {
      if (!isOver()) return;
      this.#slotBytes -= bucket.bytes;
      (bucket as Bucket).dropSamples();
      this.#slotBytes += bucket.bytes;
    }
    const hours = new Set(buckets.map(([key]) => Math.floor(key / BUCKETS_PER_HOUR)));
    for (const hour of hours) if (isOver()) this.#pack(hour);
    for (const [key, slot] of this.#inOrder()) {
      if (!isOver()) return;
      this.#giveUp('overBound', this.#remove(key, slot));
      this.#sayLoss('more waits than maxBacklogBytes holds');
    }
  }

  /** All of an hour, and what is added to it, as one. */
  #pack(hour: number, added: readonly SpanBuilder[] = []): void {
    const first = hour * BUCKETS_PER_HOUR;
    const parts = this.#inOrder().filter(
      ([key]) => key >= first - 0.5 && key < first + BUCKETS_PER_HOUR - 0.5,
    );
    for (const [key, slot] of parts) this.#remove(key, slot);
    const packed = new PackedHour([...added, ...parts.flatMap(([, slot]) => slot.builders())]);
    this.#slots.set(first - 0.5, packed);
    this.#slotBytes += packed.bytes;
  }

  /** Once in an outage: the loss goes on in the stats. */
  #sayLoss(why: string): void {
    if (this.#saidLoss) return;
    this.#saidLoss = true;
    log.warn(`the oldest counts are given up: ${why}`);
  }
}

function bucketOf({ startTimeMs }: SpanBuilder): number {
  return Math.floor(startTimeMs / BUCKET_MS);
}

function sumOf<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += figure(item);
  return sum;
}
