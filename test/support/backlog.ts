import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { Backlog } from '../../src/backlog/backlog.ts';

/** A backlog, and the spans it has given up so far. */
export function boundedBacklog(maxBytes = 1_000_000) {
  const givenUp = { expired: 0, overBound: 0 };
  const backlog = new Backlog({
    maxBytes,
    giveUp: (reason, spans) => {
      givenUp[reason] += spans;
    },
  });
  return { backlog, givenUp };
}

/** All that waits, in the order in which it leaves. */
export function takeAll(backlog: Backlog, nowMs: number): SpanBuilder[] {
  const taken: SpanBuilder[] = [];
  for (let report = backlog.next(nowMs); report !== undefined; report = backlog.next(nowMs)) {
    taken.push(...report.builders);
    backlog.remove(report);
  }
  return taken;
}

/** Spans that wait. */
export function totalOf(backlog: Backlog): number {
  const builders = backlog.waiting().flatMap(({ builders }) => builders);
  return builders.reduce((sum, { total }) => sum + total, 0);
}
