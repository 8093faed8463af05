import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { monotonicTime, nextTurn } from '../runtime/clock.ts';
import { builderJson } from './encode.ts';

/** A body stays under so many builders and so many bytes of JSON, so that it is answered in about a second. */
export const REPORT_BUILDERS = 499;
const REPORT_BYTES = 500 * 1024;
/** What in memory is surely enough for a report's JSON, which takes at least a byte for two. */
export const REPORT_MEMORY_BYTES = 2 * REPORT_BYTES;

/** Long enough to be worth a turn, short enough that nobody's request feels it. */
const SLICE_MS = 2;

/** The first of some builders, as many as one report takes, and their JSON. */
export interface Packed {
  readonly builders: readonly SpanBuilder[];
  readonly json: readonly Buffer[];
}

/** Packs a report in slices, so that the event loop turns in between. The builders are pieces that fit. */
export async function packReport(builders: readonly SpanBuilder[], clockOffsetMs: number): Promise<Packed> {
  await nextTurn();
  const json: Buffer[] = [];
  let bytes = 0;
  let sliceEndsMs = monotonicTime() + SLICE_MS;
  for (const builder of builders.slice(0, REPORT_BUILDERS)) {
    const encoded = builderJson(builder, clockOffsetMs);
    bytes += encoded.length + 1;
    if (bytes > REPORT_BYTES && json.length > 0) break;
    json.push(encoded);
    if (monotonicTime() > sliceEndsMs) {
      await nextTurn();
      sliceEndsMs = monotonicTime() + SLICE_MS;
    }
  }
  await nextTurn();
  return { builders: builders.slice(0, json.length), json };
}
