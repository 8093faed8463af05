import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.ts';
import { transportsOf } from '../../src/transport/create-transports.ts';
import { Credentials } from '../../src/transport/credentials.ts';
import type { Exchange } from '../../src/transport/exchange.ts';
import { type HttpSettings, HttpTransport } from '../../src/transport/http.ts';
import { loadUndici } from '../../src/transport/load-undici.ts';
import type { TransportRequest } from '../../src/wire/call.ts';
import { replaced } from '../support/built-ins.ts';
import { Authority } from '../support/certificates.ts';
import { fakeTime } from '../support/fake-time.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { logLines } from '../support/logged.ts';
import { AWAY, later } from '../support/memory-server.ts';

await loadUndici();
const authority = new Authority();

const CALL: TransportRequest = { method: 'GET', path: '/App/Logout?reason=end' };
const OK: RequestListener = (_, response) => response.end('ok');

/** A transport to this server, closed after the test. */
function transportTo(server: string, more: Partial<HttpSettings> = {}): HttpTransport {
  const transport = new HttpTransport({
    server,
    requestTimeoutMillis: 5_000,
    headers: () => Promise.resolve({}),
    credentials: new Credentials({}),
    ...more,
  });
  onTestFinished(() => transport.close());
  return transport;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers so, and what it got. */
async function httpServer(answer: RequestListener = OK) {
  const got: { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[] =
    [];
  const server = createServer({ maxHeaderSize: 64 * 1024 }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    got.push({ url: `${request.method} ${request.url}`, headers: request.headers, body });
    answer(request, response);
  });
  let connections = 0;
  server.on('connection', () => connections++);
  const port = await listening(server);
  return { url: `http://127.0.0.1:${port}`, port, got, connections: () => connections };
}

/** A dispatcher that answers each call with nothing, and what it was asked. */
function dispatcherThat(work: (options: object) => void = () => {}) {
  const asked: object[] = [];
  return {
    asked,
    dispatch: (options: object, handler: object) => {
      asked.push(options);
      work(options);
      (handler as Exchange).onResponseEnd();
      return true;
    },
  };
}

describe('a call', () => {
  test('brings method, path, headers and body, and its answer comes back', async () => {
    const { url, got } = await httpServer((_, response) =>
      response.writeHead(404, { location: '/there' }).end('no'),
    );
    const transport = transportTo(url);
    const post = {
      method: 'POST',
      path: '/a?b=c',
      headers: { 'content-type': 'x/y' },
      body: 'body',
    } as const;
    const answer = { kind: 'answered', status: 404, body: 'no', location: '/there' };
    expect([await transport.send(post), await transport.send(CALL)]).toEqual([answer, answer]);
    expect(got).toMatchObject([
      { url: 'POST /a?b=c', headers: { 'content-type': 'x/y', host: url.slice(7) }, body: 'body' },
      { url: 'GET /App/Logout?reason=end', body: '' },
    ]);
    expect(transport.server).toBe(url);
  });

  test.each([
    ['http://one:6600', 'http://one:6600', '/App/Logout?reason=end'],
    ['http://one/', 'http://one', '/App/Logout?reason=end'],
    ['https://one/apm/stardust', 'https://one', '/apm/stardust/App/Logout?reason=end'],
  ])('of the server %s goes to %s as %s', async (server, origin, path) => {
    const dispatcher = dispatcherThat();
    expect(await transportTo(server, { dispatcher }).send(CALL)).toMatchObject({ kind: 'answered' });
    expect(dispatcher.asked).toEqual([{ origin, path, method: 'GET', headers: {}, body: null }]);
  });

  test('carries the headers of the user, asked for each time; its own win', async () => {
    const dispatcher = dispatcherThat();
    let asked = 0;
    const headers = async () => ({ 'x-asked': String(++asked), accept: 'theirs' });
    const transport = transportTo('http://one', { dispatcher, headers });
    for (let i = 0; i < 2; i++) await transport.send({ ...CALL, headers: { accept: 'ours' } });
    expect(dispatcher.asked).toMatchObject([
      { headers: { 'x-asked': '1', accept: 'ours' } },
      { headers: { 'x-asked': '2', accept: 'ours' } },
    ]);
  });

  test.each<[string, Partial<HttpSettings>]>([
    [
      'nobody gives headers for',
      { headers: () => Promise.reject(new Error('no')), dispatcher: dispatcherThat() },
    ],
    [
      'a dispatcher refuses',
      {
        dispatcher: dispatcherThat(() => {
          throw new Error('no');
        }),
      },
    ],
  ])('that %s has not left', async (_, settings) => {
    expect(await transportTo('http://one', settings).send(CALL)).toEqual({
      kind: 'unreachable',
      sent: false,
      reason: 'Error: no',
    });
  });

  test('to a port where nobody listens has not left', async () => {
    const gone = await httpServer();
    const refused = await transportTo(`http://127.0.0.1:1`).send(CALL);
    expect(refused).toMatchObject({ kind: 'unreachable', sent: false });
    expect(refused.kind === 'unreachable' && refused.reason).toMatch(/^ECONNREFUSED/);
    expect(gone.got).toEqual([]);
  });

  test('that is not answered in time may have arrived', async () => {
    fakeTime();
    let come = () => {};
    const arrived = new Promise<void>((resolve) => {
      come = resolve;
    });
    const { url } = await httpServer(() => come());
    const sent = transportTo(url, { requestTimeoutMillis: 2_000 }).send(CALL);
    await arrived;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await sent).toEqual({
      kind: 'unreachable',
      sent: true,
      reason: 'Error: no answer within 2000 ms',
    });
  });

  test('that is cut may have arrived', async () => {
    const { url } = await httpServer((request) => request.socket.destroy());
    expect(await transportTo(url).send(CALL)).toMatchObject({ kind: 'unreachable', sent: true });
  });

  test.each([
    [15, 'answered'],
    [17, 'unreachable'],
  ])('with %i KiB of headers in its answer is %s', async (kib, kind) => {
    const { url } = await httpServer((_, response) =>
      response.writeHead(200, { x: 'y'.repeat(kib * 1_024) }).end('ok'),
    );
    expect(await transportTo(url).send(CALL)).toMatchObject({ kind });
  });

  test('uses one of two connections, which are kept', async () => {
    const { url, connections } = await httpServer();
    const transport = transportTo(url);
    for (let i = 0; i < 5; i++) await transport.send(CALL);
    await Promise.all(Array.from({ length: 6 }, () => transport.send(CALL)));
    expect(connections()).toBeGreaterThan(0);
    expect(connections()).toBeLessThanOrEqual(2);
  });
});

