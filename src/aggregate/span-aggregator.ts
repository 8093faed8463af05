import { withRoute } from '../naming/span-name.ts';
import { monotonicTime, nextTurn } from '../runtime/clock.ts';
import { bodySize } from '../span/body-size.ts';
import { type ExceptionText, exceptionsOf } from '../span/error-text.ts';
import { costMs, type ErrorStatusRule, failed } from '../span/outcome.ts';
import type { SampleWriter } from '../span/sample.ts';
import type { SpanLike } from '../span/span-like.ts';
import type { Place } from '../structure/place.ts';
import { roleOf } from '../structure/role.ts';
import { type StartContext, Structure } from '../structure/structure.ts';
import type { Excludes } from './excludes.ts';
import { Gate, type GateSettings } from './gate.ts';
import type { Limits } from './limits.ts';
import type { Name } from './name.ts';
import { type NameEvents, Names } from './names.ts';
import { SampleKeeper } from './sample-keeper.ts';
import { SpanBuilder } from './span-builder.ts';
import type { SpanCounts } from './span-counts.ts';

/** Taken before the event loop turns: half a millisecond of work with what follows, in a process that is new to it. */
const NAMES_AT_ONCE = 50;

/** How spans are counted, named and sampled; fixed at construction. */
export interface AggregatorSettings extends GateSettings {
  readonly maxNames: number;
  readonly errorStatus: ErrorStatusRule;
  /** How a span is named; absent: by its own name. The place tells what others know of it. */
  readonly naming: ((span: SpanLike, place: Place | undefined) => unknown) | undefined;
  /** The name under which another one is counted, such as its group. */
  readonly regroup: (name: string) => string;
  /** Whether each exception also counts as a call of `ex:<type>`. */
  readonly exceptionsByType: boolean;
  /** Whether what tells of a library's insides is counted too. */
  readonly internalSpans: boolean;
  readonly samples: SampleWriter;
}

/** The server's clock: builders carry its time. */
export interface Clock {
  /** Unix ms. Runs with the monotonic clock, but for a correction. */
  now(): number;
}

export interface AggregatorParts {
  readonly settings: AggregatorSettings;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly counts: SpanCounts;
  readonly excludes: Excludes;
  readonly events: NameEvents;
}

/** Adds finished spans up into builders, one per name, until they are taken. */
export class SpanAggregator {
  readonly #gate: Gate;
  readonly #structure: Structure;
  readonly #names: Names;
  readonly #naming: AggregatorSettings['naming'];
  readonly #errorStatus: ErrorStatusRule;
  readonly #exceptionsByType: boolean;
  readonly #internalSpans: boolean;
  /** A span whose start was not told counts if the gate lets it, and nothing besides: what the hot path asks first. */
  readonly #countsAllAlone: boolean;
  readonly #samples: SampleKeeper;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #counts: SpanCounts;
  /** Those with a builder, in the order in which these were opened. */
  readonly #open: Name[] = [];

