import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type SecureContextOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';

/** TLS before a server that speaks none. */
export interface TlsFront {
  /** `https://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** Connections that were begun, whatever came of them. */
  connections(): number;
  /** The names of the client certificates that were shown, in the order of the connections. */
  readonly clients: string[];
  /** From the next connection on, shows this certificate. */
  show(options: SecureContextOptions): void;
  /** Ends all connections, so that new ones are made. */
  disconnect(): void;
  /** Frees the port. */
  leave(): Promise<void>;
}

/** Takes TLS away and passes on the rest to the port. */
export async function tlsFront(port: number, options: TlsOptions): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const clients: string[] = [];
  let connections = 0;
  const server = createServer(options, (socket: TLSSocket) => {
    clients.push(String(socket.getPeerCertificate().subject?.CN));
    passOn(socket, connect(port, '127.0.0.1'));
  });
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const leave = async () => {
    disconnect();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(leave);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `https://127.0.0.1:${own}`,
    port: own,
    connections: () => connections,
    clients,
    show: (next) => server.setSecureContext(next),
    disconnect,
    leave,
  };
}

/** Both ends are one from here on. */
export function passOn(one: Socket, other: Socket): void {
  for (const end of [one, other]) {
    end
      .on('error', () => {})
      .on('close', () => {
        one.destroy();
        other.destroy();
      });
  }
  one.pipe(other).pipe(one);
}
