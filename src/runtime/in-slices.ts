import { monotonicTime, nextTurn } from './clock.ts';

/** Long enough to be worth a turn, short enough that no request feels it. */
const SLICE_MS = 0.5;

/**
 * Works through items in slices of half a millisecond, between which the event loop turns, and turns once before and after.
 * @param work returns `false` to stop at this item.
 */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  await nextTurn();
  let sliceEndsMs = monotonicTime() + SLICE_MS;
  for (const item of items) {
    if (work(item) === false) break;
    if (monotonicTime() < sliceEndsMs) continue;
    await nextTurn();
    sliceEndsMs = monotonicTime() + SLICE_MS;
  }
  await nextTurn();
}
