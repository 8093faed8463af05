import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { builderJson, piecesThatFit } from './report.ts';

/** A body stays under so many builders and so many bytes of JSON, so that it is answered in about a second. */
export const REPORT_BUILDERS = 499;
const REPORT_BYTES = 500 * 1024;
/** What in memory is surely enough for a report's JSON, which takes at least a byte for two. */
export const REPORT_MEMORY_BYTES = 2 * REPORT_BYTES;

/** Long enough to be worth a turn, short enough that nobody's request feels it. */
const SLICE_MS = 2;

/** Builders as JSON, as many as one report takes, and those that were left. */
export interface Packed {
  readonly builders: readonly SpanBuilder[];
  readonly json: readonly Buffer[];
  readonly rest: readonly SpanBuilder[];
}

/** Packs a report in slices, so that the event loop turns in between. */
export async function packReport(builders: readonly SpanBuilder[], clockOffsetMs: number): Promise<Packed> {
  await nextTurn();
  const pieces = builders.flatMap(piecesThatFit);
  const json: Buffer[] = [];
  let bytes = 0;
  let sliceEndsMs = performance.now() + SLICE_MS;
  for (const piece of pieces.slice(0, REPORT_BUILDERS)) {
    const encoded = builderJson(piece, clockOffsetMs);
    bytes += encoded.length + 1;
    if (bytes > REPORT_BYTES && json.length > 0) break;
    json.push(encoded);
    if (performance.now() > sliceEndsMs) {
      await nextTurn();
      sliceEndsMs = performance.now() + SLICE_MS;
    }
  }
  await nextTurn();
  return { builders: pieces.slice(0, json.length), json, rest: pieces.slice(json.length) };
}
