import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { inBackground } from '../runtime/background.ts';
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
      contain(socket);
      socket.unref();
      socket.ref = () => socket;
      socket.unref = () => socket;
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

/**
 * Keeps what is thrown in an event of this socket from ending the process. Node reads the stack of each error that a
 * socket is destroyed with, for which the application's `Error.prepareStackTrace` is called, and undici calls what it
 * finds in the globals.
 */
function contain(socket: Socket): void {
  const { destroy } = socket;
  socket.destroy = (error) => {
    if (error !== undefined) withReadableStack(error);
    return destroy.call(socket, error);
  };
  const events: EventEmitter = socket;
  const { emit } = events;
  events.emit = (...event) => {
    try {
      return emit.apply(events, event);
    } catch (error) {
      inBackground('a connection', () => Promise.reject(error));
      socket.destroy();
      return true;
    }
  };
}

function withReadableStack(error: Error): void {
  try {
    Reflect.get(error, 'stack');
  } catch {
    error.stack = error.message;
  }
}
