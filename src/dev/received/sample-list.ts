import type { WireSample } from '../../wire/report-forms.ts';
import type { KeptSample, Room } from './capacity.ts';
import { ownSample } from './own-text.ts';

const MAX_SAMPLES = 100;

/** The last 100 samples of one name, fewer where all names together have too many. */
export class SampleList {
  readonly #room: Room;
  readonly #kept: KeptSample[] = [];

  constructor(room: Room) {
    this.#room = room;
  }

  get size(): number {
    return this.#kept.length;
  }

  add(samples: readonly WireSample[]): void {
    for (const given of samples.slice(-MAX_SAMPLES)) {
      const sample = ownSample(given);
      const kept = { sample, drop: () => this.#kept.splice(this.#kept.indexOf(kept), 1) };
      this.#kept.push(kept);
      this.#room.keep(kept);
      const oldest = this.#kept.length > MAX_SAMPLES ? this.#kept.shift() : undefined;
      if (oldest !== undefined) this.#room.release(oldest);
    }
  }

  /** Oldest first. */
  all(): WireSample[] {
    return this.#kept.map(({ sample }) => sample);
  }
}
