import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { announcementJson } from '../report/encode.ts';
import { wallTime } from '../runtime/clock.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { Outcome } from '../wire/answer.ts';
import type { Fields } from '../wire/fields.ts';
import { isUnreadable } from './unreadable.ts';

const NAMES_AT_ONCE = 50;
const MILLIS_PER_NEW_NAME = 10;

/**
 * Makes names known to the server ahead of their counts: two reports that bring one new name at once lose one of the
 * builders (docs/protocol.md, "Racing names").
 */
export class Announcing {
  readonly #session: ReportSession;
  readonly #maxNames: number;
  readonly #answered: (data: Fields) => void;
  readonly #known = new Set<string>();
  #server = '';

  constructor(session: ReportSession, maxNames: number, answered: (data: Fields) => void) {
    this.#session = session;
    this.#maxNames = maxNames;
    this.#answered = answered;
  }

  /**
   * Sends the names that the server has not taken yet, in reports of Total 0. What went wrong; `undefined` where
   * nothing did, and where there is no time for it until `untilMs`.
   */
  async announce(
    builders: readonly SpanBuilder[],
    untilMs: number,
    refusedBefore: boolean,
  ): Promise<Outcome | undefined> {
    if (this.#session.server !== this.#server) {
      this.#server = this.#session.server;
      this.#known.clear();
    }
    const unknown = builders.filter((builder) => !this.#known.has(builder.name));
    if (wallTime() + unknown.length * MILLIS_PER_NEW_NAME > untilMs) return undefined;
    const waiting: (readonly SpanBuilder[])[] = [];
    for (let i = 0; i < unknown.length; i += NAMES_AT_ONCE) waiting.push(unknown.slice(i, i + NAMES_AT_ONCE));
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const outcome = await this.#session.report(batch.map((each) => announcementJson(each)));
      if (isUnreadable(outcome, refusedBefore) && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        waiting.unshift(batch.slice(0, middle), batch.slice(middle));
      } else if (outcome.kind === 'delivered' || isUnreadable(outcome, refusedBefore)) {
        // A name that cannot even be announced shows itself when its counts follow.
        this.note(batch);
        if (outcome.kind === 'delivered') this.#answered(outcome.data);
      } else {
        // An announcement counts nothing, so its end is never unclear.
        return outcome.kind === 'unreachable' ? { ...outcome, unclear: false } : outcome;
      }
    }
    return undefined;
  }

  /** The server has taken these. */
  note(builders: readonly SpanBuilder[]): void {
    // Forgetting all is harmless, a name is only announced once more; growing for ever is not.
    if (this.#known.size > this.#maxNames) this.#known.clear();
    for (const builder of builders) this.#known.add(builder.name);
  }
}
