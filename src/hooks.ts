import { type Headers, validHeaders } from './config/headers.ts';
import type { Settings } from './config/settings.ts';
import { log } from './log.ts';
import type { SpanLike } from './span/span-like.ts';

/**
 * The user's functions, made safe: one that throws or answers nonsense is said once, and what would have been
 * without it is done.
 */

/** A builder's name by the user's function; the span's own where that gives none. */
export function safeNaming(naming: Settings['naming']): ((span: SpanLike) => unknown) | undefined {
  if (typeof naming !== 'function') return undefined;
  const complain = once('naming', "the span's own name is taken");
  return (span) => {
    try {
      const name: unknown = naming(span);
      if (typeof name === 'string' && name !== '') return name;
      complain(`answered ${name === '' ? 'an empty string' : `a value of type ${typeof name}`}`);
    } catch (error) {
      complain(`threw ${String(error)}`);
    }
    return span.name;
  };
}

/** Whether a span is counted by the user's function; it is where that fails. */
export function safeFilter(filter: Settings['filter']): ((span: SpanLike) => boolean) | undefined {
  if (filter === undefined) return undefined;
  const complain = once('filter', 'the span is counted');
  return (span) => {
    try {
      return filter(span) !== false;
    } catch (error) {
      complain(`threw ${String(error)}`);
      return true;
    }
  };
}

/** A sample's tag by the user's function; ours where that gives none. */
export function safeTag(tag: Settings['tag']): ((span: SpanLike) => string | undefined) | undefined {
  if (tag === undefined) return undefined;
  const complain = once('tag', 'the usual tag is taken');
  return (span) => {
    try {
      const text: unknown = tag(span);
      if (typeof text === 'string') return text.slice(0, TAG_UNITS);
      complain(`answered a value of type ${typeof text}`);
    } catch (error) {
      complain(`threw ${String(error)}`);
    }
    return undefined;
  };
}

/** The further headers of a call; none where the user's function fails or hangs. */
export function safeHeaders(headers: Settings['headers'], atMostMs: number): () => Promise<Headers> {
  if (typeof headers !== 'function') return () => Promise.resolve(headers);
  const complain = once('headers', 'the call goes without them');
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    try {
      const timeout = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), atMostMs).unref();
      });
      const valid = validHeaders(await Promise.race([headers(), timeout]));
      if (valid !== undefined) return valid;
      complain('gave no headers');
    } catch (error) {
      complain(`threw ${error instanceof Error ? error.name : 'something'}`);
    } finally {
      clearTimeout(timer);
    }
    return {};
  };
}

/** Far beyond what is shown; what is cut off later is redacted first. */
const TAG_UNITS = 10_000;

function once(hook: string, consequence: string): (what: string) => void {
  let said = false;
  return (what) => {
    if (said) return;
    said = true;
    log.warn(`option ${hook}: the function ${what.slice(0, 200)}; ${consequence}`);
  };
}
