import type { Socket } from 'node:net';
import type { HttpProxy } from '../config/proxies.ts';
import { inBackground } from '../runtime/background.ts';
import { orElse } from '../runtime/or-else.ts';
import { reasonOf } from '../runtime/reason.ts';
import { untraced } from '../runtime/untraced.ts';
import type { Undici } from './load-undici.ts';
import type { Connector } from './sockets.ts';

/** The parts of a tunnel. */
export interface TunnelParts {
  readonly undici: Undici;
  readonly proxy: HttpProxy;
  /** The server behind the proxy, `host:port`. */
  readonly authority: string;
  readonly toProxy: Connector;
  /** Makes the server's connection over a socket that is there already. */
  readonly toServer: Connector;
  readonly timeoutMs: number;
}

/**
 * Connects to a server behind a proxy: asks the proxy for it (CONNECT), then speaks TLS through the socket.
 * undici's own ProxyAgent is not used, since it fixes the certificates once, and its sockets hold the process.
 */
export function tunnel(parts: TunnelParts): Connector {
  return (options, callback) => {
    inBackground('a connection', async () => {
      try {
        const socket = await ask(parts);
        parts.toServer({ ...options, httpSocket: socket }, (...outcome) => {
          if (outcome[0] !== null) socket.destroy();
          callback(...outcome);
        });
      } catch (error) {
        callback(error as Error, null);
      }
    });
  };
}

/** A connector whose failures name the proxy, so that nobody looks for the fault at the server. */
export function namingProxy({ origin }: HttpProxy, connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(new ProxyError(origin, reasonOf(error)), null);
    });
}

async function ask({ undici, proxy, authority, toProxy, timeoutMs }: TunnelParts): Promise<Socket> {
  const client = new undici.Client(proxy.origin, { connect: toProxy, headersTimeout: timeoutMs });
  try {
    const { statusCode, socket } = await untraced(() =>
      undici.connect.call(client, {
        origin: proxy.origin,
        path: authority,
        headers: { host: authority, ...authorizationFor(proxy) },
      }),
    );
    // A Duplex to undici's types, since it may come of any connector; ours makes sockets.
    if (statusCode >= 200 && statusCode < 300) return socket as Socket;
    socket.destroy();
    throw new ProxyError(proxy.origin, `answered CONNECT with ${statusCode}`);
  } catch (error) {
    // With the code of a closed socket undici would connect again at once, without end.
    throw error instanceof ProxyError ? error : new ProxyError(proxy.origin, reasonOf(error));
  } finally {
    orElse(client.destroy(), undefined);
  }
}

class ProxyError extends Error {
  constructor(origin: string, message: string) {
    super(message);
    this.name = `proxy ${origin}`;
  }
}

/** The header that lets us pass the proxy. */
export function authorizationFor({ authorization }: HttpProxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}
