import { type Context, type Link, type SpanAttributes, type TraceState, trace } from '@opentelemetry/api';
import { optionOf } from '../config/option-of.ts';
import { wallTime } from '../runtime/clock.ts';
import { KIND_SERVER } from '../span/span-like.ts';
import { FirstCalls } from './first-calls.ts';
import { awaitSource, type SamplingSource } from './meeting-place.ts';

/** OpenTelemetry's `Sampler`, as far as it is called here; those of 2.x and 3.x fit. */
export interface SamplerLike {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: number,
    attributes: SpanAttributes,
    links: Link[],
  ): SamplingResultLike;
  toString(): string;
}

/** `decision`: 0 not recorded, 1 recorded, 2 recorded and sampled (`SamplingDecision` of the SDK). */
export interface SamplingResultLike {
  decision: number;
  attributes?: Readonly<SpanAttributes>;
  traceState?: TraceState;
}

export interface StardustSamplerOptions {
  /**
   * The sampler that the provider would have without this package. If set, it alone decides which spans carry the
   * flag 01, and no chains are marked.
   */
  readonly root?: SamplerLike | undefined;
}

const NOT_RECORD = 0;
const RECORD = 1;
const RECORD_AND_SAMPLED = 2;
const SAMPLED = 1;
const MARKED: SamplingResultLike = Object.freeze({ decision: RECORD_AND_SAMPLED });
const UNMARKED: SamplingResultLike = Object.freeze({ decision: RECORD });

const DEFAULT_MAX_SAMPLES = 1;
const DEFAULT_MAX_NAMES = 2_000;
const DEFAULT_PERIOD_MS = 60_000;
/** Period and limits are the exporter's, and to ask for them costs several times as much as to look at our clock. */
const ASK_EVERY_MS = 10;

/**
 * Records every span, so every span is counted under either sampled flag of its parent. Without `root` the flag has the
 * meaning of Stardust's agents: 01 marks a chain whose spans every service keeps as samples
 * (docs/sampling-and-chains.md). Downstream services with OpenTelemetry's default sampler record nothing under 00: if
 * there are such services, set `root`.
 */
export class StardustSampler implements SamplerLike {
  readonly #root: SamplerLike | undefined;
  readonly #calls = new FirstCalls();
  #source: SamplingSource | undefined;
  #period = Number.NaN;
  #maxCalls = DEFAULT_MAX_SAMPLES;
  #maxNames = DEFAULT_MAX_NAMES;
  /** When the three were last asked for, Unix ms. */
  #askedMs = Number.NaN;

  constructor(options: StardustSamplerOptions = {}) {
    this.#root = optionOf(options, 'root');
    awaitSource((source) => this.take(source));
  }

  /**
   * Uses this processor's limits from now on, instead of those of the first processor in the process.
   * @internal
   */
  take(source: SamplingSource): void {
    if (this.#root !== undefined) return;
    this.#source = source;
    this.#askedMs = Number.NaN;
    source.link();
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: number,
    attributes: SpanAttributes,
    links: Link[],
  ): SamplingResultLike {
    if (this.#root !== undefined) {
      const result = this.#root.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      return result.decision === NOT_RECORD ? { ...result, decision: RECORD } : result;
    }
    const parent = trace.getSpanContext(context);
    const first = this.#marksChain(spanName, spanKind, attributes);
    const marked = first || (parent !== undefined && (parent.traceFlags & SAMPLED) !== 0);
    return marked ? MARKED : UNMARKED;
  }

  /** Never throws: a span that cannot be judged is counted without a mark. */
  #marksChain(spanName: string, spanKind: number, attributes: SpanAttributes): boolean {
    try {
      return this.#isAmongFirst(spanName, spanKind, attributes);
    } catch {
      return false;
    }
  }

  toString(): string {
    return this.#root === undefined ? 'StardustSampler' : `StardustSampler{${this.#root.toString()}}`;
  }

  /** Whether this call, which is counted here, is one of the first `maxSamples` of its name in this period. */
  #isAmongFirst(spanName: string, spanKind: number, attributes: SpanAttributes): boolean {
    this.#followSource();
    const path = spanKind === KIND_SERVER ? (attributes['url.path'] ?? attributes['http.target']) : undefined;
    return typeof path === 'string'
      ? this.#calls.includePath(path, this.#maxCalls, this.#maxNames)
      : this.#calls.includeName(spanName, this.#maxCalls, this.#maxNames);
  }

  /** A new period marks calls anew. */
  #followSource(): void {
    const nowMs = wallTime();
    if (Math.abs(nowMs - this.#askedMs) < ASK_EVERY_MS) return;
    this.#askedMs = nowMs;
    const source = this.#source;
    if (source !== undefined) {
      this.#maxCalls = source.maxSamples();
      this.#maxNames = source.maxNames();
    }
    const period = source?.period() ?? Math.floor(nowMs / DEFAULT_PERIOD_MS);
    if (period === this.#period) return;
    this.#period = period;
    this.#calls.clear();
  }
}
