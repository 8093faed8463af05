import { tellError } from './request-route.ts';

/** What a request passes: `(request, response, next)`, with the error in front where it deals with errors. */
export type Handler = (...args: unknown[]) => unknown;

/** The same handler; what it throws or passes to `next` is told of the request. */
export function telling(handler: Handler): Handler {
  const told = function (this: unknown, ...args: unknown[]): unknown {
    const next = args.at(-1);
    if (typeof next === 'function') {
      args[args.length - 1] = (error: unknown) => {
        tellError(error);
        return next(error);
      };
    }
    try {
      return handler.apply(this, args);
    } catch (error) {
      tellError(error);
      throw error;
    }
  };
  // By their number of parameters frameworks know which handlers deal with errors.
  return Object.defineProperty(told, 'length', { value: handler.length });
}
