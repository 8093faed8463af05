import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Capacity } from '../capacity.ts';
import type { Call, CallBody, Unpacked } from './call.ts';

/** The largest body the server takes. */
export const MAX_BODY_BYTES = 30_000_000;
/** A larger one is still read to its end, up to this bound, so that the client sees the answer. */
const MAX_DISCARDED_BYTES = 256 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

const gunzipped = promisify(gunzip);
/** One at a time: many small bodies can unpack to more than there is memory. */
let unpacking: Promise<unknown> = Promise.resolve();

function unpack(bytes: Buffer): Promise<Buffer> {
  const unpacked = unpacking.then(() => gunzipped(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }));
  unpacking = unpacked.catch(() => {});
  return unpacked;
}

/**
 * Reads a call to its end; `undefined` if the client goes away before that, or sends without end. A body that exceeds
 * what is left of `capacity` is treated as too large.
 */
export async function readCall(request: IncomingMessage, capacity: Capacity): Promise<Call | undefined> {
  const { path, query } = splitUrl(request.url ?? '/');
  const route = path.toLowerCase().replace(/(?<=[^/])\/$/, '');
  const headers = flat(request.headers);
  const body = await readBody(request, capacity);
  if (body?.kind !== 'read' || route !== '/trace/reportraw' || body.bytes.length === 0) {
    return body && { method: request.method ?? 'GET', path, route, query, headers, body };
  }
  // As the real server compares it: exactly these characters, without parameters.
  const packed = headers['content-type'] === 'application/x-gzip';
  const unpacked = packed ? { unpacked: await unpackedText(body.bytes) } : {};
  return { method: request.method ?? 'GET', path, route, query, headers, body: { ...body, ...unpacked } };
}

async function readBody(request: IncomingMessage, capacity: Capacity): Promise<CallBody | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  let held = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const whole = held === size;
      size += chunk.length;
      if (whole && size <= MAX_BODY_BYTES && capacity.take(chunk.length)) {
        chunks.push(chunk);
        held = size;
      } else {
        capacity.give(held);
        held = 0;
        chunks.length = 0;
      }
      if (size > MAX_DISCARDED_BYTES) return undefined;
    }
  } catch {
    return undefined;
  } finally {
    capacity.give(held);
  }
  return held < size ? { kind: 'too-large', size } : { kind: 'read', bytes: Buffer.concat(chunks) };
}

async function unpackedText(bytes: Buffer): Promise<Unpacked> {
  try {
    const unpacked = await unpack(bytes);
    return { kind: 'text', text: unpacked.toString() };
  } catch (error) {
    const tooLarge = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    const message = tooLarge
      ? `Request body too large. Unpacked it is more than ${MAX_UNPACKED_BYTES} bytes.`
      : 'The archive entry was compressed using an unsupported compression method.';
    return { kind: 'fault', message };
  }
}

/** `URL` would read `//Trace/Report` as a host and a path. */
function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark)) };
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return Object.fromEntries(entries);
}
