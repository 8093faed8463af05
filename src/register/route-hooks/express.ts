import { tellError } from './request-route.ts';

type Next = (error?: unknown) => void;
type Handle = (request: unknown, response: unknown, next: Next) => unknown;
type HandleError = (error: unknown, request: unknown, response: unknown, next: Next) => unknown;
/** One handler in a router: the former names on 5, the latter on 4. */
type Layer = Partial<
  Record<'handleRequest' | 'handle_request', Handle> & Record<'handleError' | 'handle_error', HandleError>
>;
interface Router {
  use(handler: () => void): unknown;
  readonly stack: readonly Layer[];
}
interface Exports {
  readonly Router?: () => Router;
}

/**
 * What a handler or middleware throws, rejects with or passes to `next` goes to the `next` of its layer. What comes from
 * elsewhere, such as from a handler of parameters, comes to the layers after it as an error.
 */
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
  for (const name of ['handleError', 'handle_error'] as const) {
    const handleError = prototype[name];
    if (handleError === undefined) continue;
    prototype[name] = function (error, request, response, next) {
      tellError(error);
      return handleError.call(this, error, request, response, next);
    };
  }
}
