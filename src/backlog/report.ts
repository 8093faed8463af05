import type { SpanBuilder } from '../aggregate/span-builder.ts';
import type { Kept } from './disk/store.ts';

/** Builders that go together, or will be split. Kept as they are until they are delivered, split or given up. */
export class Report implements Kept {
  /**
   * `leaving`: the disk is told so first, since the process may be killed later. `sent`: on its way. `unclear`: it left
   * once, and may have arrived; sent again, it may count twice.
   */
  state: 'ready' | 'leaving' | 'sent' | 'unclear' = 'ready';
  /** How often it was turned away, while an empty report was taken each time. */
  rejections = 0;

  /** The builders are those of one slot, which each fit into a report. */
  constructor(readonly builders: readonly SpanBuilder[]) {}

  get inFlight(): number {
    return this.state === 'ready' ? 0 : this.builders.length;
  }

  /** This many of its builders, and the others, in the same state. */
  split(at: number): [Report, Report] {
    return [this.#part(0, at), this.#part(at)];
  }

  #part(from: number, to?: number): Report {
    const part = new Report(this.builders.slice(from, to));
    part.state = this.state;
    // A single one loses samples or counts next: what it met in company counts once.
    part.rejections = part.builders.length > 1 ? this.rejections : Math.min(this.rejections, 1);
    return part;
  }
}
