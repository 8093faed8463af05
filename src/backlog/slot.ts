import { PackedBuilders } from '../aggregate/packed-builders.ts';
import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';

/** What a builder without samples takes in memory, measured once and rounded up; its name is shared. */
const BUILDER_BYTES = 256;
/** The same as a row of eight numbers and the reference to its name. */
const PACKED_BUILDER_BYTES = 80;

/** Builders that wait together: a stretch of time in the backlog, or what is on its way. */
export interface Waiting {
  /** Of a whole hour, else of five minutes. */
  readonly isHour: boolean;
  /** This many of the first builders are on their way, or may have arrived. */
  readonly inFlight: number;
  /**
   * How many builders are before it in the newest copy on disk; `undefined` if that does not hold just this. Set by
   * the writer of the copy, taken away by whatever adds to what waits here.
   */
  copiedAt: number | undefined;
  /** About what it takes in memory. */
  readonly bytes: number;
  /** In the order in which they leave, each small enough for a report. */
  builders(): SpanBuilder[];
}

/** A stretch of time in the backlog: one builder for each name. */
export interface Slot extends Waiting {
  /** Gives the samples up; the counts stay. */
  dropSamples(): void;
}

/** One of the server's five-minute buckets: the console shows no finer. */
export class Bucket implements Slot {
  readonly isHour = false;
  readonly inFlight = 0;
  copiedAt: number | undefined;
  readonly #builders = new Map<string, SpanBuilder>();

  get bytes(): number {
    return bytesOf(this.#builders.values());
  }

  builders(): SpanBuilder[] {
    return [...this.#builders.values()].flatMap(piecesThatFit);
  }

  add(builder: SpanBuilder): void {
    this.copiedAt = undefined;
    merge(this.#builders, builder, Math.min);
  }

  /** In memory only: a copy on disk keeps them, unless they had split a builder, and it would count other pieces. */
  dropSamples(): void {
    if (this.builders().length > this.#builders.size) this.copiedAt = undefined;
    for (const builder of this.#builders.values()) builder.dropSamples();
  }
}

/** An hour that has waited long. Its five minutes and its samples are gone, its counts are not. */
export class PackedHour implements Slot {
  readonly isHour = true;
  readonly inFlight = 0;
  copiedAt: number | undefined;
  readonly #packed: PackedBuilders;

  /** `builders` may hold a name several times. A report over three days old is dropped, so the latest start counts. */
  constructor(builders: readonly SpanBuilder[]) {
    const merged = new Map<string, SpanBuilder>();
    for (const builder of builders) merge(merged, builder, Math.max);
    this.#packed = new PackedBuilders([...merged.values()]);
  }

  get bytes(): number {
    return this.#packed.names.length * PACKED_BUILDER_BYTES;
  }

  builders(): SpanBuilder[] {
    return this.#packed.builders().flatMap(piecesThatFit);
  }

  dropSamples(): void {}
}

/** About what builders take in memory. */
export function bytesOf(builders: Iterable<SpanBuilder>): number {
  let bytes = 0;
  for (const { sampleBytes } of builders) bytes += BUILDER_BYTES + sampleBytes;
  return bytes;
}

function merge(
  into: Map<string, SpanBuilder>,
  builder: SpanBuilder,
  startOf: (one: number, other: number) => number,
): void {
  const before = into.get(builder.name);
  if (before === undefined) {
    into.set(builder.name, builder);
    return;
  }
  before.merge(builder);
  before.startTimeMs = startOf(before.startTimeMs, builder.startTimeMs);
  before.endTimeMs = Math.max(before.endTimeMs, builder.endTimeMs);
}
