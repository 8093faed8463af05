import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, type Span, SpanStatusCode } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { describe, expect, test } from 'vitest';
import { hookAdonis } from '../../src/register/route-hooks/adonis.ts';
import { hookConnect } from '../../src/register/route-hooks/connect.ts';
import { connectionNames } from '../../src/register/route-hooks/connection-names.ts';
import { failCutAnswer } from '../../src/register/route-hooks/cut-answer.ts';
import { hookElysia } from '../../src/register/route-hooks/elysia.ts';
import { hookGraphqlYoga } from '../../src/register/route-hooks/graphql-yoga.ts';
import { hookH3 } from '../../src/register/route-hooks/h3.ts';
import { hookIoredis } from '../../src/register/route-hooks/ioredis.ts';
import { hookLoopback } from '../../src/register/route-hooks/loopback.ts';
import { hookMoleculer } from '../../src/register/route-hooks/moleculer.ts';
import { hookNodeRedis } from '../../src/register/route-hooks/node-redis.ts';
import { hookPolka } from '../../src/register/route-hooks/polka.ts';
import { hookReactRouter, hookReactRouterExpress } from '../../src/register/route-hooks/react-router.ts';
import { hookRestify } from '../../src/register/route-hooks/restify.ts';
import { logLines } from '../support/harness.ts';
import { inRequest } from '../support/in-request.ts';

type Handler = (...args: never[]) => unknown;
const boom = new Error('boom');
const throwing = () => {
  throw boom;
};
const passing = (_request: unknown, _response: unknown, next: (error?: unknown) => void) => next(boom);

describe('Connect', () => {
  const connect = () => {
    const app = {
      stack: [] as { handle: Handler }[],
      use: (...args: unknown[]) => {
        app.stack.push({ handle: args.at(-1) as Handler });
        return app;
      },
    };
    return app;
  };
  const dealing = (_error: unknown, _request: unknown, _response: unknown, _next: unknown) => 'sorry';

  test.each([
    ['required', () => hookConnect(connect as never)],
    ['imported', () => (hookConnect({ default: connect } as never) as { default: unknown }).default],
  ])('%s, tells what a handler throws or passes on', async (_, hooked) => {
    const app = (hooked() as typeof connect)();
    expect(app.use('/a', throwing).use(passing).use(dealing)).toBe(app);
    const [first, second, third] = app.stack.map(({ handle }) => handle as (...args: unknown[]) => unknown);
    const passed: unknown[] = [];
    const next = (error: unknown) => passed.push(error);
    expect((await inRequest('/', () => expect(() => first?.({}, {}, next)).toThrow(boom))).errors).toEqual([
      'boom',
    ]);
    expect((await inRequest('/', () => second?.({}, {}, next))).errors).toEqual(['boom']);
    expect((await inRequest('/', () => third?.(boom, {}, {}, next))).errors).toEqual([]);
    expect(passed).toEqual([boom]);
    expect([first?.length, third?.length]).toEqual([0, 4]);
  });
});

describe('Polka', () => {
  class Polka {
    readonly handlers: Handler[] = [];
    add(_method: string, _pattern: string, ...handlers: Handler[]): this {
      this.handlers.push(...handlers);
      return this;
    }
    use(...args: unknown[]): this {
      this.handlers.push(...args.filter((each) => typeof each === 'function').map((each) => each as Handler));
      return this;
    }
  }
  const polka = () => new Polka();
  hookPolka(polka as never);
  const run = (app: Polka, request: { url: string; originalUrl: string }) => {
    const handlers = app.handlers as unknown as ((...args: unknown[]) => unknown)[];
    const next = (at: number) => (error?: unknown) => {
      if (error === undefined) handlers[at]?.(request, {}, next(at + 1));
    };
    return inRequest(request.url, () => {
      try {
        next(0)();
      } catch {
        // Answered by the app.
      }
    });
  };

  test.each([
    ['its own', '/users/7?x=1', '/users/7?x=1', '/users/:id'],
    ['of an app in it', '/users/7', '/admin/users/7', '/admin/users/:id'],
    ['none where it is not known', '/', '/admin', undefined],
  ])('tells the route: %s', async (_, url, originalUrl, route) => {
    const app = polka().add('GET', '/users/:id', () => 'fine');
    expect((await run(app, { url, originalUrl })).route).toBe(route);
  });

  test('tells what a handler throws or passes on', async () => {
    const request = { url: '/', originalUrl: '/' };
    for (const handler of [throwing, passing]) {
      expect((await run(polka().use('/', handler as Handler), request)).errors).toEqual(['boom']);
      expect((await run(polka().add('GET', '/', handler as Handler), request)).errors).toEqual(['boom']);
    }
  });
});

