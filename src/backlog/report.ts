import type { SpanBuilder } from '../aggregate/span-builder.ts';
import type { Waiting } from './slot.ts';

/** Builders that go together, or will be split. Kept as they are until they are delivered, split or given up. */
export class Report implements Waiting {
  /** `sent`: on its way. `unclear`: it left once, and may have arrived; sent again, it may count twice. */
  state: 'ready' | 'sent' | 'unclear' = 'ready';
  /** How often it was turned away, while an empty report was taken each time. */
  rejections = 0;

  /** The builders are those of one slot, which each fit into a report. */
  constructor(
    readonly builders: readonly SpanBuilder[],
    readonly isHour: boolean,
    public copiedAt: number | undefined = undefined,
  ) {}

  get inFlight(): number {
    return this.state === 'ready' ? 0 : this.builders.length;
  }

  /** This many of its builders, and the others, in the same state. */
  split(at: number): [Report, Report] {
    const { state, rejections } = this;
    const rest = this.copiedAt === undefined ? undefined : this.copiedAt + at;
    return [
      Object.assign(new Report(this.builders.slice(0, at), this.isHour, this.copiedAt), {
        state,
        rejections,
      }),
      Object.assign(new Report(this.builders.slice(at), this.isHour, rest), { state, rejections }),
    ];
  }
}