  constructor({ settings, limits, clock, counts, excludes, events }: AggregatorParts) {
    const { maxNames, regroup, internalSpans } = settings;
    this.#gate = new Gate(settings, counts);
    this.#structure = new Structure({
      countsInsides: internalSpans,
      count: (span, place) => this.count(span, place),
    });
    this.#names = new Names({ maxNames, excludes, regroup, counts, events });
    this.#naming = settings.naming;
    this.#errorStatus = settings.errorStatus;
    this.#exceptionsByType = settings.exceptionsByType;
    this.#internalSpans = internalSpans;
    this.#countsAllAlone = internalSpans && !settings.exceptionsByType;
    this.#samples = new SampleKeeper(settings.samples, limits);
    this.#limits = limits;
    this.#clock = clock;
    this.#counts = counts;
    counts.openSpans = () => this.#open.reduce((sum, { builder }) => sum + (builder?.total ?? 0), 0);
  }

  set excludes(excludes: Excludes) {
    this.#names.excludes = excludes;
  }

  /** A sampler that marks chains is linked: the flag 01 is a mark from now on. */
  markChains(): void {
    this.#samples.markChains();
  }

  /** The number of the period we are in, by the server's clock. */
  get period(): number {
    return Math.floor(this.#clock.now() / (this.#limits.value.periodSeconds * 1_000));
  }

  /** Notes where a span that starts stands in its trace. Without it, a span is counted by itself. */
  start(span: SpanLike, context: StartContext): void {
    this.#structure.start(span, context);
  }

  /** Counts one finished span: one look-up and a few sums, unless it is the first of its name or a sample. */
  add(span: SpanLike): void {
    const place = this.#structure.placeOf(span);
    const isCounted =
      place === undefined && this.#countsAllAlone ? this.#gate.lets(span) : this.admits(span, place);
    if (isCounted) this.count(span, place);
  }

  /** Hands over the builders added up so far; the next span opens new ones. */
  take(): SpanBuilder[] {
    this.#structure.settle();
    return this.takeFirst(this.#open.length);
  }

  /**
   * The same in parts, between which the event loop turns. A span that ends meanwhile is in the builder of its name
   * that is still to be taken, or in a new one.
   */
  async takeInParts(to: (builders: SpanBuilder[]) => void): Promise<void> {
    this.#structure.settle();
    for (let left = this.#open.length; ; left -= NAMES_AT_ONCE) {
      to(this.takeFirst(NAMES_AT_ONCE));
      await nextTurn();
      if (left <= NAMES_AT_ONCE) break;
    }
    this.#names.forgetUnseen(monotonicTime());
  }

  /** Names that hold a place. */
  get namesInUse(): number {
    return this.#names.size;
  }

  private takeFirst(names: number): SpanBuilder[] {
    this.#samples.settle();
    const nowMs = monotonicTime();
    // A builder's start is monotonic while it is open, so that no step of our own clock moves it.
    const serverMinusMonotonicMs = this.#clock.now() - nowMs;
    const builders: SpanBuilder[] = [];
    for (const name of this.#open.splice(0, names)) {
      const builder = name.builder;
      if (builder === undefined) continue;
      name.builder = undefined;
      this.#counts.taken += builder.total;
      this.#samples.free(builder.sampleBytes);
      name.lastSeenMs = nowMs;
      builder.startTimeMs = Math.floor(builder.startTimeMs + serverMinusMonotonicMs);
      builder.endTimeMs = Math.max(Math.floor(nowMs + serverMinusMonotonicMs), builder.startTimeMs);
      builders.push(builder);
    }
    this.#names.logOverflow();
    return builders;
  }

  private admits(span: SpanLike, place: Place | undefined): boolean {
    if (this.#gate.lets(span))
      return place === undefined ? this.countsAlone(span) : this.countsPlaced(span, place);
    place?.leaveOut();
    return false;
  }

  /** A span whose start was not told: nothing is known of those around it. */
  private countsAlone(span: SpanLike): boolean {
    if (!this.#internalSpans && roleOf(span) === 'layer') {
      this.#counts.internal++;
      return false;
    }
    if (this.#exceptionsByType && span.events.length > 0)
      this.countExceptions(span, undefined, exceptionsOf(span));
    return true;
  }

  private countsPlaced(span: SpanLike, place: Place): boolean {
    const verdict = this.#structure.end(span, place);
    // Apart from the span itself: what a layer or an excluded operation threw is counted too.
    if (this.#exceptionsByType && place.told !== undefined)
      this.countExceptions(span, place, place.told.thrown);
    if (verdict === 'leave out') this.#counts.internal++;
    return verdict === 'count';
  }

  private count(span: SpanLike, place: Place | undefined): void {
    // Read before the look-up, so that the memory of the span is fetched meanwhile.
    const cost = costMs(span.duration);
    const error = failed(span, this.#errorStatus);
    const name = this.#names.find(this.nameOf(span, place));
    if (name === undefined) {
      place?.leaveOut();
      return;
    }
    const builder = name.builder ?? this.openBuilder(name);
    builder.add(cost, error);
    if (name.hasBodySizes) addBodySize(builder, span);
    if (this.#samples.mayKeep(name, place, cost, error))
      this.#samples.keepIfAllowed({ span, place, name, builder, costMs: cost, failed: error });
  }

  private nameOf(span: SpanLike, place: Place | undefined): unknown {
    if (this.#naming !== undefined) return this.#naming(span, place);
    const route = place?.told?.route;
    return route === undefined ? span.name : withRoute(span, route);
  }

  /** As the .NET agent does it: besides the span, a call of `ex:<type>` that is no error of its own. */
  private countExceptions(
    span: SpanLike,
    place: Place | undefined,
    exceptions: readonly ExceptionText[],
  ): void {
    const cost = costMs(span.duration);
    for (const exception of exceptions) {
      if (exception.isAnswer) continue;
      const name = this.#names.find(`ex:${exception.type || 'Error'}`);
      if (name === undefined) continue;
      const builder = name.builder ?? this.openBuilder(name);
      builder.add(cost, false);
      this.#samples.keepException({ span, place, name, builder, costMs: cost, failed: false }, exception);
    }
  }

  private openBuilder(name: Name): SpanBuilder {
    name.period = this.period;
    name.builder = new SpanBuilder(name.text, monotonicTime());
    this.#open.push(name);
    return name.builder;
  }
}

/** Reading any attribute may throw, and the span is counted already. */
function addBodySize(builder: SpanBuilder, span: SpanLike): void {
  try {
    builder.value += bodySize(span.attributes);
  } catch {
    // Its size stays unknown.
  }
}
