import { attributeText } from '../span/attribute.ts';
import { SERVER_ADDRESS, URL_FULL, URL_PATH } from '../span/semconv.ts';
import type { Attributes } from '../span/span-like.ts';
import { cut, detached, NAME_UNITS } from '../wire/text.ts';
import { BoundedWords } from './bounded-words.ts';
import { FOLDED, isId } from './fold-ids.ts';

/** All requests without a route that were answered 404: strangers' paths make no names. */
const NOT_FOUND = '/404';
/** All static files: the .NET agent does not trace them at all. */
const STATIC = '/static';
const STATIC_FILE =
  /\.(?:html?|js|mjs|css|map|png|jpe?g|gif|ico|webp|avif|woff2?|svg|ttf|otf|eot|txt|xml|webmanifest)$/i;

/** Third segments that belong to the name, as the .NET agent knows them from its own admin pages. */
const KNOWN_ACTIONS = new Set(
  'index detail add edit delete deleteselect deleteall exportcsv exportexcel exportzip info setenable enableselect disableselect'.split(
    ' ',
  ),
);

const SEGMENT_UNITS = 16;
const NAMES_PER_HOST = 64;
const HOSTS = 500;
/** Servers of tests and the like listen on any port. */
const PORTS_PER_HOST = 16;
/** Paths without a route are anybody's to choose. */
const FIRST_SEGMENTS = 200;
const SEGMENTS_BELOW = 64;

/** Where a path ends: at its query, its fragment, or the first `&`, where the .NET agent cuts every name. */
export function endOfPath(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 63 || code === 35 || code === 38) return i;
  }
  return text.length;
}

/** Names HTTP server spans without a route: by the path as the .NET agent cuts it, ids folded, bounded in number. */
export class ServerNames {
  readonly #firsts = new BoundedWords(FIRST_SEGMENTS);
  readonly #below = new Map<string, BoundedWords>();

  nameOf(attributes: Attributes): string {
    const target = attributeText(attributes, URL_PATH) || pathOf(attributeText(attributes, URL_FULL));
    const path = target.slice(0, endOfPath(target, 0));
    if (STATIC_FILE.test(path)) return STATIC;
    const status = attributes['http.response.status_code'] ?? attributes['http.status_code'];
    return status === 404 ? NOT_FOUND : this.#bounded(shortPath(path));
  }

  #bounded(name: string): string {
    const slash = name.indexOf('/', 1);
    const first = this.#firsts.of(slash < 0 ? name.slice(1) : name.slice(1, slash));
    if (slash < 0) return `/${first}`;
    let below = this.#below.get(first);
    if (below === undefined) {
      below = new BoundedWords(SEGMENTS_BELOW);
      this.#below.set(first, below);
    }
    return `/${first}/${below.of(name.slice(slash + 1))}`;
  }
}

/** At most two segments of a path, three where the third is a known action; ids read as `*`. */
export function shortPath(path: string): string {
  const segments: string[] = [];
  for (let at = 0; at < path.length && segments.length < 3; ) {
    const slash = path.indexOf('/', at);
    const end = slash < 0 ? path.length : slash;
    if (end > at) segments.push(isId(path, at, end) ? FOLDED : path.slice(at, end));
    at = end + 1;
  }
  const [first, second, third] = segments;
  if (first === undefined) return '/';
  if (second === undefined) return `/${first}${path.endsWith('/') ? '/' : ''}`;
  if (third !== undefined && KNOWN_ACTIONS.has(third.toLowerCase())) return `/${first}/${second}/${third}`;
  return `/${first}/${second}`;
}

function pathOf(url: string): string {
  const scheme = url.indexOf('://');
  if (scheme < 0) return url;
  const slash = url.indexOf('/', scheme + 3);
  return slash < 0 ? '/' : url.slice(slash);
}

/** Names HTTP client spans: at most 64 for each host and port, 16 ports of a host, 500 hosts. */
export class ClientNames {
  readonly #hosts = new BoundedWords(HOSTS);
  readonly #ports = new Map<string, BoundedWords>();
  readonly #names = new Map<string, Set<string>>();

  /** `undefined` where the span tells no address. */
  nameOf(attributes: Attributes): string | undefined {
    const url = attributeText(attributes, URL_FULL);
    const scheme = url.indexOf('://');
    if (scheme < 0) return this.#hostOnly(attributes);
    const authorityEnd = endOfAuthority(url, scheme + 3);
    const origin = this.#boundedOrigin(
      url.slice(0, scheme + 3).toLowerCase(),
      hostAndPort(url, scheme + 3, authorityEnd).toLowerCase(),
    );
    return this.#bounded(origin, origin + clientPath(url, authorityEnd));
  }

  #hostOnly(attributes: Attributes): string | undefined {
    const host = attributeText(attributes, SERVER_ADDRESS);
    if (host === '') return undefined;
    const port = attributes['server.port'] ?? attributes['net.peer.port'];
    const isUsual = port === undefined || Number(port) === 80 || Number(port) === 443;
    const scheme = `http${Number(port) === 443 ? 's' : ''}://`;
    return this.#boundedOrigin(scheme, `${host}${isUsual ? '' : `:${String(port)}`}`.toLowerCase());
  }

  #boundedOrigin(scheme: string, authority: string): string {
    const colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    const host = this.#hosts.of(colon < 0 ? authority : authority.slice(0, colon));
    if (colon < 0 || host === FOLDED) return scheme + host;
    let ports = this.#ports.get(host);
    if (ports === undefined) {
      ports = new BoundedWords(PORTS_PER_HOST);
      this.#ports.set(host, ports);
    }
    return `${scheme}${host}:${ports.of(authority.slice(colon + 1))}`;
  }

  #bounded(origin: string, whole: string): string {
    const name = cut(whole, NAME_UNITS);
    let names = this.#names.get(origin);
    if (names === undefined) {
      names = new Set();
      this.#names.set(origin, names);
    }
    if (names.has(name)) return name;
    if (names.size >= NAMES_PER_HOST) return origin;
    names.add(detached(name));
    return name;
  }
}

function endOfAuthority(url: string, from: number): number {
  const slash = url.indexOf('/', from);
  const end = endOfPath(url, from);
  return slash < 0 || slash > end ? end : slash;
}

/** Without `user:password@`, and without the port where it is the scheme's own. */
function hostAndPort(url: string, from: number, end: number): string {
  const authority = url.slice(from, end);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const usual = url.startsWith('https') ? ':443' : ':80';
  return host.endsWith(usual) ? host.slice(0, -usual.length) : host;
}

/** The leading segments, each with its trailing slash, up to the first that is longer than 16. */
function clientPath(url: string, from: number): string {
  const end = endOfPath(url, from);
  let path = '';
  for (let at = from + 1; at < end; ) {
    const slash = url.indexOf('/', at);
    const next = slash < 0 || slash >= end ? end : slash + 1;
    if (next - at > SEGMENT_UNITS) break;
    const segmentEnd = next > at && url.charCodeAt(next - 1) === 47 ? next - 1 : next;
    path += isId(url, at, segmentEnd) ? FOLDED + url.slice(segmentEnd, next) : url.slice(at, next);
    at = next;
  }
  return path === '' ? '' : `/${path}`;
}