test('an error that comes after the request was answered is not told, and nothing is logged', async () => {
  const lines = logLines();
  const server = { _onHandlerError: () => {} };
  const { createServer } = hookRestify({ createServer: () => server } as never) as {
    createServer(): { _onHandlerError(error: unknown): void };
  };
  const seen = await inRequest('/', (span) => {
    const made = createServer();
    span.end();
    made._onHandlerError(boom);
  });
  expect(seen.errors).toEqual([]);
  expect(lines).toEqual([]);
});

describe('a request whose answer', () => {
  const { UNSET, ERROR } = SpanStatusCode;
  const statusOf = async (hasError: boolean, request: unknown, answer: object) => {
    const spans: Span[] = [];
    await inRequest('/', (span) => {
      spans.push(span);
      if (hasError) span.recordException(boom);
      failCutAnswer(span, request, answer);
    });
    return (spans[0] as unknown as ReadableSpan).status.code;
  };
  const begin = (response: ServerResponse) => response.write('a');
  const end = (response: ServerResponse) => response.end();
  const cut = (response: ServerResponse) => response.destroy();

  test.each([
    ['an error cut short fails', [begin, cut], true, ERROR],
    ['was whole before an error does not', [begin, end], true, UNSET],
    ['was not begun does not, as its caller has gone', [cut], true, UNSET],
    ['was cut short without an error does not', [begin, cut], false, UNSET],
  ])('%s', async (_, steps, hasError, status) => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const arrived = once(server, 'request');
    get({ port, host: '127.0.0.1' }, (answer) => answer.on('error', () => {}).resume()).on('error', () => {});
    const [request, response] = (await arrived) as [IncomingMessage, ServerResponse];
    const closed = once(response, 'close');
    for (const step of steps) step(response);
    await closed;
    server.close();
    expect(await statusOf(hasError, request, response)).toBe(status);
  });

  test('came from another server does not', async () => {
    expect(await statusOf(true, {}, { statusCode: 200 } as object)).toBe(UNSET);
  });
});

describe('Restify', () => {
  const answered: unknown[] = [];
  const exports = {
    createServer: () => ({ _onHandlerError: (...args: unknown[]) => answered.push(...args) }),
  };
  const hooked = (given: object) =>
    hookRestify(given as never) as typeof exports & { default: typeof exports };

  test.each([
    ['required', hooked({ ...exports }).createServer],
    ['imported', hooked({ default: { ...exports }, ...exports }).default.createServer],
    ['imported by name', hooked({ default: { ...exports }, ...exports }).createServer],
  ])('%s, tells each error that it answers', async (_, createServer) => {
    answered.length = 0;
    const server = createServer();
    expect((await inRequest('/', () => server._onHandlerError(boom, 'request'))).errors).toEqual(['boom']);
    expect(answered).toEqual([boom, 'request']);
  });
});

describe('an error', () => {
  const { createServer } = hookRestify({
    createServer: () => ({ _onHandlerError: () => {} }),
  } as never) as unknown as { createServer(): { _onHandlerError(error: unknown): void } };

  test.each(
    ['statusCode', 'status', 'code'].flatMap((key) =>
      [200, 399, 400, 404, 422, 499, 500, 503, 599, '404', '500', 'ECONNRESET', undefined].map(
        (status) => [key, status] as const,
      ),
    ),
  )('whose %s is %s is told unless that is an answer of 4xx', async (key, status) => {
    const error = Object.assign(new Error('failed'), { [key]: status });
    const { errors } = await inRequest('/', () => createServer()._onHandlerError(error));
    expect(errors).toEqual(/^4\d\d$/.test(String(status)) ? [] : ['failed']);
  });
});

