import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { carriedTraceId, isAgentTraceId, originalTraceId } from '../span/trace-id.ts';

const TRACE_PARENT = 'traceparent';
/** A `traceparent` of the .NET agent: like W3C's, but with a trace id of 30 characters. */
const AGENT_PARENT = /^([0-9a-f]{2})-([0-9a-f]{30})-([0-9a-f]{16}-[0-9a-f]{2})$/;
const W3C_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-(.*)$/;

/**
 * W3C trace context that also accepts the 30-character trace ids of .NET services, so that a chain does not break
 * there. Within the process they have 32 characters; they are sent on as they came. Other ids are not changed.
 */
export class StardustPropagator implements TextMapPropagator {
  readonly #w3c = new W3CTraceContextPropagator();

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#w3c.inject(context, carrier, {
      set: (target, key, value) => setter.set(target, key, key === TRACE_PARENT ? outside(value) : value),
    });
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#w3c.extract(context, carrier, {
      keys: (source) => getter.keys(source),
      get: (source, key) => {
        const value = getter.get(source, key);
        if (key !== TRACE_PARENT) return value;
        const [first] = Array.isArray(value) ? value : [value];
        return typeof first === 'string' ? inside(first) : undefined;
      },
    });
  }

  fields(): string[] {
    return this.#w3c.fields();
  }
}

function inside(parent: string): string {
  const [, version, id, rest] = AGENT_PARENT.exec(parent.trim()) ?? [];
  if (version === undefined || id === undefined || !isAgentTraceId(id)) return parent;
  return `${version}-${carriedTraceId(id)}-${rest}`;
}

function outside(parent: string): string {
  const [, version, id, rest] = W3C_PARENT.exec(parent) ?? [];
  return id === undefined ? parent : `${version}-${originalTraceId(id)}-${rest}`;
}
