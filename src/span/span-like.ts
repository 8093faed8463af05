/**
 * The structure that finished spans of OpenTelemetry 1.x, 2.x and 3.x share, as far as it is read here.
 * Attribute values are `unknown` on purpose: 3.x lets any value through.
 */
export interface SpanLike {
  readonly name: string;
  readonly kind: number;
  readonly startTime: HrTime;
  /** Measured by the monotonic clock, unlike the difference of the two times. */
  readonly duration: HrTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Attributes;
  /** Not public, and only from 2.12 on. An earlier SDK lists all attributes whenever one is set. */
  readonly _attributesCount?: number;
  readonly events: readonly SpanEvent[];
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  /** Where 1.x keeps the parent. */
  readonly parentSpanId?: string | undefined;
  readonly resource: ResourceLike;
  readonly links?: readonly { readonly context: { readonly traceId: string; readonly spanId: string } }[];
  readonly instrumentationScope?: { readonly name: string } | undefined;
  /** Where 1.x keeps the scope. */
  readonly instrumentationLibrary?: { readonly name: string } | undefined;
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

/** Seconds and nanoseconds. */
export type HrTime = readonly [number, number];

export type Attributes = { readonly [key: string]: unknown };

interface SpanEvent {
  readonly name: string;
  /** Absent on 3.x when an event was given none. */
  readonly attributes?: Attributes | undefined;
}

/** A resource; its attributes may be read only once the pending ones have come. */
export interface ResourceLike {
  readonly attributes: Attributes;
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

/** `SpanKind` and `SpanStatusCode` of `@opentelemetry/api`, as numbers the engine can fold. */
export const KIND_INTERNAL = 0;
export const KIND_SERVER = 1;
export const KIND_CLIENT = 2;
export const KIND_PRODUCER = 3;
export const KIND_CONSUMER = 4;
export const STATUS_ERROR = 2;

/** The name of the instrumentation that made a span. */
export function scopeOf(span: SpanLike): string {
  return span.instrumentationScope?.name ?? span.instrumentationLibrary?.name ?? '';
}
