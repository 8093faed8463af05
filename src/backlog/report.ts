import { type SpanBuilder, spansIn } from '../aggregate/span-builder.ts';
import { samplesApart } from '../report/encode.ts';
import { REPORT_BUILDERS } from '../report/packing.ts';

/** Builders that go together, or will be split. Kept as they are until they are delivered, split or given up. */
export class Report {
  readonly #inCompany: number;
  /** By the kind, of those that it was turned away by, that is most often an accident. */
  #timesNeeded = 0;
  /** Both when an empty report was last taken: what came since tells nothing of its content. */
  #confirmed: readonly [rejections: number, timesNeeded: number];

  /**
   * `builders` are those of one slot, which each fit into a report; `rejections` is how often it was turned away.
   * `leaving`: the disk is told so first, since the process may be killed later. `sent`: on its way. `unclear`: it left
   * once, and may have arrived; sent again, it may count twice.
   */
  constructor(
    readonly builders: readonly SpanBuilder[],
    public rejections = 0,
    public state: 'ready' | 'leaving' | 'sent' | 'unclear' = 'ready',
  ) {
    this.#confirmed = [rejections, 0];
    this.#inCompany = rejections;
  }

  /** It has not left, and is smaller than a report may be. */
  get hasRoom(): boolean {
    return this.state === 'ready' && this.rejections === 0 && this.builders.length < REPORT_BUILDERS;
  }

  /** A single sample that was turned away once: a connection also breaks by chance. */
  get mayBeByChance(): boolean {
    return this.builders.length === 1 && this.spans === 0 && this.rejections - this.#inCompany < 2;
  }

  /** It was turned away. Whether its content is at fault, for which this must have come `times` times by itself. */
  reject(times: number): boolean {
    this.#timesNeeded = Math.max(this.#timesNeeded, times);
    return ++this.rejections >= this.#timesNeeded;
  }

  /** An empty report was taken after its rejections, or was not, and they do not count. */
  confirm(isEmptyTaken: boolean): void {
    if (isEmptyTaken) this.#confirmed = [this.rejections, this.#timesNeeded];
    else [this.rejections, this.#timesNeeded] = this.#confirmed;
  }

  /** 0 if only samples are in it. */
  get spans(): number {
    return spansIn(this.builders);
  }

  /** Whether samples are in it that can be taken from counts, or from each other. */
  get isMixed(): boolean {
    return this.builders.some(({ total, samples, errorSamples }) => {
      return samples.length + errorSamples.length > (total === 0 ? 1 : 0);
    });
  }

  /** This many of its builders, and the others, in the same state. */
  split(at: number): [Report, Report] {
    return [this.#part(this.builders.slice(0, at)), this.#part(this.builders.slice(at))];
  }

  /** Its counts, in the same state, and its samples, each in a builder of Total 0. */
  takeApart(): [Report, Report] {
    const samples = new Report(this.builders.flatMap(samplesApart), this.rejections);
    for (const builder of this.builders) builder.dropSamples();
    return [this.#part(this.builders), samples];
  }

  #part(builders: readonly SpanBuilder[]): Report {
    // A single one loses its counts next: what it met in company counts once.
    const isLast = builders.length === 1 && spansIn(builders) > 0;
    return new Report(builders, isLast ? Math.min(this.rejections, 1) : this.rejections, this.state);
  }
}
