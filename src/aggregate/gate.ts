import type { OwnCalls } from '../span/own-call.ts';
import { KIND_CLIENT, type SpanLike } from '../span/span-like.ts';
import type { SpanCounts } from './span-counts.ts';

/** What keeps a span out before anything else is asked. */
export interface GateSettings {
  readonly ownCalls: OwnCalls;
  /** The user's `filter`, made safe. */
  readonly filter: ((span: SpanLike) => boolean) | undefined;
}

/** Keeps out our own calls and what the user's filter refuses, and counts both. */
export class Gate {
  readonly #ownCalls: OwnCalls;
  readonly #filter: GateSettings['filter'];
  readonly #counts: SpanCounts;

  constructor({ ownCalls, filter }: GateSettings, counts: SpanCounts) {
    this.#counts = counts;
    this.#ownCalls = ownCalls;
    this.#filter = filter;
  }

  lets(span: SpanLike): boolean {
    if (span.kind === KIND_CLIENT && this.#ownCalls.include(span)) {
      this.#counts.ownCall++;
      return false;
    }
    if (this.#filter === undefined || this.#filter(span)) return true;
    this.#counts.filtered++;
    return false;
  }
}
