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

const SLASH = 47;
/** What is looked at of an address: more than any name shows. */
const LOOKED_AT_UNITS = 2_000;
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
  for (let i = from; i < text.length; i++) if (endsPath(text.charCodeAt(i))) return i;
  return text.length;
}

/** Where a segment of a path, or the address before it, ends: at a slash, or with the path. */
function endOfSegment(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === SLASH || endsPath(code)) return i;
  }
  return text.length;
}

function endsPath(code: number): boolean {
  return code === 63 || code === 35 || code === 38;
}

/** Names HTTP server spans without a route: by the path as the .NET agent cuts it, ids folded, bounded in number. */
export class ServerNames {
  readonly #firsts = new BoundedWords(FIRST_SEGMENTS);
  readonly #below = new Map<string, BoundedWords>();

  nameOf(attributes: Attributes): string {
    const target = cut(pathIn(attributes), LOOKED_AT_UNITS);
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

/** Patterns that stand for more than one segment. */
const SEVERAL_SEGMENTS = /[*+?([,\\]/;

/**
 * Whether a route is that of the request. Express calls the route of a handler of all paths `/`, and where nothing
 * below a mounted router fits, which is answered 404, the route is where that is mounted.
 */
export function isOfRequest(route: string, attributes: Attributes): boolean {
  if (route.length === 1) return segmentsIn(pathIn(attributes)) === 0;
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'];
  if (status !== 404 || SEVERAL_SEGMENTS.test(route)) return true;
  return segmentsIn(pathIn(attributes)) <= segmentsIn(route);
}

function segmentsIn(path: string): number {
  const end = endOfPath(path, 0);
  let segments = 0;
  for (let at = 0; at < end; at++) {
    if (path.charCodeAt(at) !== SLASH && (at === 0 || path.charCodeAt(at - 1) === SLASH)) segments++;
  }
  return segments;
}

/** The path of a request, and what may follow it. */
function pathIn(attributes: Attributes): string {
  return attributeText(attributes, URL_PATH) || pathOf(attributeText(attributes, URL_FULL));
}

function pathOf(url: string): string {
  const scheme = url.indexOf('://');
  if (scheme < 0) return url;
  const slash = url.indexOf('/', scheme + 3);
  return slash < 0 ? '/' : url.slice(slash);
}

/** The names of one host and port. */
class Origin {
  /** How they begin; all further ones are named by it alone. */
  readonly text: string;
  readonly #names = new Map<string, string>();

  constructor(text: string) {
    this.text = text;
  }

  nameOf(path: string): string {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    if (this.#names.size >= NAMES_PER_HOST) return this.text;
    const name = detached(cut(this.text + path, NAME_UNITS));
    this.#names.set(detached(path), name);
    return name;
  }
}

/** Names HTTP client spans: at most 64 for each host and port, 16 ports of a host, 500 hosts. */
export class ClientNames {
  readonly #hosts = new BoundedWords(HOSTS);
  readonly #ports = new Map<string, BoundedWords>();
  readonly #origins = new Map<string, Origin>();
  /** The same by the beginnings of URLs, so that a URL costs one look-up for its scheme, host and port. */
  readonly #found = new Map<string, Origin>();

  /** `undefined` where the span tells no address. */
  nameOf(attributes: Attributes): string | undefined {
    const url = cut(attributeText(attributes, URL_FULL), LOOKED_AT_UNITS);
    const scheme = url.indexOf('://');
    if (scheme < 0) return this.#hostOnly(attributes);
    const end = endOfSegment(url, scheme + 3);
    const beginning = url.slice(0, end);
    const origin = this.#found.get(beginning) ?? this.#find(beginning, scheme + 3);
    return origin.nameOf(cut(clientPath(url, end), NAME_UNITS));
  }

  #hostOnly(attributes: Attributes): string | undefined {
    const host = attributeText(attributes, SERVER_ADDRESS);
    if (host === '') return undefined;
    const port = attributes['server.port'] ?? attributes['net.peer.port'];
    const isUsual = port === undefined || Number(port) === 80 || Number(port) === 443;
    const scheme = `http${Number(port) === 443 ? 's' : ''}://`;
    return this.#boundedOrigin(scheme, `${host}${isUsual ? '' : `:${String(port)}`}`.toLowerCase());
  }

  #find(beginning: string, schemeEnd: number): Origin {
    const scheme = beginning.slice(0, schemeEnd).toLowerCase();
    const text = this.#boundedOrigin(scheme, hostAndPort(beginning, schemeEnd).toLowerCase());
    let origin = this.#origins.get(text);
    if (origin === undefined) {
      origin = new Origin(text);
      this.#origins.set(text, origin);
    }
    if (beginning.length <= NAME_UNITS) {
      if (this.#found.size >= HOSTS) this.#found.clear();
      this.#found.set(detached(beginning), origin);
    }
    return origin;
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
}

/** Without `user:password@`, and without the port where it is the scheme's own. */
function hostAndPort(beginning: string, schemeEnd: number): string {
  const authority = beginning.slice(schemeEnd);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const usual = beginning.startsWith('https') ? ':443' : ':80';
  return host.endsWith(usual) ? host.slice(0, -usual.length) : host;
}

/** The leading segments, each with its trailing slash, up to the first that is longer than 16. */
function clientPath(url: string, from: number): string {
  let path = '';
  /** From here on nothing is taken over yet. */
  let rest = from;
  let at = from + 1;
  for (let slash = url.charCodeAt(from) === SLASH; slash; ) {
    const end = endOfSegment(url, at);
    slash = url.charCodeAt(end) === SLASH;
    const next = slash ? end + 1 : end;
    if (next - at > SEGMENT_UNITS) break;
    if (isId(url, at, end)) {
      path += url.slice(rest, at) + FOLDED;
      rest = end;
    }
    at = next;
  }
  return at === from + 1 ? '' : path + url.slice(rest, at);
}