describe("Moleculer's gateway", () => {
  const called: unknown[] = [];
  const gateway = {
    methods: {
      aliasHandler: (...args: unknown[]) => called.push(...args),
      sendError: (...args: unknown[]) => called.push(...args),
    },
  };
  hookMoleculer(gateway as never);

  test('tells the path of an alias, and none where the caller named an action', async () => {
    const { aliasHandler } = gateway.methods;
    const alias = { fullPath: '/api/users/:id' };
    expect((await inRequest('/api/users/7', () => aliasHandler(1, 2, alias))).route).toBe('/api/users/:id');
    expect((await inRequest('/api/x/y', () => aliasHandler(1, 2, {}))).route).toBeUndefined();
    expect(called).toEqual([1, 2, alias, 1, 2, {}]);
  });

  test('tells errors that it answers', async () => {
    expect((await inRequest('/', () => gateway.methods.sendError(1, 2, boom))).errors).toEqual(['boom']);
  });
});

describe('h3', () => {
  interface Hooks {
    readonly onError: (error: unknown, event: object) => unknown;
    readonly onBeforeResponse: (event: object, response: unknown) => unknown;
    readonly onResponse: (response: unknown, event: object) => unknown;
  }
  class H3 {
    constructor(readonly options: Hooks) {}
  }
  /** As a compiled module exports. */
  const exports = Object.defineProperties(
    {},
    {
      H3: { enumerable: true, get: () => H3 },
      createApp: { enumerable: true, get: () => (options: Hooks) => new H3(options) },
    },
  );
  const hooked = hookH3(exports as never) as { H3: new (own?: object) => H3; createApp(own?: object): H3 };
  const own: unknown[] = [];
  const note = (...args: unknown[]) => own.push(...args);

  test.each([
    ['1', hooked.createApp({ onError: note, onBeforeResponse: note, onResponse: note }), 'path'],
    ['2', new hooked.H3({ onError: note, onBeforeResponse: note, onResponse: note }), 'route'],
  ])('of version %s tells routes and errors, and asks the hooks of the app', async (_, { options }, key) => {
    own.length = 0;
    const event = { context: { matchedRoute: { [key]: '/users/:id' } } };
    expect((await inRequest('/users/7', () => options.onBeforeResponse(event, 1))).route).toBe('/users/:id');
    expect((await inRequest('/users/7', () => options.onResponse(2, event))).route).toBe('/users/:id');
    const unhandled = Object.assign(new Error('h3'), { unhandled: true, cause: boom });
    const failed = await inRequest('/users/7', () => options.onError(unhandled, event));
    expect(failed).toEqual({ route: '/users/:id', errors: ['boom'] });
    expect(own).toEqual([event, 1, 2, event, unhandled, event]);
  });

  test('works without hooks of the app, tells no route where none fits, and no answer as an error', async () => {
    const { options } = hooked.createApp();
    const event = { context: {} };
    const refused = Object.assign(new Error('no'), { statusCode: 422, cause: boom });
    expect(await inRequest('/', () => options.onError(refused, event))).toEqual({
      route: undefined,
      errors: [],
    });
  });
});

describe('GraphQL Yoga', () => {
  test('tells what resolvers threw, beside the plugins of the app', async () => {
    interface Plugin {
      onExecute(): { onExecuteDone(done: { result: unknown }): void };
    }
    const createYoga = ({ plugins }: { plugins: readonly Plugin[] }) => plugins;
    const hooked = hookGraphqlYoga({ createYoga } as never) as { createYoga(options?: object): Plugin[] };
    const mine = { name: 'mine' };
    expect(hooked.createYoga({ plugins: [mine] })[0]).toBe(mine);
    const [plugin] = hooked.createYoga();
    const done = (result: unknown) =>
      inRequest('/graphql', () => plugin?.onExecute().onExecuteDone({ result }));
    expect((await done({ errors: [{ originalError: boom }, { message: 'wrong query' }] })).errors).toEqual([
      'boom',
    ]);
    expect((await done({ data: {} })).errors).toEqual([]);
    expect((await done((async function* () {})())).errors).toEqual([]);
  });
});

