import { replacedExport } from './replaced-export.ts';
import { tellError, tellRoute } from './request-route.ts';

interface Event {
  /** `path` on 1, `route` on 2. */
  readonly context: { readonly matchedRoute?: { readonly path?: string; readonly route?: string } };
}
interface Failure {
  readonly unhandled?: boolean;
  readonly cause?: unknown;
}
interface Options {
  readonly onError?: (error: Failure, event: Event) => unknown;
  readonly onBeforeResponse?: (event: Event, response: unknown) => unknown;
  readonly onResponse?: (response: unknown, event: Event) => unknown;
}
interface Exports {
  readonly createApp?: (options?: Options) => object;
  readonly H3?: new (options?: Options) => object;
}

/** The options of an app of h3 hold hooks, which know each request's route and error. */
export function hookH3(exports: Exports): unknown {
  const { createApp, H3 } = exports;
  let hooked = exports;
  if (createApp !== undefined) {
    hooked = replacedExport(hooked, 'createApp', (options?: Options) => createApp(watched(options)));
  }
  if (H3 !== undefined) {
    const Watched = class extends H3 {
      constructor(options?: Options) {
        super(watched(options));
      }
    };
    hooked = replacedExport(hooked, 'H3', Watched);
  }
  return hooked;
}

function watched(options: Options = {}): Options {
  const { onError, onBeforeResponse, onResponse } = options;
  return {
    ...options,
    onError(error, event) {
      tellRoute(routeOf(event));
      // What is no error of h3 comes as the cause of one.
      tellError(error.unhandled ? (error.cause ?? error) : error);
      return onError?.(error, event);
    },
    onBeforeResponse(event, response) {
      tellRoute(routeOf(event));
      return onBeforeResponse?.(event, response);
    },
    onResponse(response, event) {
      tellRoute(routeOf(event));
      return onResponse?.(response, event);
    },
  };
}

function routeOf({ context: { matchedRoute } }: Event): string | undefined {
  return matchedRoute?.route ?? matchedRoute?.path;
}
