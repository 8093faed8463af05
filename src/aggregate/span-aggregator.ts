import { wallTime } from '../runtime/clock.ts';
import { bodySize } from '../span/body-size.ts';
import { exceptionsOf } from '../span/error-text.ts';
import { costMs, type ErrorStatusRule, failed } from '../span/outcome.ts';
import { bytesOfSample, type Sample, type SampleWriter } from '../span/sample.ts';
import { KIND_CLIENT, type SpanLike } from '../span/span-like.ts';
import type { Excludes } from './excludes.ts';
import { Gate, type GateSettings } from './gate.ts';
import type { Limits, SamplingLimits } from './limits.ts';
import { type Name, type NameEvents, Names } from './names.ts';
import { SpanBuilder } from './span-builder.ts';

/** What the aggregator is told once. */
export interface AggregatorSettings extends GateSettings {
  readonly maxNames: number;
  readonly errorStatus: ErrorStatusRule;
  /** How a span is named; absent: as it is itself. */
  readonly naming: ((span: SpanLike) => unknown) | undefined;
  /** The name under which another one is counted, such as its group. */
  readonly regroup: (name: string) => string;
  /** Whether each exception also counts as a call of `ex:<type>`. */
  readonly exceptionsByType: boolean;
  readonly samples: SampleWriter;
}

/** The server's clock: builders carry its time. */
export interface Clock {
  /** Server time minus ours, in milliseconds. */
  readonly offsetMs: number;
}

/** One sample is worth at most some kilobytes; a taking keeps no more of them than this. */
const SAMPLE_BYTES_PER_TAKING = 4 * 1024 * 1024;
const SAMPLED = 1;
/** Slow spans and those of marked chains are kept up to so many times the limit. */
const FAVOURED = 10;

/** Adds finished spans up into builders, one per name, until they are taken. */
export class SpanAggregator {
  readonly #gate: Gate;
  readonly #gateIsOpen: boolean;
  readonly #names: Names;
  readonly #naming: AggregatorSettings['naming'];
  readonly #errorStatus: ErrorStatusRule;
  readonly #exceptionsByType: boolean;
  readonly #samples: SampleWriter;
  readonly #clock: Clock;
  // One field each: the hot path reads them all.
  #maxSamples = 0;
  #maxErrors = 0;
  #slowMs = 0;
  /** Above this cost a span may be kept beyond the limit: above none where the flag may mark it. */
  #watchMs = 0;
  #maxTagLength = 0;
  #periodMs = 0;
  #open: Name[] = [];
  #sampleBytes = 0;
  #taken = 0;
  /** Whether the flag 01 means a chain whose spans are all kept, or only that a sampler was asked. */
  #flagsMark = false;

  constructor(
    settings: AggregatorSettings,
    limits: Limits,
    clock: Clock,
    excludes: Excludes,
    events: NameEvents,
  ) {
    this.#gate = new Gate(settings);
    this.#gateIsOpen = this.#gate.isOpen;
    this.#names = new Names(settings.maxNames, excludes, settings.regroup, events);
    this.#naming = settings.naming;
    this.#errorStatus = settings.errorStatus;
    this.#exceptionsByType = settings.exceptionsByType;
    this.#samples = settings.samples;
    this.#clock = clock;
    limits.onChange((now) => this.#setLimits(now));
    this.#setLimits(limits.value);
  }

  #setLimits(limits: SamplingLimits): void {
    this.#maxSamples = limits.maxSamples;
    this.#maxErrors = limits.maxErrors;
    this.#slowMs = limits.slowThresholdMillis;
    this.#watchMs = this.#flagsMark ? -1 : this.#slowMs;
    this.#maxTagLength = limits.maxTagLength;
    this.#periodMs = limits.periodSeconds * 1_000;
  }

  set excludes(excludes: Excludes) {
    this.#names.excludes = excludes;
  }

  /** A sampler that marks chains is linked: 01 is a mark from now on. */
  markChains(): void {
    this.#flagsMark = true;
    this.#watchMs = -1;
  }

