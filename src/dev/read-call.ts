import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Call, CallBody, Unpacked } from './call.ts';

/** The largest body the server takes. */
export const MAX_BODY_BYTES = 30_000_000;
/** A larger one is at least read to its end, so that the client gets to see the answer; but not without bound. */
const MAX_DISCARDED_BYTES = 256 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

const unpack = promisify(gunzip);

/** Reads a call to its end; `undefined` where the client went away first, or sends without end. */
export async function readCall(request: IncomingMessage): Promise<Call | undefined> {
  const { path, query } = splitUrl(request.url ?? '/');
  const route = path.toLowerCase().replace(/(?<=[^/])\/$/, '');
  const headers = flat(request.headers);
  const body = await readBody(request);
  if (body?.kind !== 'read' || route !== '/trace/reportraw' || body.bytes.length === 0) {
    return body && { method: request.method ?? 'GET', path, route, query, headers, body };
  }
  // The comparison is the real server's: nothing but these characters, so no parameter either.
  const packed = headers['content-type'] === 'application/x-gzip';
  const unpacked = packed ? { unpacked: await unpackedText(body.bytes) } : {};
  return { method: request.method ?? 'GET', path, route, query, headers, body: { ...body, ...unpacked } };
}

async function readBody(request: IncomingMessage): Promise<CallBody | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
      if (size > MAX_DISCARDED_BYTES) return undefined;
    }
  } catch {
    return undefined;
  }
  return size > MAX_BODY_BYTES ? { kind: 'too-large', size } : { kind: 'read', bytes: Buffer.concat(chunks) };
}

async function unpackedText(bytes: Buffer): Promise<Unpacked> {
  try {
    const unpacked = await unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
    return { kind: 'text', text: unpacked.toString() };
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    const message = tooLarge
      ? `Request body too large. Unpacked it is more than ${MAX_UNPACKED_BYTES} bytes.`
      : 'The archive entry was compressed using an unsupported compression method.';
    return { kind: 'fault', message };
  }
}

/** Not by `URL`, to which `//Trace/Report` is a host and a path. */
function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark)) };
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return Object.fromEntries(entries);
}
