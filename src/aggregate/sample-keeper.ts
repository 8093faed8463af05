import type { ExceptionText } from '../span/error-text.ts';
import { bytesOfSample, type Sample, type SampleWriter } from '../span/sample.ts';
import type { SpanLike } from '../span/span-like.ts';
import type { Place } from '../structure/place.ts';
import type { Limits, SamplingLimits } from './limits.ts';
import type { Name } from './name.ts';
import type { SpanBuilder } from './span-builder.ts';

/** One sample is worth at most some kilobytes; the open builders hold no more of them than this. */
const MAX_BYTES = 4 * 1024 * 1024;
const SAMPLED = 1;
/** Slow spans, those of marked chains and those that lead to a kept one are kept up to this many times the limit. */
const FAVOURED = 10;

/** A span that was counted, with all that decides whether a sample of it is kept. */
export interface Counted {
  readonly span: SpanLike;
  /** Absent if the start of the span was not told. */
  readonly place: Place | undefined;
  readonly name: Name;
  readonly builder: SpanBuilder;
  readonly costMs: number;
  readonly failed: boolean;
}

/** Keeps samples of some spans: the first of each name and period, slow ones, and whole chains that are marked. */
export class SampleKeeper {
  readonly #writer: SampleWriter;
  // One field each: the hot path reads them all.
  #maxSamples = 0;
  #maxErrors = 0;
  #slowMs = 0;
  /** Above this cost a span may be kept beyond the limit: above none where its flag may mark it. */
  #watchMs = 0;
  #maxTagLength = 0;
  /** What the samples of open builders take in memory. */
  #bytes = 0;
  /** Whether the flag 01 means a chain whose spans are all kept, or only that a sampler was asked. */
  #flagsMark = false;
  /** Samples of open builders whose parent is not settled: what a span above turns out to be is seen when it ends. */
  #withOpenParent: { readonly sample: Sample; readonly place: Place; readonly isException: boolean }[] = [];

  constructor(writer: SampleWriter, limits: Limits) {
    this.#writer = writer;
    limits.onChange((now) => this.#setLimits(now));
    this.#setLimits(limits.value);
  }

  #setLimits(limits: SamplingLimits): void {
    this.#maxSamples = limits.maxSamples;
    this.#maxErrors = limits.maxErrors;
    this.#slowMs = limits.slowThresholdMillis;
    this.#watchMs = this.#flagsMark ? -1 : this.#slowMs;
    this.#maxTagLength = limits.maxTagLength;
  }

  /** A sampler that marks chains is linked: 01 is a mark from now on. */
  markChains(): void {
    this.#flagsMark = true;
    this.#watchMs = -1;
  }

  /** Whether a span might be kept: a few comparisons that most spans do not pass. */
  mayKeep(name: Name, place: Place | undefined, costMs: number, failed: boolean): boolean {
    const isFirst = failed ? name.errorSamples < this.#maxErrors : name.samples < this.#maxSamples;
    return isFirst || costMs > this.#watchMs || place?.isWanted === true;
  }

  /** Keeps a sample of a span if it is one of the first, slow, marked, or leads to a kept one. */
  keepIfAllowed(counted: Counted): void {
    if (!this.#isAllowed(counted)) {
      const { place, name } = counted;
      if (place !== undefined && !isCutOff(place, name)) place.root.passedOver = name.period;
      return;
    }
    const { span, place, costMs, failed } = counted;
    const heard = place?.told?.heard.at(-1);
    const sample = this.#keep(counted, () =>
      this.#writer.sampleOf({ span, costMs, failed, heard, maxTagLength: this.#maxTagLength }),
    );
    if (sample === undefined || place === undefined) return;
    place.wantAncestors();
    this.#withOpenParent.push({ sample, place, isException: false });
  }

  /** Keeps an example of a call of `ex:<type>`, and asks for one of the span that threw. */
  keepException(counted: Counted, exception: ExceptionText): void {
    const { span, place, name, costMs } = counted;
    if (name.samples >= this.#maxSamples) return;
    const sample = this.#keep(counted, () =>
      this.#writer.exceptionSample(span, costMs, exception, this.#maxTagLength),
    );
    if (sample === undefined || place === undefined) return;
    place.want();
    place.wantAncestors();
    this.#withOpenParent.push({ sample, place, isException: true });
  }

  /** Builders are about to be taken: samples get the parents by which they can be found. */
  settle(): void {
    for (const { sample, place, isException } of this.#withOpenParent) {
      sample.parentSpanId = isException && !place.isLeftOut ? place.spanId : place.shownParentId;
    }
    this.#withOpenParent = [];
  }

  /** A builder was taken: its samples make room for others. */
  free(bytes: number): void {
    this.#bytes -= bytes;
  }

  #isAllowed({ span, place, name, costMs, failed }: Counted): boolean {
    const kept = failed ? name.errorSamples : name.samples;
    const limit = failed ? this.#maxErrors : this.#maxSamples;
    if (kept >= limit * FAVOURED) return false;
    if (place?.isWanted || (!failed && costMs > this.#slowMs)) return true;
    // A chain that passes a period's border without a mark is kept as it was begun: not at all, but for errors.
    if (!failed && this.#flagsMark && place !== undefined && isCutOff(place, name)) return false;
    return kept < limit || (this.#flagsMark && (span.spanContext().traceFlags & SAMPLED) !== 0);
  }

  #keep({ name, builder, failed }: Counted, write: () => Sample): Sample | undefined {
    if (this.#bytes > MAX_BYTES) return undefined;
    try {
      const sample = write();
      this.#bytes += bytesOfSample(sample);
      builder.keep(sample, failed);
      if (sample.value > 0 && !name.hasBodySizes) {
        name.hasBodySizes = true;
        builder.value += sample.value;
      }
      if (failed) name.errorSamples++;
      else name.samples++;
      return sample;
    } catch {
      // A span that cannot be shown is still counted.
    }
    return undefined;
  }
}

/** Whether spans of this chain passed in the period before this one without being kept. */
function isCutOff({ root }: Place, { period }: Name): boolean {
  return root.passedOver === period - 1;
}
