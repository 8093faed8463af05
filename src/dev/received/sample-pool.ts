import type { WireSample } from '../../wire/report-forms.ts';

/** Texts of all samples together, in UTF-16 units. */
const MAX_UNITS = 32 * 1024 * 1024;
/** What a sample takes besides its texts. */
const SAMPLE_UNITS = 200;

/** A sample, and how it is taken off its owner's list. */
export interface KeptSample {
  readonly sample: WireSample;
  drop(): void;
}

/** The samples of all names together: over 32 Mi characters the oldest give way. */
export class SamplePool {
  /** In the order in which they came. */
  readonly #samples = new Set<KeptSample>();
  /** The sum over `#samples`; `keep` and `release` maintain it. */
  #units = 0;

  keep(kept: KeptSample): void {
    this.#samples.add(kept);
    this.#units += unitsOf(kept.sample);
    for (const oldest of this.#samples) {
      if (this.#units <= MAX_UNITS) return;
      oldest.drop();
      this.release(oldest);
    }
  }

  release(kept: KeptSample): void {
    if (this.#samples.delete(kept)) this.#units -= unitsOf(kept.sample);
  }
}

function unitsOf({ Id, ParentId, TraceId, Tag, Error: error }: WireSample): number {
  return SAMPLE_UNITS + Id.length + ParentId.length + TraceId.length + Tag.length + error.length;
}
