import { tellError } from './request-route.ts';

type Next = (error?: unknown) => void;
type Handle = (request: unknown, response: unknown, next: Next) => unknown;
/** One handler in a router: `handleRequest` on 5, `handle_request` on 4. */
type Layer = Partial<Record<'handleRequest' | 'handle_request', Handle>>;
interface Router {
  use(handler: () => void): unknown;
  readonly stack: readonly Layer[];
}
interface Exports {
  readonly Router?: () => Router;
}

/** Whatever a handler or middleware throws, rejects with or passes to `next` goes to the `next` of its layer. */
export function hookExpress({ Router }: Exports): void {
  const router = Router?.();
  router?.use(() => {});
  const [layer] = router?.stack ?? [];
  if (layer === undefined) return;
  const prototype = Object.getPrototypeOf(layer) as Layer;
  for (const name of ['handleRequest', 'handle_request'] as const) {
    const handle = prototype[name];
    if (handle === undefined) continue;
    prototype[name] = function (request, response, next) {
      return handle.call(this, request, response, (error) => {
        tellError(error);
        next(error);
      });
    };
  }
}
