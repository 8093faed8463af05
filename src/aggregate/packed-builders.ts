import { SpanBuilder } from './span-builder.ts';

/** What is a number in a builder, in the order of a row. */
const COLUMNS = [
  'startTimeMs',
  'endTimeMs',
  'total',
  'errors',
  'costMs',
  'maxCostMs',
  'minCostMs',
  'value',
] as const;
const TOTAL = COLUMNS.indexOf('total');
/** What a builder without samples takes: its row and the reference to its name, rounded up; the name itself is shared. */
export const BUILDER_BYTES = 80;

type Samples = Pick<SpanBuilder, 'samples' | 'errorSamples' | 'sampleBytes'>;

/** Builders as they are at one moment, as rows of numbers: a third of the memory of objects. */
export class PackedBuilders {
  readonly names: readonly string[];
  readonly #figures: Float64Array;
  /** Of those that have some. */
  readonly #samples = new Map<number, Samples>();

  constructor(builders: readonly SpanBuilder[]) {
    this.names = builders.map(({ name }) => name);
    this.#figures = new Float64Array(builders.length * COLUMNS.length);
    for (const [index, builder] of builders.entries()) {
      for (const [column, key] of COLUMNS.entries())
        this.#figures[index * COLUMNS.length + column] = builder[key];
      const { samples, errorSamples, sampleBytes } = builder;
      if (sampleBytes > 0) this.#samples.set(index, { samples, errorSamples, sampleBytes });
    }
  }

  /** About what it takes in memory. */
  get bytes(): number {
    const samples = [...this.#samples.values()].reduce((sum, { sampleBytes }) => sum + sampleBytes, 0);
    return this.names.length * BUILDER_BYTES + samples;
  }

  /** Gives the samples up; the counts stay. */
  dropSamples(): void {
    this.#samples.clear();
  }

  row(index: number): Float64Array {
    return this.#figures.subarray(index * COLUMNS.length, (index + 1) * COLUMNS.length);
  }

  samplesOf(index: number): Samples | undefined {
    return this.#samples.get(index);
  }

  /** Spans in the builders from this one on. */
  spansFrom(first: number): number {
    let spans = 0;
    for (let at = first; at < this.names.length; at++) spans += this.#total(at);
    return spans;
  }

  /** The same by name. */
  totalsFrom(first: number): Map<string, number> {
    const totals = new Map<string, number>();
    for (const [at, name] of this.names.entries())
      if (at >= first) totals.set(name, (totals.get(name) ?? 0) + this.#total(at));
    return totals;
  }

  builders(): SpanBuilder[] {
    return this.names.map((name, index) => {
      return Object.assign(builderOf(name, this.row(index)), this.#samples.get(index));
    });
  }

  #total(index: number): number {
    return this.#figures[index * COLUMNS.length + TOTAL] ?? 0;
  }
}

/** The builder of a row. */
export function builderOf(name: string, row: ArrayLike<number>): SpanBuilder {
  const builder = new SpanBuilder(name, 0);
  for (const [index, column] of COLUMNS.entries()) builder[column] = row[index] ?? 0;
  // Of no call at all, the least cost is no number that JSON has.
  if (builder.total === 0) builder.minCostMs = Number.POSITIVE_INFINITY;
  return builder;
}
