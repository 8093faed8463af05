import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';
import type { Slot } from './slot.ts';

/** What a builder without samples takes in memory, measured once and rounded up; its name is shared. */
export const BUILDER_BYTES = 256;

/** The builders of one of the server's five-minute buckets, one for each name: the console shows no finer. */
export class Bucket implements Slot {
  readonly isHour = false;
  readonly inFlight = 0;
  copiedAt: number | undefined;
  readonly #builders = new Map<string, SpanBuilder>();
  #bytes = 0;
  #total = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get total(): number {
    return this.#total;
  }

  builders(): SpanBuilder[] {
    return [...this.#builders.values()].flatMap(piecesThatFit);
  }

  add(builder: SpanBuilder): void {
    this.copiedAt = undefined;
    this.#total += builder.total;
    const waiting = this.#builders.get(builder.name);
    this.#bytes += builder.sampleBytes + (waiting === undefined ? BUILDER_BYTES : 0);
    if (waiting === undefined) {
      this.#builders.set(builder.name, builder);
      return;
    }
    waiting.merge(builder);
    waiting.startTimeMs = Math.min(waiting.startTimeMs, builder.startTimeMs);
    waiting.endTimeMs = Math.max(waiting.endTimeMs, builder.endTimeMs);
  }

  /** In memory only: a copy on disk keeps them, unless they had split a builder, and it would count other pieces. */
  dropSamples(): void {
    if (this.builders().length > this.#builders.size) this.copiedAt = undefined;
    for (const builder of this.#builders.values()) builder.dropSamples();
    this.#bytes = this.#builders.size * BUILDER_BYTES;
  }
}
