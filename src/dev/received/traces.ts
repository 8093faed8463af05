import type { TraceSpan, TraceSummary } from '../page/page-data.ts';
import type { App } from './apps.ts';

const MAX_SPANS = 1_000;
const MAX_TRACES = 50;

/** The samples of one trace from all apps, in the order in which they began. */
export function traceOf(traceId: string, apps: readonly App[]): TraceSpan[] {
  return [...samplesOf(apps)]
    .filter(({ sample }) => sample.TraceId === traceId)
    .sort(byStart)
    .slice(0, MAX_SPANS);
}

/** Of samples that began in the same millisecond, the one that contains the others ends last. */
function byStart({ sample: one }: TraceSpan, { sample: other }: TraceSpan): number {
  return one.StartTime - other.StartTime || other.EndTime - one.EndTime;
}

/** What traces must have, and by which figure the first of them are chosen. Empty texts ask for nothing. */
export interface TraceFilter {
  readonly appId: string;
  /** A piece of a name in it, whichever app's. */
  readonly name: string;
  readonly leastMs: number;
  readonly failedOnly: boolean;
  readonly order: TraceOrder;
}

type TraceOrder = 'startMs' | 'durationMs' | 'spans' | 'errors';

/** The traces that fit, the largest first by the figure of their order: newest, slowest, … */
export function tracesThat(filter: TraceFilter, apps: readonly App[]): TraceSummary[] {
  const traces = new Map<string, TraceSpan[]>();
  for (const span of samplesOf(apps)) {
    const { TraceId } = span.sample;
    const spans = traces.get(TraceId);
    if (spans !== undefined) spans.push(span);
    else if (TraceId !== '') traces.set(TraceId, [span]);
  }
  const wanted = filter.name.trim().toLowerCase();
  return [...traces.values()]
    .filter((spans) => wanted === '' || spans.some(({ name }) => name.toLowerCase().includes(wanted)))
    .map(summaryOf)
    .filter(({ apps }) => filter.appId === '' || apps.includes(filter.appId))
    .filter(({ durationMs, errors }) => durationMs >= filter.leastMs && (errors > 0 || !filter.failedOnly))
    .sort((one, other) => other[filter.order] - one[filter.order] || other.startMs - one.startMs)
    .slice(0, MAX_TRACES);
}

function summaryOf(unordered: readonly TraceSpan[]): TraceSummary {
  const spans = [...unordered].sort(byStart);
  const first = spans[0] as TraceSpan;
  const root = spans.find(({ sample }) => sample.ParentId === '') ?? first;
  const endMs = spans.reduce((end, { sample }) => Math.max(end, sample.EndTime), 0);
  return {
    traceId: first.sample.TraceId,
    startMs: first.sample.StartTime,
    durationMs: Math.max(endMs - first.sample.StartTime, 0),
    name: root.name,
    apps: [...new Set(spans.map(({ appId }) => appId))],
    spans: spans.length,
    errors: spans.filter(({ failed }) => failed).length,
  };
}

function* samplesOf(apps: readonly App[]): Generator<TraceSpan> {
  for (const { id: appId, book } of apps) {
    for (const [name, each] of book.names) {
      const { samples, errorSamples } = each.samples();
      for (const sample of samples) yield { appId, name, failed: false, sample };
      for (const sample of errorSamples) yield { appId, name, failed: true, sample };
    }
  }
}
