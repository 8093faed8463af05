import { tellError } from './request-route.ts';

type Middleware = (context: unknown, next: () => Promise<unknown>) => unknown;
interface Application {
  middleware: Middleware[];
  callback(): unknown;
}
type ApplicationClass = { readonly prototype: Application };
interface Exports {
  readonly Application?: ApplicationClass;
  readonly default?: ApplicationClass;
}

/** Koa's application, and Egg's, makes its chain once: each middleware then tells what it throws, whoever deals with it. */
export function hookKoa(exports: Exports | (ApplicationClass & Exports)): void {
  const Application =
    exports.Application ?? exports.default ?? ('prototype' in exports ? exports : undefined);
  if (Application === undefined) return;
  const { prototype } = Application;
  const { callback } = prototype;
  prototype.callback = function () {
    this.middleware = this.middleware.map(failing);
    return callback.call(this);
  };
}

function failing(middleware: Middleware): Middleware {
  return async (context, next) => {
    try {
      return await middleware(context, next);
    } catch (error) {
      tellError(error);
      throw error;
    }
  };
}
