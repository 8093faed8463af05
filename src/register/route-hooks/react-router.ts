import { replacedExport } from './replaced-export.ts';
import { tellError, tellRoute } from './request-route.ts';

/** Around a loader, an action or a middleware. */
type Watch = (
  run: () => Promise<{ readonly error?: unknown }>,
  called: { readonly pattern?: string },
) => unknown;
interface Instrumentation {
  route(route: { instrument(watches: Readonly<Record<string, Watch>>): void }): void;
}
interface Build {
  readonly entry: { readonly module: { readonly instrumentations?: readonly Instrumentation[] } };
}
type BuildOf = Build | (() => Build | Promise<Build>);
interface Exports {
  readonly createRequestHandler?: (build: BuildOf, mode?: string) => unknown;
}
interface ExpressExports {
  readonly createRequestHandler: (options: { readonly build: BuildOf }) => unknown;
}

/** A server of React Router 7 may instrument what its routes run, which knows each request's pattern and error. */
export function hookReactRouter(exports: Exports): unknown {
  const { createRequestHandler } = exports;
  if (createRequestHandler === undefined) return exports;
  const watched = (build: BuildOf, mode?: string) => createRequestHandler(watchedBuild(build), mode);
  return replacedExport(exports, 'createRequestHandler', watched);
}

/** Its own server requires this one as an ES module, which then imports React Router past all hooks. */
export function hookReactRouterExpress(exports: ExpressExports): unknown {
  const { createRequestHandler } = exports;
  const watched: typeof createRequestHandler = ({ build, ...options }) =>
    createRequestHandler({ ...options, build: watchedBuild(build) });
  return replacedExport(exports, 'createRequestHandler', watched);
}

function watchedBuild(build: BuildOf): BuildOf {
  if (typeof build === 'function') return async () => watchedBuild(await build()) as Build;
  const { entry } = build;
  const { instrumentations = [] } = entry.module;
  if (instrumentations.includes(TELLING)) return build;
  const module = { ...entry.module, instrumentations: [...instrumentations, TELLING] };
  return { ...build, entry: { ...entry, module } };
}

const tell: Watch = async (run, { pattern }) => {
  tellRoute(pattern);
  tellError((await run()).error);
};
const TELLING: Instrumentation = {
  route: ({ instrument }) => instrument({ loader: tell, action: tell, middleware: tell }),
};