/** As the instrumentations of drivers have it: a span each time that a command is given. It holds its client's name. */
function spanOfCommand(): string | undefined {
  let name: string | undefined;
  const span = { setAttribute: (_key: string, value: string) => (name = value) };
  connectionNames.onStart(span as never);
  return name;
}

describe('ioredis', () => {
  const told: (string | undefined)[] = [];
  class Redis {
    constructor(readonly options: object = {}) {}
    sendCommand(command: object): object {
      if (!isTracingSuppressed(context.active())) told.push(spanOfCommand());
      return command;
    }
  }
  hookIoredis({ default: Redis } as never);

  test.each([
    ['that the app gave it', 'cache', 'cache'],
    ['it does not have', undefined, undefined],
    ['a queue made for it', 'bull:bWFpbA==', undefined],
  ])('tells the name of its client, one %s', (_, connectionName, name) => {
    told.length = 0;
    const command = { name: 'get' };
    expect(new Redis({ connectionName }).sendCommand(command)).toBe(command);
    new Redis().sendCommand({ name: 'set' });
    expect(told).toEqual([name, undefined]);
  });

  test('counts a command once that waited for its connection', () => {
    told.length = 0;
    const [client, command] = [new Redis({ connectionName: 'cache' }), { name: 'get' }];
    for (let i = 0; i < 2; i++) expect(client.sendCommand(command)).toBe(command);
    expect(told).toEqual(['cache']);
  });
});

describe('node-redis', () => {
  class Client {
    constructor(readonly options: { readonly name?: string } = {}) {}
    sendCommand(): unknown {
      return spanOfCommand();
    }
    MULTI() {
      return { addCommand: spanOfCommand };
    }
  }
  /** Its commands are methods of a class of each client's own, and what an app gets inherits from the client. */
  const hookedClient = (Base: typeof Client) => {
    const Commanding = class extends Base {
      readonly multi = this.MULTI;
      get = () => this.sendCommand();
    };
    const createClient = (options?: object) => Object.create(new Commanding(options));
    hookNodeRedis({ createClient } as never);
    return createClient;
  };

  test('tells the name of its client, of a transaction too', () => {
    class Newer extends Client {}
    Object.assign(Newer.prototype, {
      sendCommand: Client.prototype.sendCommand,
      MULTI: Client.prototype.MULTI,
      _executeCommand() {},
    });
    const createClient = hookedClient(Newer);
    const named = createClient({ name: 'sessions' });
    expect([named.get(), named.multi().addCommand(), createClient().get()]).toEqual([
      'sessions',
      'sessions',
      undefined,
    ]);
  });

  test('4 is left alone', () => {
    expect(hookedClient(Client)({ name: 'sessions' }).get()).toBeUndefined();
  });
});

describe('Elysia', () => {
  type Hook = (context: object) => void;
  class Elysia {
    readonly hooks: Record<string, Hook> = {};
    constructor(readonly config: object) {}
    onTransform(hook: Hook) {
      this.hooks.transform = hook;
      return this;
    }
    onError(hook: Hook) {
      this.hooks.error = hook;
      return this;
    }
  }
  const hooked = hookElysia({ Elysia, default: Elysia } as never) as Record<string, typeof Elysia>;

  test.each(['Elysia', 'default'])('tells the route and the error of each request, as `%s`', async (name) => {
    const app = new (hooked[name] ?? Elysia)({ prefix: '/api' });
    expect(app.config).toEqual({ prefix: '/api' });
    const seen = await inRequest('/users/7', () => app.hooks.transform?.({ route: '/users/:id' }));
    expect(seen.route).toBe('/users/:id');
    const failed = await inRequest('/users/7', () => app.hooks.error?.({ error: boom, route: '/users/:id' }));
    expect(failed).toEqual({ route: '/users/:id', errors: ['boom'] });
    const none = { error: Object.assign(new Error('none'), { status: 404 }), route: '' };
    expect(await inRequest('/none', () => app.hooks.error?.(none))).toEqual({ route: undefined, errors: [] });
  });
});

