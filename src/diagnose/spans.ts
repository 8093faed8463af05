import { isSuppressed } from './api.ts';

/** Spans that ended, by name and kind. */
export interface SpansSeen {
  readonly names: readonly { readonly name: string; readonly kind: string; readonly total: number }[];
  /** Spans that a sampler did not record. No processor sees them. */
  readonly unrecorded: number;
}

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'];
/** Further names are not listed. */
const MAX_NAMES = 200;

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
interface Span {
  end: AnyFunction;
  isRecording(): boolean;
  readonly name?: unknown;
  readonly kind?: unknown;
}

/** Counts the spans of a tracer provider as they end. */
export class SpanCounts {
  readonly #changed: () => void;
  readonly #counts = new Map<string, { readonly name: string; readonly kind: string; total: number }>();
  readonly #tracers = new WeakSet<object>();
  #unrecorded = 0;

  /** `changed` is called for each new name. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  seen(): SpansSeen {
    const names = [...this.#counts.values()].sort((a, b) => b.total - a.total);
    return { names, unrecorded: this.#unrecorded };
  }

  watch(provider: object): void {
    after(provider as { getTracer: AnyFunction }, 'getTracer', (tracer) => {
      if (this.#tracers.has(tracer as object)) return;
      this.#tracers.add(tracer as object);
      after(tracer as { startSpan: AnyFunction }, 'startSpan', (span, [, , context]) => {
        if (!isSuppressed(context)) this.#started(span as Span);
      });
    });
  }

  #started(span: Span): void {
    if (!span.isRecording()) this.#unrecorded++;
    else after(span, 'end', () => this.#count(span));
  }

  #count(span: Span): void {
    const name = String(span.name ?? '(unnamed)');
    const kind = KINDS[Number(span.kind)] ?? 'internal';
    const known = this.#counts.get(`${kind} ${name}`);
    if (known !== undefined) known.total++;
    else if (this.#counts.size < MAX_NAMES) {
      this.#counts.set(`${kind} ${name}`, { name, kind, total: 1 });
      this.#changed();
    }
  }
}

/** Calls `told` after each call of a method, with its result and arguments. The caller notices nothing. */
function after<K extends string>(
  target: Record<K, AnyFunction>,
  method: K,
  told: (result: unknown, args: readonly unknown[]) => void,
): void {
  const original = target[method];
  target[method] = function (...args) {
    const result = original.apply(this, args);
    try {
      told(result, args);
    } catch {
      // A fault in the diagnosis must not reach the app.
    }
    return result;
  };
}
