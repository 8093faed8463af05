import { channel } from 'node:diagnostics_channel';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookEgg } from '../../src/register/route-hooks/egg.ts';
import { hookExpress } from '../../src/register/route-hooks/express.ts';
import { hookFastify } from '../../src/register/route-hooks/fastify.ts';
import { hookHono } from '../../src/register/route-hooks/hono.ts';
import { hookKoa } from '../../src/register/route-hooks/koa.ts';
import { hookTrpc } from '../../src/register/route-hooks/trpc.ts';

const provider = new NodeTracerProvider();
const tracer = provider.getTracer('http');

// Sets the context manager.
beforeAll(() => provider.register());
afterAll(() => {
  for (const api of [trace, context, propagation]) api.disable();
});

/** Works inside of a request, as the HTTP server's instrumentation has one active, and gives what it then knows. */
async function inRequest(path: string, work: () => unknown, route?: string) {
  const span = tracer.startSpan('GET', { attributes: { 'url.path': path } });
  const metadata = { type: RPCType.HTTP as const, span, route: route as never };
  await context.with(setRPCMetadata(ROOT_CONTEXT, metadata), work);
  const { events } = span as unknown as ReadableSpan;
  return {
    route: metadata.route as string | undefined,
    errors: events.map(({ attributes }) => attributes?.['exception.message']),
  };
}

describe('Express', () => {
  type Next = (error?: unknown) => void;
  type Handler = (request: unknown, response: unknown, next: Next) => void;
  const routerOf = (name: string) => {
    class Layer {
      readonly handler: Handler;
      constructor(handler: Handler) {
        this.handler = handler;
      }
    }
    const handle = function (this: Layer, request: unknown, response: unknown, next: Next): void {
      try {
        this.handler(request, response, next);
      } catch (error) {
        next(error);
      }
    };
    Object.assign(Layer.prototype, { [name]: handle });
    return () => {
      const stack: Layer[] = [];
      return { stack, use: (handler: Handler) => stack.push(new Layer(handler)) };
    };
  };

  test.each(['handleRequest', 'handle_request'])('tells what any layer throws, by %s', async (name) => {
    const Router = routerOf(name);
    hookExpress({ Router: Router as never });
    const run = async (handler: Handler) => {
      const router = Router();
      router.use(handler);
      const passed: unknown[] = [];
      const [layer] = router.stack as unknown as Record<string, Handler>[];
      const { errors } = await inRequest('/', () => layer?.[name]?.({}, {}, (error) => passed.push(error)));
      return { errors, passed };
    };
    const boom = new Error('boom');
    expect(
      await run(() => {
        throw boom;
      }),
    ).toEqual({ errors: ['boom'], passed: [boom] });
    expect(await run((_, __, next) => next(boom))).toEqual({ errors: ['boom'], passed: [boom] });
    expect(await run((_, __, next) => next('route'))).toEqual({ errors: [], passed: ['route'] });
    expect(await run((_, __, next) => next())).toEqual({ errors: [], passed: [undefined] });
    const invalid = Object.assign(new Error('bad input'), { status: 400 });
    expect((await run((_, __, next) => next(invalid))).errors).toEqual([]);
    // As a router within a router.
    expect(
      (
        await run((_, __, next) => {
          next(boom);
          next(boom);
        })
      ).errors,
    ).toEqual(['boom']);
  });

  test('of another shape is left alone', () => {
    expect(() => hookExpress({})).not.toThrow();
  });
});

describe('Koa', () => {
  class Application {
    readonly heard: unknown[] = [];
    emit(event: string, ...args: unknown[]): boolean {
      this.heard.push([event, ...args]);
      return true;
    }
  }

  test('tells errors that no middleware dealt with, and its listeners hear them', async () => {
    hookKoa(Application as never);
    const app = new Application();
    const error = new Error('boom');
    expect((await inRequest('/', () => app.emit('error', error, {}))).errors).toEqual(['boom']);
    expect((await inRequest('/', () => app.emit('close', error))).errors).toEqual([]);
    const missing = Object.assign(new Error('none'), { code: 404 });
    expect((await inRequest('/', () => app.emit('error', missing))).errors).toEqual([]);
    expect(app.heard).toEqual([
      ['error', error, {}],
      ['close', error],
      ['error', missing],
    ]);
  });

  test('of another shape is left alone', () => {
    expect(() => hookKoa({})).not.toThrow();
  });
});

describe('Fastify', () => {
  type Hook = (...args: unknown[]) => void;
  hookFastify();
  const hooks: Record<string, Hook> = {};
  channel('fastify.initialization').publish({
    fastify: {
      addHook: (name: string, hook: Hook) => {
        hooks[name] = hook;
      },
    },
  });

  test.each([
    ['tells the route', { routeOptions: { url: '/users/:id' } }, '/users/:id'],
    ['of 3 and 4 too', { routerPath: '/users/:id' }, '/users/:id'],
    ['tells none where none fits', { routeOptions: {} }, undefined],
  ])('%s', async (_, request, route) => {
    let done = 0;
    const seen = await inRequest('/users/7', () => hooks.onRequest?.(request, {}, () => done++));
    expect(seen.route).toBe(route);
    expect(done).toBe(1);
  });

  test('tells errors that fail a request, not those that answer it', async () => {
    const fail = (error: unknown) => inRequest('/', () => hooks.onError?.({}, {}, error, () => {}));
    expect((await fail(new Error('boom'))).errors).toEqual(['boom']);
    expect((await fail(Object.assign(new Error('bad input'), { statusCode: 400 }))).errors).toEqual([]);
    expect((await fail('no error')).errors).toEqual([]);
  });

  test('is left alone outside of a request', () => {
    expect(() => hooks.onRequest?.({ routeOptions: { url: '/x' } }, {}, () => {})).not.toThrow();
  });
});

