import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fate } from './apply-fault.ts';
import { Capacity } from './capacity.ts';
import type { Page } from './page-server/page-routes.ts';
import type { Answer } from './protocol/answers.ts';
import type { Call } from './protocol/call.ts';
import { readCall } from './protocol/read-call.ts';

/** Where requests go: those for the page as they are, calls to the Stardust server after they have been read. */
export interface Handlers {
  readonly page: Page;
  /** May reject; the socket is closed then. */
  handle(call: Call): Promise<Fate>;
  /** The call is over: its answer is sent or its socket closed. */
  over(): void;
}

/** The real server's: how long a kept connection may be idle, and how long a body may stall. */
const IDLE_MS = 130_000;
const STALL_MS = 5_000;
/** Bodies that are being read at the same time, all together. */
const MAX_READING_BYTES = 512 * 1024 * 1024;

/** An HTTP server, not yet listening, that passes whole calls to `handlers`. */
export function createHttpServer(handlers: Handlers): Server {
  const { page } = handlers;
  const reading = new Capacity(MAX_READING_BYTES);
  const server = createServer((request, response) => {
    const served = page.isFor(request)
      ? page.answer(request, response)
      : serve({ request, response, handlers, reading });
    served.catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = IDLE_MS;
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly handlers: Handlers;
  readonly reading: Capacity;
}

async function serve({ request, response, handlers, reading }: Exchange): Promise<void> {
  if (isFromWebPage(request)) {
    request.resume();
    response.writeHead(403).end();
    return;
  }
  response.once('close', () => handlers.over());
  request.setTimeout(STALL_MS, () => {
    response.writeHead(408, { connection: 'close' }).end(() => request.socket.destroy());
  });
  const call = await readCall(request, reading);
  request.setTimeout(0);
  if (call === undefined) {
    if (!response.headersSent) request.socket.destroy();
    return;
  }
  const fate = await handlers.handle(call);
  if (fate === 'no answer') return;
  if (fate === 'cut') request.socket.destroy();
  else send(fate, call, response);
}

/**
 * Only browsers send these two headers. No web page has business with an app's calls: a page of another site could
 * otherwise report to loopback what it likes. An image or a link sends no Origin, but says that it crosses sites;
 * only an address that the user typed belongs to no site (`none`).
 */
function isFromWebPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none';
}

function send(answer: Answer, call: Call, response: ServerResponse): void {
  if (answer.contentType !== undefined) response.setHeader('content-type', answer.contentType);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (call.body.kind === 'too-large') response.setHeader('connection', 'close');
  response.statusCode = answer.status;
  response.end(answer.body);
}
