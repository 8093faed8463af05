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

/** Builders as rows of numbers: a third of the memory of objects. */
export class PackedBuilders {
  readonly #names: string[] = [];
  #figures = new Float64Array();
  /** Of those that have some. */
  readonly #samples = new Map<number, Samples>();
  /** The sum over {@link #samples}. Kept by all that changes them. */
  #sampleBytes = 0;

  constructor(builders: readonly SpanBuilder[]) {
    this.add(builders);
  }

  get names(): readonly string[] {
    return this.#names;
  }

  add(builders: readonly SpanBuilder[]): void {
    const figures = new Float64Array((this.#names.length + builders.length) * COLUMNS.length);
    figures.set(this.#figures);
    this.#figures = figures;
    for (const builder of builders) this.#set(this.#names.push(builder.name) - 1, builder);
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return this.names.length * BUILDER_BYTES + this.#sampleBytes;
  }

  /** Gives the samples up; the counts stay. */
  dropSamples(): void {
    this.#samples.clear();
    this.#sampleBytes = 0;
  }

  /** Merges a builder into the one of its name, which is this one. */
  merge(index: number, builder: SpanBuilder): void {
    const merged = this.#builder(index);
    merged.merge(builder);
    this.#set(index, merged);
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
    return this.names.map((_, index) => this.#builder(index));
  }

  #builder(index: number): SpanBuilder {
    return Object.assign(builderOf(this.names[index] ?? '', this.row(index)), this.#samples.get(index));
  }

  #set(index: number, builder: SpanBuilder): void {
    COLUMNS.forEach((key, column) => {
      this.#figures[index * COLUMNS.length + column] = builder[key];
    });
    const { samples, errorSamples, sampleBytes } = builder;
    this.#sampleBytes += sampleBytes - (this.#samples.get(index)?.sampleBytes ?? 0);
    if (sampleBytes > 0) this.#samples.set(index, { samples, errorSamples, sampleBytes });
  }

  #total(index: number): number {
    return this.#figures[index * COLUMNS.length + TOTAL] ?? 0;
  }
}

/** The builder of a row. */
export function builderOf(name: string, row: ArrayLike<number>): SpanBuilder {
  const builder = new SpanBuilder(name, 0);
  COLUMNS.forEach((key, column) => {
    builder[key] = row[column] ?? 0;
  });
  // Of no call at all, the least cost is no number that JSON has.
  if (builder.total === 0) builder.minCostMs = Number.POSITIVE_INFINITY;
  return builder;
}
