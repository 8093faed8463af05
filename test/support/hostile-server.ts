import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev/index.ts';

/** What a server does with a connection once a request has begun to come in. */
export type Behaviour = (socket: Socket) => void;

/** A server that behaves as it is told, byte by byte, or as the stand-in server while it is told nothing. */
export interface HostileServer {
  readonly url: string;
  /** Behind it: what has arrived while it was sane. */
  readonly sane: DevServer;
  /** Connections that are open. */
  connections(): number;
  /** Requests that came in while it behaved badly. */
  struck(): number;
  /** From now on, and for connections that are open too. */
  behave(behaviour: Behaviour | undefined): void;
}

export async function hostileServer(): Promise<HostileServer> {
  const sane = await startDevServer({ port: 0 });
  const sockets = new Set<Socket>();
  let behaviour: Behaviour | undefined;
  let struck = 0;
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (behaviour === undefined) passOn(socket, sane.port);
    else {
      const bad = behaviour;
      socket.once('data', () => {
        struck++;
        bad(socket);
      });
      // What else comes is read and forgotten.
      socket.on('data', () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    destroyAll();
    server.close();
    await sane.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sane,
    connections: () => sockets.size,
    struck: () => struck,
    behave: (next) => {
      behaviour = next;
      destroyAll();
    },
  };
}

function passOn(socket: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1');
  for (const [end, other] of [
    [socket, onward],
    [onward, socket],
  ] as const) {
    end.on('error', () => {}).on('close', () => other.destroy());
  }
  socket.pipe(onward).pipe(socket);
}

/** Writes one piece after the other for as long as the other side takes them; then, where they end, it hangs. */
export function writing(pieces: () => Iterable<string | Buffer>): Behaviour {
  return (socket) => {
    const iterator = pieces()[Symbol.iterator]();
    const go = () => {
      while (!socket.destroyed) {
        const { value, done } = iterator.next();
        if (done) return;
        if (!socket.write(value)) {
          socket.once('drain', () => setImmediate(go));
          return;
        }
      }
    };
    go();
  };
}

/** Writes a text byte by byte, one each so many milliseconds. */
export function dripping(text: string, everyMs: number): Behaviour {
  return (socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), everyMs);
    socket.on('close', () => clearInterval(timer));
  };
}

/** The most memory beyond what there was, and the longest hold of the event loop, while work is done. */
export async function costOf(work: () => Promise<unknown>): Promise<{ bytes: number; heldMs: number }> {
  const memory = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = memory();
  let bytes = 0;
  let heldMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    bytes = Math.max(bytes, memory() - before);
    heldMs = Math.max(heldMs, performance.now() - last);
    last = performance.now();
  }, 5);
  await work();
  clearInterval(timer);
  return { bytes, heldMs: Math.max(heldMs, performance.now() - last) };
}
