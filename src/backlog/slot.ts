import { PackedBuilders } from '../aggregate/packed-builders.ts';
import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';

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
  /** In the order in which they leave, each small enough for a report. */
  readonly builders: readonly SpanBuilder[];
}

/** A stretch of time in the backlog, with one builder for each name: five minutes, as fine as the console shows, or an hour. */
export class Slot implements Waiting {
  readonly isHour: boolean;
  readonly inFlight = 0;
  copiedAt: number | undefined;
  #packed = new PackedBuilders([]);

  constructor(isHour: boolean) {
    this.isHour = isHour;
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return this.#packed.bytes;
  }

  /** Unpacked anew each time. */
  get builders(): SpanBuilder[] {
    return this.#packed.builders().flatMap(piecesThatFit);
  }

  /** Of an hour the latest start counts: what is over three days old is dropped, and must not take younger counts with it. */
  add(builders: readonly SpanBuilder[]): void {
    const startOf = this.isHour ? Math.max : Math.min;
    const merged = new Map(this.#packed.builders().map((builder) => [builder.name, builder]));
    for (const builder of builders) {
      const before = merged.get(builder.name);
      merged.set(builder.name, before ?? builder);
      if (before === undefined) continue;
      before.merge(builder);
      before.startTimeMs = startOf(before.startTimeMs, builder.startTimeMs);
      before.endTimeMs = Math.max(before.endTimeMs, builder.endTimeMs);
    }
    this.copiedAt = undefined;
    this.#packed = new PackedBuilders([...merged.values()]);
  }

  /** In memory only: a copy on disk keeps them, unless they had split a builder, and it would count other pieces. */
  dropSamples(): void {
    if (this.builders.length > this.#packed.names.length) this.copiedAt = undefined;
    this.#packed.dropSamples();
  }
}
