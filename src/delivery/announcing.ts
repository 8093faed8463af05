import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { announcementJson } from '../report/encode.ts';
import { monotonicTime } from '../runtime/clock.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { Outcome } from '../wire/answer.ts';
import type { Fields } from '../wire/fields.ts';

const NAMES_AT_ONCE = 50;
const MILLIS_PER_NEW_NAME = 10;

/** How announcing ended: `noTime` if it would take over half of the time that is left, so that the counts go without. */
export type Announced = 'known' | 'noTime' | Outcome;

/**
 * Makes names known to the server ahead of their counts, in reports of Total 0: two reports that bring one new name at
 * once lose one of the builders (docs/protocol.md, "Racing names").
 */
export async function announce(
  builders: readonly SpanBuilder[],
  session: ReportSession,
  { untilMs, answered }: { readonly untilMs: number; readonly answered: (data: Fields) => void },
): Promise<Announced> {
  const unknown = builders.filter(({ name }) => !session.knownNames.has(name));
  if (unknown.length * MILLIS_PER_NEW_NAME > (untilMs - monotonicTime()) / 2) return 'noTime';
  const waiting: (readonly SpanBuilder[])[] = [];
  for (let i = 0; i < unknown.length; i += NAMES_AT_ONCE) waiting.push(unknown.slice(i, i + NAMES_AT_ONCE));
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const outcome = await session.report(batch.map(announcementJson));
    if (outcome.kind === 'unreadable' && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      waiting.unshift(batch.slice(0, middle), batch.slice(middle));
    } else if (outcome.kind === 'delivered' || outcome.kind === 'unreadable') {
      // A name that cannot even be announced shows itself when its counts follow.
      session.knownNames.add(batch.map(({ name }) => name));
      if (outcome.kind === 'delivered') answered(outcome.data);
    } else {
      return outcome;
    }
  }
  return 'known';
}
