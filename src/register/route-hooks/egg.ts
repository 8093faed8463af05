import { tellRoute } from './request-route.ts';

interface Layer {
  readonly path: unknown;
  readonly methods: readonly string[];
}
interface Router {
  match(path: string, method: string): { readonly route: boolean; readonly pathAndMethod: readonly Layer[] };
}
type RouterClass = { readonly prototype: Router };
interface Exports {
  readonly Router?: RouterClass;
  readonly default?: RouterClass;
}

/** Egg's router tells for each request which of its layers fit. */
export function hookEgg(exports: Exports | (RouterClass & Exports)): void {
  const Router = exports.Router ?? exports.default ?? ('prototype' in exports ? exports : undefined);
  if (typeof Router?.prototype.match !== 'function') return;
  const { prototype } = Router;
  const { match } = prototype;
  prototype.match = function (path, method) {
    const found = match.call(this, path, method);
    const layer = found.route ? found.pathAndMethod.findLast(({ methods }) => methods.length > 0) : undefined;
    if (typeof layer?.path === 'string') tellRoute(layer.path);
    return found;
  };
}
