import { ROUTE_HOOKS } from '../../diagnose/diagnosis.ts';
import { log } from '../../runtime/log.ts';
import type { InstrumentationLike } from '../own-sdk.ts';
import { type Packages, packageVersion } from '../packages.ts';
import { hookEgg } from './egg.ts';
import { hookExpress } from './express.ts';
import { hookFastify } from './fastify.ts';
import { hookHono } from './hono.ts';
import { hookKoa } from './koa.ts';
import { hookTrpc } from './trpc.ts';

/** What is done to a package's exports when it is loaded, by `require` or `import`. */
type Patch = (exports: never) => void;

const PATCHES: Readonly<Record<string, Patch>> = {
  express: hookExpress,
  koa: hookKoa,
  hono: hookHono,
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
      return Object.entries(PATCHES).map(
        ([name, patch]) =>
          new InstrumentationNodeModuleDefinition(name, ['*'], (exports) => patched(name, patch, exports)),
      );
    }
  }
  return new RouteHooks('opentelemetry-stardust-route-hooks', packageVersion(), {});
}

const done = new WeakSet<object>();

/** A release that is built otherwise than those we know stays as it is. */
function patched(name: string, patch: Patch, exports: never): unknown {
  try {
    if (!done.has(exports)) patch(exports);
    done.add(exports);
  } catch (error) {
    log.debug(`the routes of ${name} are not known: ${String(error)}`);
  }
  return exports;
}
