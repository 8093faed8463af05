import type { WireSample } from '../../wire/report-forms.ts';
import { detached } from '../../wire/text.ts';
import type { KeptSample, SamplePool } from './sample-pool.ts';

const MAX_SAMPLES = 100;

/** The last 100 samples of one name; fewer if the samples of all names exceed their pool. */
export class SampleList {
  readonly #pool: SamplePool;
  /** Oldest first. Each is in the pool too, which drops it from here when it needs the space. */
  readonly #kept: KeptSample[] = [];

  constructor(pool: SamplePool) {
    this.#pool = pool;
  }

  get size(): number {
    return this.#kept.length;
  }

  add(samples: readonly WireSample[]): void {
    for (const given of samples.slice(-MAX_SAMPLES)) {
      const sample = detachedSample(given);
      const kept = { sample, drop: () => this.#kept.splice(this.#kept.indexOf(kept), 1) };
      this.#kept.push(kept);
      this.#pool.keep(kept);
      const oldest = this.#kept.length > MAX_SAMPLES ? this.#kept.shift() : undefined;
      if (oldest !== undefined) this.#pool.release(oldest);
    }
  }

  /** Oldest first. */
  all(): WireSample[] {
    return this.#kept.map(({ sample }) => sample);
  }
}

/** A copy of its own, so that a kept sample does not keep the whole body alive. */
function detachedSample(sample: WireSample): WireSample {
  const { Id, ParentId, TraceId, Tag, Error: error } = sample;
  return {
    ...sample,
    Id: detached(Id),
    ParentId: detached(ParentId),
    TraceId: detached(TraceId),
    Tag: detached(Tag),
    Error: detached(error),
  };
}
