import type { WireBuilder, WireSample } from '../../wire/report-forms.ts';
import type { Operation, OperationSamples } from '../page/page-data.ts';
import type { Bounds } from './bounds.ts';
import { kindOf } from './kind.ts';
import { RecentPeriods, type ReportedTime } from './recent-periods.ts';
import { SampleList } from './sample-list.ts';

/** The calls of one name in one five-minute bucket. */
export interface ReceivedBucket {
  /** Unix milliseconds, a multiple of five minutes. */
  readonly startMs: number;
  readonly total: number;
  readonly errors: number;
}

/** What was received for one name. Costs are milliseconds. */
export interface ReceivedName {
  readonly name: string;
  /** The kind on Stardust's console: `api`, `http`, `mq`, `other`, or the text before the first colon. */
  readonly kind: string;
  readonly total: number;
  readonly errors: number;
  readonly costMs: number;
  readonly maxCostMs: number;
  /** The minimum over all builders with calls; 0 if there is none. */
  readonly minCostMs: number;
  /** As Stardust's console computes it: from 50 calls on without the slowest. */
  readonly averageMs: number;
  readonly value: number;
  /** The last 100 samples. If the samples of all names exceed 32 Mi characters, the oldest are dropped. */
  readonly samples: readonly WireSample[];
  /** The last 100 error samples, within the same bound. */
  readonly errorSamples: readonly WireSample[];
  /** How many builders were accepted, including those of Total 0. */
  readonly builders: number;
  /** The five-minute buckets with calls, oldest first. */
  readonly buckets: readonly ReceivedBucket[];
}

const BUCKET_MS = 300_000;
/** A little more than fit between three days ago and one day ahead. */
const MAX_BUCKETS = 1_200;
/** From this many calls on, the average leaves out the slowest. */
const TRIMMED_FROM_CALLS = 50;

/** Adds up the builders of one name. */
export class NameBook {
  readonly name: string;
  readonly #bounds: Bounds;
  readonly #buckets = new Map<number, { total: number; errors: number }>();
  readonly #recent = new RecentPeriods();
  readonly #samples: SampleList;
  readonly #errorSamples: SampleList;
  #builders = 0;
  #total = 0;
  #errors = 0;
  #costMs = 0;
  #maxCostMs = 0;
  #minCostMs = Number.POSITIVE_INFINITY;
  #value = 0;

  constructor(name: string, bounds: Bounds) {
    this.name = name;
    this.#bounds = bounds;
    this.#samples = new SampleList(bounds.samples);
    this.#errorSamples = new SampleList(bounds.samples);
  }

  get total(): number {
    return this.#total;
  }

  get errors(): number {
    return this.#errors;
  }

  add(builder: WireBuilder, periodMs: number): void {
    this.#builders += 1;
    this.#total += builder.Total;
    this.#errors += builder.Errors;
    this.#costMs += builder.Cost;
    this.#maxCostMs = Math.max(this.#maxCostMs, builder.MaxCost);
    this.#value += builder.Value;
    this.#samples.add(builder.Samples);
    this.#errorSamples.add(builder.ErrorSamples);
    if (builder.Total <= 0) return;
    this.#minCostMs = Math.min(this.#minCostMs, builder.MinCost);
    this.#addToBucket(builder);
    this.#recent.add(builder, periodMs);
  }

  samples(): OperationSamples {
    return { samples: this.#samples.all(), errorSamples: this.#errorSamples.all() };
  }

  /** The figures for the page's list, without the samples themselves. */
  figures(time: ReportedTime): Operation {
    return {
      name: this.name,
      kind: kindOf(this.name),
      total: this.#total,
      errors: this.#errors,
      averageMs: this.#averageMs(),
      maxMs: this.#maxCostMs,
      samples: this.#samples.size,
      errorSamples: this.#errorSamples.size,
      ...this.#recent.figures(time),
    };
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
      ...this.samples(),
      builders: this.#builders,
      buckets: buckets.sort((one, other) => one.startMs - other.startMs),
    };
  }

  #averageMs(): number {
    if (this.#total <= 0) return 0;
    if (this.#total < TRIMMED_FROM_CALLS) return this.#costMs / this.#total;
    return (this.#costMs - this.#maxCostMs) / (this.#total - 1);
  }

  #addToBucket(builder: WireBuilder): void {
    const startMs = Math.floor(builder.StartTime / BUCKET_MS) * BUCKET_MS;
    const known = this.#buckets.get(startMs);
    const bucket = known ?? { total: 0, errors: 0 };
    bucket.total += builder.Total;
    bucket.errors += builder.Errors;
    if (known === undefined) this.#keepBucket(startMs, bucket);
  }

  #keepBucket(startMs: number, bucket: { total: number; errors: number }): void {
    this.#buckets.set(startMs, bucket);
    const fits = this.#bounds.buckets.take();
    if (fits && this.#buckets.size <= MAX_BUCKETS) return;
    this.#buckets.delete(Math.min(...this.#buckets.keys()));
    if (fits) this.#bounds.buckets.give();
  }
}
