import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A report's body in the form the server takes it in. */
export interface EncodedBody {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const PLAIN_BYTES = 1_024;
const compress = promisify(gzip);

/**
 * Small bodies go as JSON; larger ones gzipped, off the main thread, to `/Trace/ReportRaw`, which unpacks under
 * exactly this content type and no other (docs/protocol.md, "Reports").
 */
export async function encodeBody(json: Buffer): Promise<EncodedBody> {
  if (json.length <= PLAIN_BYTES) {
    return { path: '/Trace/Report', headers: { 'content-type': 'application/json' }, body: json };
  }
  const body = await compress(json);
  return { path: '/Trace/ReportRaw', headers: { 'content-type': 'application/x-gzip' }, body };
}
