import type { WireSample } from '../../wire/report-forms.ts';

const MAX_NAMES = 100_000;
const MAX_BUCKETS = 500_000;
/** Texts of all samples together, in UTF-16 units. */
const MAX_SAMPLE_UNITS = 32 * 1024 * 1024;
/** What a sample takes besides its texts. */
const SAMPLE_UNITS = 200;

/** A sample, and how it is taken off its owner's list. */
export interface KeptSample {
  readonly sample: WireSample;
  drop(): void;
}

/** What all apps together may hold, so that memory stays bounded whatever is sent. */
export class Room {
  /** In the order in which they came. */
  readonly #samples = new Set<KeptSample>();
  #sampleUnits = 0;
  #names = 0;
  #buckets = 0;

  /** Whether one more name fits in. */
  takeName(): boolean {
    if (this.#names >= MAX_NAMES) return false;
    this.#names += 1;
    return true;
  }

  /** Whether one more five-minute bucket fits in. */
  takeBucket(): boolean {
    if (this.#buckets >= MAX_BUCKETS) return false;
    this.#buckets += 1;
    return true;
  }

  giveBucket(): void {
    this.#buckets -= 1;
  }

  /** The oldest samples of all give way. */
  keep(kept: KeptSample): void {
    this.#samples.add(kept);
    this.#sampleUnits += unitsOf(kept.sample);
    for (const oldest of this.#samples) {
      if (this.#sampleUnits <= MAX_SAMPLE_UNITS) return;
      oldest.drop();
      this.release(oldest);
    }
  }

  release(kept: KeptSample): void {
    if (this.#samples.delete(kept)) this.#sampleUnits -= unitsOf(kept.sample);
  }
}

function unitsOf({ Id, ParentId, TraceId, Tag, Error: error }: WireSample): number {
  return SAMPLE_UNITS + Id.length + ParentId.length + TraceId.length + Tag.length + error.length;
}
