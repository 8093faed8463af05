import type { Socket } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import type { DispatcherLike } from '../config/options.ts';
import type { TransportResult } from '../wire/answer.ts';
import { inBackground } from './background.ts';
import { Exchange, reasonOf } from './exchange.ts';
import type { Transport, TransportRequest } from './transport.ts';

/** What the HTTP transport is told once. */
export interface HttpSettings {
  /** `http(s)://host:port` with an optional path, without a trailing slash. */
  readonly server: string;
  /** One call, from the first byte to the last, in milliseconds. */
  readonly requestTimeoutMillis: number;
  /** Further headers of each call. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** The user's dispatcher instead of ours. */
  readonly dispatcher?: DispatcherLike | undefined;
}

/** Below the 130 s after which the server closes an idle connection. */
const KEEP_ALIVE_MS = 100_000;
/** Short, since a connection that is being made is the one thing of ours that holds a process. */
const CONNECT_TIMEOUT_MS = 2_500;

/** Calls a server through undici, which is loaded at the first call: that takes long, and the app starts first. */
export class HttpTransport implements Transport {
  readonly server: string;
  readonly #settings: HttpSettings;
  readonly #origin: string;
  readonly #prefix: string;
  #dispatcher: Promise<DispatcherLike> | undefined;
  #ownAgent: Agent | undefined;
  readonly #connecting = new Set<Socket>();
  #closed = false;

  constructor(settings: HttpSettings) {
    const url = new URL(settings.server);
    this.server = settings.server;
    this.#settings = settings;
    this.#origin = url.origin;
    this.#prefix = url.pathname === '/' ? '' : url.pathname;
  }

  send(request: TransportRequest): Promise<TransportResult> {
    return inBackground(() => this.#send(request));
  }

  close(): void {
    this.#closed = true;
    this.#ownAgent?.destroy().catch(() => {});
    // The agent leaves alone what is not connected yet.
    for (const socket of this.#connecting) socket.destroy(new Error('closed'));
  }

  async #send(request: TransportRequest): Promise<TransportResult> {
    try {
      this.#dispatcher ??= this.#connect();
      const [dispatcher, headers] = await Promise.all([this.#dispatcher, this.#settings.headers()]);
      if (this.#closed) return { kind: 'unreachable', sent: false, reason: 'closed' };
      const exchange = new Exchange(this.#settings.requestTimeoutMillis);
      // The calls after an await are taken up in the context of the await, but a hook may have left it.
      inBackground(() =>
        dispatcher.dispatch(
          {
            origin: this.#origin,
            path: this.#prefix + request.path,
            method: request.method,
            headers: { ...headers, ...request.headers },
            body: request.body ?? null,
          },
          exchange,
        ),
      );
      return await exchange.result;
    } catch (error) {
      return { kind: 'unreachable', sent: false, reason: reasonOf(error) };
    }
  }

  async #connect(): Promise<DispatcherLike> {
    if (this.#settings.dispatcher !== undefined) return this.#settings.dispatcher;
    const undici = await import('undici');
    const agent = new undici.Agent({
      connect: this.#detached(undici.buildConnector({ timeout: CONNECT_TIMEOUT_MS })),
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      connections: 2,
      // Exchange has the one time-out that counts.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#ownAgent = agent;
    return agent;
  }

  /**
   * A connector whose sockets never hold the process, once connected. undici refs a kept socket again for each
   * request, so `ref` has to do nothing; test/exit shows that a hanging server delays no exit.
   */
  #detached(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      const socket = connect(options, callback) as unknown as Socket | undefined;
      if (socket === undefined) return socket;
      socket.unref();
      socket.ref = () => socket;
      this.#connecting.add(socket);
      const settled = () => this.#connecting.delete(socket);
      socket.once('connect', settled).once('close', settled);
      return socket;
    };
  }
}
