import { isFrameworkScope } from '../naming/stardust-naming.ts';
import type { OwnCalls } from '../span/own-call.ts';
import { KIND_CLIENT, KIND_INTERNAL, type SpanLike, scopeOf } from '../span/span-like.ts';

/** What decides, whatever a span's name, whether it counts. */
export interface GateSettings {
  readonly ownCalls: OwnCalls;
  /** The user's `filter` hook, made safe. */
  readonly filter: ((span: SpanLike) => boolean) | undefined;
  /** Whether the layers of frameworks below a request count. */
  readonly internalSpans: boolean;
}

/** Lets spans through that count, and counts the others by reason. */
export class Gate {
  readonly #ownCalls: OwnCalls;
  readonly #filter: GateSettings['filter'];
  readonly #internalSpans: boolean;
  /** Nothing but our own calls, which are client spans, is kept out: what the hot path asks first. */
  readonly isOpen: boolean;
  #ownCall = 0;
  #filtered = 0;
  #internal = 0;

  constructor({ ownCalls, filter, internalSpans }: GateSettings) {
    this.#ownCalls = ownCalls;
    this.#filter = filter;
    this.#internalSpans = internalSpans;
    this.isOpen = internalSpans && filter === undefined;
  }

  get dropped(): { readonly ownCall: number; readonly filtered: number; readonly internal: number } {
    return { ownCall: this.#ownCall, filtered: this.#filtered, internal: this.#internal };
  }

  lets(span: SpanLike): boolean {
    if (span.kind === KIND_CLIENT && this.#ownCalls.include(span)) {
      this.#ownCall++;
      return false;
    }
    return this.isOpen || this.#passes(span);
  }

  #passes(span: SpanLike): boolean {
    if (!this.#internalSpans && span.kind === KIND_INTERNAL && isFrameworkScope(scopeOf(span))) {
      this.#internal++;
      return false;
    }
    if (this.#filter !== undefined && !this.#filter(span)) {
      this.#filtered++;
      return false;
    }
    return true;
  }
}
