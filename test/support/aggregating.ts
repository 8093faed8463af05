import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { vi } from 'vitest';
import { aggregatorOf } from '../../src/aggregate/create-aggregator.ts';
import { Limits } from '../../src/aggregate/limits.ts';
import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { resolveSettings } from '../../src/config/resolve.ts';
import { Ledger } from '../../src/delivery/ledger.ts';
import type { StardustOptions } from '../../src/index.ts';
import type { SpanLike } from '../../src/span/span-like.ts';
import { Fields } from '../../src/wire/fields.ts';
import { makeSpan, type SpanWords } from './make-span.ts';

/** A moment at which a minute begins. */
export const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

/** An aggregator as an exporter with these options has it; time stands still until a test moves it. */
export function aggregating(options: StardustOptions = {}) {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: NOW });
  const { settings } = resolveSettings(options, {});
  const limits = new Limits(settings);
  const counts = new Ledger();
  const server = { aheadMs: 0 };
  const clock = { now: () => Date.now() + server.aheadMs };
  const aggregator = aggregatorOf(settings, { limits, clock, counts });

  /** Counts a span of which nobody told the start. */
  const count = (words: SpanWords = {}, times = 1) => {
    for (let i = 0; i < times; i++) aggregator.add(makeSpan({ name: 'op', ...words }));
  };
  /** Starts a span below another one, if there is one. */
  const start = (words: SpanWords = {}, parent?: SpanLike): SpanLike => {
    const made = makeSpan({ name: 'op', ...words });
    const span = parent === undefined ? made : below(made, parent);
    aggregator.start(
      span,
      parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent as never),
    );
    return span;
  };
  const end = (...spans: readonly SpanLike[]) => {
    for (const span of spans) aggregator.add(span);
  };
  const take = () => new Map(aggregator.take().map((each) => [each.name, each]));
  return {
    ...{ aggregator, counts, limits, server, count, start, end, take },
    /** What is taken, as `name total`. */
    totals: () => [...take().values()].map(({ name, total }) => `${name} ${total}`),
    /** An answer of the server changes limits, by their names on the wire. */
    answer: (data: Record<string, number>) => limits.take(new Fields(data)),
    pass: (ms: number) => vi.advanceTimersByTime(ms),
  };
}

function below(span: SpanLike, parent: SpanLike): SpanLike {
  const { traceId } = parent.spanContext();
  return {
    ...span,
    spanContext: () => ({ ...span.spanContext(), traceId }),
    parentSpanContext: parent.spanContext(),
  };
}

/** The spans of which samples were kept, and of which error samples. */
export function keptOf(builder: SpanBuilder | undefined): [samples: string[], errorSamples: string[]] {
  return [
    builder?.samples.map(({ spanId }) => spanId) ?? [],
    builder?.errorSamples.map(({ spanId }) => spanId) ?? [],
  ];
}

export const idOf = (span: SpanLike) => span.spanContext().spanId;

/** How many samples were kept, and how many error samples. */
export function keptBy(builder: SpanBuilder | undefined): [samples: number, errorSamples: number] {
  return [builder?.samples.length ?? 0, builder?.errorSamples.length ?? 0];
}
