import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { TransportRequest } from './call.ts';
import { json } from './json.ts';
import { type Identity, loginRequest } from './login.ts';
import { type ProcessInfo, pingRequest } from './ping.ts';

/** The calls of the protocol: their methods, paths and bodies (docs/protocol.md). */

/** Paths behind a server's address. The server reads them without regard to case. */
export const PATHS = {
  login: '/App/Login',
  ping: '/App/Ping',
  logout: '/App/Logout',
  report: '/Trace/Report',
  rawReport: '/Trace/ReportRaw',
} as const;

const JSON_HEADERS = { 'content-type': 'application/json' };
/** Under exactly this content type `/Trace/ReportRaw` unpacks a body, and under no other. */
const GZIP_HEADERS = { 'content-type': 'application/x-gzip' };
/** Up to here gzip saves nothing worth its time. */
const PLAIN_BYTES = 1_024;
/** Made at the first report: to load the package loads no compression. */
let compress: ((body: Uint8Array | string) => Promise<Buffer>) | undefined;

export function loginCall(who: Identity, secret: string, timeMs: number): TransportRequest {
  const body = json(loginRequest(who, secret, timeMs));
  return { method: 'POST', path: PATHS.login, headers: JSON_HEADERS, body };
}

export function pingCall(who: Identity, info: ProcessInfo | undefined, timeMs: number): TransportRequest {
  const body = json(pingRequest(who, info, timeMs));
  return { method: 'POST', path: PATHS.ping, headers: JSON_HEADERS, body };
}

/**
 * A report with this body. Small bodies go as JSON, larger ones gzipped off the main thread.
 * Rejects if the body cannot be compressed.
 */
export async function reportCall(body: Buffer): Promise<TransportRequest> {
  if (body.length <= PLAIN_BYTES) {
    return { method: 'POST', path: PATHS.report, headers: JSON_HEADERS, body };
  }
  compress ??= promisify<Uint8Array | string, Buffer>(gzip);
  return { method: 'POST', path: PATHS.rawReport, headers: GZIP_HEADERS, body: await compress(body) };
}

export function logoutCall(reason: string): TransportRequest {
  return { method: 'GET', path: `${PATHS.logout}?reason=${encodeURIComponent(reason)}` };
}

/** The same call with its token, in the query or as a header. */
export function withToken(
  call: TransportRequest,
  token: string,
  tokenIn: 'query' | 'header',
): TransportRequest {
  if (tokenIn === 'header') {
    return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } };
  }
  const separator = call.path.includes('?') ? '&' : '?';
  return { ...call, path: `${call.path}${separator}Token=${encodeURIComponent(token)}` };
}
