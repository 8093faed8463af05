import { bytesOfSample, type Sample } from '../span/sample.ts';

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
  endTimeMs = 0;

  constructor(
    readonly name: string,
    /** Unix ms. The server counts the whole builder in this moment's five minutes. */
    public startTimeMs: number,
  ) {}

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

  /** Takes in the sums of another builder of the same name. The times are the caller's to choose. */
  merge(other: SpanBuilder): void {
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
