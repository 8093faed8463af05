import { BUILDER_BYTES, PackedBuilders } from '../aggregate/packed-builders.ts';
import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';
import type { Kept } from './disk/store.ts';

/** The server counts a builder whole in the five minutes of its start, and the console shows nothing finer. */
const BUCKET_MS = 300_000;

/** Its number. */
export function bucketOf(ms: number): number {
  return Math.floor(ms / BUCKET_MS);
}

/** Five minutes in the backlog, and what else was put there, with one builder for each name. */
export class Slot implements Kept {
  readonly state = 'ready';
  #packed = new PackedBuilders([]);

  /** About what it takes in memory. */
  get bytes(): number {
    return this.#packed.bytes;
  }

  /** Unpacked anew each time. */
  get builders(): SpanBuilder[] {
    return this.#packed.builders().flatMap(piecesThatFit);
  }

  /** Of several five minutes the latest count: what is over three days old is dropped, and must not take younger counts with it. */
  add(builders: readonly SpanBuilder[]): void {
    const merged = new Map(this.#packed.builders().map((builder) => [builder.name, builder]));
    for (const builder of builders) {
      const before = merged.get(builder.name);
      merged.set(builder.name, before ?? builder);
      if (before === undefined) continue;
      before.merge(builder);
      const startOf = bucketOf(before.startTimeMs) === bucketOf(builder.startTimeMs) ? Math.min : Math.max;
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
