import { randomBytes } from 'node:crypto';
import type { Redactor } from '../redact/redactor.ts';
import { instant, kept } from '../wire/text.ts';
import { textOf } from './attribute.ts';
import { bodySize } from './body-size.ts';
import { type ExceptionText, errorText, exceptionLine, shownException } from './error-text.ts';
import type { SpanLike } from './span-like.ts';
import { strictErrorText, strictTagOf, strictType } from './strict-text.ts';
import { tagOf } from './tag.ts';
import { originalTraceId } from './trace-id.ts';

/** What is kept of a span as an example of its name: plain values, nothing that holds the span. */
export interface Sample {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. Settled when the sample's builder is taken: only then it is known which spans count. */
  parentSpanId: string;
  /** Unix ms by this machine's clock. */
  readonly startTimeMs: number;
  readonly costMs: number;
  /** Bytes of bodies, request plus response. */
  readonly value: number;
  readonly traceFlags: number;
  readonly tag: string;
  /** Empty where the span did not fail. */
  readonly error: string;
}

/** About what a sample takes in memory: its two texts, and the rest. */
export function bytesOfSample({ tag, error }: Sample): number {
  return 2 * (tag.length + error.length) + 400;
}

/** A span of which a sample is written. */
export interface SampledSpan {
  readonly span: SpanLike;
  readonly costMs: number;
  readonly failed: boolean;
  /** What a span below it threw, and nobody dealt with. */
  readonly heard: ExceptionText | undefined;
  readonly maxTagLength: number;
}

/** How samples are written. */
export interface SampleRules {
  readonly redactor: Redactor;
  /** Whether only what is known to be free of user data is shown. */
  readonly strict: boolean;
  /** The user's `tag` hook, made safe; its answer is redacted too. */
  readonly tag: ((span: SpanLike) => string | undefined) | undefined;
}

const ERROR_UNITS = 2_000;

/** Copies what a sample needs of a span. Only the few spans that are kept come here. */
export class SampleWriter {
  readonly #rules: SampleRules;

  constructor(rules: SampleRules) {
    this.#rules = rules;
  }

  sampleOf({ span, costMs, failed, heard, maxTagLength }: SampledSpan): Sample {
    const { redactor, strict } = this.#rules;
    const own = this.#rules.tag?.(span);
    const usual = strict ? strictTagOf : tagOf;
    const tag = own === undefined ? usual(span, redactor) : redactor.text(own);
    const why = strict ? strictErrorText : errorText;
    const error = failed ? why(span, redactor, heard) : '';
    return { ...placeOf(span, costMs), tag: kept(tag, maxTagLength), error: kept(error, ERROR_UNITS) };
  }

  /** An example of a call of `ex:<type>`: what was thrown, by an id of its own, where the span that threw was. */
  exceptionSample(span: SpanLike, costMs: number, exception: ExceptionText, maxTagLength: number): Sample {
    const { redactor, strict } = this.#rules;
    const tag = strict
      ? strictType(exception.type)
      : shownException(exceptionLine(exception), exception.stack, redactor);
    return {
      ...placeOf(span, costMs),
      spanId: newSpanId(),
      value: 0,
      tag: kept(tag, maxTagLength),
      error: '',
    };
  }
}

/** 16 hex characters; in practice never all zero, which would be no id. */
function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

function placeOf(span: SpanLike, costMs: number): Omit<Sample, 'tag' | 'error'> {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceId: originalTraceId(textOf(traceId)),
    spanId: textOf(spanId),
    parentSpanId: textOf(span.parentSpanContext?.spanId ?? span.parentSpanId),
    startTimeMs: instant(span.startTime[0] * 1_000 + span.startTime[1] / 1_000_000),
    costMs,
    value: bodySize(span.attributes),
    traceFlags: traceFlags & 0xff,
  };
}
