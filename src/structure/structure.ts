import { type Context, trace } from '@opentelemetry/api';
import { attributeText, textOf } from '../span/attribute.ts';
import { type ExceptionText, exceptionsOf } from '../span/error-text.ts';
import { HTTP_METHOD } from '../span/semconv.ts';
import { KIND_INTERNAL, KIND_SERVER, type SpanLike, STATUS_ERROR } from '../span/span-like.ts';
import { Place } from './place.ts';
import { isHandshake, targetOf } from './role.ts';

type Placed = SpanLike & { [place: symbol]: Place | undefined };

const NONE: readonly ExceptionText[] = [];
/** Requests that wait for their framework. With this many, the next does not wait. */
const MAX_WAITING = 1_000;

/** The context in which a span starts: it holds the parent. */
export type StartContext = Context;

export interface StructureParts {
  /** Whether what tells of a library's insides is counted too (`internalSpans`). */
  readonly countsInsides: boolean;
  /** Counts a request that has waited. */
  count(span: SpanLike, place: Place): void;
}

/**
 * Which spans are one call. Instrumentations of several layers see the same request, the same statement and the same
 * error. By kind, target and place in the trace one span of them counts, and what the others know goes to it. All of
 * it is decided when a span starts and when it ends; only a request may wait, for a span of its framework that still
 * runs and will tell its route.
 */
export class Structure {
  readonly #parts: StructureParts;
  /** A place belongs to its span, so that nothing of ours has to remember which spans run; each processor has its own. */
  readonly #key = Symbol('opentelemetry-stardust.place');
  /** Requests that wait, by the span that each waits for. */
  readonly #waiting = new Map<Place, { readonly span: SpanLike; readonly place: Place }>();

  constructor(parts: StructureParts) {
    this.#parts = parts;
  }

  /** Finds a place for a span that starts. */
  start(span: SpanLike, context: StartContext): void {
    const parentSpan = trace.getSpan(context) as Placed | undefined;
    const place = new Place(span, parentSpan, parentSpan?.[this.#key]);
    (span as Placed)[this.#key] = place;
    const { request } = place;
    if (span.kind === KIND_SERVER && request !== undefined) {
      this.putInside(place);
      request.tell().inner = place;
    } else if (place.role === 'layer' && span.kind === KIND_INTERNAL) this.putInside(place);
    this.coverCall(span, place);
  }

  /** The place of a span; absent if its start was not told. */
  placeOf(span: SpanLike): Place | undefined {
    return (span as Placed)[this.#key];
  }

  /** Judges a span that has ended, and passes on what it knows. `wait`: it is counted later. */
  end(span: SpanLike, place: Place): 'count' | 'leave out' | 'wait' {
    place.end();
    place.ask(span);
    // Of a client span only the end shows that it has told of no call.
    if (place.role === 'layer') this.putInside(place);
    this.coverCall(span, place);
    if (span.events.length > 0 || (place.told !== undefined && place.told.heard.length > 0))
      passExceptions(span, place);
    if (place.isInside && place.request !== undefined) tellRoute(span, place.request);
    this.release(place);
    if (place.isLeftOut) return 'leave out';
    const inner = place.told?.inner;
    if (inner === undefined || inner.isOver || this.#waiting.size >= MAX_WAITING) return 'count';
    this.#waiting.set(inner, { span, place });
    return 'wait';
  }

  /** Has all that waits counted now. */
  settle(): void {
    for (const inner of this.#waiting.keys()) this.release(inner);
  }

  private release(inner: Place): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting.get(inner);
    if (waiting === undefined) return;
    this.#waiting.delete(inner);
    this.#parts.count(waiting.span, waiting.place);
  }

  /**
   * A call within a call of the same kind and target is one call, and the nearer to the wire counts. Where plain HTTP
   * carries a call that has a better name, such as a message or a statement, that one counts.
   */
  private coverCall(span: SpanLike, place: Place): void {
    const { call, role } = place;
    if (role === 'connection') this.putInside(place);
    if (call === undefined) return;
    if (role === 'http' && call.role !== 'http') this.putInside(place);
    else if (role === call.role && (role === 'http' || role === 'statement')) {
      if (targetOf(span, role) === call.told?.target) this.putInside(call);
    }
  }

  private putInside(place: Place): void {
    place.putInside();
    if (!this.#parts.countsInsides) place.leaveOut();
  }
}

/**
 * What was thrown goes up to the nearest span that counts. A span that did not fail and recorded nothing has dealt
 * with what was thrown below it.
 */
function passExceptions(span: SpanLike, place: Place): void {
  if (place.role === 'connection' && isHandshake(span)) return;
  const own = span.events.length === 0 ? NONE : exceptionsOf(span);
  const heard = place.told?.heard ?? NONE;
  if (own.length > 0) {
    const told = place.tell();
    told.thrown = own.filter((exception) => !told.hasHeard(exception));
  }
  if (own.length === 0 && !place.isLeftOut && span.status.code !== STATUS_ERROR) return;
  // Layers call each other, and one may be over before the next fails: what is left out hands on.
  for (let above = place.parent; above !== undefined; above = above.parent) {
    if (!above.isOver) {
      above.tell().hear(heard);
      above.tell().hear(own);
    }
    if (!above.isLeftOut) return;
  }
}

/** A framework's own span of a request knows the route that the HTTP server's does not; the longest is the whole one. */
function tellRoute(span: SpanLike, request: Place): void {
  const { attributes } = span;
  const route = textOf(attributes['http.route']);
  const isOfRequest = span.kind === KIND_SERVER || attributeText(attributes, HTTP_METHOD) !== '';
  if (!isOfRequest || !tells(route)) return;
  if (route.length > (request.told?.route?.length ?? 0)) request.tell().route = route;
}

/** Whether a route says more than that any path is taken. */
function tells(route: string): boolean {
  return route === '/' || /[^/*.()]/.test(route);
}
