import { textOf } from '../span/attribute.ts';
import { KIND_CLIENT, KIND_INTERNAL, KIND_SERVER, type SpanLike, scopeOf } from '../span/span-like.ts';
import { isLibraryScope } from '../structure/library-scopes.ts';
import type { Place } from '../structure/place.ts';
import { BoundedWords } from './bounded-words.ts';
import { ClientNames } from './client-name.ts';
import { DatabaseNames } from './database-name.ts';
import { dnsName, layerName, messagingName, rpcName, socketName } from './other-names.ts';
import { isOfRequest, ServerNames } from './server-name.ts';

/** Hosts that sockets and name look-ups may name. */
const HOSTS = 500;
/** Queues, topics and events that messages may name: callers have queues of their own for their answers. */
const DESTINATIONS = 200;

/**
 * Names builders as Stardust's own agents do, so that one console reads alike for all services
 * (docs/names-and-kinds.md). Decided at the end of a span, from its kind and attributes.
 */
export class StardustNaming {
  readonly #clients = new ClientNames();
  readonly #databases = new DatabaseNames();
  readonly #servers = new ServerNames();
  readonly #hosts = new BoundedWords(HOSTS);
  readonly #destinations = new BoundedWords(DESTINATIONS);

  /** `place`: what the spans around it know of it. */
  nameOf(span: SpanLike, place?: Place): string {
    if (place?.isInside && place.role !== 'connection') return layerName(span);
    if (span.kind === KIND_SERVER) {
      // First, and without touching the text: most spans of a service are routed requests.
      const route = span.attributes['http.route'] ?? place?.told?.route;
      if (typeof route === 'string' && route.charCodeAt(0) === 47 && isOfRequest(route, span.attributes))
        return route;
    }
    return span.kind === KIND_INTERNAL ? this.#internalName(span) : this.#externalName(span);
  }

  #externalName(span: SpanLike): string {
    const { attributes } = span;
    // Written out: a name known to the engine is found several times faster than one from a list.
    const database = textOf(attributes['db.system.name'] ?? attributes['db.system']);
    if (database !== '') return this.#databases.nameOf(span, database);
    if (textOf(attributes['http.request.method'] ?? attributes['http.method']) !== '') {
      const name = span.kind === KIND_CLIENT ? this.#clients.nameOf(attributes) : this.#serverName(span);
      return name ?? span.name;
    }
    const messaging = textOf(attributes['messaging.system']);
    if (messaging !== '') return messagingName(span, messaging.toLowerCase(), this.#destinations);
    if (textOf(attributes['rpc.system']) !== '') return rpcName(span);
    return scopeOf(span) === '@opentelemetry/instrumentation-dns' ? dnsName(span, this.#hosts) : span.name;
  }

  #serverName(span: SpanLike): string | undefined {
    if (span.kind !== KIND_SERVER) return undefined;
    const route = textOf(span.attributes['http.route']);
    return route === '' || route === '*' || route.startsWith('/')
      ? this.#servers.nameOf(span.attributes)
      : `/${route}`;
  }

  #internalName(span: SpanLike): string {
    const scope = scopeOf(span);
    if (isLibraryScope(scope)) return layerName(span);
    return scope === '@opentelemetry/instrumentation-net' ? socketName(span, this.#hosts) : span.name;
  }
}
