import type { ExceptionText } from '../span/error-text.ts';
import { KIND_CLIENT, KIND_INTERNAL, KIND_SERVER, type SpanLike } from '../span/span-like.ts';
import { isCall, type Role, roleOf, targetOf } from './role.ts';
import { isSameError } from './same-error.ts';

/** Spans below a place are linked this deep; what is deeper begins anew, so that no chain of spans grows without bound. */
const MAX_DEPTH = 64;

/** What is noted of a span; the depth of its place stands behind them, in the same number. */
const OVER = 1;
const INSIDE = 2;
const LEFT_OUT = 4;
const WANTED = 8;
const ONE_DEEPER = 16;

const NOTHING: readonly ExceptionText[] = [];
/** What one place remembers of exceptions below it. */
const MAX_HEARD = 8;

/** What a span is told by those below it, and what it tells them of itself. Most spans neither tell nor hear anything. */
class Told {
  /** What a call goes to, by what it had told when it was last asked. Kept by `Place`. */
  target = '';
  /** The route that a framework's own spans told of a request. */
  route: string | undefined = undefined;
  /** A framework's own span of this request, still running. */
  inner: Place | undefined = undefined;
  /** What the span threw and nobody below it had recorded. Known once it is over. */
  thrown: readonly ExceptionText[] = NOTHING;
  /** Exceptions told from below, newest last. */
  readonly heard: ExceptionText[] = [];

  hear(exceptions: readonly ExceptionText[]): void {
    for (const exception of exceptions) {
      if (this.hasHeard(exception)) continue;
      if (this.heard.length === MAX_HEARD) this.heard.shift();
      this.heard.push(exception);
    }
  }

  hasHeard(exception: ExceptionText): boolean {
    return this.heard.some((each) => isSameError(each, exception));
  }
}

/**
 * Where a span stands among those of its trace in this process. It is made when the span starts, belongs to the
 * span, and outlives it only while a running span below it, or a sample of this period, refers to it. There is one for
 * each span that runs, so it has few fields.
 */
export class Place {
  readonly spanId: string;
  /** The place above; of the first span of a trace in this process the parent's id as the span names it, or nothing. */
  readonly #above: Place | string;
  /** What the span is, by what it had told when it was last asked. */
  role: Role;
  /** The request this span works on, or the running call that it is a part of. */
  readonly #within: Place | undefined;
  #notes: number;
  /** On a root: the last period in which a span of this chain passed without being kept. Kept by the aggregator. */
  passedOver: number | undefined = undefined;
  #told: Told | undefined = undefined;

  constructor(span: SpanLike, parentSpan: SpanLike | undefined, parent: Place | undefined) {
    this.spanId = span.spanContext().spanId;
    this.role = roleOf(span);
    if (parent !== undefined && parent.#notes < MAX_DEPTH * ONE_DEEPER) {
      this.#above = parent;
      this.#notes = (parent.#notes & -ONE_DEEPER) + ONE_DEEPER;
    } else {
      this.#above = span.parentSpanContext?.spanId ?? span.parentSpanId ?? '';
      this.#notes = 0;
    }
    this.#within =
      parent === undefined || parentSpan === undefined ? undefined : parent.placeAbove(parentSpan);
  }

  /** Asks the span for its role anew. Only calls and messages tell more of themselves after their start. */
  ask(span: SpanLike): void {
    if (span.kind >= KIND_CLIENT) this.role = roleOf(span);
  }

  /** Absent for the first span of a trace in this process. */
  get parent(): Place | undefined {
    return typeof this.#above === 'string' ? undefined : this.#above;
  }

  /** The first span of this trace in this process. */
  get root(): Place {
    let at: Place = this;
    while (typeof at.#above !== 'string') at = at.#above;
    return at;
  }

  /** The request this span works on; absent below a call or a message. */
  get request(): Place | undefined {
    return this.#within?.role === 'request' ? this.#within : undefined;
  }

  /** The running call that this span is a part of, such as a statement of a query builder below that builder's own. */
  get call(): Place | undefined {
    return this.#within?.role === 'request' ? undefined : this.#within;
  }

  /** The span has ended. */
  get isOver(): boolean {
    return (this.#notes & OVER) !== 0;
  }

  /** The span tells of what another span counts: a library's insides, or a second view of one call. */
  get isInside(): boolean {
    return (this.#notes & INSIDE) !== 0;
  }

  /** The span is not counted, and no sample may name it as its parent. */
  get isLeftOut(): boolean {
    return (this.#notes & LEFT_OUT) !== 0;
  }

  /** A sample below it is kept, so this one is to be kept too. */
  get isWanted(): boolean {
    return (this.#notes & WANTED) !== 0;
  }

  // None of these is ever taken back.

  end(): void {
    this.#notes |= OVER;
  }

  putInside(): void {
    this.#notes |= INSIDE;
  }

  leaveOut(): void {
    this.#notes |= LEFT_OUT;
  }

  want(): void {
    this.#notes |= WANTED;
  }

  /** What others told of it, if they told anything. */
  get told(): Told | undefined {
    return this.#told;
  }

  /** The same, for whoever has something to tell. */
  tell(): Told {
    this.#told ??= new Told();
    return this.#told;
  }

  /** The parent as samples may name it: the nearest one above that is not left out. */
  get shownParentId(): string {
    let above = this.#above;
    while (typeof above !== 'string') {
      if (!above.isLeftOut) return above.spanId;
      above = above.#above;
    }
    return above;
  }

  /** Asks for samples of all that leads here. */
  wantAncestors(): void {
    for (let above = this.parent; above !== undefined && !above.isWanted; above = above.parent) above.want();
  }

  /** What a span that starts below this one is within: this call or this request, or what this span is within itself. */
  private placeAbove(span: SpanLike): Place | undefined {
    // What a call tells of itself may have come after its start, and before what it leads to.
    if (span.kind >= KIND_CLIENT && !this.isOver) {
      this.ask(span);
      if (isCall(this.role)) {
        this.tell().target = targetOf(span, this.role);
        return this;
      }
    }
    const within = this.withinFor(span.kind);
    return within?.isOver === false ? within : undefined;
  }

  private withinFor(kind: number): Place | undefined {
    if (kind === KIND_SERVER) return this.request ?? this;
    return kind === KIND_INTERNAL || this.role === 'layer' ? this.#within : undefined;
  }
}
