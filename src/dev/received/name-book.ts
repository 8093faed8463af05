import type { WireBuilder, WireSample } from '../../wire/report-forms.ts';
import type { Room } from './capacity.ts';
import { kindOf } from './kind.ts';
import { type RecentFigures, RecentPeriods, type ReportedTime } from './recent-periods.ts';
import { SampleList } from './sample-list.ts';

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
  /** The last 100 samples; the oldest of all give way where the samples of all names are more than 32 Mi characters. */
  readonly samples: readonly WireSample[];
  /** The last 100 error samples, within the same bound. */
  readonly errorSamples: readonly WireSample[];
  /** How many builders were taken, those of Total 0 included. */
  readonly builders: number;
  /** The five-minute buckets in which there were calls, oldest first. */
  readonly buckets: readonly ReceivedBucket[];
}

/** The figures of one name as the page shows them. */
export interface NameFigures extends RecentFigures {
  readonly name: string;
  readonly kind: string;
  readonly total: number;
  readonly errors: number;
  readonly averageMs: number;
  readonly maxMs: number;
  readonly samples: number;
  readonly errorSamples: number;
}

const BUCKET_MS = 300_000;
/** A little more than there can be between three days ago and a day ahead. */
const MAX_BUCKETS = 1_200;
const FEW_CALLS = 50;

/** Adds up the builders of one name. */
export class NameBook {
  readonly name: string;
  readonly #room: Room;
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

  constructor(name: string, room: Room) {
    this.name = name;
    this.#room = room;
    this.#samples = new SampleList(room);
    this.#errorSamples = new SampleList(room);
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

  samples(): { readonly samples: readonly WireSample[]; readonly errorSamples: readonly WireSample[] } {
    return { samples: this.#samples.all(), errorSamples: this.#errorSamples.all() };
  }

  /** What the page shows of a name in its list, without the samples themselves. */
  figures(time: ReportedTime): NameFigures {
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
    if (this.#total < FEW_CALLS) return this.#costMs / this.#total;
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
    const fits = this.#room.takeBucket();
    if (fits && this.#buckets.size <= MAX_BUCKETS) return;
    this.#buckets.delete(Math.min(...this.#buckets.keys()));
    if (fits) this.#room.giveBucket();
  }
}
