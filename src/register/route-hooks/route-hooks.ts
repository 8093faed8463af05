import { ROUTE_HOOKS } from '../../diagnose/diagnosis.ts';
import { log } from '../../runtime/log.ts';
import type { InstrumentationLike } from '../own-sdk.ts';
import { type Packages, packageVersion } from '../packages.ts';
import { hookAdonis } from './adonis.ts';
import { hookConnect } from './connect.ts';
import { hookEgg } from './egg.ts';
import { hookElysia } from './elysia.ts';
import { hookExpress } from './express.ts';
import { hookFastify } from './fastify.ts';
import { hookGraphqlYoga } from './graphql-yoga.ts';
import { hookH3 } from './h3.ts';
import { hookHono } from './hono.ts';
import { hookIoredis } from './ioredis.ts';
import { hookKoa } from './koa.ts';
import { hookKoaMount } from './koa-mount.ts';
import { hookLoopback } from './loopback.ts';
import { hookMoleculer } from './moleculer.ts';
import { hookNodeRedis } from './node-redis.ts';
import { hookPolka } from './polka.ts';
import { hookReactRouter, hookReactRouterExpress } from './react-router.ts';
import { hookRestify } from './restify.ts';
import { hookTrpc } from './trpc.ts';

/**
 * What is done to a package's exports when it is loaded, by `require` or `import`. It may return others, which then
 * stand in their place.
 */
type Patch = (exports: never) => unknown;

const PATCHES: Readonly<Record<string, Patch>> = {
  express: hookExpress,
  connect: hookConnect,
  polka: hookPolka,
  restify: hookRestify,
  koa: hookKoa,
  'koa-mount': hookKoaMount,
  hono: hookHono,
  h3: hookH3,
  elysia: hookElysia,
  'react-router': hookReactRouter,
  '@react-router/express': hookReactRouterExpress,
  '@adonisjs/http-server': hookAdonis,
  '@loopback/rest': hookLoopback,
  'moleculer-web': hookMoleculer,
  'graphql-yoga': hookGraphqlYoga,
  ioredis: hookIoredis,
  '@redis/client': hookNodeRedis,
  '@eggjs/koa': hookKoa,
  '@eggjs/router': hookEgg,
  '@trpc/server': hookTrpc,
};

type Definition = new (name: string, versions: string[], patch: (exports: never) => unknown) => object;
type Base = new (name: string, version: string, config: object) => InstrumentationLike;

/**
 * Lets frameworks that tell nobody their routes tell them to the HTTP server's span. They are patched as
 * OpenTelemetry's own instrumentations patch theirs, and by the same means.
 */
export function routeHooks({ besideInstrumentation }: Packages): InstrumentationLike {
  (globalThis as { [ROUTE_HOOKS]?: boolean })[ROUTE_HOOKS] = true;
  hookFastify();
  const { InstrumentationBase, InstrumentationNodeModuleDefinition } = besideInstrumentation(
    '@opentelemetry/instrumentation',
  ) as { InstrumentationBase: Base; InstrumentationNodeModuleDefinition: Definition };
  class RouteHooks extends InstrumentationBase {
    // Called by the base.
    init(): object[] {
      return Object.entries(PATCHES).map(([name, patch]) => {
        const hook = (exports: never) => patched(name, patch, exports);
        const definition = new InstrumentationNodeModuleDefinition(name, ['*'], hook);
        return Object.assign(definition, { includePrerelease: true });
      });
    }
  }
  return new RouteHooks('opentelemetry-stardust-route-hooks', packageVersion(), {});
}

/** The exports that were patched, and what stands in their place. */
const done = new WeakMap<object, unknown>();

/** A release that is built otherwise than those we know stays as it is. */
function patched(name: string, patch: Patch, exports: never): unknown {
  try {
    if (!done.has(exports)) done.set(exports, patch(exports) ?? exports);
    return done.get(exports);
  } catch (error) {
    log.debug(`the routes of ${name} are not known: ${String(error)}`);
    return exports;
  }
}
