import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';

/** The request that is being answered, as the HTTP server's instrumentation holds it. */
export interface Request {
  /** The route by which the instrumentation names its span when the request ends. */
  route: string | undefined;
  /** The path that was asked for, without the query. */
  readonly path: string;
  /** An error that fails the request, for the sample. */
  fail(error: unknown): void;
}

/** The request of the active context; absent outside of one, and where `http` is not instrumented. */
export function activeRequest(): Request | undefined {
  const metadata = getRPCMetadata(context.active());
  if (metadata?.type !== RPCType.HTTP) return undefined;
  return {
    get route() {
      return metadata.route;
    },
    set route(route) {
      if (route !== undefined) metadata.route = route;
    },
    get path() {
      const { attributes = {} } = metadata.span as { attributes?: Record<string, unknown> };
      const [path = ''] = String(attributes['url.path'] ?? attributes['http.target'] ?? '').split('?', 1);
      return path;
    },
    fail: (error) => {
      if (error instanceof Error) metadata.span.recordException(error);
    },
  };
}