describe('React Router', () => {
  type Watch = (run: () => Promise<{ error?: unknown }>, called: { pattern: string }) => Promise<unknown>;
  interface Build {
    entry: { module: { instrumentations?: { route(route: object): void }[]; streamTimeout?: number } };
  }
  const build: Build = { entry: { module: { streamTimeout: 9 } } };
  /** What a server makes of a build: here the build itself, as it was given. */
  const server = hookReactRouter({ createRequestHandler: (given: unknown) => given } as never) as {
    createRequestHandler(build: unknown): Build;
  };
  const express = hookReactRouterExpress({
    createRequestHandler: ({ build: given }: { build: unknown }) => server.createRequestHandler(given),
  } as never) as { createRequestHandler(options: object): Build };
  const callIn = ({ entry: { module } }: Build, run: () => Promise<{ error?: unknown }>) => {
    expect(module).toMatchObject({ streamTimeout: 9, instrumentations: [expect.anything()] });
    let loader: Watch = run;
    const instrument = (watches: { loader: Watch }) => {
      loader = watches.loader;
    };
    module.instrumentations?.[0]?.route({ instrument });
    return inRequest('/users/7', () => loader(run, { pattern: '/users/:id' }));
  };

  test.each([
    ['in a handler of its own', () => server.createRequestHandler(build)],
    ['on Express', () => express.createRequestHandler({ build })],
    ['built anew', () => (server.createRequestHandler(() => build) as never as () => Build)()],
  ])('tells the route and the error of each request, %s', async (_, made) => {
    expect(await callIn(await made(), async () => ({}))).toEqual({ route: '/users/:id', errors: [] });
    expect((await callIn(await made(), async () => ({ error: boom }))).errors).toEqual(['boom']);
    expect(build.entry.module.instrumentations).toBeUndefined();
  });

  test('in a browser is left alone', () => {
    expect(hookReactRouter({})).toEqual({});
  });
});

describe('AdonisJS', () => {
  class Router {
    match(path: string) {
      return path === '/none' ? null : { route: { pattern: '/users/:id' } };
    }
  }
  class ExceptionHandler {
    handle(error: unknown, context: unknown) {
      return [error, context];
    }
  }
  hookAdonis({ Router, ExceptionHandler } as never);

  test('tells the route of each request, and none where none fits', async () => {
    const router = new Router();
    expect((await inRequest('/users/7', () => router.match('/users/7'))).route).toBe('/users/:id');
    expect((await inRequest('/none', () => router.match('/none'))).route).toBeUndefined();
  });

  test('tells errors that its handler answers', async () => {
    let answer: unknown;
    const seen = await inRequest('/', () => {
      answer = new ExceptionHandler().handle(boom, 'context');
    });
    expect(seen.errors).toEqual(['boom']);
    expect(answer).toEqual([boom, 'context']);
  });
});

describe('LoopBack', () => {
  class BaseRouter {
    find({ path }: { path: string }) {
      return path === '/none' ? undefined : { path: '/users/{id}' };
    }
  }
  class TrieRouter extends BaseRouter {}
  const RejectProvider = {
    value: (log: (error: unknown) => void) => (_context: unknown, error: Error & { status?: number }) => {
      if (error.message === 'no such entity') error.status = 404;
      log(error);
    },
  };
  hookLoopback({ TrieRouter, RejectProvider } as never);

  test.each([
    ['/users/7', undefined, '/users/{id}'],
    // What Express tells of a handler of all paths.
    ['/users/7', '/', '/users/{id}'],
    ['/users/7', '/api', '/api/users/{id}'],
    ['/none', undefined, undefined],
  ])('tells the route of %s, mounted at %s: %s', async (path, mounted, route) => {
    expect((await inRequest(path, () => new TrieRouter().find({ path }), mounted)).route).toBe(route);
  });

  test('tells errors that it answers, once it has given them a status', async () => {
    const logged: unknown[] = [];
    const reject = RejectProvider.value((error) => logged.push(error));
    const missing = new Error('no such entity');
    expect((await inRequest('/', () => reject({}, boom))).errors).toEqual(['boom']);
    expect((await inRequest('/', () => reject({}, missing))).errors).toEqual([]);
    expect(logged).toEqual([boom, missing]);
  });
});
