import type { Attributes } from './span-like.ts';

const SIZES = [
  ['http.request.body.size', 'http.request_content_length', 'http.request_content_length_uncompressed'],
  ['http.response.body.size', 'http.response_content_length', 'http.response_content_length_uncompressed'],
  ['messaging.message.body.size', 'messaging.message_payload_size_bytes'],
] as const;

/** Bytes of a span's bodies, request plus response: what Stardust calls its value. */
export function bodySize(attributes: Attributes): number {
  let bytes = 0;
  for (const names of SIZES) {
    const size = names.map((name) => attributes[name]).find((value) => typeof value === 'number') ?? 0;
    if (size > 0 && size < Number.MAX_SAFE_INTEGER) bytes += size;
  }
  return bytes;
}
