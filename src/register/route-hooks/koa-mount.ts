import { replacedExport } from './replaced-export.ts';
import { routeAndPath, tellRoute } from './request-route.ts';

type Next = () => Promise<unknown>;
type Middleware = (context: unknown, next: Next) => Promise<unknown>;
type Mount = (prefix: unknown, app?: unknown) => Middleware;

/** A router of Koa knows nothing of where its app is mounted. */
export function hookKoaMount(exports: Mount | { readonly default: Mount }): unknown {
  return typeof exports === 'function'
    ? withPrefix(exports)
    : replacedExport(exports, 'default', withPrefix(exports.default));
}

function withPrefix(mount: Mount): Mount {
  return (prefix, app) => {
    const mounted = mount(prefix, app);
    return typeof prefix === 'string' && prefix !== '/' ? below(prefix.replace(/\/$/, ''), mounted) : mounted;
  };
}

function below(prefix: string, mounted: Middleware): Middleware {
  return async (context, next) => {
    let isPassedOn = false;
    try {
      return await mounted(context, () => {
        isPassedOn = true;
        return next();
      });
    } finally {
      const route = routeAndPath()?.route;
      // What comes after the mounted app has told its own route.
      if (!isPassedOn && route !== undefined) tellRoute(route === '/' ? prefix : prefix + route);
    }
  };
}
