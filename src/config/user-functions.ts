import { isPromise } from 'node:util/types';
import { inBackground } from '../runtime/background.ts';
import { TIMED_OUT, within } from '../runtime/deadline.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import { orElse } from '../runtime/or-else.ts';
import { keepSecret } from '../runtime/own-secrets.ts';
import { reasonOf } from '../runtime/reason.ts';
import type { SpanLike } from '../span/span-like.ts';
import { type Headers, validHeaders } from './headers.ts';
import type { Settings } from './settings.ts';

/**
 * Guards the user's functions. If one throws, hangs, returns an invalid value or ends spans itself, this is logged
 * once and the default applies.
 */

/** A builder's name by the user's function; the span's own name if that fails. */
export function safeNaming(naming: Settings['naming']): ((span: SpanLike) => unknown) | undefined {
  if (typeof naming !== 'function') return undefined;
  const ask = guarded('naming', "the span's own name is taken", naming, isName);
  return (span) => ask(span) ?? span.name;
}

/** Whether a span is counted by the user's function; it is counted if that fails. */
export function safeFilter(filter: Settings['filter']): ((span: SpanLike) => boolean) | undefined {
  if (filter === undefined) return undefined;
  const ask = guarded('filter', 'the span is counted', filter, isBoolean);
  return (span) => ask(span) ?? true;
}

/** A sample's tag by the user's function; ours if that fails. */
export function safeTag(tag: Settings['tag']): ((span: SpanLike) => string | undefined) | undefined {
  if (tag === undefined) return undefined;
  const ask = guarded('tag', 'the usual tag is taken', tag, isString);
  return (span) => ask(span)?.slice(0, TAG_UNITS);
}

/**
 * The further headers of a call; none if the user's function fails or hangs. While it hangs it is not asked
 * again, and calls go without it at once.
 */
export function safeHeaders(headers: Settings['headers'], atMostMs: number): () => Promise<Headers> {
  if (typeof headers !== 'function') return () => Promise.resolve(headers);
  const report = firstFault('headers', 'the call goes without them');
  let hangs = false;
  return async () => {
    if (hangs) return {};
    try {
      const answer = Promise.resolve(headers());
      const given = await within(atMostMs, answer);
      const valid = validHeaders(given);
      if (valid !== undefined) {
        for (const value of Object.values(valid)) keepSecret(value);
        return valid;
      }
      if (given === TIMED_OUT) {
        hangs = true;
        inBackground('the end of a hanging headers function', async () => {
          await orElse(answer, undefined);
          hangs = false;
        });
      }
      report(given === TIMED_OUT ? `gave no answer within ${atMostMs} ms` : 'gave no headers');
    } catch (error) {
      // Not its message, which may hold what the headers hold.
      report(`threw ${reasonOf(error instanceof Error ? error.name : typeof error)}`);
    }
    return {};
  };
}

/** Far beyond what is shown; what is cut off later is redacted first. */
const TAG_UNITS = 10_000;

const isString = (value: unknown): value is string => typeof value === 'string';
const isName = (value: unknown): value is string => isString(value) && value !== '';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** A function of the user's that answers `undefined` if it fails, and is not asked about spans it ends itself. */
function guarded<T>(
  hook: string,
  consequence: string,
  ask: (span: SpanLike) => unknown,
  accepts: (answer: unknown) => answer is T,
): (span: SpanLike) => T | undefined {
  const report = firstFault(hook, consequence);
  let busy = false;
  return (span) => {
    if (busy) {
      report('ended a span itself');
      return undefined;
    }
    busy = true;
    try {
      const answer = ask(span);
      if (accepts(answer)) return answer;
      // An async function: its rejection is nobody's, and would end the process.
      if (isPromise(answer)) orElse(answer, undefined);
      report(`answered ${answer === '' ? 'an empty string' : `a value of type ${typeof answer}`}`);
    } catch (error) {
      report(`threw ${reasonOf(error)}`);
    } finally {
      busy = false;
    }
    return undefined;
  };
}

/** Logs the first fault of a user's function, and what applies instead. */
function firstFault(hook: string, consequence: string): (what: string) => void {
  const state = new OnChange();
  return (what) => {
    if (state.isNew('faulty')) log.warn(`option ${hook}: the function ${what.slice(0, 200)}; ${consequence}`);
  };
}
