import type { ExceptionText } from '../span/error-text.ts';
import { KIND_CLIENT, KIND_INTERNAL, KIND_SERVER, type SpanLike } from '../span/span-like.ts';
import { type Role, roleOf, targetOf } from './role.ts';

const NOTHING: readonly ExceptionText[] = [];
/** Spans below a place are linked this deep; what is deeper begins anew, so that no chain of spans grows without bound. */
const MAX_DEPTH = 64;
/** What one place remembers of exceptions below it. */
const MAX_HEARD = 8;

/**
 * Where a span stands among those of its trace in this process. It is made when the span starts, belongs to the
 * span, and outlives it only while a running span below it, or a sample of this period, refers to it.
 */
export class Place {
  readonly spanId: string;
  /** The parent as the span names it, of this process or another; empty for a root. */
  readonly parentSpanId: string;
  /** Absent for the first span of a trace in this process. */
  readonly parent: Place | undefined;
  /** The first span of this trace in this process. */
  readonly root: Place;
  /** What the span is, by what it had told when it was last asked. */
  role: Role;
  /** What a call goes to, by what it had told when it was last asked. Kept by `Structure`. */
  target = '';
  /** The request this span works on; absent below a call or a message. */
  readonly request: Place | undefined;
  /** The running call that this span is a part of, such as a statement of a query builder below that builder's own. */
  readonly call: Place | undefined;
  /** The span has ended. */
  isOver = false;
  /** The span tells of what another span counts: a library's insides, or a second view of one call. Never taken back. */
  isInside = false;
  /** The span is not counted, and no sample may name it as its parent. Never taken back. */
  isLeftOut = false;
  /** A sample below it is kept, so this one is to be kept too. */
  isWanted = false;
  /** The route that a framework's own spans told of a request. */
  route: string | undefined;
  /** A framework's own span of this request, still running. */
  inner: Place | undefined;
  /** What the span threw and nobody below it had recorded. Known once it is over. */
  thrown: readonly ExceptionText[] = NOTHING;
  /** On a root: the last period in which a span of this chain passed without being kept. Kept by the aggregator. */
  passedOver: number | undefined;
  #heard: ExceptionText[] | undefined;
  readonly #depth: number;

  constructor(span: SpanLike, parentSpan: SpanLike | undefined, parent: Place | undefined) {
    this.spanId = span.spanContext().spanId;
    this.parentSpanId = span.parentSpanContext?.spanId ?? span.parentSpanId ?? '';
    const isNear = parent !== undefined && parent.#depth < MAX_DEPTH;
    this.parent = isNear ? parent : undefined;
    this.#depth = isNear ? parent.#depth + 1 : 0;
    this.root = isNear ? parent.root : this;
    this.role = roleOf(span);
    if (parent === undefined || parentSpan === undefined) return;
    // What a call tells of itself may have come after its start, and before what it leads to.
    if (!parent.isOver && parentSpan.kind >= KIND_CLIENT) {
      parent.ask(parentSpan);
      parent.target = targetOf(parentSpan, parent.role);
    }
    this.request = parent.requestBelow(parentSpan.kind);
    this.call = parent.callBelow(parentSpan.kind);
  }

  /** Asks the span for its role anew. Only calls and messages tell more of themselves after their start. */
  ask(span: SpanLike): void {
    if (span.kind >= KIND_CLIENT) this.role = roleOf(span);
  }

  /** Exceptions told from below, newest last. */
  get heard(): readonly ExceptionText[] {
    return this.#heard ?? NOTHING;
  }

  hear(exceptions: readonly ExceptionText[]): void {
    this.#heard ??= [];
    for (const exception of exceptions) {
      if (this.#heard.some((each) => isSame(each, exception))) continue;
      if (this.#heard.length === MAX_HEARD) this.#heard.shift();
      this.#heard.push(exception);
    }
  }

  hasHeard(exception: ExceptionText): boolean {
    return this.#heard?.some((each) => isSame(each, exception)) === true;
  }

  /** The parent as samples may name it: the nearest one above that is not left out. */
  get shownParentId(): string {
    let id = this.parentSpanId;
    for (let above = this.parent; above !== undefined; above = above.parent) {
      if (!above.isLeftOut) return above.spanId;
      id = above.parentSpanId;
    }
    return id;
  }

  /** The nearest place from here upwards that is not left out, if this process has one. */
  get shown(): Place | undefined {
    let at: Place | undefined = this;
    while (at?.isLeftOut) at = at.parent;
    return at;
  }

  /** Asks for samples of all that leads here. */
  wantAncestors(): void {
    for (let above = this.parent; above !== undefined && !above.isWanted; above = above.parent) {
      above.isWanted = true;
    }
  }

  private get isOpenCall(): boolean {
    return !this.isOver && CALLS.has(this.role);
  }

  private callBelow(kind: number): Place | undefined {
    if (this.isOpenCall) return this;
    const isInside = kind === KIND_INTERNAL || this.role === 'layer';
    return isInside && this.call?.isOver === false ? this.call : undefined;
  }

  private requestBelow(kind: number): Place | undefined {
    const isInside = kind === KIND_INTERNAL || kind === KIND_SERVER || this.role === 'layer';
    const request = this.request ?? (kind === KIND_SERVER ? this : undefined);
    return isInside && request?.isOver === false ? request : undefined;
  }
}

const CALLS: ReadonlySet<Role> = new Set(['http', 'statement', 'message', 'rpc']);

/**
 * Whether two spans recorded one thrown error. Drivers leave the type out or put a code in its place, and query
 * builders put their statement before the driver's message, or in its place.
 */
function isSame(a: ExceptionText, b: ExceptionText): boolean {
  if (quotes(a, b) || quotes(b, a)) return true;
  if (a.type !== b.type && a.type !== '' && b.type !== '') return false;
  return (
    a.message === b.message ||
    (a.message !== '' && b.message.endsWith(a.message)) ||
    (b.message !== '' && a.message.endsWith(b.message))
  );
}

function quotes({ message }: ExceptionText, { statement }: ExceptionText): boolean {
  return statement !== '' && message.includes(statement);
}
