import { BUILDER_BYTES, PackedBuilders } from '../aggregate/packed-builders.ts';
import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';
import type { Kept } from './disk/store.ts';

/** A stretch of time in the backlog, with one builder for each name: five minutes, as fine as the console shows, or an hour. */
export class Slot implements Kept {
  readonly isHour: boolean;
  readonly inFlight = 0;
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
    this.#packed = new PackedBuilders([...merged.values()]);
  }

  /** Takes out what holds this many bytes, those with the fewest spans. The samples are gone already. */
  takeOut(bytes: number): SpanBuilder[] {
    const builders = this.#packed.builders().sort((a, b) => a.total - b.total);
    const out = builders.splice(0, Math.ceil(bytes / BUILDER_BYTES));
    this.#packed = new PackedBuilders(builders);
    return out;
  }

  /** In memory only: a copy on disk keeps them. */
  dropSamples(): void {
    this.#packed.dropSamples();
  }
}
