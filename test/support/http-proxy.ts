import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { passOn } from './tls-front.ts';

interface ProxyOptions {
  /** `user:password`, without which it answers 407. */
  readonly user?: string;
}

interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** A proxy as companies have them, for plain calls and for CONNECT. */
export interface TestProxy {
  readonly url: string;
  /** What it was asked for: `CONNECT host:port`, or method and whole address. */
  readonly asked: string[];
  /** The hosts that the calls were for, by their header. */
  readonly hosts: string[];
  /** What becomes of everything that is asked; `undefined`: it works again. */
  refuse(how: Refusal | 'hang up' | 'say nothing' | undefined): void;
  /** Connections that are open. */
  connections(): number;
  /** Nobody listens any more, and nothing that was passed on goes on. */
  leave(): Promise<void>;
  /** Listens on the same port as before. */
  comeBack(): Promise<void>;
}

export async function httpProxy({ user }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const hosts: string[] = [];
  const sockets = new Set<Socket>();
  let refusal: Parameters<TestProxy['refuse']>[0];
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  /** Notes what is asked, and is true where that has come to its end. */
  const isRefused = (incoming: IncomingMessage, answer: (no: Refusal) => void): boolean => {
    asked.push(`${incoming.method} ${incoming.url?.split('?', 1)[0]}`);
    hosts.push(incoming.headers.host ?? '');
    const isUnknown = wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted;
    const no = isUnknown ? { status: 407, body: 'Who are you?' } : refusal;
    if (no === 'hang up') incoming.socket.destroy();
    else if (typeof no === 'object') answer(no);
    return no !== undefined;
  };
  const server = createServer((incoming, response) => {
    const answer = ({ status, body }: Refusal) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end(body);
    if (!isRefused(incoming, answer)) forward(incoming, response);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    // Node reads it no more, so that its end would go unseen.
    socket.on('error', () => {}).on('end', () => socket.destroy());
    const answer = ({ status, body }: Refusal) =>
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    if (isRefused(incoming, answer)) {
      socket.resume();
      return;
    }
    const [host, port] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host);
    passOn(socket, onward);
    onward.once('connect', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  };
  const leave = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const port = await listen(0);
  onTestFinished(leave);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    hosts,
    refuse: (how) => {
      refusal = how;
    },
    connections: () => sockets.size,
    leave,
    comeBack: async () => {
      await listen(port);
    },
  };
}

/** Passes on a call whose path is a whole address. */
function forward(incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '' } = incoming;
  const { 'proxy-authorization': _, ...passed } = headers;
  const onward = request(url, { method, headers: passed }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}
