import { spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import { type DevServer, type DevServerOptions, startDevServer } from '../../../src/dev/index.ts';

/** What ends after the tests of a file, which may run side by side. */
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that works, closed after the tests of a file. */
export async function liveServer(options: DevServerOptions = {}): Promise<DevServer> {
  const server = await startDevServer({ port: 0, ...options });
  ends.push(() => server.close());
  return server;
}

/** A server that takes connections and requests and never says a word. */
export async function silentServer(): Promise<{ readonly url: string; readonly requested: Promise<void> }> {
  let saw = () => {};
  const requested = new Promise<void>((resolve) => {
    saw = resolve;
  });
  const url = await listening(createServer((socket) => socket.on('data', saw).on('error', () => {})));
  return { url, requested };
}

/** An address where nobody listens. */
export async function closedPort(): Promise<{ readonly url: string }> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}` };
}

/** Passes everything on to a server and counts the connections. */
export async function countingProxy(port: number): Promise<{ readonly url: string; connections(): number }> {
  let connections = 0;
  const url = await listening(
    createServer((socket) => {
      connections++;
      const onward = connect(port, '127.0.0.1');
      for (const end of [socket, onward]) {
        end
          .on('error', () => {})
          .on('close', () => {
            socket.destroy();
            onward.destroy();
          });
      }
      socket.pipe(onward).pipe(socket);
    }),
  );
  return { url, connections: () => connections };
}

/**
 * A process that listens and was stopped, its queue full: a connection to it is neither made nor refused, as with
 * an address behind a firewall that says nothing.
 */
export async function unreachableServer(): Promise<{ readonly url: string }> {
  const source = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['--eval', source]);
  ends.push(() => child.kill('SIGKILL'));
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(Number(text)));
  });
  child.kill('SIGSTOP');
  const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  // The loopback makes those that find a place at once; one is seen to be made when all have been tried.
  await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  return { url: `http://127.0.0.1:${port}` };
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
