import type { WireBuilder } from '../../../../src/wire/report-forms.ts';
import type { Rejection, Sending } from './place.ts';

/** Rejections of a report, with an empty one taken after each, that show that its content is at fault. */
const AT_FAULT: Record<Exclude<Rejection, 'expired'>, number> = {
  unreadable: 1,
  refused: 2,
  'answered by another': 3,
  'not answered': 5,
};

/** The sendings of one builder among all calls. */
export class History {
  readonly #name: string;
  readonly #calls: readonly Sending[];
  readonly sendings: Sending[] = [];

  constructor(name: string, calls: readonly Sending[]) {
    this.#name = name;
    this.#calls = calls;
  }

  get last(): Sending {
    const last = this.sendings.at(-1);
    if (last === undefined) throw new Error('a builder without sendings');
    return last;
  }

  get isTaken(): boolean {
    return this.sendings.some(({ isTaken }) => isTaken);
  }

  /** As it was when it was taken first. */
  get taken(): WireBuilder | undefined {
    const at = this.sendings.findIndex(({ isTaken }) => isTaken);
    return at === -1 ? undefined : this.#builder(at);
  }

  sampleIds(at: number): string[] {
    const builder = this.#builder(at);
    return builder === undefined ? [] : samplesOf(builder);
  }

  /**
   * Whether a sending shows that the builder by itself is at fault: it went alone, was rejected as often as it takes
   * with these samples, and empty reports were taken meanwhile.
   */
  isBlamed(at: number): boolean {
    const sending = this.sendings[at];
    const rejection = this.#rejections(at)[0];
    if (sending === undefined || sending.builders.length > 1 || rejection === undefined) return false;
    if (rejection === 'unreadable') return true;
    return this.#rejections(at).length >= AT_FAULT[rejection];
  }

  /** Latest first: those of one outage, since an empty report that was not taken tells of the server. */
  #rejections(at: number): Exclude<Rejection, 'expired'>[] {
    const found: Exclude<Rejection, 'expired'>[] = [];
    let later: Sending | undefined;
    let expired = 0;
    for (let i = at; i >= 0; i--) {
      const sending = this.sendings[i];
      if (sending === undefined || this.sampleIds(i).length !== this.sampleIds(at).length) break;
      if (later !== undefined && this.#isOutage(sending, later)) break;
      later = sending;
      // A call with a bad token is repeated once; the second time it is refused.
      if (sending.rejection === 'expired' && ++expired % 2 === 1) continue;
      if (sending.rejection === undefined) break;
      found.push(sending.rejection === 'expired' ? 'refused' : sending.rejection);
    }
    return found;
  }

  /** Between two sendings to one place an empty report was not taken there. */
  #isOutage(a: Sending, b: Sending): boolean {
    if (a.place !== b.place) return false;
    return this.#calls.some(
      ({ number, place, builders, rejection, end }) =>
        number > a.number &&
        number < b.number &&
        place === a.place &&
        builders.length === 0 &&
        end !== 'late' &&
        rejection !== undefined &&
        rejection !== 'unreadable' &&
        rejection !== 'expired',
    );
  }

  #builder(at: number): WireBuilder | undefined {
    return this.sendings[at]?.builders.find(({ Name }) => Name === this.#name);
  }
}

/** Their ids. */
export function samplesOf({ Samples, ErrorSamples }: WireBuilder): string[] {
  return [...Samples, ...ErrorSamples].map(({ Id }) => Id);
}
