import { type Handler, telling } from './handlers.ts';
import { tellRoute } from './request-route.ts';

interface Request {
  readonly url: string;
  readonly originalUrl: string;
}
interface App {
  add(method: string, pattern: unknown, ...handlers: Handler[]): unknown;
  use(...args: unknown[]): unknown;
}
type Polka = () => App;

/** A first handler of each route tells it; what any handler throws or passes to `next` is told too. */
export function hookPolka(exports: Polka | { readonly default: Polka }): void {
  const polka = typeof exports === 'function' ? exports : exports.default;
  const prototype = Object.getPrototypeOf(polka()) as App;
  const { add, use } = prototype;
  prototype.add = function (method, pattern, ...handlers) {
    return add.call(this, method, pattern, routing(pattern), ...handlers.map(telling));
  };
  prototype.use = function (...args) {
    return use.apply(this, args.map(asTelling));
  };
}

function routing(pattern: unknown): Handler {
  return (request, _, next) => {
    const { url, originalUrl } = request as Request;
    // An app that is mounted in another sees the rest of the path.
    if (originalUrl.endsWith(url) && typeof pattern === 'string') {
      tellRoute(originalUrl.slice(0, -url.length) + pattern);
    }
    (next as () => void)();
  };
}

/** Paths, and apps that are mounted, stay as they are. */
function asTelling(argument: unknown): unknown {
  return typeof argument === 'function' ? telling(argument as Handler) : argument;
}
