import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NameBook } from '../received/name-book.ts';
import { type TraceFilter, traceOf, tracesThat } from '../received/traces.ts';
import { type Controlled, control } from './controls.ts';
import { EventStreams } from './event-streams.ts';
import { callDetails, overviewOf, type Shown } from './overview.ts';
import { isPageFile, readPageFile } from './page-files.ts';
import { PageGuard } from './page-guard.ts';

/** Sent with every answer. Nothing is loaded from elsewhere, and no text can become a script. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_CONTROL_BYTES = 1024 * 1024;
/** What traces can be ordered by, in the words of the address. */
const TRACE_ORDERS = {
  started: 'startMs',
  duration: 'durationMs',
  spans: 'spans',
  errors: 'errors',
} as const;

/** Serves the page and its data, under paths that a Stardust server does not have. */
export class Page {
  readonly #guard: PageGuard;
  readonly #shown: Shown & Controlled;
  readonly #streams: EventStreams;
  /** The data that the page fetches on demand. `null` for what is gone. */
  readonly #finders: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    '/page/operation': (query) => this.#nameIn(query)?.samples() ?? null,
    '/page/traces': (query) => tracesThat(traceFilterIn(query), this.#shown.apps.all()),
    '/page/trace': (query) => traceOf(query.get('id') ?? '', this.#shown.apps.all()),
    '/page/call': (query) => {
      const call = this.#shown.log.find(Number(query.get('number')));
      return call === undefined ? null : callDetails(call);
    },
  };

  constructor(shown: Shown & Controlled, host: string, hosts: readonly string[]) {
    this.#guard = new PageGuard(host, hosts);
    this.#shown = shown;
    this.#streams = new EventStreams(() => JSON.stringify(overviewOf(shown)));
  }

  /** Whether a request is for the page, and not for the Stardust server. */
  isFor(request: IncomingMessage): boolean {
    const path = pathOf(request);
    return isPageFile(path) || path.startsWith('/page/');
  }

  /** Tells open pages that the state has changed. */
  changed(): void {
    this.#streams.changed();
  }

  close(): void {
    this.#streams.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (!this.#guard.hostFits(request)) return say(response, 403, 'This is not the address of this page.');
    const path = pathOf(request);
    if (path === '/page/controls') return this.#control(request, response);
    request.resume();
    if (request.method !== 'GET') return say(response, 405, '', { allow: 'GET' });
    if (isPageFile(path)) return this.#file(path, response);
    const query = new URLSearchParams(request.url?.slice(path.length));
    // An EventSource can set no header.
    const token = path === '/page/events' ? query.get('token') : request.headers['x-page-token'];
    if (!this.#guard.tokenFits(token)) return say(response, 403, 'This needs the token of the page.');
    if (path !== '/page/events') return this.#data(path, query, response);
    if (this.#streams.full) return say(response, 503, 'Too many pages are open.');
    this.#streams.open(response);
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const file = await readPageFile(path, this.#guard.token);
    if (file === undefined) return say(response, 500, 'The page has not been built: npm run build');
    response.writeHead(200, { 'content-type': file.contentType }).end(file.text);
  }

  #data(path: string, query: URLSearchParams, response: ServerResponse): void {
    const found = this.#finders[path]?.(query);
    if (found === undefined) say(response, 404, 'There is nothing here.');
    else response.writeHead(200, { 'content-type': JSON_TYPE }).end(JSON.stringify(found));
  }

  #nameIn(query: URLSearchParams): NameBook | undefined {
    return this.#shown.apps.find(query.get('app') ?? '')?.book.names.get(query.get('name') ?? '');
  }

  async #control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const allowed = this.#guard.originFits(request) && this.#guard.tokenFits(request.headers['x-page-token']);
    if (!allowed) {
      request.resume();
      return say(response, 403, 'Only the page itself may do this.');
    }
    if (request.method !== 'POST') return say(response, 405, '', { allow: 'POST' });
    const body = await bodyOf(request);
    if (body === undefined) return say(response, 413, 'This is too long.', { connection: 'close' });
    const fault = control(parsed(body), this.#shown);
    if (fault !== undefined) return say(response, 400, fault);
    this.changed();
    response.writeHead(204).end();
  }
}

function traceFilterIn(query: URLSearchParams): TraceFilter {
  const order = query.get('order') ?? '';
  return {
    appId: query.get('app') ?? '',
    name: query.get('name') ?? '',
    leastMs: Number(query.get('least') ?? 0) || 0,
    failedOnly: query.get('failed') === 'true',
    order: Object.hasOwn(TRACE_ORDERS, order) ? TRACE_ORDERS[order as keyof typeof TRACE_ORDERS] : 'startMs',
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').replace(/\?.*$/s, '');
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_CONTROL_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function say(response: ServerResponse, status: number, text: string, headers = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text);
}