describe('a process whose globals are damaged', () => {
  const damage = () => replaced(globalThis as object as Record<string, unknown>, 'WeakRef', class {});

  test('sends nothing by our own means, and by those of the user', async () => {
    const { url, got } = await httpServer();
    const [own, theirs] = [transportTo(url), transportTo(url, { dispatcher: dispatcherThat() })];
    damage();
    expect(await own.send(CALL)).toMatchObject({
      kind: 'unreachable',
      sent: false,
      reason: expect.stringContaining('the global WeakRef cannot be used'),
    });
    expect(await theirs.send(CALL)).toMatchObject({ kind: 'answered' });
    expect(got).toEqual([]);
  });

  test('is asked nothing of undici when a transport is closed, which is logged if there was a connection', async () => {
    const lines = logLines();
    const { url } = await httpServer();
    const [used, unused] = [transportTo(url), transportTo(url)];
    await used.send(CALL);
    damage();
    unused.close();
    await Promise.resolve();
    expect(lines).toEqual([]);
    used.close();
    await vi.waitFor(() =>
      expect(lines).toEqual([expect.stringMatching(/^warn closing the connections failed/)]),
    );
  });

  test('that can load HTTP at the second time only, sends then', async () => {
    const { url } = await httpServer();
    const transport = transportTo(url);
    const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Record<'Memory', unknown> };
    const { Memory } = engine;
    engine.Memory = class {
      constructor() {
        engine.Memory = Memory;
        throw new RangeError('could not allocate memory');
      }
    };
    expect(await transport.send(CALL)).toMatchObject({
      kind: 'unreachable',
      sent: false,
      reason: expect.stringContaining('this process cannot use WebAssembly'),
    });
    expect(await transport.send(CALL)).toMatchObject({ kind: 'answered' });
  });
});

describe('a transport that is closed', () => {
  const closed = { kind: 'unreachable', sent: false, reason: 'closed' };

  test('sends nothing', async () => {
    const dispatcher = dispatcherThat();
    const transport = transportTo('http://one', { dispatcher });
    transport.close();
    expect(await transport.send(CALL)).toEqual(closed);
    expect(dispatcher.asked).toEqual([]);
  });

  test('sends nothing that waited for headers meanwhile', async () => {
    const dispatcher = dispatcherThat();
    const [asked, give] = [vi.fn(), later()];
    const headers = async () => {
      asked();
      await give.result;
      return {};
    };
    const transport = transportTo('http://one', { dispatcher, headers });
    const sent = transport.send(CALL);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    transport.close();
    give.come(AWAY);
    expect(await sent).toEqual(closed);
    expect(dispatcher.asked).toEqual([]);
  });

  test('ends what is under way, and has no connection left', async () => {
    const server = createServer(() => {});
    const port = await listening(server);
    const arrived = new Promise((resolve) => server.once('request', resolve));
    const ended = new Promise((resolve) =>
      server.once('connection', (socket) => socket.on('error', () => {}).once('close', resolve)),
    );
    const transport = transportTo(`http://127.0.0.1:${port}`);
    const sent = transport.send(CALL);
    await arrived;
    transport.close();
    expect(await sent).toMatchObject({ kind: 'unreachable', sent: true });
    await ended;
  });
});

