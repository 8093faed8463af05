import type { Outcome } from '../wire/answer.ts';

/** A report refused again while an empty one is taken is one that the server cannot read. */
export function isUnreadable(outcome: Outcome, refusedBefore: boolean): boolean {
  return outcome.kind === 'unreadable' || (outcome.kind === 'refused' && refusedBefore);
}
