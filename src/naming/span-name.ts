import type { SpanLike } from '../span/span-like.ts';

/** A request's own name with the route that only its framework knew, as if the HTTP server had known it. */
export function withRoute({ name, attributes }: SpanLike, route: string): string {
  return attributes['http.route'] === undefined ? `${name} ${route}` : name;
}