describe('a proxy before a server', () => {
  const proxyAt = (url: string, authorization?: string) => ({ origin: url, authorization });

  test('with http gets the whole address as the path, and the host of the server', async () => {
    const proxy = await httpServer();
    const transport = transportTo('http://one:6600/apm', { proxy: proxyAt(proxy.url, 'Basic eA==') });
    expect(await transport.send(CALL)).toMatchObject({ kind: 'answered', body: 'ok' });
    expect(proxy.got).toMatchObject([
      {
        url: 'GET http://one:6600/apm/App/Logout?reason=end',
        headers: { host: 'one:6600', 'proxy-authorization': 'Basic eA==' },
      },
    ]);
  });

  test('is told of nobody if it asks for nobody', async () => {
    const proxy = await httpServer();
    await transportTo('http://one', { proxy: proxyAt(proxy.url) }).send(CALL);
    expect(proxy.got[0]?.url).toBe('GET http://one/App/Logout?reason=end');
    expect(proxy.got[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test.each(['http://one', 'https://one'])('of %s that is away is named', async (server) => {
    const proxy = proxyAt('http://127.0.0.1:1');
    expect(await transportTo(server, { proxy }).send(CALL)).toMatchObject({
      kind: 'unreachable',
      sent: false,
      reason: expect.stringMatching(/^proxy http:\/\/127\.0\.0\.1:1: ECONNREFUSED/),
    });
  });

  test.each([
    ['https://one.example', 'one.example:443'],
    ['https://one.example:6601', 'one.example:6601'],
  ])('is asked for a way to %s as %s', async (server, authorityOfServer) => {
    const proxy = await httpProxy();
    proxy.refuse({ status: 502, body: '' });
    expect(await transportTo(server, { proxy: proxyAt(proxy.url) }).send(CALL)).toEqual({
      kind: 'unreachable',
      sent: false,
      reason: `proxy ${proxy.url}: answered CONNECT with 502`,
    });
    expect([proxy.asked, proxy.hosts]).toEqual([[`CONNECT ${authorityOfServer}`], [authorityOfServer]]);
  });

  test.each([true, false])('with https passes on what it cannot read: %s', async (isBehindProxy) => {
    const port = await listening(createSecureServer(authority.issue(), OK));
    const proxy = await httpProxy();
    const credentials = new Credentials({ ca: { pem: authority.cert } });
    const server = `https://127.0.0.1:${port}`;
    const transport = transportTo(server, {
      credentials,
      proxy: isBehindProxy ? proxyAt(proxy.url) : undefined,
    });
    for (let i = 0; i < 2; i++)
      expect(await transport.send(CALL)).toMatchObject({ kind: 'answered', status: 200, body: 'ok' });
    expect(new Set(proxy.asked)).toEqual(new Set(isBehindProxy ? [`CONNECT 127.0.0.1:${port}`] : []));
    const stranger = await transportTo(server).send(CALL);
    expect(stranger.kind === 'unreachable' && stranger.reason).toMatch(/set ca or STARDUST_CA$/);
  });
});

describe('the transports of the settings', () => {
  test('are one for each server, in their order', () => {
    const of = (server?: string) =>
      transportsOf(resolveSettings({ server }, {})).map((transport) => transport.server);
    expect([of('http://b,https://a/apm'), of()]).toEqual([['http://b', 'https://a/apm'], []]);
  });

  test('have the dispatcher, the headers and the proxies of these', async () => {
    const dispatcher = dispatcherThat();
    const [transport] = transportsOf(
      resolveSettings({ server: 'http://one', dispatcher, headers: { 'X-From': 'code' } }, {}),
    );
    await transport?.send(CALL);
    expect(dispatcher.asked).toMatchObject([{ headers: { 'x-from': 'code' } }]);
    const proxy = await httpServer();
    const [first, second] = transportsOf(
      resolveSettings(
        { server: `http://one,${proxy.url}` },
        { http_proxy: proxy.url, no_proxy: '127.0.0.1' },
      ),
    );
    for (const each of [first, second]) {
      onTestFinished(() => each?.close());
      expect(await each?.send(CALL)).toMatchObject({ kind: 'answered' });
    }
    expect(proxy.got.map(({ url }) => url)).toEqual([
      'GET http://one/App/Logout?reason=end',
      'GET /App/Logout?reason=end',
    ]);
  });
});
