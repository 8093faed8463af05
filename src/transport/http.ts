import type { Pool } from 'undici';
import type { DispatcherLike } from '../config/options.ts';
import type { HttpProxy } from '../config/proxies.ts';
import { inBackground } from '../runtime/background.ts';
import { untraced } from '../runtime/untraced.ts';
import type { TransportRequest, TransportResult } from '../wire/call.ts';
import { URL } from '../wire/url.ts';
import { callFailure } from './call-failure.ts';
import { type Credentials, secured } from './credentials.ts';
import { Exchange } from './exchange.ts';
import { loadUndici, requireGlobals, type Undici } from './load-undici.ts';
import { type Connector, Sockets } from './sockets.ts';
import type { Transport } from './transport.ts';
import { authorizationFor, namingProxy, tunnel } from './tunnel.ts';

/** Options of the HTTP transport, fixed at construction. */
export interface HttpSettings {
  /** `http(s)://host:port` with an optional path, without a trailing slash. */
  readonly server: string;
  /** One call, from the first byte to the last, in milliseconds. */
  readonly requestTimeoutMillis: number;
  /** Further headers of each call. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** Certificates and keys, for a server with https. */
  readonly credentials: Credentials;
  /** The proxy before the server; absent if it is called directly. */
  readonly proxy?: HttpProxy | undefined;
  /** The user's dispatcher instead of all of ours. */
  readonly dispatcher?: DispatcherLike | undefined;
}

/** Below the 130 s after which the server closes an idle connection. */
const KEEP_ALIVE_MS = 100_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Short, since a connection that is being made is the one thing of ours that holds a process. */
const CONNECT_TIMEOUT_MS = 2_500;

/** Calls a server through undici. */
export class HttpTransport implements Transport {
  readonly server: string;
  readonly #settings: HttpSettings;
  readonly #url: URL;
  /** Where calls are sent: a plain server's go to its proxy, with the whole address as their path. */
  readonly #origin: string;
  readonly #prefix: string;
  readonly #proxyHeaders: Readonly<Record<string, string>>;
  #dispatcher: Promise<DispatcherLike> | undefined;
  #pool: Pool | undefined;
  readonly #sockets = new Sockets();
  #closed = false;

  constructor(settings: HttpSettings) {
    const url = new URL(settings.server);
    this.server = settings.server;
    this.#settings = settings;
    this.#url = url;
    const proxy = url.protocol === 'http:' ? settings.proxy : undefined;
    this.#origin = proxy?.origin ?? url.origin;
    this.#prefix = (proxy === undefined ? '' : url.origin) + (url.pathname === '/' ? '' : url.pathname);
    this.#proxyHeaders = proxy === undefined ? {} : { host: url.host, ...authorizationFor(proxy) };
  }

  send(request: TransportRequest): Promise<TransportResult> {
    return untraced(() => this.#send(request));
  }

  close(): void {
    this.#closed = true;
    inBackground('closing the connections', () => {
      this.#sockets.close();
      if (this.#pool === undefined) return undefined;
      requireGlobals();
      return this.#pool.destroy();
    });
  }

  async #send(request: TransportRequest): Promise<TransportResult> {
    try {
      if (this.#settings.dispatcher === undefined) requireGlobals();
      const dispatcher = await this.#connected();
      const headers = await this.#settings.headers();
      if (this.#closed) return { kind: 'unreachable', sent: false, reason: 'closed' };
      const exchange = new Exchange(this.#settings.requestTimeoutMillis);
      // The calls after an await are taken up in the context of the await, but a hook may have left it.
      untraced(() =>
        dispatcher.dispatch(
          {
            origin: this.#origin,
            path: this.#prefix + request.path,
            method: request.method,
            headers: { ...this.#proxyHeaders, ...headers, ...request.headers },
            body: request.body ?? null,
          },
          exchange,
        ),
      );
      return await exchange.result;
    } catch (error) {
      return { kind: 'unreachable', sent: false, reason: callFailure(error) };
    }
  }

  /** Once for all calls, and again after a failure: where descriptors were used up, say, undici could not be read. */
  async #connected(): Promise<DispatcherLike> {
    this.#dispatcher ??= this.#connect();
    try {
      return await this.#dispatcher;
    } catch (error) {
      this.#dispatcher = undefined;
      throw error;
    }
  }

  async #connect(): Promise<DispatcherLike> {
    if (this.#settings.dispatcher !== undefined) return this.#settings.dispatcher;
    const undici = await loadUndici();
    // No agent: at the end of a connection it makes errors of its own, which may end a process that froze those.
    const pool = new undici.Pool(this.#origin, {
      connect: this.#connector(undici),
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      connections: 2,
      // The app may have asked Node for less, and `--max-http-header-size` is meant for its own servers.
      maxHeaderSize: MAX_HEADER_BYTES,
      // Exchange has the one time-out that counts.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#pool = pool;
    return pool;
  }

  #connector(undici: Undici): Connector {
    const { credentials, proxy } = this.#settings;
    const timeout = CONNECT_TIMEOUT_MS;
    const plain = this.#sockets.detached(undici.buildConnector({ timeout }));
    if (this.#url.protocol === 'http:') return proxy === undefined ? plain : namingProxy(proxy, plain);
    const secure = secured(credentials, (secureContext) =>
      this.#sockets.detached(undici.buildConnector({ timeout, secureContext })),
    );
    if (proxy === undefined) return secure;
    const authority = `${this.#url.hostname}:${this.#url.port || 443}`;
    return tunnel({ undici, proxy, authority, toProxy: plain, toServer: secure, timeoutMs: timeout });
  }
}
