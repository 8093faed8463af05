import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fate } from './faults.ts';
import type { Page } from './page-server/page-routes.ts';
import type { Answer } from './protocol/answers.ts';
import type { Call } from './protocol/call.ts';
import { BodyRoom, readCall } from './protocol/read-call.ts';

/** Where requests go: those for the page as they are, calls to the Stardust server once they are read. */
export interface CallHandler {
  readonly page: Page;
  /** Never mind a rejection: the socket is closed then. */
  handle(call: Call): Promise<Fate>;
  /** The call is over, with its answer sent or its socket closed. */
  over(): void;
}

/** As the real server has them: how long a kept connection may be idle, and how long a body may stall. */
const IDLE_MS = 130_000;
const STALL_MS = 5_000;

/** An HTTP server, not yet listening, that hands over whole calls. */
export function httpServer(handler: CallHandler): Server {
  const { page } = handler;
  const room = new BodyRoom();
  const server = createServer((request, response) => {
    const served = page.isFor(request)
      ? page.answer(request, response)
      : serve(request, response, handler, room);
    served.catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = IDLE_MS;
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handler: CallHandler,
  room: BodyRoom,
): Promise<void> {
  // Only browsers send it, and no page has business here: a stranger's could report what it likes to loopback.
  if (request.headers.origin !== undefined) {
    request.resume();
    response.writeHead(403).end();
    return;
  }
  response.once('close', () => handler.over());
  request.setTimeout(STALL_MS, () => {
    response.writeHead(408, { connection: 'close' }).end(() => request.socket.destroy());
  });
  const call = await readCall(request, room);
  request.setTimeout(0);
  if (call === undefined) {
    if (!response.headersSent) request.socket.destroy();
    return;
  }
  const fate = await handler.handle(call);
  if (fate === 'no answer') return;
  if (fate === 'cut') request.socket.destroy();
  else send(fate, call, response);
}

function send(answer: Answer, call: Call, response: ServerResponse): void {
  if (answer.contentType !== undefined) response.setHeader('content-type', answer.contentType);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (call.body.kind === 'too-large') response.setHeader('connection', 'close');
  response.statusCode = answer.status;
  response.end(answer.body);
}
