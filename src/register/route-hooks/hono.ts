import { activeRequest } from './request-route.ts';

/** What a router finds: handlers in order, each with what it was added for. */
type Found = readonly [readonly (readonly [readonly [unknown, Added], ...unknown[]])[], ...unknown[]];
interface Added {
  readonly path: string;
  readonly method: string;
}
interface Router {
  match(method: string, path: string): Found;
}

const ANY_METHOD = 'ALL';

/** Hono asks its router once for each request. */
export function hookHono(exports: { readonly Hono?: new () => { readonly router: Router } }): void {
  if (exports.Hono === undefined) return;
  const { router } = new exports.Hono();
  const prototype = Object.getPrototypeOf(router) as Router;
  const { match } = prototype;
  prototype.match = function (method, path) {
    const found = match.call(this, method, path);
    tellRoute(found);
    // Once it has chosen one of several, the router puts that one's method in the place of its own.
    if (Object.hasOwn(this, 'match')) this.match = telling(this.match);
    return found;
  };
}

function telling(match: Router['match']): Router['match'] {
  return (method, path) => {
    const found = match(method, path);
    tellRoute(found);
    return found;
  };
}

/** The last handler is the route's; those before it, and those for any method of many paths, are middleware. */
function tellRoute([handlers]: Found): void {
  const added = handlers.map(([[, each]]) => each);
  const route =
    added.findLast(({ method }) => method !== ANY_METHOD) ??
    added.findLast(({ path }) => !path.includes('*'));
  const active = route === undefined ? undefined : activeRequest();
  if (active !== undefined) active.route = route?.path;
}
