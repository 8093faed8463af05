import type { Batch } from '../backlog/batch.ts';
import { readStored, storedBytesSync } from '../backlog/disk/stored-builders.ts';
import type { Slot } from '../backlog/slot.ts';
import type { Identity } from '../wire/login.ts';
import type { Delivery } from './delivery.ts';

/** Builders that a thread did not deliver before its end, and all that another needs to do it. */
export interface HandedOver {
  readonly identity: Identity;
  /** The address in use: others may be away. */
  readonly server: string;
  /** Server time minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly parts: readonly Part[];
  /** Spans in them. */
  readonly total: number;
}

interface Part {
  readonly bytes: Uint8Array;
  /** The first so many of its builders were on their way. */
  readonly inFlight: number;
}

export function partsOf(slots: readonly Slot[], batches: readonly Batch[]): Part[] {
  return [
    ...slots.map((slot) => ({ builders: slot.builders(), isHour: slot.isHour, inFlight: 0 })),
    ...batches.map((batch) => ({
      builders: batch.remaining(),
      isHour: batch.isHour,
      inFlight: batch.inFlight,
    })),
  ].map(({ builders, isHour, inFlight }) => ({
    bytes: storedBytesSync({ builders, isHour, replaces: [] }),
    inFlight,
  }));
}

/** Has it all delivered here. */
export async function takeUp({ parts }: HandedOver, delivery: Delivery): Promise<void> {
  for (const { bytes, inFlight } of parts) await delivery.takeUp(await readStored(bytes), 0, inFlight, []);
}
