import { replacedExport } from './replaced-export.ts';
import { tellError, tellRoute } from './request-route.ts';

interface App {
  onTransform(hook: (context: { readonly route?: string }) => void): App;
  onError(hook: (context: { readonly error: unknown; readonly route?: string }) => void): App;
}
type ElysiaClass = new (...args: unknown[]) => App;
interface Exports {
  readonly Elysia: ElysiaClass;
  readonly default?: unknown;
}

/** Hooks of each app of Elysia, in front of those of its own, know each request's route and error. */
export function hookElysia(exports: Exports): unknown {
  const { Elysia } = exports;
  const Watched = class extends Elysia {
    constructor(...args: unknown[]) {
      super(...args);
      // Elysia reads from a hook's text which parts of the context it needs.
      this.onTransform(({ route }) => tellRoute(route)).onError(({ error, route }) => {
        tellRoute(route);
        tellError(error);
      });
    }
  };
  const hooked = replacedExport(exports, 'Elysia', Watched);
  return exports.default === Elysia ? replacedExport(hooked, 'default', Watched) : hooked;
}
