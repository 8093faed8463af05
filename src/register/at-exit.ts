import { fileURLToPath } from 'node:url';
import type { HandedOver } from '../delivery/handed-over.ts';
import { log } from '../runtime/log.ts';
import { startThread } from '../runtime/thread.ts';

/** Handed over to the thread that delivers the last counts. */
export interface LastCounts extends HandedOver {
  /** [0 until it is over, spans not delivered]: shared, as the main thread can hear of nothing else. */
  readonly end: Int32Array;
}

/**
 * Delivers what a process that calls `process.exit()` leaves: nothing of ours runs in this thread any more once its
 * listeners have returned, so another one sends, and this one waits, at most `atMostMs`.
 */
export function deliverAtExit(handedOver: HandedOver | undefined, atMostMs: number): void {
  if (handedOver === undefined) return;
  const end = new Int32Array(new SharedArrayBuffer(8));
  const workerData: LastCounts = { ...handedOver, end };
  const file = fileURLToPath(new URL('last-counts.cjs', import.meta.url));
  const isStarted = startThread('the thread that delivers the last counts', file, workerData);
  const isOver = isStarted && Atomics.wait(end, 0, 0, atMostMs) !== 'timed-out';
  const lost = isOver ? (end[1] ?? 0) : handedOver.total;
  if (lost > 0) log.warn(`${lost} spans could not be delivered before the end`);
}
