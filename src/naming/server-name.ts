import { attributeText } from '../span/attribute.ts';
import { HTTP_STATUS, URL_FULL, URL_PATH } from '../span/semconv.ts';
import type { Attributes } from '../span/span-like.ts';
import { cut, detached } from '../wire/text.ts';
import { Bounded } from './bounded-words.ts';
import { FOLDED } from './fold-ids.ts';
import { PathSegments } from './path-segments.ts';

/** All requests without a route that were answered 404: strangers' paths make no names. */
const NOT_FOUND = '/404';
/** All static files: the .NET agent does not trace them at all. */
const STATIC = '/static';
const STATIC_FILE =
  /\.(?:html?|js|mjs|css|map|png|jpe?g|gif|ico|webp|avif|woff2?|svg|ttf|otf|eot|txt|xml|webmanifest)$/i;

/** Third segments that belong to the name, as the .NET agent knows them from its own admin pages. */
const KNOWN_ACTION =
  /(?:index|detail|add|edit|delete(?:select|all)?|export(?:csv|excel|zip)|info|setenable|(?:enable|disable)select)(?![^/?#&])/iy;

/** What is looked at of a path: more than any name shows. */
const LOOKED_AT_UNITS = 2_000;
/** Paths without a route are anybody's to choose. */
const FIRST_SEGMENTS = 200;
const SEGMENTS_BELOW = 64;

/** The names of the paths with the same first segment. */
class NamesBelow {
  readonly name: string;
  readonly below: Bounded<string>;

  constructor(first: string) {
    this.name = `/${first}`;
    this.below = new Bounded(SEGMENTS_BELOW, (below) => detached(`/${first}/${below}`));
  }
}

/** Names HTTP server spans without a route: by the path as the .NET agent cuts it, ids folded, bounded in number. */
export class ServerNames {
  readonly #firsts = new Bounded(FIRST_SEGMENTS, (first) => new NamesBelow(first));

  nameOf(attributes: Attributes): string {
    const { first, below, isStatic } = new ShownPath(cut(pathIn(attributes), LOOKED_AT_UNITS));
    if (isStatic) return STATIC;
    if (HTTP_STATUS(attributes) === 404) return NOT_FOUND;
    const names = this.#firsts.of(first);
    return below === undefined ? names.name : names.below.of(below);
  }
}

/** At most two segments of a path, three where the third is a known action; ids read as `*`. */
export function shortPath(path: string): string {
  const { first, below } = new ShownPath(path);
  return below === undefined ? `/${first}` : `/${first}/${below}`;
}

/** What a name shows of a path. */
class ShownPath {
  readonly first: string = '';
  /** Empty if there is but a slash behind the first segment. */
  readonly below: string | undefined;
  readonly isStatic: boolean;

  constructor(text: string) {
    const path = new PathSegments(text);
    if (path.nextFilled()) {
      this.first = wordOf(path);
      if (path.nextFilled()) this.below = secondAndAction(path);
      else if (path.isEmpty) this.below = '';
    }
    while (path.next());
    this.isStatic = path.hasDot && STATIC_FILE.test(path.segment);
  }
}

function secondAndAction(path: PathSegments): string {
  const second = wordOf(path);
  if (!path.nextFilled()) return second;
  KNOWN_ACTION.lastIndex = path.start;
  return KNOWN_ACTION.test(path.text) ? `${second}/${path.segment}` : second;
}

function wordOf(path: PathSegments): string {
  return path.isId ? FOLDED : path.segment;
}

/** Patterns that stand for more than one segment. */
const SEVERAL_SEGMENTS = /[*+?([,\\]/;

/**
 * Whether a route is that of the request. Express calls the route of a handler of all paths `/`, and where nothing
 * below a mounted router fits, which is answered 404, the route is where that is mounted.
 */
export function isOfRequest(route: string, attributes: Attributes): boolean {
  if (route.length === 1) return segmentsIn(pathIn(attributes)) === 0;
  if (HTTP_STATUS(attributes) !== 404 || SEVERAL_SEGMENTS.test(route)) return true;
  return segmentsIn(pathIn(attributes)) <= segmentsIn(route);
}

function segmentsIn(text: string): number {
  const path = new PathSegments(text);
  let segments = 0;
  while (path.nextFilled()) segments++;
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
