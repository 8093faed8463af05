import type { SpanLike } from '../span/span-like.ts';

/** A request's own name with the route that only its framework knew, as if the HTTP server had known it. */
export function withRoute({ name, attributes }: SpanLike, route: string): string {
  return attributes['http.route'] === undefined ? `${name} ${route}` : name;
}

/** A query that follows an address, or a path: there only where it has a value, since routes may hold a `?` too. */
const QUERY = /([a-z][a-z0-9+.-]*:\/\/[^\s?]*|\/[^\s?]*(?=\?[^\s/]*=))\?\S*/gi;

/** The name of a span without the queries of addresses in it, which differ from call to call and may hold secrets. */
export function cutQueries(name: string): string {
  return name.includes('?') ? name.replace(QUERY, '$1') : name;
}
