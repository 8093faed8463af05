import { tellError, tellRoute } from './request-route.ts';

interface Router {
  match(...args: unknown[]): { readonly route: { readonly pattern: string } } | null;
}
interface ExceptionHandler {
  handle(error: unknown, context: unknown): unknown;
}
interface Exports {
  readonly Router: { readonly prototype: Router };
  readonly ExceptionHandler: { readonly prototype: ExceptionHandler };
}

/** AdonisJS asks its router once for each request, and the handler of exceptions, which apps extend, for each error. */
export function hookAdonis({ Router, ExceptionHandler }: Exports): void {
  const { match } = Router.prototype;
  Router.prototype.match = function (...args) {
    const found = match.apply(this, args);
    tellRoute(found?.route.pattern);
    return found;
  };
  const { handle } = ExceptionHandler.prototype;
  ExceptionHandler.prototype.handle = function (error, context) {
    tellError(error);
    return handle.call(this, error, context);
  };
}
