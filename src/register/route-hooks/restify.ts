import { replacedExport } from './replaced-export.ts';
import { tellError } from './request-route.ts';

interface Server {
  _onHandlerError(error: unknown, ...rest: unknown[]): void;
}
interface Exports {
  readonly createServer: (...args: unknown[]) => Server;
}

/** Restify asks one method of its servers what to answer to an error, whoever told it. */
export function hookRestify(exports: Exports | { readonly default: Exports }): unknown {
  const all = 'default' in exports ? exports.default : exports;
  const { createServer } = all;
  const watched = (...args: unknown[]): Server => {
    const server = createServer(...args);
    const { _onHandlerError: onError } = server;
    server._onHandlerError = (error, ...rest) => {
      tellError(error);
      onError.call(server, error, ...rest);
    };
    return server;
  };
  if (all === exports) return replacedExport(all, 'createServer', watched);
  replacedExport(all, 'createServer', watched);
  return replacedExport(exports as Exports, 'createServer', watched);
}
