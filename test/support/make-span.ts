import type { SpanLike } from '../../src/span/span-like.ts';

/** What a test says of a span; the rest is ordinary. */
export interface SpanWords {
  readonly name?: string;
  readonly ms?: number;
  readonly kind?: number;
  readonly error?: string | boolean;
  readonly attributes?: Record<string, unknown>;
  readonly events?: SpanLike['events'];
  readonly traceFlags?: number;
  readonly resource?: SpanLike['resource'];
  /** The name of the instrumentation. */
  readonly scope?: string;
}

let made = 0;

/** A finished span with an id of its own. */
export function makeSpan(words: SpanWords = {}): SpanLike {
  const {
    name = 'work',
    ms = 1,
    kind = 0,
    error = false,
    attributes = {},
    events = [],
    traceFlags = 1,
  } = words;
  const spanId = (++made).toString(16).padStart(16, '0');
  const now = Date.now() - ms;
  return {
    name,
    kind,
    spanContext: () => ({ traceId: spanId.padStart(32, '1'), spanId, traceFlags }),
    startTime: [Math.floor(now / 1_000), (now % 1_000) * 1_000_000],
    duration: [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000_000)],
    status:
      error === false ? { code: 0 } : { code: 2, ...(typeof error === 'string' ? { message: error } : {}) },
    attributes,
    events,
    ...(words.scope === undefined ? {} : { instrumentationScope: { name: words.scope } }),
    resource: words.resource ?? { attributes: { 'service.name': 'made' } },
  };
}