describe('Hono', () => {
  const ALL = (path: string) => [[() => {}, { path, method: 'ALL' }], {}];
  const GET = (path: string) => [[() => {}, { path, method: 'GET' }], {}];
  class ChosenRouter {
    match(_method: string, path: string): unknown {
      if (path === '/none') return [[ALL('/*')], []];
      if (path === '/any') return [[ALL('/*'), ALL('/any')], []];
      return [[ALL('/*'), GET('/users/:id')], []];
    }
  }
  /** Puts the method of the router it chose in the place of its own, as Hono's does. */
  type Handler = (context: { error?: Error }, next: () => void) => unknown;
  class Router {
    declare match: (method: string, path: string) => unknown;
    readonly handlers: Handler[] = [];
    add(_method: string, _path: string, [handler]: [Handler, unknown]): void {
      this.handlers.push(handler);
    }
  }
  Router.prototype.match = function (this: Router, method, path) {
    const chosen = new ChosenRouter();
    this.match = chosen.match.bind(chosen);
    return this.match(method, path);
  };
  class Hono {
    readonly router = new Router();
  }
  hookHono({ Hono: Hono as never });
  const { router } = new Hono();

  test.each([
    ['/users/1', '/users/:id'],
    ['/users/2', '/users/:id'],
    ['/users/3', '/users/:id'],
    ['/none', undefined],
    ['/any', '/any'],
  ])('tells the route of %s', async (path, route) => {
    let found: unknown;
    const seen = await inRequest(path, () => {
      found = router.match('GET', path);
    });
    expect(seen.route).toBe(route);
    expect(found).toEqual([expect.any(Array), []]);
  });

  test('tells what a handler throws, also where `onError` has dealt with it', async () => {
    const run = (handler: Handler) => {
      const { router: each } = new Hono();
      each.add('GET', '/', [handler, {}]);
      const [added] = each.handlers;
      return inRequest('/', async () => {
        await (async () => added?.({}, () => {}))().catch(() => {});
      });
    };
    const boom = new Error('boom');
    expect(
      (
        await run(() => {
          throw boom;
        })
      ).errors,
    ).toEqual(['boom']);
    expect((await run(() => Promise.reject(boom))).errors).toEqual(['boom']);
    expect(
      (
        await run((context) => {
          context.error = boom;
        })
      ).errors,
    ).toEqual(['boom']);
    expect((await run(() => 'fine')).errors).toEqual([]);
    expect(
      (
        await run(() => {
          throw Object.assign(boom, { status: 422 });
        })
      ).errors,
    ).toEqual([]);
  });
});

describe('Egg', () => {
  class Router {
    match(path: string) {
      const layers = [
        { path: '(.*)', methods: [] },
        { path: '/users/:id', methods: ['GET'] },
      ];
      return path === '/none'
        ? { route: false, pathAndMethod: layers.slice(0, 1) }
        : { route: true, pathAndMethod: layers };
    }
  }

  test('tells the route of its own layer, and none where none fits', async () => {
    hookEgg({ Router: Router as never });
    const router = new Router();
    expect((await inRequest('/users/7', () => router.match('/users/7'))).route).toBe('/users/:id');
    expect((await inRequest('/none', () => router.match('/none'))).route).toBeUndefined();
  });

  test('of another shape is left alone', () => {
    expect(() => hookEgg({})).not.toThrow();
  });
});

describe('tRPC', () => {
  type Middleware = (options: { path: string; next(): Promise<unknown> }) => Promise<unknown>;
  let middleware: Middleware = () => Promise.resolve();
  class Builder {
    create() {
      const use = (each: Middleware) => {
        middleware = each;
        return { isUsed: true };
      };
      return { procedure: { use }, router: 1 };
    }
  }
  const initTRPC = new Builder();
  hookTrpc({ initTRPC: initTRPC as never });
  const root = initTRPC.create();
  const call = (path: string, result: unknown = { ok: true }) =>
    middleware({ path, next: () => Promise.resolve(result) });

  test('keeps what the root has', () => {
    expect(root).toEqual({ procedure: { isUsed: true }, router: 1 });
  });

  test.each([
    [['user.byId'], '/trpc/user.byId', undefined, '/trpc/user.byId'],
    [['shop.list', 'shop.list'], '/trpc/shop.list,shop.list', undefined, '/trpc/shop.list'],
    [['shop.list', 'user.byId', 'shop.list'], '/trpc/shop.list,user.byId,shop.list', undefined, '/trpc/*'],
    [['user.byId'], '/api/trpc/user.byId', '/api/trpc/[trpc]', '/api/trpc/user.byId'],
    [['user.byId'], '/trpc/user.byId', '/trpc/:path', '/trpc/user.byId'],
    [['user.byId'], '/trpc/user.byId', '/trpc', '/trpc/user.byId'],
    [['user.byId'], '/user.byId', undefined, '/user.byId'],
  ])('%j called at %s is a route', async (procedures, path, before, route) => {
    const seen = await inRequest(path, () => Promise.all(procedures.map((each) => call(each))), before);
    expect(seen.route).toBe(route);
  });

  test('tells errors that fail a call, and hands results on', async () => {
    const failed = { ok: false, error: { code: 'INTERNAL_SERVER_ERROR', cause: new Error('boom') } };
    const refused = { ok: false, error: { code: 'BAD_REQUEST', cause: new Error('bad input') } };
    let result: unknown;
    const seen = await inRequest('/bad', async () => {
      result = await call('bad', failed);
      await call('bad', refused);
    });
    expect(seen.errors).toEqual(['boom']);
    expect(result).toBe(failed);
  });
});
