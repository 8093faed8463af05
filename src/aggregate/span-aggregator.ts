import { costMs, type ErrorStatusRule, failed } from '../span/outcome.ts';
import type { OwnCalls } from '../span/own-call.ts';
import { sampleOf } from '../span/sample.ts';
import type { SpanLike } from '../span/span-like.ts';
import { builderName } from '../wire/text.ts';
import type { Excludes } from './excludes.ts';
import type { SamplingLimits } from './limits.ts';
import { Name, Names, OVERFLOW_NAME } from './names.ts';
import { SpanBuilder } from './span-builder.ts';

/** What the aggregator is told once. */
export interface AggregatorSettings {
  readonly maxNames: number;
  readonly errorStatus: ErrorStatusRule;
  /** The user's `naming` hook, made safe; absent: a builder is named as the span is. */
  readonly naming?: ((span: SpanLike) => unknown) | undefined;
  /** The user's `filter` hook, made safe. */
  readonly filter?: ((span: SpanLike) => boolean) | undefined;
  readonly ownCalls: OwnCalls;
}

/** What the aggregator has to say, at most once per cause. */
export interface AggregatorEvents {
  /** The first three names that found no place. */
  overflowed(examples: readonly string[]): void;
  /** The first name that a new list of the server's excludes hides. */
  hidden(name: string): void;
}

/** One sample is worth at most some kilobytes; a taking keeps no more of them than this. */
const SAMPLE_BYTES_PER_TAKING = 4 * 1024 * 1024;
const SLOW_FACTOR = 10;

/** Adds finished spans up into builders, one per name, until they are taken. */
export class SpanAggregator {
  // One field each: the hot path reads them all.
  readonly #naming: AggregatorSettings['naming'];
  readonly #filter: AggregatorSettings['filter'];
  readonly #ownCalls: OwnCalls;
  readonly #errorStatus: ErrorStatusRule;
  readonly #events: AggregatorEvents;
  readonly #names: Names;
  #overflow: Name | undefined;
  #open: Name[] = [];
  #excludes: Excludes;
  #limits: SamplingLimits;
  #clockOffsetMs = 0;
  #sampleBytes = 0;
  #taken = 0;
  #excluded = 0;
  #filtered = 0;
  #ownCallTotal = 0;
  #overflowed = 0;
  #overflowExamples: string[] = [];
  #saidOverflow = false;
  #saidHidden = false;

  constructor(
    settings: AggregatorSettings,
    limits: SamplingLimits,
    excludes: Excludes,
    events: AggregatorEvents,
  ) {
    this.#naming = settings.naming;
    this.#filter = settings.filter;
    this.#ownCalls = settings.ownCalls;
    this.#errorStatus = settings.errorStatus;
    this.#events = events;
    this.#names = new Names(settings.maxNames);
    this.#limits = limits;
    this.#excludes = excludes;
  }

  set limits(limits: SamplingLimits) {
    this.#limits = limits;
  }

  set excludes(excludes: Excludes) {
    this.#excludes = excludes;
    this.#saidHidden = false;
    this.#names.unhide();
  }

  /** Server clock minus ours: builders carry the server's time. */
  set clockOffsetMs(offsetMs: number) {
    this.#clockOffsetMs = offsetMs;
  }

