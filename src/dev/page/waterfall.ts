import type { TraceSpan } from './page-data.ts';

/** A sample's place among those of its trace. */
export interface Bar {
  readonly span: TraceSpan;
  /** How many of the samples around it are its ancestors. */
  readonly depth: number;
  /** How many samples stand below it. */
  readonly below: number;
  readonly offsetMs: number;
  readonly costMs: number;
}

export interface Waterfall {
  /** In the order in which they are shown: each parent before what is below it. */
  readonly bars: readonly Bar[];
  readonly durationMs: number;
}

/**
 * Joins samples by the ids of their parents across apps. One whose parent was not kept stands at the margin; so do those
 * that name one another as parents.
 */
export function waterfall(spans: readonly TraceSpan[]): Waterfall {
  const startMs = Math.min(...spans.map(({ sample }) => sample.StartTime));
  const bars: { -readonly [K in keyof Bar]: Bar[K] }[] = [];
  const placed = new Set<TraceSpan>();
  const children = childrenOf(spans);
  const place = (span: TraceSpan, depth: number): void => {
    if (placed.has(span)) return;
    placed.add(span);
    const { StartTime, EndTime, Id } = span.sample;
    const costMs = Math.max(EndTime - StartTime, 0);
    const bar = { span, depth, below: 0, offsetMs: StartTime - startMs, costMs };
    const index = bars.push(bar);
    for (const child of children.get(Id) ?? []) place(child, depth + 1);
    bar.below = bars.length - index;
  };
  const ids = new Set(spans.map(({ sample }) => sample.Id));
  for (const span of spans) if (!ids.has(span.sample.ParentId)) place(span, 0);
  for (const span of spans) place(span, 0);
  const durationMs = bars.reduce((most, { offsetMs, costMs }) => Math.max(most, offsetMs + costMs), 0);
  return { bars, durationMs };
}

/** Those that are seen where what is below some samples, by their ids, is folded away. */
export function unfolded(bars: readonly Bar[], folded: ReadonlySet<string>): readonly Bar[] {
  let hiddenUpTo = 0;
  return bars.filter(({ span, below }, index) => {
    if (index < hiddenUpTo) return false;
    if (folded.has(span.sample.Id)) hiddenUpTo = index + 1 + below;
    return true;
  });
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
