import { tellError, tellRoute } from './request-route.ts';

/** What a router finds: handlers in order, each with what it was added for. */
type Found = readonly [readonly (readonly [readonly [unknown, Added], ...unknown[]])[], ...unknown[]];
type Handler = (context: { readonly error?: unknown }, next: unknown) => unknown;
interface Added {
  readonly path: string;
  readonly method: string;
}
interface Router {
  match(method: string, path: string): Found;
  add(method: string, path: string, added: readonly [Handler, Added]): void;
}

const ANY_METHOD = 'ALL';

/** Hono asks its router once for each request. What a handler throws passes the handler as it was added. */
export function hookHono(exports: { readonly Hono?: new () => { readonly router: Router } }): void {
  if (exports.Hono === undefined) return;
  const { router } = new exports.Hono();
  const prototype = Object.getPrototypeOf(router) as Router;
  const { match, add } = prototype;
  prototype.add = function (method, path, [handler, added]) {
    add.call(this, method, path, [failing(handler), added]);
  };
  prototype.match = function (method, path) {
    const found = match.call(this, method, path);
    tellRoute(routeOf(found));
    // Once it has chosen one of several, the router puts that one's method in the place of its own.
    if (Object.hasOwn(this, 'match')) this.match = telling(this.match);
    return found;
  };
}

function telling(match: Router['match']): Router['match'] {
  return (method, path) => {
    const found = match(method, path);
    tellRoute(routeOf(found));
    return found;
  };
}

/** Hono itself puts an error that it has dealt with, by `onError`, into the context. */
function failing(handler: Handler): Handler {
  return async (context, next) => {
    try {
      return await handler(context, next);
    } catch (error) {
      tellError(error);
      throw error;
    } finally {
      tellError(context.error);
    }
  };
}

/** The last handler is the route's; those before it, and those for any method of many paths, are middleware. */
function routeOf([handlers]: Found): string | undefined {
  const added = handlers.map(([[, each]]) => each);
  const route =
    added.findLast(({ method }) => method !== ANY_METHOD) ??
    added.findLast(({ path }) => !path.includes('*'));
  return route?.path;
}
