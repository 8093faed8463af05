import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { announcementJson } from '../report/encode.ts';
import { monotonicTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { Outcome } from '../wire/answer.ts';

const NAMES_AT_ONCE = 50;
const MILLIS_PER_NEW_NAME = 10;
/** A round trip takes longer than the thread was seen to wait for one. */
const LONGER = 1.5;

/**
 * Makes names known to the server ahead of their counts, in reports of Total 0: two reports that bring one new name at
 * once lose one of the builders (docs/protocol.md, "Racing names").
 */
export class Announcing {
  readonly #session: ReportSession;
  readonly #toLog = new OnChange();

  constructor(session: ReportSession) {
    this.#session = session;
  }

  /**
   * Announces what is new of these; if that would take over half of the time that is left, their counts go without.
   * Returns the outcome that keeps the counts from following, if there is one.
   */
  async announce(builders: readonly SpanBuilder[], untilMs: number): Promise<Outcome | undefined> {
    const { knownNames } = this.#session;
    const unknown = builders.filter(({ name }) => !knownNames.has(name));
    if (this.#expectedMs(unknown.length) > (untilMs - monotonicTime()) / 2) {
      if (this.#toLog.isNew('no time'))
        log.warn(
          'too little time is left to announce new names: other processes that bring them now may lose counts',
        );
      return undefined;
    }
    for (let i = 0; i < unknown.length; i += NAMES_AT_ONCE) {
      const failure = await this.#send(unknown.slice(i, i + NAMES_AT_ONCE));
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #expectedMs(names: number): number {
    const calls = Math.ceil(names / NAMES_AT_ONCE);
    return names * MILLIS_PER_NEW_NAME + calls * this.#session.roundTrips.longestMs * LONGER;
  }

  /** Halves what cannot be read. A name that cannot even be announced shows itself when its counts follow. */
  async #send(builders: readonly SpanBuilder[]): Promise<Outcome | undefined> {
    const outcome = await this.#session.report(builders.map(announcementJson));
    if (outcome.kind === 'unreadable' && builders.length > 1) {
      const middle = Math.ceil(builders.length / 2);
      return (await this.#send(builders.slice(0, middle))) ?? (await this.#send(builders.slice(middle)));
    }
    if (outcome.kind !== 'delivered' && outcome.kind !== 'unreadable') return outcome;
    // By now another server may be in use.
    this.#session.knownNames.add(builders.map(({ name }) => name));
    return undefined;
  }
}
