import type { SpanBuilder } from './aggregate/span-builder.ts';
import { log } from './log.ts';

const BUCKET_MS = 300_000;
/** The server drops what is over 72 hours old with code 0; a little less, so that nothing lapses on the way. */
const MAX_AGE_MS = 72 * 3_600_000 - 600_000;

/** What left the backlog undelivered. */
export interface GivenUp {
  readonly expired: number;
  readonly overBound: number;
}

/**
 * The builders not yet delivered. Those of one name inside one of the server's five-minute buckets are one: the
 * console shows no finer. Bounded by age and by bytes; what is given up is counted.
 */
export class Backlog {
  readonly #maxBytes: number;
  readonly #buckets = new Map<number, Map<string, SpanBuilder>>();
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

  /** Five-minute buckets waiting. */
  get periods(): number {
    return this.#buckets.size;
  }

  get isEmpty(): boolean {
    return this.#buckets.size === 0;
  }

  get givenUp(): GivenUp {
    return { expired: this.#expired, overBound: this.#overBound };
  }

  add(builders: readonly SpanBuilder[]): void {
    for (const builder of builders) this.#addOne(builder);
    if (this.#bytes > this.#maxBytes) this.#shrink();
  }

  /** Takes up to `count` builders, of about so many bytes, out of the oldest bucket; nothing when none waits. */
  takeOldest(count: number, maxBytes: number, nowMs: number): SpanBuilder[] {
    this.#expire(nowMs);
    const oldest = this.#oldestFirst()[0];
    if (oldest === undefined) return [];
    const bucket = this.#buckets.get(oldest) ?? new Map<string, SpanBuilder>();
    const taken: SpanBuilder[] = [];
    let bytes = 0;
    for (const builder of bucket.values()) {
      if (taken.length === count || bytes > maxBytes) break;
      bytes += bytesOf(builder);
      taken.push(builder);
      this.#remove(bucket, builder);
    }
    if (bucket.size === 0) this.#buckets.delete(oldest);
    if (this.isEmpty) this.#saidLoss = false;
    return taken;
  }

  /** Takes everything out; the count of spans that were waiting. */
  clear(): number {
    const total = this.#total;
    this.#buckets.clear();
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
    this.#bytes += bytesOf(builder);
    if (waiting === undefined) {
      bucket.set(builder.name, builder);
      return;
    }
    this.#bytes -= BUILDER_BYTES;
    waiting.merge(builder);
    waiting.startTimeMs = Math.min(waiting.startTimeMs, builder.startTimeMs);
    waiting.endTimeMs = Math.max(waiting.endTimeMs, builder.endTimeMs);
  }

  #remove(bucket: Map<string, SpanBuilder>, builder: SpanBuilder): void {
    bucket.delete(builder.name);
    this.#total -= builder.total;
    this.#bytes -= bytesOf(builder);
  }

  #expire(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (nowMs - key * BUCKET_MS <= MAX_AGE_MS) continue;
      this.#expired += this.#drop(key, bucket);
      this.#sayLoss('they waited for three days, after which the server drops them');
    }
  }

  /** Samples go before counts, and the oldest first. */
  #shrink(): void {
    for (const key of this.#oldestFirst()) {
      if (this.#bytes <= this.#maxBytes) return;
      for (const builder of this.#buckets.get(key)?.values() ?? []) {
        this.#bytes -= bytesOf(builder) - BUILDER_BYTES;
        builder.dropSamples();
      }
    }
    for (const key of this.#oldestFirst()) {
      if (this.#bytes <= this.#maxBytes) return;
      const bucket = this.#buckets.get(key);
      if (bucket !== undefined) this.#overBound += this.#drop(key, bucket);
      this.#sayLoss('more waits than maxBacklogBytes holds');
    }
  }

  /** Once in an outage: the loss goes on in the stats. */
  #sayLoss(why: string): void {
    if (this.#saidLoss) return;
    this.#saidLoss = true;
    log.warn(`the oldest counts are given up: ${why}`);
  }

  #drop(key: number, bucket: Map<string, SpanBuilder>): number {
    let total = 0;
    for (const builder of [...bucket.values()]) {
      total += builder.total;
      this.#remove(bucket, builder);
    }
    this.#buckets.delete(key);
    return total;
  }

  #oldestFirst(): number[] {
    return [...this.#buckets.keys()].sort((a, b) => a - b);
  }
}

/** What a builder without samples takes in memory, measured once and rounded up; its name is shared. */
const BUILDER_BYTES = 256;

function bytesOf(builder: SpanBuilder): number {
  return BUILDER_BYTES + builder.sampleBytes;
}
