import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/**
 * Runs work of this package: not traced, and outside of the request that happened to start it, so that a timer or
 * socket of ours keeps neither its span nor its context in memory.
 */
export function untraced<T>(work: () => T): T {
  return context.with(suppressTracing(ROOT_CONTEXT), work);
}
