import { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { HttpProxy } from '../../src/config/proxies.ts';
import type { Undici } from '../../src/transport/load-undici.ts';
import { type Connector, Sockets } from '../../src/transport/sockets.ts';
import { authorizationFor, namingProxy, tunnel } from '../../src/transport/tunnel.ts';
import { logLines } from '../support/logged.ts';

const PROXY: HttpProxy = { origin: 'http://proxy:3128', authorization: undefined };
const OPTIONS = { hostname: 'stardust.example', protocol: 'https:', port: '443' } as buildConnector.Options;

function socket(): Socket {
  const made = new Socket();
  onTestFinished(() => void made.destroy());
  return made;
}

/** What a connector gives. */
const connected = (connect: Connector) =>
  new Promise<{ readonly error: Error | null; readonly socket: unknown }>((resolve) => {
    connect(OPTIONS, (...[error, made]) => resolve({ error, socket: made }));
  });

/** A tunnel through a proxy that answers CONNECT so, and what the proxy and the server are asked. */
function tunnelTo(answer: number | Error, proxy = PROXY, toServer?: Connector) {
  const raw = socket();
  const asked: object[] = [];
  const made: object[] = [];
  const over: object[] = [];
  const destroyed = vi.fn(() => Promise.reject(new Error('was closed')));
  class Client {
    destroy = destroyed;
    constructor(...settings: unknown[]) {
      made.push(settings);
    }
  }
  const connect = (options: object) => {
    asked.push(options);
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve({ statusCode: answer, socket: raw });
  };
  const toProxy: Connector = () => {};
  const connector = tunnel({
    undici: { Client, connect } as unknown as Undici,
    proxy,
    authority: 'stardust.example:443',
    toProxy,
    toServer:
      toServer ??
      ((options, callback) => {
        over.push(options);
        callback(null, options.httpSocket as Socket);
      }),
    timeoutMs: 2_500,
  });
  return { connector, raw, asked, made, over, destroyed, toProxy };
}

describe('a tunnel', () => {
  test.each([200, 204, 299])('is there if the proxy answers %i', async (status) => {
    const { connector, raw, asked, made, over, destroyed, toProxy } = tunnelTo(status);
    expect(await connected(connector)).toEqual({ error: null, socket: raw });
    expect(made).toEqual([['http://proxy:3128', { connect: toProxy, headersTimeout: 2_500 }]]);
    expect(asked).toEqual([
      {
        origin: 'http://proxy:3128',
        path: 'stardust.example:443',
        headers: { host: 'stardust.example:443' },
      },
    ]);
    expect(over).toEqual([{ ...OPTIONS, httpSocket: raw }]);
    expect([raw.destroyed, destroyed.mock.calls.length]).toEqual([false, 1]);
  });

  test.each([199, 300, 407, 502])('is not there if the proxy answers %i', async (status) => {
    const { connector, raw, over, destroyed } = tunnelTo(status);
    const { error } = await connected(connector);
    expect(String(error)).toBe(`proxy http://proxy:3128: answered CONNECT with ${status}`);
    expect([raw.destroyed, over, destroyed.mock.calls.length]).toEqual([true, [], 1]);
  });

  test('is not there if the proxy is not, without the code that would have it asked again at once', async () => {
    const failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const { connector, destroyed } = tunnelTo(failure);
    const { error } = await connected(connector);
    expect(String(error)).toBe('proxy http://proxy:3128: ECONNREFUSED: connect ECONNREFUSED');
    expect(error).not.toHaveProperty('code');
    expect(destroyed).toHaveBeenCalledTimes(1);
  });

  test('tells the proxy who we are', async () => {
    const { connector, asked } = tunnelTo(200, { ...PROXY, authorization: 'Basic eA==' });
    await connected(connector);
    expect(asked).toMatchObject([
      { headers: { host: 'stardust.example:443', 'proxy-authorization': 'Basic eA==' } },
    ]);
  });

  test('to a server that refuses leaves no connection', async () => {
    const refusal = new Error('certificate');
    const { connector, raw } = tunnelTo(200, PROXY, (_, callback) => callback(refusal, null));
    expect(await connected(connector)).toEqual({ error: refusal, socket: null });
    expect(raw.destroyed).toBe(true);
  });
});

test('a proxy that asks for nobody is told of nobody', () => {
  expect(authorizationFor(PROXY)).toStrictEqual({});
});

describe('a failure on the way to a proxy', () => {
  test('names the proxy', async () => {
    const { error, socket: none } = await connected(
      namingProxy(PROXY, (_, callback) => callback(new Error('certificate'), null)),
    );
    expect([String(error), none]).toEqual(['proxy http://proxy:3128: Error: certificate', null]);
  });

  test('that did not happen names nothing', async () => {
    const made = socket();
    expect(await connected(namingProxy(PROXY, (_, callback) => callback(null, made)))).toEqual({
      error: null,
      socket: made,
    });
  });
});

describe('the sockets of a transport', () => {
  /** A socket that was made, whose connector has called nobody back. */
  function opened(sockets = new Sockets()) {
    const made = socket();
    const refs = [vi.spyOn(made, 'ref'), vi.spyOn(made, 'unref')] as const;
    const connect = (() => made) as unknown as Connector;
    sockets.detached(connect)(OPTIONS, () => {});
    return { sockets, made, refs };
  }

  test('hold no process, whatever undici asks for', () => {
    const { made, refs } = opened();
    expect([made.ref(), made.unref()]).toEqual([made, made]);
    expect(refs.map((each) => each.mock.calls.length)).toEqual([0, 1]);
  });

  test('end together, and none is made afterwards', async () => {
    const sockets = new Sockets();
    const made = [opened(sockets), opened(sockets)].map((each) => each.made);
    const ended = made.map((each) => new Promise((resolve) => each.once('error', resolve)));
    sockets.close();
    expect((await Promise.all(ended)).map(String)).toEqual(['Error: closed', 'Error: closed']);
    const connect = vi.fn();
    const { error, socket: none } = await connected(sockets.detached(connect as unknown as Connector));
    expect([String(error), none, connect.mock.calls.length]).toEqual(['Error: closed', null, 0]);
  });

  test('are forgotten once they end', async () => {
    const { sockets, made } = opened();
    made.destroy();
    await new Promise((resolve) => made.once('close', resolve));
    const destroyed = vi.spyOn(made, 'destroy');
    sockets.close();
    expect(destroyed).not.toHaveBeenCalled();
  });

  test('may come later, by the call-back alone', () => {
    const connect = (() => undefined) as unknown as Connector;
    expect(() => new Sockets().detached(connect)(OPTIONS, () => {})).not.toThrow();
  });

  test('end with the first error, before another is told', async () => {
    const { made } = opened();
    const destroyed = vi.spyOn(made, 'destroy');
    made.emit('error', new Error('alert'));
    expect(destroyed).toHaveBeenCalledTimes(1);
    expect(made.destroyed).toBe(true);
  });

  test('keep what is thrown in an event of theirs from ending the process', async () => {
    const lines = logLines();
    const { made } = opened();
    made.on('data', () => {
      throw new Error('of undici');
    });
    expect(made.emit('data')).toBe(true);
    expect(made.destroyed).toBe(true);
    await vi.waitFor(() => expect(lines).toEqual(['warn a connection failed: Error: of undici']));
  });

  test('tell their events to all who listen', () => {
    const { made } = opened();
    const heard = vi.fn();
    made.on('data', heard);
    expect([made.emit('data', 'a', 'b'), made.emit('nothing')]).toEqual([true, false]);
    expect(heard).toHaveBeenCalledWith('a', 'b');
    expect(made.destroyed).toBe(false);
  });

  test('end with an error whose stack Node can read, though the app breaks that of all', async () => {
    const { made } = opened();
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = () => {
      throw new Error('of the app');
    };
    const error = new Error('closed');
    onTestFinished(() => {
      Error.prepareStackTrace = prepareStackTrace;
    });
    made.once('error', () => {});
    expect(made.destroy(error)).toBe(made);
    expect(error.stack).toBe('closed');
  });

  test('end with the stack of an error that can be read', () => {
    const { made } = opened();
    const error = new Error('closed');
    made.once('error', () => {});
    made.destroy(error);
    expect(error.stack).toContain('tunnel.test');
  });
});
