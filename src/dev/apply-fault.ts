import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { type Answer, json, ok, refused } from './protocol/answers.ts';

/** What becomes of a call: an answer, none at all, or a closed socket. */
export type Fate = Answer | 'no answer' | 'cut';

/**
 * Applies a fault to a call that `usual` would handle as the real server does.
 * @param closing - aborts when the server closes, and with it a delay
 */
export async function applyFault(
  fault: Fault | undefined,
  usual: () => Promise<Answer>,
  closing: AbortSignal,
): Promise<Fate> {
  switch (fault?.kind) {
    case undefined:
      return usual();
    case 'code':
      return refused(fault.code, fault.message ?? 'injected');
    case 'status': {
      const { status, body = '', contentType = 'text/html', headers = {}, counted = false } = fault;
      if (counted) await usual();
      return { status, body, contentType, headers };
    }
    case 'unreadable':
      return ok(null);
    case 'hang':
      return 'no answer';
    case 'cut':
      if (fault.counted) await usual();
      return 'cut';
    case 'slow':
      await delay(fault.delayMillis, undefined, { signal: closing });
      return usual();
    case 'answer':
      await usual();
      return json(fault.body);
  }
}
