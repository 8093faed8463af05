import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

/**
 * By this key the SDK knows where nothing is traced. To load `@opentelemetry/core` for it would take the thread that
 * delivers the last counts half of its start.
 */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const UNTRACED = ROOT_CONTEXT.setValue(SUPPRESSED, true);

/**
 * Runs work of this package: not traced, and outside of the request that happened to start it, so that a timer or
 * socket of ours keeps neither its span nor its context in memory.
 */
export function untraced<T>(work: () => T): T {
  let isBegun = false;
  try {
    return context.with(UNTRACED, () => {
      isBegun = true;
      return work();
    });
  } catch (error) {
    // Else the context manager failed, which is the app's: a frozen `process` can hold no context at its end.
    if (isBegun) throw error;
    return work();
  }
}

/** Whether nothing is traced here, neither of this package nor of another that asked for that. */
export function isUntraced(): boolean {
  return context.active().getValue(SUPPRESSED) === true;
}
