import { attributeText } from '../span/attribute.ts';
import { SERVER_ADDRESS, URL_FULL } from '../span/semconv.ts';
import type { Attributes } from '../span/span-like.ts';
import { cut, detached, NAME_UNITS } from '../wire/text.ts';
import { Bounded, BoundedWords } from './bounded-words.ts';
import { FOLDED } from './fold-ids.ts';
import { PathSegments } from './path-segments.ts';

/** What is looked at of an address: more than any name shows. */
const LOOKED_AT_UNITS = 2_000;
const SEGMENT_UNITS = 16;
const NAMES_PER_ORIGIN = 64;
const HOSTS = 500;
/** Servers of tests and the like listen on any port. */
const PORTS_PER_HOST = 16;
const AUTHORITY = /[^/?#&]*/y;

/** The paths that begin alike up to an id, by what stands behind it up to the next one. */
class Branch {
  /** Of the path that ends here. */
  name: string | undefined;
  readonly behind = new Map<string, Branch>();
}

/** The names of one host and port. */
class Origin {
  /** How they begin; all further ones are named by it alone. */
  readonly text: string;
  readonly #paths = new Branch();
  #names = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @param pieces the path without the ids between them. */
  nameOf(pieces: readonly string[]): string {
    let branch: Branch | undefined = this.#paths;
    for (const piece of pieces) branch = branch?.behind.get(piece);
    return branch?.name ?? this.#newName(pieces);
  }

  #newName(pieces: readonly string[]): string {
    if (this.#names >= NAMES_PER_ORIGIN) return this.text;
    this.#names++;
    let branch = this.#paths;
    for (const piece of pieces) {
      const next = branch.behind.get(piece) ?? new Branch();
      branch.behind.set(detached(piece), next);
      branch = next;
    }
    branch.name = detached(cut(this.text + pieces.join(FOLDED), NAME_UNITS));
    return branch.name;
  }
}

/** Names HTTP client spans: at most 64 for each host and port, 16 ports of a host, 500 hosts. */
export class ClientNames {
  readonly #hosts = new Bounded(HOSTS, (name) => ({ name, ports: new BoundedWords(PORTS_PER_HOST) }));
  readonly #origins = new Map<string, Origin>();
  /** The same by the beginnings of URLs, so that a URL costs one look-up for its scheme, host and port. */
  readonly #found = new Map<string, Origin>();

  /** `undefined` where the span tells no address. */
  nameOf(attributes: Attributes): string | undefined {
    const url = cut(attributeText(attributes, URL_FULL), LOOKED_AT_UNITS);
    const scheme = url.indexOf('://');
    if (scheme < 0) return this.#hostOnly(attributes);
    const from = scheme + 3;
    // All but always the authority ends at a slash, and is known.
    const slash = url.indexOf('/', from);
    const known = slash < 0 ? undefined : this.#found.get(url.slice(0, slash));
    if (known !== undefined) return known.nameOf(piecesOf(url, slash));
    AUTHORITY.lastIndex = from;
    AUTHORITY.test(url);
    const end = AUTHORITY.lastIndex;
    const beginning = url.slice(0, end);
    const origin = this.#found.get(beginning) ?? this.#find(beginning, from);
    return origin.nameOf(piecesOf(url, end));
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
    const text = this.#boundedOrigin(scheme, hostAndPort(scheme, beginning.slice(schemeEnd)).toLowerCase());
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
    if (colon < 0 || host.name === FOLDED) return scheme + host.name;
    return `${scheme}${host.name}:${host.ports.of(authority.slice(colon + 1))}`;
  }
}

/** Without `user:password@`, and without the port where it is the scheme's own. */
function hostAndPort(scheme: string, authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const usual = scheme === 'https://' ? ':443' : ':80';
  return host.endsWith(usual) ? host.slice(0, -usual.length) : host;
}

/**
 * What stands between the ids of the leading segments, each with its trailing slash, up to the first that is longer
 * than 16 units. It goes on for as long as a name shows it.
 */
function piecesOf(url: string, slash: number): string[] {
  if (url.charAt(slash) !== '/') return [];
  const path = new PathSegments(url, slash);
  const pieces: string[] = [];
  /** From here on nothing is taken over yet. */
  let rest = slash;
  let end = slash;
  for (let room = NAME_UNITS; room > 0 && path.next(); room--) {
    const next = path.isBeforeSlash ? path.end + 1 : path.end;
    if (next - path.start > SEGMENT_UNITS) break;
    if (path.isId) {
      pieces.push(url.slice(rest, path.start));
      rest = path.end;
    } else room -= path.end - path.start;
    end = next;
  }
  if (end === slash + 1) return [];
  pieces.push(url.slice(rest, end));
  return pieces;
}
