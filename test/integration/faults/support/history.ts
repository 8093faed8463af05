import type { WireBuilder } from '../../../../src/wire/report-forms.ts';
import { type Rejection, type Sending, samplesOf } from './place.ts';

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
   * with these samples, and empty reports were taken meanwhile. One that failed before it came to a server, on a
   * connection that was broken, shows by the empty report behind it.
   */
  isBlamed(at: number): boolean {
    if (refusesName(this.#calls, this.#name)) return true;
    const [last, ...others] = this.#rejected(at);
    if (last?.rejection === undefined || last.rejection === 'expired') return false;
    const next = this.sendings[at + 1]?.number ?? Number.POSITIVE_INFINITY;
    const isAlone = last.builders.length === 1 || this.#asked(last.number, next) > 1;
    const times = Math.max(1 + others.length, this.#asked((others.at(-1) ?? last).number, next));
    return isAlone && times >= AT_FAULT[last.rejection];
  }

  /** Empty reports that were taken between two calls. */
  #asked(from: number, to: number): number {
    return this.#calls.filter(
      ({ number, isEmpty, end }) => number > from && number < to && isEmpty && end !== 'turned away',
    ).length;
  }

  /** Latest first: the rejections that tell of the builder. One before an empty report that was not taken does not. */
  #rejected(at: number): Sending[] {
    const found: Sending[] = [];
    let later: Sending | undefined;
    let expired = 0;
    for (let i = at; i >= 0; i--) {
      const sending = this.sendings[i];
      if (sending === undefined || this.sampleIds(i).length !== this.sampleIds(at).length) break;
      const isOutage = later !== undefined && this.#isOutage(sending, later);
      later = sending;
      if (sending.rejection === undefined) break;
      if (isOutage) continue;
      // A call with a bad token is repeated once; the second time it is refused.
      if (sending.rejection !== 'expired') found.push(sending);
      else if (++expired % 2 === 0) found.push({ ...sending, rejection: 'refused' });
    }
    return found;
  }

  /** Between two sendings to one place the first empty report was not taken there. */
  #isOutage(a: Sending, b: Sending): boolean {
    if (a.place !== b.place) return false;
    const next = this.#calls.find(
      ({ number, place, isEmpty, rejection }) =>
        number > a.number && number < b.number && place === a.place && isEmpty && rejection !== 'expired',
    );
    const { rejection, end } = next ?? {};
    return end !== 'late' && rejection !== undefined && rejection !== 'unreadable';
  }

  #builder(at: number): WireBuilder | undefined {
    return this.sendings[at]?.builders.find(({ Name }) => Name === this.#name);
  }
}

/** A firewall takes offence at the name itself: it was announced in vain, more than once, and at last alone. */
export function refusesName(calls: readonly Sending[], name: string): boolean {
  const rejected = calls.filter(
    ({ builders, announced, rejection }) =>
      builders.length === 0 && announced.includes(name) && rejection !== undefined && rejection !== 'expired',
  );
  return rejected.length > 1 && rejected.some(({ announced }) => announced.length === 1);
}
