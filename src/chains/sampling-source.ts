import type { StardustStats } from '../delivery/stats.ts';

/**
 * Where a sampler and a processor meet. A sampler given to a provider alone takes the first processor of the
 * process; the place is on `globalThis`, so that a process with two copies of this package (the app's, and that of
 * the command that checks it) has one such place and not two.
 */

/** What a sampler asks of a processor. */
export interface SamplingSource {
  /** Calls of a name that are marked in a period. */
  maxSamples(): number;
  /** Names a sampler may remember. */
  maxNames(): number;
  /** The number of the period we are in. */
  period(): number;
  /** A sampler that marks chains uses this source: the flag 01 is a mark. */
  link(): void;
  /** What the processor has counted, for `check`. */
  stats?(): StardustStats;
}

interface MeetingPlace {
  source: SamplingSource | undefined;
  waiting: ((source: SamplingSource) => void)[];
}

const KEY = Symbol.for('opentelemetry-stardust.sampling');

function meetingPlace(): MeetingPlace {
  const holder = globalThis as { [KEY]?: MeetingPlace };
  holder[KEY] ??= { source: undefined, waiting: [] };
  return holder[KEY];
}

/** A processor offers itself; the first that does is taken by all who wait. */
export function offerSource(source: SamplingSource): void {
  const place = meetingPlace();
  if (place.source !== undefined) return;
  place.source = source;
  for (const take of place.waiting.splice(0)) take(source);
}

/** A processor that is shut down is offered no longer. */
export function withdrawSource(source: SamplingSource): void {
  const place = meetingPlace();
  if (place.source === source) place.source = undefined;
}

/** A bare sampler takes the first processor, now or when it comes. */
export function awaitSource(take: (source: SamplingSource) => void): void {
  const place = meetingPlace();
  if (place.source !== undefined) take(place.source);
  else place.waiting.push(take);
}
