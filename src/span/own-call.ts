import { PATHS } from '../wire/calls.ts';
import { hostAndPort, parsedUrl, URL } from '../wire/url.ts';
import { attributeText } from './attribute.ts';
import { SERVER_ADDRESS, URL_FULL } from './semconv.ts';
import type { SpanLike } from './span-like.ts';

const OWN_PATHS = Object.values(PATHS).map((path) => path.toLowerCase());

/**
 * Our own calls run untraced; if one is traced nevertheless (another context manager, a dispatcher of the
 * user's), its span is recognised by the server's address and paths.
 */
export class OwnCalls {
  readonly #servers: readonly OwnServer[];
  /** The port of the only server: what the hot path compares. */
  readonly #onlyPort: number | undefined;

  constructor(servers: readonly string[]) {
    this.#servers = servers.map((server) => new OwnServer(server));
    this.#onlyPort = this.#servers.length === 1 ? this.#servers[0]?.port : undefined;
  }

  /** For client spans: costs a look at the port, and one of the same port a few more. */
  include(span: SpanLike): boolean {
    const { attributes } = span;
    const port = attributes['server.port'] ?? attributes['net.peer.port'];
    return (port === this.#onlyPort || this.#onlyPort === undefined) && this.#isOfAServer(span, port);
  }

  /** Apart from the above, where a closure would be paid for by each span. */
  #isOfAServer(span: SpanLike, port: unknown): boolean {
    return this.#servers.some((server) => server.isCalledBy(span, port));
  }
}

class OwnServer {
  readonly port: number;
  readonly #host: string;
  readonly #prefix: string;

  constructor(server: string) {
    const url = new URL(server);
    const { host, port } = hostAndPort(url);
    this.#host = host;
    this.port = port;
    this.#prefix = url.pathname === '/' ? '' : url.pathname.toLowerCase();
  }

  isCalledBy(span: SpanLike, port: unknown): boolean {
    if (port !== this.port) return false;
    if (attributeText(span.attributes, SERVER_ADDRESS).toLowerCase() !== this.#host) return false;
    const path = parsedUrl(attributeText(span.attributes, URL_FULL))?.pathname.toLowerCase();
    return OWN_PATHS.some((own) => path === this.#prefix + own);
  }
}
