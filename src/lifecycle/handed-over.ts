import { SpanBuilder } from '../aggregate/span-builder.ts';
import type { Kept } from '../backlog/disk/store.ts';
import type { ReportSession, Resumed } from '../session/report-session.ts';
import type { ServerClock } from '../session/server-clock.ts';
import type { Identity } from '../wire/login.ts';

/** Builders that a thread did not deliver before its end, and all that another thread needs to do it. */
export interface HandedOver extends Resumed {
  readonly identity: Identity;
  /** The address in use: others may be away. */
  readonly server: string;
  /** Server time minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly waiting: readonly Kept[];
}

export function handedOver(
  waiting: readonly Kept[],
  { identity, server, token, knownNames, roundTrips }: ReportSession,
  { offsetMs }: ServerClock,
): HandedOver {
  const names = waiting.flatMap(({ builders }) => builders.map(({ name }) => name));
  return {
    identity,
    server,
    token,
    knownNames: names.filter((name) => knownNames.has(name)),
    roundTripsMs: roundTrips.lastMs,
    clockOffsetMs: offsetMs,
    waiting,
  };
}

/** A thread is given copies without their class. */
export function asBuilders(copies: readonly SpanBuilder[]): SpanBuilder[] {
  return copies.map((copy) => Object.assign(new SpanBuilder(copy.name, copy.startTimeMs), copy));
}
