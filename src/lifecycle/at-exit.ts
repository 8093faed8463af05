import { fileURLToPath, URL } from 'node:url';
import { spansIn } from '../aggregate/span-builder.ts';
import { log } from '../runtime/log.ts';
import { startThread, type ThreadData } from '../runtime/thread.ts';
import type { HandedOver } from './handed-over.ts';

/** Handed over to the thread that delivers the last counts. */
export interface LastCounts extends HandedOver, ThreadData {
  /** [0 until it is over, spans not delivered yet]: shared, as the main thread can hear of nothing else. */
  readonly end: Int32Array;
  readonly atMostMs: number;
}

/**
 * Delivers what a process that calls `process.exit()` leaves: nothing of ours runs in this thread any more once its
 * listeners have returned, so another one sends, and this one waits, at most `atMostMs`.
 */
export function deliverAtExit(handedOver: HandedOver | undefined, atMostMs: number): void {
  if (handedOver === undefined) return;
  const end = new Int32Array(new SharedArrayBuffer(8));
  end[1] = spansIn(handedOver.waiting.flatMap(({ builders }) => builders));
  const workerData: LastCounts = { ...handedOver, end, atMostMs };
  const file = fileURLToPath(new URL('last-counts.cjs', import.meta.url));
  if (startThread('the thread that delivers the last counts', file, workerData)) {
    Atomics.wait(end, 0, 0, atMostMs);
  }
  const lost = end[1] ?? 0;
  if (lost > 0) log.loss(`${lost} spans could not be delivered before the end`);
}
