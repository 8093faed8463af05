import { type Handler, telling } from './handlers.ts';
import { replacedExport } from './replaced-export.ts';

interface App {
  use(...args: unknown[]): unknown;
  readonly stack: { handle: Handler }[];
}
type Connect = (...args: unknown[]) => App;

/** Each app of Connect has a `use` of its own, which adds one handler to the stack. */
export function hookConnect(exports: Connect | { readonly default: Connect }): unknown {
  return typeof exports === 'function'
    ? watched(exports)
    : replacedExport(exports, 'default', watched(exports.default));
}

function watched(connect: Connect): Connect {
  return (...args) => {
    const app = connect(...args);
    const { use } = app;
    app.use = (...added) => {
      use.apply(app, added);
      const layer = app.stack.at(-1);
      if (layer !== undefined) layer.handle = telling(layer.handle);
      return app;
    };
    return app;
  };
}
