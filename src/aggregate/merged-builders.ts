import { BUILDER_BYTES, PackedBuilders } from './packed-builders.ts';
import type { SpanBuilder } from './span-builder.ts';

/**
 * Packed builders, one for each name, in batches. To add some costs time for these alone, and so does to take a batch:
 * a hundred thousand names come and go in parts, between which the event loop turns.
 */
export class MergedBuilders {
  readonly #batchSize: number;
  /** In the order in which they are taken; each is full, but for the last. */
  readonly #batches: PackedBuilders[] = [];
  /** Builders that were taken: rows are numbered on. */
  #taken = 0;
  /** The row of each name. Made when builders come, and kept until {@link close}. */
  #rowOf: Map<string, number> | undefined;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  /** About what it takes in memory, but for what {@link close} frees. */
  get bytes(): number {
    return this.#batches.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Unpacked anew each time, in the order in which they are taken. */
  builders(): SpanBuilder[] {
    return this.#batches.flatMap((batch) => batch.builders());
  }

  add(builders: readonly SpanBuilder[]): void {
    const rowOf = this.#rowOf ?? this.#rows();
    this.#rowOf = rowOf;
    const end = this.#taken + this.#size;
    const added: SpanBuilder[] = [];
    for (const builder of builders) {
      const row = rowOf.get(builder.name);
      if (row === undefined) rowOf.set(builder.name, end + added.push(builder) - 1);
      else if (row < end) this.#mergeInto(row - this.#taken, builder);
      else added[row - end]?.merge(builder);
    }
    if (added.length > 0) this.#append(added);
  }

  /** Takes out the first batch. */
  takeBatch(): SpanBuilder[] {
    const batch = this.#batches.shift();
    if (batch === undefined) return [];
    for (const name of batch.names) this.#rowOf?.delete(name);
    this.#taken += batch.names.length;
    return batch.builders();
  }

  /** Takes out what holds this many bytes, those with the fewest spans. The samples are gone already. */
  takeFewest(bytes: number): SpanBuilder[] {
    const builders = this.builders().sort((a, b) => a.total - b.total);
    const taken = builders.splice(0, Math.ceil(bytes / BUILDER_BYTES));
    this.#batches.length = 0;
    this.close();
    this.#append(builders);
    return taken;
  }

  /** Gives the samples up; the counts stay. */
  dropSamples(): void {
    for (const batch of this.#batches) batch.dropSamples();
  }

  /** Frees what finds a name, which takes about as much memory as its builder: little more is expected. */
  close(): void {
    this.#rowOf = undefined;
  }

  get #size(): number {
    return this.#batches.reduce((sum, { names }) => sum + names.length, 0);
  }

  #rows(): Map<string, number> {
    const names = this.#batches.flatMap((batch) => batch.names);
    return new Map(names.map((name, index) => [name, this.#taken + index]));
  }

  #mergeInto(index: number, builder: SpanBuilder): void {
    this.#batches[Math.floor(index / this.#batchSize)]?.merge(index % this.#batchSize, builder);
  }

  #append(builders: readonly SpanBuilder[]): void {
    const room = this.#batches.length * this.#batchSize - this.#size;
    this.#batches.at(-1)?.add(builders.slice(0, room));
    for (let i = room; i < builders.length; i += this.#batchSize)
      this.#batches.push(new PackedBuilders(builders.slice(i, i + this.#batchSize)));
  }
}
