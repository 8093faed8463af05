import { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';
import type { Slot } from './slot.ts';

/** What one builder takes in a packed hour: eight numbers and the reference to its name, rounded up. */
const PACKED_BUILDER_BYTES = 80;

const COLUMNS = 8;

/**
 * The builders of an hour that has waited long, one for each name, as a row of numbers: a third of the memory of
 * objects. Its five minutes and its samples are gone, its counts are not.
 */
export class PackedHour implements Slot {
  readonly isHour = true;
  readonly inFlight = 0;
  copiedAt: number | undefined;
  readonly total: number;
  readonly #names: string[] = [];
  readonly #figures: Float64Array;

  /** `builders` may hold a name several times; the merged one carries the latest start of its parts. */
  constructor(builders: Iterable<SpanBuilder>) {
    const merged = new Map<string, SpanBuilder>();
    for (const builder of builders) {
      const before = merged.get(builder.name);
      if (before === undefined) merged.set(builder.name, builder);
      else mergeInto(before, builder);
    }
    this.#figures = new Float64Array(merged.size * COLUMNS);
    let total = 0;
    for (const builder of merged.values()) {
      const { startTimeMs, endTimeMs, errors, costMs, maxCostMs, minCostMs, value } = builder;
      const row = [startTimeMs, endTimeMs, builder.total, errors, costMs, maxCostMs, minCostMs, value];
      this.#figures.set(row, this.#names.length * COLUMNS);
      this.#names.push(builder.name);
      total += builder.total;
    }
    this.total = total;
  }

  get bytes(): number {
    return this.#names.length * PACKED_BUILDER_BYTES;
  }

  builders(): SpanBuilder[] {
    return this.#names.flatMap((name, index) => {
      const at = index * COLUMNS;
      const [start = 0, end = 0, total = 0, errors = 0, cost = 0, max = 0, min = 0, value = 0] =
        this.#figures.subarray(at, at + COLUMNS);
      const builder = new SpanBuilder(name, start);
      builder.endTimeMs = end;
      builder.total = total;
      builder.errors = errors;
      builder.costMs = cost;
      builder.maxCostMs = max;
      builder.minCostMs = min;
      builder.value = value;
      return piecesThatFit(builder);
    });
  }
}

/** The latest start: a report over three days old is dropped, and must not take younger counts with it. */
function mergeInto(builder: SpanBuilder, other: SpanBuilder): void {
  builder.merge(other);
  builder.startTimeMs = Math.max(builder.startTimeMs, other.startTimeMs);
  builder.endTimeMs = Math.max(builder.endTimeMs, other.endTimeMs);
}
