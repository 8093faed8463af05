import { channel } from 'node:diagnostics_channel';
import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';
import { describe, expect, test } from 'vitest';
import { hookEgg } from '../../src/register/route-hooks/egg.ts';
import { hookExpress } from '../../src/register/route-hooks/express.ts';
import { hookFastify } from '../../src/register/route-hooks/fastify.ts';
import { hookHono } from '../../src/register/route-hooks/hono.ts';
import { hookKoa } from '../../src/register/route-hooks/koa.ts';
import { hookKoaMount } from '../../src/register/route-hooks/koa-mount.ts';
import { hookTrpc } from '../../src/register/route-hooks/trpc.ts';
import { inRequest } from '../support/in-request.ts';

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

  test.each(['handleError', 'handle_error'])(
    'tells an error that came from elsewhere, such as from a parameter, by %s',
    async (name) => {
      type HandleError = (error: unknown, ...rest: unknown[]) => void;
      class Layer {}
      const passed: unknown[] = [];
      Object.assign(Layer.prototype, { [name]: (...all: unknown[]) => passed.push(all) });
      const stack: Layer[] = [];
      hookExpress({ Router: (() => ({ stack, use: () => stack.push(new Layer()) })) as never });
      const [layer] = stack as Record<string, HandleError>[];
      const boom = new Error('boom');
      const seen = await inRequest('/', () => {
        layer?.[name]?.(boom, 1, 2, 3);
        layer?.[name]?.(boom, 1, 2, 3);
      });
      expect(seen.errors).toEqual(['boom']);
      expect(passed).toEqual([
        [boom, 1, 2, 3],
        [boom, 1, 2, 3],
      ]);
    },
  );

  test('of another shape is left alone', () => {
    expect(() => hookExpress({})).not.toThrow();
  });
});

describe('koa-mount', () => {
  type Next = () => Promise<unknown>;
  type Middleware = (context: { path: string }, next: Next) => Promise<unknown>;
  // As the original: what is not below the prefix is passed on.
  const mount = (prefix: string, app: Middleware): Middleware =>
    async function mounted(context, next) {
      return context.path.startsWith(prefix) ? app(context, next) : next();
    };
  const answering =
    (route: string): Middleware =>
    async () => {
      const metadata = getRPCMetadata(context.active());
      if (metadata?.type === RPCType.HTTP) metadata.route = route;
      return 'answer';
    };
  const passing: Middleware = (_, next) => next();
  const outside = answering('/outside');

  test.each<[string, string, Middleware, string]>([
    ['of the mounted app', '/api', answering('/users/:id'), '/api/users/:id'],
    ['of its root', '/api/', answering('/'), '/api'],
    ['of an app mounted in it', '/api', mounted('/v1', answering('/x')), '/api/v1/x'],
    ['of what comes after it', '/api', passing, '/outside'],
    ['beside it', '/other', answering('/users/:id'), '/outside'],
    ['of an app at the root', '/', answering('/users/:id'), '/users/:id'],
  ])('tells the route %s, mounted at %s', async (_, prefix, app, route) => {
    const middleware = mounted(prefix, app);
    let answer: unknown;
    const seen = await inRequest('/api/v1', async () => {
      answer = await middleware({ path: '/api/v1' }, () => outside({ path: '' }, () => Promise.resolve()));
    });
    expect(seen.route).toBe(route);
    expect(answer).toBe('answer');
  });

  test('tells the route of an app that throws, and is hooked if imported', async () => {
    const { default: imported } = hookKoaMount({ default: mount } as never) as { default: typeof mount };
    const failing: Middleware = async (...args) => {
      await answering('/fail')(...args);
      throw new Error('boom');
    };
    const seen = await inRequest('/api/fail', () =>
      imported('/api', failing)({ path: '/api/fail' }, () => Promise.resolve()).catch(() => {}),
    );
    expect(seen.route).toBe('/api/fail');
  });

  function mounted(prefix: string, app: Middleware): Middleware {
    return (hookKoaMount(mount as never) as typeof mount)(prefix, (inner, next) =>
      app({ path: inner.path.slice(prefix.length) }, next),
    );
  }
});

describe('Koa', () => {
  type Next = () => Promise<unknown>;
  type Middleware = (context: unknown, next: Next) => unknown;
  class Application {
    middleware: Middleware[] = [];
    callback(): Next {
      const run = async (at: number): Promise<unknown> => this.middleware[at]?.({}, () => run(at + 1));
      return () => run(0);
    }
  }
  hookKoa(Application as never);

  const run = (...middleware: Middleware[]) => {
    const app = new Application();
    app.middleware = middleware;
    return inRequest('/', () =>
      app
        .callback()()
        .catch(() => {}),
    );
  };

  test.each([
    ['throws', () => Promise.reject(new Error('boom')), ['boom']],
    ['throws at once', () => thrown(new Error('boom')), ['boom']],
    ['answers with', () => thrown(Object.assign(new Error('none'), { status: 404 })), []],
    ['does not throw', () => 'fine', []],
  ])('tells what a middleware %s', async (_, last, errors) => {
    expect((await run((_context, next) => next(), last)).errors).toEqual(errors);
  });

  test('tells once what another one deals with', async () => {
    const dealing: Middleware = (_, next) => next().catch(() => 'sorry');
    const seen = await run(
      dealing,
      (_context, next) => next(),
      () => thrown(new Error('boom')),
    );
    expect(seen.errors).toEqual(['boom']);
  });

  test('of another shape is left alone', () => {
    expect(() => hookKoa({})).not.toThrow();
  });
});

function thrown(error: Error): never {
  throw error;
}

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
