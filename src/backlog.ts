import type { SpanBuilder } from './aggregate/span-builder.ts';
import { log } from './log.ts';
import { PackedHour } from './packed-hour.ts';

const BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;
const BUCKETS_PER_HOUR = HOUR_MS / BUCKET_MS;
/** The server drops what is over 72 hours old with code 0; a little less, so that nothing lapses on the way. */
const MAX_AGE_MS = 72 * HOUR_MS - 600_000;
/** What a builder without samples takes in memory, measured once and rounded up; its name is shared. */
const BUILDER_BYTES = 256;

type Bucket = Map<string, SpanBuilder>;

/**
 * The builders not yet delivered, bounded by age and by bytes. Those of one name inside one of the server's
 * five-minute buckets are one: the console shows no finer. Over the bound the samples of the oldest go first, then
 * the five minutes of the oldest hours, and only then counts: the oldest hours are given up, counted and said once.
 */
export class Backlog {
  readonly #maxBytes: number;
  readonly #buckets = new Map<number, Bucket>();
  readonly #hours = new Map<number, PackedHour>();
  #bytes = 0;
  #total = 0;
  #expired = 0;
  #overBound = 0;
  #saidLoss = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Spans waiting. */
  get total(): number {
    return this.#total;
  }

  /** Five-minute buckets, and hours without them, waiting. */
  get periods(): number {
    return this.#buckets.size + this.#hours.size;
  }

  /** About what waits takes in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.periods === 0;
  }

  /** Spans given up, by reason. */
  get givenUp(): { readonly expired: number; readonly overBound: number } {
    return { expired: this.#expired, overBound: this.#overBound };
  }

  add(builders: readonly SpanBuilder[]): void {
    for (const builder of builders) this.#addOne(builder);
    if (this.#bytes > this.#maxBytes) this.#shrink();
  }

  /** Takes up to `count` builders, of about so many bytes, out of the oldest bucket; nothing when none waits. */
  takeOldest(count: number, maxBytes: number, nowMs: number): SpanBuilder[] {
    this.#expire(nowMs);
    this.#unpackOldest();
    this.#expire(nowMs);
    const oldest = lowest(this.#buckets.keys());
    const bucket = this.#buckets.get(oldest);
    const taken: SpanBuilder[] = [];
    let bytes = 0;
    for (const builder of bucket?.values() ?? []) {
      if (taken.length === count || bytes > maxBytes) break;
      bytes += bytesOf(builder);
      taken.push(builder);
      bucket?.delete(builder.name);
      this.#total -= builder.total;
    }
    this.#bytes -= bytes;
    if (bucket?.size === 0) this.#buckets.delete(oldest);
    if (this.isEmpty) this.#saidLoss = false;
    return taken;
  }

  /** Takes everything out; the count of spans that were waiting. */
  clear(): number {
    const total = this.#total;
    this.#buckets.clear();
    this.#hours.clear();
    this.#bytes = 0;
    this.#total = 0;
    return total;
  }

  #addOne(builder: SpanBuilder): void {
    const key = Math.floor(builder.startTimeMs / BUCKET_MS);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Map();
      this.#buckets.set(key, bucket);
    }
    const waiting = bucket.get(builder.name);
    this.#total += builder.total;
    this.#bytes += waiting === undefined ? bytesOf(builder) : builder.sampleBytes;
    if (waiting === undefined) {
      bucket.set(builder.name, builder);
      return;
    }
    waiting.merge(builder);
    waiting.startTimeMs = Math.min(waiting.startTimeMs, builder.startTimeMs);
    waiting.endTimeMs = Math.max(waiting.endTimeMs, builder.endTimeMs);
  }

  #expire(nowMs: number): void {
    for (const key of this.#hours.keys()) {
      if (nowMs - (key + 1) * HOUR_MS > MAX_AGE_MS) this.#expired += this.#dropHour(key);
    }
    for (const key of this.#buckets.keys()) {
      if (nowMs - key * BUCKET_MS > MAX_AGE_MS) this.#expired += this.#dropBucket(key);
    }
    if (this.#expired > 0) this.#sayLoss('what waited for three days, the server drops');
  }

  /** An hour whose turn it is takes its place among the buckets again. */
  #unpackOldest(): void {
    const hour = lowest(this.#hours.keys());
    if (!(hour * BUCKETS_PER_HOUR <= lowest(this.#buckets.keys()))) return;
    const packed = this.#hours.get(hour);
    this.#dropHour(hour);
    for (const builder of packed?.unpack() ?? []) this.#addOne(builder);
  }

  #shrink(): void {
    const isOver = () => this.#bytes > this.#maxBytes;
    for (const key of ascending(this.#buckets.keys())) if (isOver()) this.#dropSamples(key);
    const hours = new Set(ascending(this.#buckets.keys()).map((key) => Math.floor(key / BUCKETS_PER_HOUR)));
    for (const hour of hours) if (isOver()) this.#pack(hour);
    while (isOver() && !this.isEmpty) {
      const hour = lowest(this.#hours.keys());
      const bucket = lowest(this.#buckets.keys());
      this.#overBound += hour * BUCKETS_PER_HOUR <= bucket ? this.#dropHour(hour) : this.#dropBucket(bucket);
      this.#sayLoss('more waits than maxBacklogBytes holds');
    }
  }

  #dropSamples(key: number): void {
    for (const builder of this.#buckets.get(key)?.values() ?? []) {
      this.#bytes -= builder.sampleBytes;
      builder.dropSamples();
    }
  }

  #pack(hour: number): void {
    const builders = this.#hours.get(hour)?.unpack() ?? [];
    this.#dropHour(hour);
    for (let key = hour * BUCKETS_PER_HOUR; key < (hour + 1) * BUCKETS_PER_HOUR; key++) {
      builders.push(...(this.#buckets.get(key)?.values() ?? []));
      this.#dropBucket(key);
    }
    const packed = new PackedHour(builders);
    this.#hours.set(hour, packed);
    this.#bytes += packed.bytes;
    this.#total += packed.total;
  }

  #dropHour(key: number): number {
    const hour = this.#hours.get(key);
    this.#hours.delete(key);
    this.#bytes -= hour?.bytes ?? 0;
    this.#total -= hour?.total ?? 0;
    return hour?.total ?? 0;
  }

  #dropBucket(key: number): number {
    let total = 0;
    for (const builder of this.#buckets.get(key)?.values() ?? []) {
      total += builder.total;
      this.#bytes -= bytesOf(builder);
    }
    this.#buckets.delete(key);
    this.#total -= total;
    return total;
  }

  /** Once in an outage: the loss goes on in the stats. */
  #sayLoss(why: string): void {
    if (this.#saidLoss) return;
    this.#saidLoss = true;
    log.warn(`the oldest counts are given up: ${why}`);
  }
}

function bytesOf(builder: SpanBuilder): number {
  return BUILDER_BYTES + builder.sampleBytes;
}

function ascending(keys: Iterable<number>): number[] {
  return [...keys].sort((a, b) => a - b);
}

/** The lowest of some keys; infinite where there is none. */
function lowest(keys: Iterable<number>): number {
  return Math.min(...keys);
}
