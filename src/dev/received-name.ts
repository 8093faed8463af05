import type { WireBuilder, WireSample } from '../wire/report.ts';
import { kindOf } from './kind.ts';

/** The calls of one name in one five-minute bucket. */
export interface ReceivedBucket {
  /** Unix milliseconds, a multiple of five minutes. */
  readonly startMs: number;
  readonly total: number;
  readonly errors: number;
}

/** What came under one name. Costs are milliseconds. */
export interface ReceivedName {
  readonly name: string;
  /** The kind the console shows: `api`, `http`, `mq`, `other`, or what stands before the first colon. */
  readonly kind: string;
  readonly total: number;
  readonly errors: number;
  readonly costMs: number;
  readonly maxCostMs: number;
  /** The least of all builders that had calls; 0 where none had. */
  readonly minCostMs: number;
  /** As the console shows it: from 50 calls on the slowest is left out. */
  readonly averageMs: number;
  readonly value: number;
  /** The last 100 samples. */
  readonly samples: readonly WireSample[];
  /** The last 100 error samples. */
  readonly errorSamples: readonly WireSample[];
  /** How many builders were taken, those of Total 0 included. */
  readonly builders: number;
  /** The five-minute buckets in which there were calls, oldest first. */
  readonly buckets: readonly ReceivedBucket[];
}

const BUCKET_MS = 300_000;
/** A little more than there can be between three days ago and a day ahead. */
const MAX_BUCKETS = 1_200;
const MAX_SAMPLES = 100;
const FEW_CALLS = 50;

/** Adds up the builders of one name. */
export class NameBook {
  readonly name: string;
  readonly #buckets = new Map<number, { total: number; errors: number }>();
  #samples: readonly WireSample[] = [];
  #errorSamples: readonly WireSample[] = [];
  #builders = 0;
  #total = 0;
  #errors = 0;
  #costMs = 0;
  #maxCostMs = 0;
  #minCostMs = Number.POSITIVE_INFINITY;
  #value = 0;

  constructor(name: string) {
    this.name = name;
  }

  get total(): number {
    return this.#total;
  }

  add(builder: WireBuilder): void {
    this.#builders += 1;
    this.#total += builder.Total;
    this.#errors += builder.Errors;
    this.#costMs += builder.Cost;
    this.#maxCostMs = Math.max(this.#maxCostMs, builder.MaxCost);
    this.#value += builder.Value;
    this.#samples = lastOf(this.#samples, builder.Samples);
    this.#errorSamples = lastOf(this.#errorSamples, builder.ErrorSamples);
    if (builder.Total <= 0) return;
    this.#minCostMs = Math.min(this.#minCostMs, builder.MinCost);
    this.#addToBucket(builder);
  }

  snapshot(): ReceivedName {
    const buckets = [...this.#buckets].map(([startMs, bucket]) => ({ startMs, ...bucket }));
    return {
      name: this.name,
      kind: kindOf(this.name),
      total: this.#total,
      errors: this.#errors,
      costMs: this.#costMs,
      maxCostMs: this.#maxCostMs,
      minCostMs: Number.isFinite(this.#minCostMs) ? this.#minCostMs : 0,
      averageMs: this.#averageMs(),
      value: this.#value,
      samples: this.#samples,
      errorSamples: this.#errorSamples,
      builders: this.#builders,
      buckets: buckets.sort((one, other) => one.startMs - other.startMs),
    };
  }

  #averageMs(): number {
    if (this.#total <= 0) return 0;
    if (this.#total < FEW_CALLS) return this.#costMs / this.#total;
    return (this.#costMs - this.#maxCostMs) / (this.#total - 1);
  }

  #addToBucket(builder: WireBuilder): void {
    const startMs = Math.floor(builder.StartTime / BUCKET_MS) * BUCKET_MS;
    const bucket = this.#buckets.get(startMs) ?? { total: 0, errors: 0 };
    bucket.total += builder.Total;
    bucket.errors += builder.Errors;
    this.#buckets.set(startMs, bucket);
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(Math.min(...this.#buckets.keys()));
  }
}

/** A new list, since snapshots hold the old one. */
function lastOf(kept: readonly WireSample[], more: readonly WireSample[]): readonly WireSample[] {
  return more.length === 0 ? kept : [...kept, ...more].slice(-MAX_SAMPLES);
}
