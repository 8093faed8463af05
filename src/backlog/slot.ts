import { MergedBuilders } from '../aggregate/merged-builders.ts';
import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';
import { REPORT_BUILDERS } from '../report/packing.ts';
import type { Kept } from './disk/store.ts';

/** Five minutes in the backlog, and what else was put there, with one builder for each name. */
export class Slot implements Kept {
  readonly state = 'ready';
  readonly #merged = new MergedBuilders(REPORT_BUILDERS);

  /** About what it takes in memory. */
  get bytes(): number {
    return this.#merged.bytes;
  }

  /** Unpacked anew each time, in the order in which they leave. */
  get builders(): SpanBuilder[] {
    return this.#merged.builders().flatMap(piecesThatFit);
  }

  add(builders: readonly SpanBuilder[]): void {
    this.#merged.add(builders);
  }

  /** Takes out the builders of the next report. */
  next(): SpanBuilder[] {
    return this.#merged.takeBatch().flatMap(piecesThatFit);
  }

  /** Little more is expected. */
  close(): void {
    this.#merged.close();
  }

  /** Takes out what holds this many bytes, those with the fewest spans; without samples. */
  takeOut(bytes: number): SpanBuilder[] {
    return this.#merged.takeFewest(bytes);
  }

  /** In memory only: a copy on disk keeps them. */
  dropSamples(): void {
    this.#merged.dropSamples();
  }
}
