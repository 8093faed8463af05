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
  /** Answers everything with this; `undefined`: works again. */
  refuse(how: Refusal | undefined): void;
  /** Nobody listens any more, and nothing that was passed on goes on. */
  leave(): Promise<void>;
  /** Listens on the same port as before. */
  comeBack(): Promise<void>;
}

export async function httpProxy({ user }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let refusal: Refusal | undefined;
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  const refused = (incoming: IncomingMessage): Refusal | undefined => {
    asked.push(`${incoming.method} ${incoming.url?.split('?', 1)[0]}`);
    if (wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted)
      return { status: 407, body: 'who are you?' };
    return refusal;
  };
  const server = createServer((incoming, response) => {
    const no = refused(incoming);
    if (no === undefined) forward(incoming, response);
    else response.writeHead(no.status, { 'content-type': 'text/html' }).end(no.body);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    socket.on('error', () => {});
    const no = refused(incoming);
    if (no !== undefined) {
      socket.end(`HTTP/1.1 ${no.status} No\r\ncontent-length: ${no.body.length}\r\n\r\n${no.body}`);
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
    refuse: (how) => {
      refusal = how;
    },
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
