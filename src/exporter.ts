import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { offerSource, type SamplingSource, withdrawSource } from './chains/meeting-place.ts';
import type { StardustOptions } from './config/options.ts';
import { type Defaults, resolveSettings } from './config/resolve.ts';
import type { Settings } from './config/settings.ts';
import type { HandedOver } from './lifecycle/handed-over.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import type { StardustStats } from './lifecycle/stats.ts';
import { inBackground } from './runtime/background.ts';
import { holdProcess } from './runtime/deadline.ts';
import { log } from './runtime/log.ts';
import type { SpanLike } from './span/span-like.ts';
import type { StartContext } from './structure/structure.ts';

/**
 * Adds finished spans up into builders and sends them to Stardust once a period. Usually behind a
 * {@link StardustSpanProcessor}; it is a `SpanExporter` of OpenTelemetry too, see {@link StardustExporter.export}.
 *
 * @example
 * ```ts
 * new StardustSpanProcessor(new StardustExporter({ server: 'http://stardust:6600', appId: 'orders' }));
 * ```
 */
export class StardustExporter {
  readonly #settings: Settings;
  readonly #life: Lifecycle;
  readonly #samplingSource: SamplingSource;
  /** How spans come in: by `export()` until a processor is there; by both, they count twice. */
  #entrance: 'export' | 'processor' | 'both' = 'export';

  /**
   * @param defaults - those of `stardust()`; for its use alone
   * @throws TypeError for bad options: it names each one, its rule and what was given.
   */
  constructor(options: StardustOptions = {}, defaults: Defaults = {}) {
    const resolved = resolveSettings(options, process.env, defaults);
    this.#settings = resolved.settings;
    const life = new Lifecycle(resolved);
    this.#life = life;
    this.#samplingSource = {
      maxSamples: () => life.limits.value.maxSamples,
      maxNames: () => resolved.settings.maxNames,
      period: () => life.aggregator.period,
      link: () => life.aggregator.markChains(),
      stats: () => life.stats(),
    };
    // One turn later: `new NodeSDK({ ...stardust() })` sets the logger of OTEL_LOG_LEVEL after this.
    inBackground('the start of the exporter', async () => {
      await undefined;
      life.start();
    });
  }

  /**
   * A processor passes its spans to this exporter; the first of the process is the sampler's.
   * @internal
   */
  attach(): void {
    this.#entrance = 'processor';
    offerSource(this.#samplingSource);
  }

  /**
   * Logs in no earlier than with the first span, so that a process or thread without any stays off the console.
   * @internal
   */
  waitForSpan(): void {
    this.#life.waitForSpan();
  }

  /**
   * Notes where a span that starts stands in its trace. Never throws.
   * @internal
   */
  start(span: SpanLike, parentContext: StartContext): void {
    try {
      this.#life.aggregator.start(span, parentContext);
    } catch {
      // A span that cannot be marked is counted by itself.
    }
  }

  /** Counts one finished span. Costs tens of nanoseconds and never throws. */
  count(span: SpanLike): void {
    try {
      const { openDoor } = this.#life;
      if (openDoor === undefined) this.#life.countFirst(span);
      else openDoor.add(span);
    } catch {
      this.#life.ledger.unusable++;
    }
  }

  /**
   * Adds spans up, as any `SpanExporter` takes them; the period sends them, so the result is a success at once.
   * A `BatchSpanProcessor` before it passes sampled spans only, drops what is over 2,048 queued, and its
   * `forceFlush` never calls the exporter's: prefer {@link StardustSpanProcessor}.
   */
  export(spans: readonly SpanLike[], resultCallback: (result: ExportResult) => void): void {
    if (this.#entrance === 'processor') {
      this.#entrance = 'both';
      log.warn(
        'this exporter has a StardustSpanProcessor and is given spans by export() too: they count twice',
      );
    }
    for (const span of spans) this.count(span);
    resultCallback(
      this.#life.isOver
        ? { code: ExportResultCode.FAILED, error: new Error('StardustExporter has been shut down') }
        : { code: ExportResultCode.SUCCESS },
    );
  }

  /**
   * Sends what has been counted so far: joins a delivery under way, then tries once at once. Resolves when that
   * try has its outcome, also a bad one (the counts then wait); takes at most `requestTimeoutMillis`; never rejects.
   */
  async forceFlush(): Promise<void> {
    const { requestTimeoutMillis } = this.#settings;
    await holdProcess(this.flushInBackground(requestTimeoutMillis), requestTimeoutMillis);
  }

  /**
   * The same, as far as it gets in this time, and without holding the process.
   * @internal
   */
  flushInBackground(atMostMs: number): Promise<void> {
    return this.#life.flush(atMostMs);
  }

  /**
   * Removes and returns the counts that another thread can still deliver when this process exits.
   * @internal
   */
  handOver(): HandedOver | undefined {
    return this.#life.handOver();
  }

  /**
   * Flushes, logs out and closes all sockets within `shutdownTimeoutMillis`. May be called again; afterwards every
   * method is a no-op.
   */
  shutdown(): Promise<void> {
    inBackground('the shutdown', () => withdrawSource(this.#samplingSource));
    return this.#life.end();
  }

  /**
   * What a {@link StardustSampler} asks of us.
   * @internal
   */
  get samplingSource(): SamplingSource {
    return this.#samplingSource;
  }

  /** What happened since start, as a frozen plain object. */
  stats(): StardustStats {
    return this.#life.stats();
  }
}
