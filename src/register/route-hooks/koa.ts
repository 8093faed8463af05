import { activeRequest } from './request-route.ts';

interface Emitter {
  emit(event: string | symbol, ...args: unknown[]): boolean;
}
type ApplicationClass = { readonly prototype: Emitter };
interface Exports {
  readonly Application?: ApplicationClass;
  readonly default?: ApplicationClass;
}

/** Koa's application, and Egg's, tells its listeners of each error that no middleware dealt with. */
export function hookKoa(exports: Exports | (ApplicationClass & Exports)): void {
  const Application =
    exports.Application ?? exports.default ?? ('prototype' in exports ? exports : undefined);
  if (Application === undefined) return;
  const { prototype } = Application;
  const { emit } = prototype;
  prototype.emit = function (event, ...args) {
    if (event === 'error') activeRequest()?.fail(args[0]);
    return emit.call(this, event, ...args);
  };
}
