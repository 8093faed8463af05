import type { StardustStats } from '../lifecycle/stats.ts';
import { onePerProcess } from '../runtime/one-per-process.ts';

/**
 * Where a sampler finds its processor. A sampler that was passed to a provider by itself uses the first processor of
 * the process. Two copies of this package in one process (the app's, and that of the command that checks it) share the
 * place.
 */

/** What a sampler needs from a processor. */
export interface SamplingSource {
  /** How many calls of a name are marked in a period. */
  maxSamples(): number;
  /** How many names a sampler may remember. */
  maxNames(): number;
  /** The number of the current period. */
  period(): number;
  /** Called by a sampler that marks chains and uses this source: from then on the flag 01 is a mark. */
  link(): void;
  /** The processor's figures, for `check`. */
  stats?(): StardustStats;
}

interface MeetingPlace {
  source: SamplingSource | undefined;
  waiting: ((source: SamplingSource) => void)[];
  watching: ((source: SamplingSource) => void)[];
}

const meetingPlace = () =>
  onePerProcess<MeetingPlace>('sampling', () => ({ source: undefined, waiting: [], watching: [] }));

/** Offers a processor. The first one is given to every waiting sampler; samplers ignore later ones. */
export function offerSource(source: SamplingSource): void {
  const place = meetingPlace();
  for (const see of place.watching) see(source);
  if (place.source !== undefined) return;
  place.source = source;
  for (const take of place.waiting.splice(0)) take(source);
}

/** Withdraws a processor that was shut down. */
export function withdrawSource(source: SamplingSource): void {
  const place = meetingPlace();
  if (place.source === source) place.source = undefined;
}

/** Calls `take` with the first processor, now or when there is one. */
export function awaitSource(take: (source: SamplingSource) => void): void {
  const place = meetingPlace();
  if (place.source !== undefined) take(place.source);
  else place.waiting.push(take);
}

/** Calls `see` with each processor that is offered from now on. */
export function watchSources(see: (source: SamplingSource) => void): void {
  meetingPlace().watching.push(see);
}
