import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { untraced } from '../runtime/untraced.ts';

/** How undici is given a connection. */
export type Connector = buildConnector.connector;

/** The sockets of one transport: none holds the process once connected, and all end together. */
export class Sockets {
  readonly #open = new Set<Socket>();
  #closed = false;

  /**
   * A connector whose sockets never hold the process, once connected. undici refs a kept socket again for each
   * request, so `ref` has to do nothing; test/exit shows that a hanging server delays no exit.
   */
  detached(connect: Connector): Connector {
    return (options, callback) => {
      if (this.#closed) return callback(new Error('closed'), null);
      const socket = untraced(() => connect(options, callback)) as unknown as Socket | undefined;
      if (socket === undefined) return;
      socket.unref();
      socket.ref = () => socket;
      // Behind a TLS alert comes an end, which undici would report in its place.
      socket.once('error', () => socket.destroy());
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    };
  }

  /** undici leaves alone what is not connected yet, and what a proxy is still asked for. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#open) socket.destroy(new Error('closed'));
  }
}