  /** Counts one finished span: one look-up and a few sums, unless it is the first of its name or a sample. */
  add(span: SpanLike): void {
    if (this.#ownCalls.include(span)) {
      this.#ownCallTotal++;
      return;
    }
    if (this.#filter !== undefined && !this.#filter(span)) {
      this.#filtered++;
      return;
    }
    const raw = this.#naming === undefined ? span.name : this.#naming(span);
    let name = this.#names.find(raw);
    if (name === undefined || name.judgedBy !== this.#excludes) {
      name = this.#admit(raw);
      if (name === undefined) return;
    }
    const cost = costMs(span.duration);
    const error = failed(span, this.#errorStatus);
    const builder = name.builder ?? this.#openBuilder(name);
    builder.add(cost, error);
    const limits = this.#limits;
    if (error) {
      if (name.errorSamples < limits.maxErrors) this.#keep(span, name, builder, cost, true);
    } else if (name.samples < limits.maxSamples || cost > limits.slowThresholdMillis) {
      // A slow span is kept beyond the limit, up to ten times as many.
      if (name.samples < limits.maxSamples * SLOW_FACTOR) this.#keep(span, name, builder, cost, false);
    }
  }

  /** Hands over the builders added up so far; the next span opens new ones. */
  take(): SpanBuilder[] {
    const nowMs = Date.now();
    const builders: SpanBuilder[] = [];
    for (const name of this.#open) {
      const builder = name.builder;
      if (builder === undefined) continue;
      name.builder = undefined;
      name.lastSeenMs = nowMs;
      builder.startTimeMs += this.#clockOffsetMs;
      builder.endTimeMs = Math.max(nowMs + this.#clockOffsetMs, builder.startTimeMs);
      this.#taken += builder.total;
      builders.push(builder);
    }
    this.#open = [];
    this.#sampleBytes = 0;
    this.#names.forgetUnseen(nowMs);
    this.#sayOverflow();
    return builders;
  }

  /** Spans added up since the last taking. */
  get openTotal(): number {
    return this.#open.reduce((sum, name) => sum + (name.builder?.total ?? 0), 0);
  }

  get counted(): number {
    return this.#taken + this.openTotal;
  }

  /** Spans that were not counted, by reason. */
  get dropped(): { readonly excluded: number; readonly filtered: number; readonly ownCall: number } {
    return { excluded: this.#excluded, filtered: this.#filtered, ownCall: this.#ownCallTotal };
  }

  get overflowedTotal(): number {
    return this.#overflowed;
  }

  get namesInUse(): number {
    return this.#names.size;
  }

  /** The way of a name seen for the first time, judged by a former list, excluded, or not fit to be one. */
  #admit(raw: unknown): Name | undefined {
    if (this.#names.isHidden(raw)) {
      this.#excluded++;
      return undefined;
    }
    const text = builderName(raw);
    const held = this.#names.find(text);
    if (held?.judgedBy === this.#excludes) return held;
    const verdict = this.#excludes.verdict(text);
    if (verdict !== undefined) {
      this.#excluded++;
      this.#names.hide(raw, text);
      if (verdict === 'server') this.#sayHidden(text);
      return undefined;
    }
    if (held !== undefined) held.judgedBy = this.#excludes;
    return held ?? this.#names.hold(text, this.#excludes) ?? this.#overflowName(text);
  }

  #overflowName(text: string): Name {
    this.#overflowed++;
    if (this.#overflowExamples.length < 3 && !this.#overflowExamples.includes(text)) {
      this.#overflowExamples.push(text);
    }
    this.#overflow ??= new Name(OVERFLOW_NAME, this.#excludes);
    return this.#overflow;
  }

  #openBuilder(name: Name): SpanBuilder {
    const nowMs = Date.now();
    const period = Math.floor((nowMs + this.#clockOffsetMs) / (this.#limits.periodSeconds * 1_000));
    if (name.period !== period) {
      // The allowance belongs to the period: an early taking does not renew it.
      name.period = period;
      name.samples = 0;
      name.errorSamples = 0;
    }
    name.builder = new SpanBuilder(name.text, nowMs);
    this.#open.push(name);
    return name.builder;
  }

  #keep(span: SpanLike, name: Name, builder: SpanBuilder, cost: number, error: boolean): void {
    if (this.#sampleBytes > SAMPLE_BYTES_PER_TAKING) return;
    try {
      const sample = sampleOf(span, cost, error, this.#limits.maxTagLength);
      this.#sampleBytes += 2 * (sample.tag.length + sample.error.length) + 400;
      builder.keep(sample, error);
      if (error) name.errorSamples++;
      else name.samples++;
    } catch {
      // A span that cannot be shown is counted all the same.
    }
  }

  #sayHidden(text: string): void {
    if (this.#saidHidden) return;
    this.#saidHidden = true;
    this.#events.hidden(text);
  }

  #sayOverflow(): void {
    if (this.#saidOverflow || this.#overflowExamples.length === 0) return;
    this.#saidOverflow = true;
    this.#events.overflowed(this.#overflowExamples);
  }
}
