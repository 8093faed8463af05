import type { TraceSpan } from './page-data.ts';

/** A sample's place among those of its trace. */
export interface Bar {
  readonly span: TraceSpan;
  /** How many of the samples around it are its ancestors. */
  readonly depth: number;
  readonly offsetMs: number;
  readonly costMs: number;
}

export interface Waterfall {
  readonly bars: readonly Bar[];
  readonly durationMs: number;
}

/**
 * Joins samples by the ids of their parents, whichever apps they are from. One whose parent was not kept stands at the
 * margin; so do those that name one another as parents.
 */
export function waterfall(spans: readonly TraceSpan[]): Waterfall {
  const startMs = spans.reduce(
    (least, { sample }) => Math.min(least, sample.StartTime),
    Number.POSITIVE_INFINITY,
  );
  const bars: Bar[] = [];
  const placed = new Set<TraceSpan>();
  const children = childrenOf(spans);
  const place = (span: TraceSpan, depth: number): void => {
    if (placed.has(span)) return;
    placed.add(span);
    const { StartTime, EndTime, Id } = span.sample;
    bars.push({ span, depth, offsetMs: StartTime - startMs, costMs: Math.max(EndTime - StartTime, 0) });
    for (const child of children.get(Id) ?? []) place(child, depth + 1);
  };
  const ids = new Set(spans.map(({ sample }) => sample.Id));
  for (const span of spans) if (!ids.has(span.sample.ParentId)) place(span, 0);
  for (const span of spans) place(span, 0);
  const durationMs = bars.reduce((most, { offsetMs, costMs }) => Math.max(most, offsetMs + costMs), 0);
  return { bars, durationMs };
}

function childrenOf(spans: readonly TraceSpan[]): ReadonlyMap<string, readonly TraceSpan[]> {
  const children = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    const { Id, ParentId } = span.sample;
    if (ParentId === '' || ParentId === Id) continue;
    const siblings = children.get(ParentId);
    if (siblings === undefined) children.set(ParentId, [span]);
    else siblings.push(span);
  }
  return children;
}
