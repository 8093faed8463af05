import { routeAndPath, tellError, tellRoute } from './request-route.ts';

interface Router {
  find(request: unknown): { readonly path: string } | undefined;
}
type Reject = (context: unknown, error: unknown) => void;
interface Exports {
  readonly TrieRouter: { readonly prototype: Router };
  readonly RejectProvider: { value(...parts: unknown[]): Reject };
}

/** To Express, LoopBack 4 is one handler of all paths: a router of its own finds routes, one function answers errors. */
export function hookLoopback({ TrieRouter, RejectProvider }: Exports): void {
  // The class of all its routers, which is not exported.
  const prototype = Object.getPrototypeOf(TrieRouter.prototype) as Router;
  const { find } = prototype;
  prototype.find = function (request) {
    const found = find.call(this, request);
    if (found !== undefined) tellRoute(mountedAt() + found.path);
    return found;
  };
  const { value } = RejectProvider;
  RejectProvider.value = (...parts) => {
    const reject = value.apply(RejectProvider, parts);
    return (context, error) => {
      // It gives the error its status.
      reject(context, error);
      tellError(error);
    };
  };
}

/** Where the app is mounted, as Express knows it; callers may write it in other cases. */
function mountedAt(): string {
  const route = routeAndPath()?.route ?? '';
  return route === '/' ? '' : route;
}
