import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { log } from '../runtime/log.ts';
import { Batch } from './batch.ts';
import { Bucket } from './bucket.ts';
import type { StoredFile } from './disk/stored-file.ts';
import { PackedHour } from './packed-hour.ts';
import type { Slot } from './slot.ts';

const BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;
const BUCKETS_PER_HOUR = HOUR_MS / BUCKET_MS;
/** The server drops what is over 72 hours old with code 0; a little less, so that nothing lapses on the way. */
const MAX_AGE_MS = 72 * HOUR_MS - 600_000;

/**
 * The builders not yet delivered, bounded by age and by bytes. Those of one name inside one of the server's
 * five-minute buckets are one: the console shows no finer. Over the bound the samples of the oldest go first, then
 * the five minutes of the oldest hours, and only then counts: the oldest hours are given up, counted and said once.
 */
export class Backlog {
  readonly #maxBytes: number;
  readonly #buckets = new Map<number, Bucket>();
  readonly #hours = new Map<number, PackedHour>();
  /** What comes while the slots are being written. */
  #aside: SpanBuilder[] | undefined;
  #obsolete: StoredFile[] = [];
  #expired = 0;
  #overBound = 0;
  #handedOver = 0;
  #saidLoss = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Spans waiting. */
  get total(): number {
    return sumOf(this.slots(), ({ total }) => total) + sumOf(this.#aside ?? [], ({ total }) => total);
  }

  /** Five-minute buckets, and hours without them, waiting. */
  get periods(): number {
    return this.#buckets.size + this.#hours.size;
  }

  /** About what waits takes in memory. */
  get bytes(): number {
    return (
      sumOf(this.#buckets.values(), ({ bytes }) => bytes) + sumOf(this.#hours.values(), ({ bytes }) => bytes)
    );
  }

  get isEmpty(): boolean {
    return this.periods === 0;
  }

  /** Spans given up, by reason. */
  get givenUp(): { readonly expired: number; readonly overBound: number; readonly handedOver: number } {
    return { expired: this.#expired, overBound: this.#overBound, handedOver: this.#handedOver };
  }

  slots(): Slot[] {
    return [...this.#hours.values(), ...this.#buckets.values()];
  }

  add(builders: readonly SpanBuilder[]): void {
    if (this.#aside === undefined) for (const builder of builders) this.#bucketOf(builder).add(builder);
    else this.#aside.push(...builders);
    if (this.bytes > this.#maxBytes) this.#shrink();
  }

  /** What a batch still holds waits, to be merged with what comes; its files hold it too. */
  putBack(batch: Batch): void {
    const builders = batch.remaining();
    const [first] = builders;
    if (first === undefined) return;
    const slot = batch.isHour ? this.#packedHour(first, builders) : this.#bucketWith(first, builders);
    // Merged with anything, its file is only a part of it.
    slot.isWritten =
      slot.files.length === 0 && batch.isAligned && batch.done === 0 && slot.total === batch.total;
    slot.files = [...slot.files, ...batch.files];
    if (this.bytes > this.#maxBytes) this.#shrink();
  }

  /** Takes the oldest bucket, or hour, out; nothing when none waits. */
  takeOldest(nowMs: number): Batch | undefined {
    this.#expire(nowMs);
    const hour = lowest(this.#hours.keys());
    const key = lowest(this.#buckets.keys());
    const slot = hour * BUCKETS_PER_HOUR <= key ? this.#hours.get(hour) : this.#buckets.get(key);
    if (slot === undefined) return undefined;
    if (slot.isHour) this.#hours.delete(hour);
    else this.#buckets.delete(key);
    if (this.isEmpty) this.#saidLoss = false;
    return new Batch(slot.builders(), slot.isHour, slot.files, slot.isWritten);
  }

  /** Nothing changes the slots until the work is over; what comes meanwhile waits aside. */
  async whileStill(work: () => Promise<void>): Promise<void> {
    this.#aside = [];
    try {
      await work();
    } finally {
      const aside = this.#aside;
      this.#aside = undefined;
      this.add(aside);
    }
  }

  /** What waits now has waited for a period when the next is taken. */
  markDue(): void {
    for (const slot of this.slots()) slot.isDue = true;
  }

  /** Takes everything out. */
  clear(): Slot[] {
    const aside = this.#aside ?? [];
    this.#aside = undefined;
    this.add(aside);
    const slots = this.slots();
    this.#buckets.clear();
    this.#hours.clear();
    return slots;
  }

  /** Files of what was given up, or merged into another: they are to be removed. */
  takeObsolete(): StoredFile[] {
    const files = this.#obsolete;
    this.#obsolete = [];
    return files;
  }

  /** Another process has taken all files over, and will deliver what they hold. */
  handOver(): void {
    for (const slot of this.slots()) {
      if (slot.isWritten) this.#handedOver += this.#drop(slot);
      // Some of it is in the files and some is not: better twice than never.
      slot.files = [];
    }
  }

  /** Counts a batch whose file another process has taken over. */
  noteHandedOver(total: number): void {
    this.#handedOver += total;
  }

  /** Gives a batch up where it has waited for too long. */
  expire(batch: Batch, nowMs: number): boolean {
    const isTooOld =
      !batch.isEmpty && batch.remaining().every(({ startTimeMs }) => nowMs - startTimeMs > MAX_AGE_MS);
    if (isTooOld) {
      this.#obsolete.push(...batch.files);
      this.#noteExpired(batch.total);
    }
    return isTooOld;
  }

  #noteExpired(total: number): void {
    this.#expired += total;
    this.#sayLoss('what waited for three days, the server drops');
  }

  #bucketWith(first: SpanBuilder, builders: readonly SpanBuilder[]): Bucket {
    const bucket = this.#bucketOf(first);
    for (const builder of builders) bucket.add(builder);
    return bucket;
  }

  #packedHour(first: SpanBuilder, builders: readonly SpanBuilder[]): PackedHour {
    return this.#pack(Math.floor(first.startTimeMs / HOUR_MS), builders);
  }

  #bucketOf({ startTimeMs }: SpanBuilder): Bucket {
    const key = Math.floor(startTimeMs / BUCKET_MS);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Bucket();
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #expire(nowMs: number): void {
    for (const [key, slot] of this.#hours) {
      if (nowMs - (key + 1) * HOUR_MS > MAX_AGE_MS) this.#noteExpired(this.#drop(slot));
    }
    for (const [key, slot] of this.#buckets) {
      if (nowMs - key * BUCKET_MS > MAX_AGE_MS) this.#noteExpired(this.#drop(slot));
    }
  }

  #shrink(): void {
    const isOver = () => this.bytes > this.#maxBytes;
    for (const bucket of inOrder(this.#buckets)) if (isOver()) bucket.dropSamples();
    const hours = new Set(ascending(this.#buckets.keys()).map((key) => Math.floor(key / BUCKETS_PER_HOUR)));
    for (const hour of hours) if (isOver()) this.#pack(hour);
    while (isOver() && !this.isEmpty) {
      const hour = lowest(this.#hours.keys());
      const bucket = lowest(this.#buckets.keys());
      const slot = hour * BUCKETS_PER_HOUR <= bucket ? this.#hours.get(hour) : this.#buckets.get(bucket);
      this.#overBound += this.#drop(slot);
      this.#sayLoss('more waits than maxBacklogBytes holds');
    }
  }

  /** All of an hour, and what is added to it, as one. */
  #pack(hour: number, added: readonly SpanBuilder[] = []): PackedHour {
    const parts: Slot[] = [];
    const before = this.#hours.get(hour);
    if (before !== undefined) parts.push(before);
    for (let key = hour * BUCKETS_PER_HOUR; key < (hour + 1) * BUCKETS_PER_HOUR; key++) {
      const bucket = this.#buckets.get(key);
      if (bucket !== undefined) parts.push(bucket);
      this.#buckets.delete(key);
    }
    const packed = new PackedHour([...added, ...parts.flatMap((part) => part.builders())]);
    packed.files = parts.flatMap((part) => part.files);
    packed.isDue = parts.some((part) => part.isDue);
    this.#hours.set(hour, packed);
    return packed;
  }

  #drop(dropped: Slot | undefined): number {
    for (const [key, slot] of this.#hours) if (slot === dropped) this.#hours.delete(key);
    for (const [key, slot] of this.#buckets) if (slot === dropped) this.#buckets.delete(key);
    this.#obsolete.push(...(dropped?.files ?? []));
    return dropped?.total ?? 0;
  }

  /** Once in an outage: the loss goes on in the stats. */
  #sayLoss(why: string): void {
    if (this.#saidLoss) return;
    this.#saidLoss = true;
    log.warn(`the oldest counts are given up: ${why}`);
  }
}

function ascending(keys: Iterable<number>): number[] {
  return [...keys].sort((a, b) => a - b);
}

function inOrder<T>(slots: ReadonlyMap<number, T>): T[] {
  return [...slots].sort(([a], [b]) => a - b).map(([, slot]) => slot);
}

/** The lowest of some keys; infinite where there is none. */
function lowest(keys: Iterable<number>): number {
  return Math.min(...keys);
}

function sumOf<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += figure(item);
  return sum;
}
