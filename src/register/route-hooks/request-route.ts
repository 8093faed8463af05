import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';

/** The request that is being answered, as the HTTP server's instrumentation holds it. */
export interface Request {
  /** The route by which the instrumentation names its span when the request ends. */
  route: string | undefined;
  /** The path that was asked for, without the query. */
  readonly path: string;
  /**
   * Tells of an error that fails the request. One told before, after the request was answered, or with a status of 4xx,
   * which is an answer, is not told.
   */
  fail(error: unknown): void;
}

/** The error that was told last of a request: it passes several layers on its way up. */
const told = new WeakMap<object, Error>();

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
      if (!(error instanceof Error) || told.get(metadata) === error || isAnswer(error)) return;
      if (!metadata.span.isRecording()) return;
      told.set(metadata, error);
      metadata.span.recordException(error);
    },
  };
}

/** Such as those of validation and of unknown paths. Some frameworks keep the status as `code`. */
function isAnswer(error: Error & { statusCode?: unknown; status?: unknown; code?: unknown }): boolean {
  const status = Number(error.statusCode ?? error.status ?? error.code);
  return status >= 400 && status < 500;
}
