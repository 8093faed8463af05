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

/** The last traces with samples, newest first. */
export function recentTraces(apps: readonly App[]): TraceSummary[] {
  const traces = new Map<string, TraceSpan[]>();
  for (const span of samplesOf(apps)) {
    const { TraceId } = span.sample;
    const spans = traces.get(TraceId);
    if (spans !== undefined) spans.push(span);
    else if (TraceId !== '') traces.set(TraceId, [span]);
  }
  return [...traces.values()]
    .map(summaryOf)
    .sort((one, other) => other.startMs - one.startMs)
    .slice(0, MAX_TRACES);
}

function summaryOf(unordered: readonly TraceSpan[]): TraceSummary {
  const spans = [...unordered].sort(byStart);
  const first = spans[0] as TraceSpan;
  const endMs = spans.reduce((end, { sample }) => Math.max(end, sample.EndTime), 0);
  return {
    traceId: first.sample.TraceId,
    startMs: first.sample.StartTime,
    durationMs: Math.max(endMs - first.sample.StartTime, 0),
    name: first.name,
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
