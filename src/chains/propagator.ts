import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { carriedTraceId, isAgentTraceId, originalTraceId } from '../span/trace-id.ts';

const TRACE_PARENT = 'traceparent';
/** A `traceparent` of the .NET agent: like W3C's, but with a trace id of 30 characters. */
const AGENT_PARENT = /^([0-9a-f]{2})-([0-9a-f]{30})-([0-9a-f]{16}-[0-9a-f]{2})$/;

/**
 * W3C trace context that also accepts the 30-character trace ids of .NET services, so that a chain does not break
 * there. Within the process they have 32 characters; they are sent on as they came. Other ids are not changed.
 */
export class StardustPropagator implements TextMapPropagator {
  readonly #w3c = new W3CTraceContextPropagator();

  /** Most ids were never an agent's: those are written and read by W3C's propagator as they are. */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const traceId = trace.getSpanContext(context)?.traceId ?? '';
    const original = originalTraceId(traceId);
    const restoring: TextMapSetter = {
      set: (target, key, value) =>
        setter.set(target, key, key === TRACE_PARENT ? value.replace(traceId, original) : value),
    };
    this.#w3c.inject(context, carrier, original === traceId ? setter : restoring);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const told = getter.get(carrier, TRACE_PARENT);
    const parent = Array.isArray(told) ? told[0] : told;
    const carried = typeof parent === 'string' ? inside(parent) : parent;
    if (carried === parent) return this.#w3c.extract(context, carrier, getter);
    return this.#w3c.extract(context, carrier, {
      keys: (source) => getter.keys(source),
      get: (source, key) => (key === TRACE_PARENT ? carried : getter.get(source, key)),
    });
  }

  fields(): string[] {
    return this.#w3c.fields();
  }
}

function inside(parent: string): string {
  const match = AGENT_PARENT.exec(parent.trim());
  if (match === null) return parent;
  const [, version, id = '', rest] = match;
  return isAgentTraceId(id) ? `${version}-${carriedTraceId(id)}-${rest}` : parent;
}
