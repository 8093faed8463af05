import { bytesOfSample, type Sample } from '../span/sample.ts';

const BUCKET_MS = 300_000;

/** The sums of one name: what Stardust takes instead of single spans. */
export class SpanBuilder {
  total = 0;
  errors = 0;
  /** Sum in milliseconds, with fractions: rounded once, in the report. */
  costMs = 0;
  maxCostMs = 0;
  minCostMs = Number.POSITIVE_INFINITY;
  /** Bytes of bodies. */
  value = 0;
  samples: Sample[] = NO_SAMPLES;
  errorSamples: Sample[] = NO_SAMPLES;
  /** What the samples take in memory. */
  sampleBytes = 0;
  endTimeMs: number;

  constructor(
    readonly name: string,
    /** Unix ms. The server counts the whole builder in this moment's five minutes. */
    public startTimeMs: number,
  ) {
    // Not 0: the engine would give all that are open another form, one by one, once the first is taken.
    this.endTimeMs = startTimeMs;
  }

  add(costMs: number, failed: boolean): void {
    this.total++;
    if (failed) this.errors++;
    this.costMs += costMs;
    if (costMs > this.maxCostMs) this.maxCostMs = costMs;
    if (costMs < this.minCostMs) this.minCostMs = costMs;
  }

  keep(sample: Sample, failed: boolean): void {
    this.sampleBytes += bytesOfSample(sample);
    if (failed) this.errorSamples = appended(this.errorSamples, sample);
    else this.samples = appended(this.samples, sample);
  }

  /** Gives the samples up; the counts stay. */
  dropSamples(): void {
    this.samples = NO_SAMPLES;
    this.errorSamples = NO_SAMPLES;
    this.sampleBytes = 0;
  }

  /** Moves its times, when the clock that gave them turns out to be wrong by this much. */
  shift(byMs: number): void {
    this.startTimeMs += byMs;
    this.endTimeMs += byMs;
  }

  /**
   * Takes in another builder of the same name. Of several five minutes it counts in the latest: what is over three days
   * old the server drops, and must not take younger counts with it.
   */
  merge(other: SpanBuilder): void {
    const startOf = bucketOf(this.startTimeMs) === bucketOf(other.startTimeMs) ? Math.min : Math.max;
    this.startTimeMs = startOf(this.startTimeMs, other.startTimeMs);
    this.endTimeMs = Math.max(this.endTimeMs, other.endTimeMs);
    this.total += other.total;
    this.errors += other.errors;
    this.costMs += other.costMs;
    this.maxCostMs = Math.max(this.maxCostMs, other.maxCostMs);
    this.minCostMs = Math.min(this.minCostMs, other.minCostMs);
    this.value += other.value;
    this.sampleBytes += other.sampleBytes;
    if (other.samples.length > 0) this.samples = [...this.samples, ...other.samples];
    if (other.errorSamples.length > 0) this.errorSamples = [...this.errorSamples, ...other.errorSamples];
  }
}

/** The number of the five minutes to which the server counts a builder with this start; the console shows nothing finer. */
export function bucketOf(startTimeMs: number): number {
  return Math.floor(startTimeMs / BUCKET_MS);
}

/** Spans counted in them. */
export function spansIn(builders: readonly SpanBuilder[]): number {
  return builders.reduce((sum, { total }) => sum + total, 0);
}

/** Most builders keep no sample: they share this one instead of two empty arrays each. */
const NO_SAMPLES: Sample[] = [];
Object.freeze(NO_SAMPLES);

function appended(samples: Sample[], sample: Sample): Sample[] {
  if (samples.length === 0) return [sample];
  samples.push(sample);
  return samples;
}
