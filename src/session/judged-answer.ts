import { answersReport, type Outcome } from '../wire/answer.ts';

/** What a call is, as far as its answer is judged by it. */
export type CallKind = 'report' | 'empty report' | 'ping' | 'other';

/** The outcome of a call; an answer that is not one to a report does not pass for one. */
export function judged(outcome: Outcome, kind: CallKind): Outcome {
  if (outcome.kind !== 'delivered' || kind === 'ping' || kind === 'other' || answersReport(outcome.data))
    return outcome;
  return { kind: 'unreachable', unclear: true, reason: 'the answer is that of another call' };
}

/**
 * Whether an outcome tells that the server is there or away. A firewall may swallow pings, and answer a report over its
 * content: an empty report, which goes next, tells.
 */
export function tellsOfServer(outcome: Outcome, kind: CallKind): boolean {
  if (kind === 'ping') return false;
  const mayBeForContent = outcome.kind === 'unreachable' && outcome.status !== undefined;
  return kind !== 'report' || !mayBeForContent;
}
