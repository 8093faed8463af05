import { answersReport, type Outcome } from '../wire/answer.ts';

/** What a call is, as far as its answer is judged by it. */
export type CallKind = 'report' | 'empty report' | 'ping' | 'other';

/** The outcome of a call; an answer that is not one to a report does not pass for one. */
export function judged(outcome: Outcome, kind: CallKind): Outcome {
  if (outcome.kind !== 'delivered' || kind === 'ping' || kind === 'other' || answersReport(outcome.data))
    return outcome;
  return { kind: 'unreachable', unclear: true, reason: 'the answer is that of another call' };
}

/** A firewall that takes offence at a report, or lets no ping pass, does not tell that the server is away; an empty report tells. */
export function isForContent(outcome: Outcome, kind: CallKind): boolean {
  return (
    (kind === 'report' || kind === 'ping') && outcome.kind === 'unreachable' && outcome.status !== undefined
  );
}
