import { context } from '@opentelemetry/api';
import { getRPCMetadata, type RPCMetadata, RPCType } from '@opentelemetry/core';

/** The error that was told last of a request: it passes several layers on its way up. */
const told = new WeakMap<object, Error>();

/**
 * The request of the active context, as the HTTP server's instrumentation holds it: by its `route` it names its span
 * when the request ends. Absent outside of a request, and where `http` is not instrumented.
 */
function activeRequest(): RPCMetadata | undefined {
  const metadata = getRPCMetadata(context.active());
  return metadata?.type === RPCType.HTTP ? metadata : undefined;
}

/** Tells the route of the active request. */
export function tellRoute(route: string | undefined): void {
  if (!route) return;
  const request = activeRequest();
  if (request !== undefined) request.route = route;
}

/** The route that was told last of the active request, and the path that was asked for, without the query. */
export function routeAndPath(): { readonly route: string | undefined; readonly path: string } | undefined {
  const request = activeRequest();
  if (request === undefined) return undefined;
  const { attributes = {} } = request.span as { attributes?: Record<string, unknown> };
  const [path = ''] = String(attributes['url.path'] ?? attributes['http.target'] ?? '').split('?', 1);
  return { route: request.route, path };
}

/**
 * Tells of an error that fails the active request. One told before, after the request was answered, or with a status of
 * 4xx, which is an answer, is not told.
 */
export function tellError(error: unknown): void {
  if (!(error instanceof Error) || isAnswer(error)) return;
  const request = activeRequest();
  if (request === undefined || told.get(request) === error || !request.span.isRecording()) return;
  told.set(request, error);
  request.span.recordException(error);
}

/** Such as those of validation and of unknown paths. Some frameworks keep the status as `code`. */
function isAnswer(error: Error & { statusCode?: unknown; status?: unknown; code?: unknown }): boolean {
  const status = Number(error.statusCode ?? error.status ?? error.code);
  return status >= 400 && status < 500;
}
