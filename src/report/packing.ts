import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { inSlices } from '../runtime/in-slices.ts';
import { builderJson } from './encode.ts';

/** A body holds at most this many builders and bytes of JSON, so that it is answered in about a second. */
export const REPORT_BUILDERS = 499;
const REPORT_BYTES = 500 * 1024;

/** The first builders, as many as one report takes, and their JSON. */
export interface Packed {
  readonly builders: readonly SpanBuilder[];
  readonly json: readonly Buffer[];
}

/** Packs a report in slices, so that the event loop turns in between. The builders are pieces that fit. */
export async function packReport(builders: readonly SpanBuilder[], clockOffsetMs: number): Promise<Packed> {
  const json: Buffer[] = [];
  let bytes = 0;
  await inSlices(builders.slice(0, REPORT_BUILDERS), (builder) => {
    const encoded = builderJson(builder, clockOffsetMs);
    bytes += encoded.length + 1;
    if (bytes > REPORT_BYTES && json.length > 0) return false;
    json.push(encoded);
    return true;
  });
  return { builders: builders.slice(0, json.length), json };
}