  /** The number of the period we are in, by the server's clock. */
  get period(): number {
    return Math.floor((wallTime() + this.#clock.offsetMs) / this.#periodMs);
  }

  /** Counts one finished span: one look-up and a few sums, unless it is the first of its name or a sample. */
  add(span: SpanLike): void {
    if ((span.kind === KIND_CLIENT || !this.#gateIsOpen) && !this.#gate.lets(span)) return;
    const name = this.#names.find(this.#naming === undefined ? span.name : this.#nameOf(span, this.#naming));
    if (name === undefined) return;
    const cost = costMs(span.duration);
    const error = failed(span, this.#errorStatus);
    const builder = name.builder ?? this.#openBuilder(name);
    builder.add(cost, error);
    if (name.hasBodySizes) addBodySize(builder, span);
    const isFirst = error ? name.errorSamples < this.#maxErrors : name.samples < this.#maxSamples;
    if (isFirst || cost > this.#watchMs) {
      this.#keepIfAllowed(span, name, builder, cost, error);
    }
  }

  /** Hands over the builders added up so far; the next span opens new ones. */
  take(): SpanBuilder[] {
    const nowMs = wallTime();
    const { offsetMs } = this.#clock;
    const builders: SpanBuilder[] = [];
    for (const name of this.#open) {
      const builder = name.builder;
      if (builder === undefined) continue;
      name.builder = undefined;
      name.lastSeenMs = nowMs;
      builder.startTimeMs += offsetMs;
      builder.endTimeMs = Math.max(nowMs + offsetMs, builder.startTimeMs);
      this.#taken += builder.total;
      builders.push(builder);
    }
    this.#open = [];
    this.#sampleBytes = 0;
    this.#names.forgetUnseen(nowMs);
    this.#names.sayOverflow();
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
  get dropped() {
    return { excluded: this.#names.excluded, ...this.#gate.dropped };
  }

  get names(): { readonly inUse: number; readonly overflowed: number } {
    return { inUse: this.#names.size, overflowed: this.#names.overflowed };
  }

  /** Up to the limit any span, beyond it slow ones and those of marked chains, up to ten times as many. */
  #keepIfAllowed(span: SpanLike, name: Name, builder: SpanBuilder, cost: number, error: boolean): void {
    const kept = error ? name.errorSamples : name.samples;
    const limit = error ? this.#maxErrors : this.#maxSamples;
    if (kept >= limit * FAVOURED) return;
    const isSlow = !error && cost > this.#slowMs;
    if (kept >= limit && !isSlow && !(this.#flagsMark && isMarked(span))) return;
    this.#keep(name, builder, error, (tagLength) => this.#samples.sampleOf(span, cost, error, tagLength));
  }

  #openBuilder(name: Name): SpanBuilder {
    if (name.period !== this.period) {
      // The allowance belongs to the period: an early taking does not renew it.
      name.period = this.period;
      name.samples = 0;
      name.errorSamples = 0;
    }
    name.builder = new SpanBuilder(name.text, wallTime());
    this.#open.push(name);
    return name.builder;
  }

  #nameOf(span: SpanLike, naming: (span: SpanLike) => unknown): unknown {
    // Apart from the span itself: an excluded operation's exceptions are counted too.
    if (this.#exceptionsByType && span.events.length > 0) this.#addExceptions(span, costMs(span.duration));
    return naming(span);
  }

  /** As the .NET agent does it: besides the span, a call of `ex:<type>` that is no error of its own. */
  #addExceptions(span: SpanLike, cost: number): void {
    for (const exception of exceptionsOf(span)) {
      const name = this.#names.find(`ex:${exception.type || 'Error'}`);
      if (name === undefined) continue;
      const builder = name.builder ?? this.#openBuilder(name);
      builder.add(cost, false);
      if (name.samples < this.#maxSamples) {
        this.#keep(name, builder, false, (tagLength) =>
          this.#samples.exceptionSample(span, cost, exception, tagLength),
        );
      }
    }
  }

  #keep(name: Name, builder: SpanBuilder, error: boolean, write: (maxTagLength: number) => Sample): void {
    if (this.#sampleBytes > SAMPLE_BYTES_PER_TAKING) return;
    try {
      const sample = write(this.#maxTagLength);
      this.#sampleBytes += bytesOfSample(sample);
      builder.keep(sample, error);
      if (sample.value > 0 && !name.hasBodySizes) {
        name.hasBodySizes = true;
        builder.value += sample.value;
      }
      if (error) name.errorSamples++;
      else name.samples++;
    } catch {
      // A span that cannot be shown is counted all the same.
    }
  }
}

function isMarked(span: SpanLike): boolean {
  return (span.spanContext().traceFlags & SAMPLED) !== 0;
}

/** Reading any attribute may throw, and the span is counted already. */
function addBodySize(builder: SpanBuilder, span: SpanLike): void {
  try {
    builder.value += bodySize(span.attributes);
  } catch {
    // Its size stays unknown.
  }
}
