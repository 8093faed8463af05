import { cut } from '../wire/text.ts';
import { attributeText, textOf } from './attribute.ts';
import {
  ERROR_TYPE,
  EXCEPTION_EVENT,
  EXCEPTION_MESSAGE,
  EXCEPTION_TYPE,
  HTTP_METHOD,
  HTTP_STATUS,
  URL_FULL,
  URL_PATH,
} from './semconv.ts';
import type { SpanLike } from './span-like.ts';

/** What is kept of a span as an example of its name: plain values, nothing that holds the span. */
export interface Sample {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  /** Unix ms by this machine's clock. */
  readonly startTimeMs: number;
  readonly costMs: number;
  readonly value: number;
  readonly traceFlags: number;
  readonly tag: string;
  /** Empty where the span did not fail. */
  readonly error: string;
}

const ERROR_UNITS = 2_000;

/** Copies what a sample needs. Called only for the few spans that are kept. */
export function sampleOf(span: SpanLike, costMs: number, failed: boolean, maxTagLength: number): Sample {
  const context = span.spanContext();
  return {
    traceId: textOf(context.traceId),
    spanId: textOf(context.spanId),
    parentSpanId: textOf(span.parentSpanContext?.spanId ?? span.parentSpanId),
    startTimeMs: span.startTime[0] * 1_000 + span.startTime[1] / 1_000_000,
    costMs,
    value: 0,
    traceFlags: context.traceFlags,
    tag: cut(tagOf(span), maxTagLength),
    error: failed ? cut(errorOf(span), ERROR_UNITS) : '',
  };
}

/** `GET /orders/7 → 200`; empty for spans that are no HTTP. */
function tagOf(span: SpanLike): string {
  const method = attributeText(span.attributes, HTTP_METHOD);
  if (method === '') return '';
  const url = attributeText(span.attributes, URL_FULL) || attributeText(span.attributes, URL_PATH);
  const status = attributeText(span.attributes, HTTP_STATUS);
  return `${method} ${withoutSecrets(url)}${status && ` → ${status}`}`;
}

/** Cuts off the query and any `user:password@`, where secrets travel. */
function withoutSecrets(url: string): string {
  return (url.split(/[?#]/, 1)[0] ?? '').replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}

function errorOf(span: SpanLike): string {
  const message = textOf(span.status.message);
  if (message !== '') return message;
  const exception = span.events.findLast((event) => event.name === EXCEPTION_EVENT)?.attributes;
  const type = textOf(exception?.[EXCEPTION_TYPE]);
  const text = textOf(exception?.[EXCEPTION_MESSAGE]);
  if (type !== '' || text !== '') return [type, text].filter((part) => part !== '').join(': ');
  const errorType = textOf(span.attributes[ERROR_TYPE]);
  if (errorType !== '') return errorType;
  const status = attributeText(span.attributes, HTTP_STATUS);
  return status === '' ? 'error' : `Http Error ${status}`;
}
