import type { Excludes } from './excludes.ts';
import type { SpanBuilder } from './span-builder.ts';

/** The builder of the names for which there was no place left. */
export const OVERFLOW_NAME = 'other:overflow';

const FORGET_AFTER_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;
const HIDDEN_KEY_UNITS = 512;

/** What outlives a period's sums: the verdict of the excludes and the samples already kept in this period. */
export class Name {
  /** The sums of the open taking; none until a span of this name ends. */
  builder: SpanBuilder | undefined;
  /** The period, by number, in which the samples below were kept. */
  period = -1;
  samples = 0;
  errorSamples = 0;
  lastSeenMs = 0;

  constructor(
    readonly text: string,
    /** The list under which this name was found to be counted; under another one it is judged anew. */
    public judgedBy: Excludes,
  ) {}
}

/** The names a process holds: bounded, and one not seen for an hour frees its place. */
export class Names {
  readonly #held = new Map<unknown, Name>();
  readonly #hidden = new Set<unknown>();
  readonly #maxNames: number;
  #sweptMs = 0;

  constructor(maxNames: number) {
    this.#maxNames = maxNames;
  }

  get size(): number {
    return this.#held.size;
  }

  /** The one look-up of the hot path. */
  find(name: unknown): Name | undefined {
    return this.#held.get(name);
  }

  /** Gives a name a place; `undefined` where none is left. */
  hold(text: string, judgedBy: Excludes): Name | undefined {
    if (this.#held.size >= this.#maxNames) return undefined;
    const name = new Name(text, judgedBy);
    this.#held.set(text, name);
    return name;
  }

  isHidden(name: unknown): boolean {
    return this.#hidden.has(name);
  }

  /** Remembers an excluded name, as the span gave it, so that the next span of it costs one look-up more. */
  hide(raw: unknown, text: string): void {
    this.#held.delete(text);
    if (typeof raw === 'string' && raw.length > HIDDEN_KEY_UNITS) return;
    if (this.#hidden.size >= this.#maxNames) this.#hidden.clear();
    this.#hidden.add(raw);
  }

  /** A new list of excludes: what was hidden is judged again. */
  unhide(): void {
    this.#hidden.clear();
  }

  /** Frees the places of names not seen for an hour. */
  forgetUnseen(nowMs: number): void {
    if (Math.abs(nowMs - this.#sweptMs) < SWEEP_EVERY_MS) return;
    this.#sweptMs = nowMs;
    for (const [key, name] of this.#held) {
      if (nowMs - name.lastSeenMs >= FORGET_AFTER_MS && name.builder === undefined) this.#held.delete(key);
    }
  }
}
