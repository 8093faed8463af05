import type { Context } from '@opentelemetry/api';
import { StardustExporter } from './exporter.ts';
import type { StardustStats } from './lifecycle/stats.ts';
import type { SpanLike } from './span/span-like.ts';

/**
 * Counts every finished span, sampled or not, and has the sums sent to Stardust once a period. Implements
 * OpenTelemetry's `SpanProcessor` of 2.x and 3.x.
 *
 * @example
 * ```ts
 * new NodeTracerProvider({ spanProcessors: [new StardustSpanProcessor()] }).register();
 * ```
 */
export class StardustSpanProcessor {
  readonly #exporter: StardustExporter;

  /**
   * With no argument it is configured from the environment. Without a server it counts nothing and logs one warning.
   * @param exporter - by default one of its own
   */
  constructor(exporter: StardustExporter = new StardustExporter()) {
    this.#exporter = exporter;
    exporter.attach();
  }

  /**
   * For `register`, which asks more of it than a processor has to give.
   * @internal
   */
  get exporter(): StardustExporter {
    return this.#exporter;
  }

  /** Notes below which span this one starts, so that one call seen by two instrumentations counts once. */
  onStart(span: object, parentContext: Context): void {
    this.#exporter.start(span as SpanLike, parentContext);
  }

  /** Adds the span up. Tens of nanoseconds; nothing of the span is kept but what a sample copies. */
  onEnd(span: SpanLike): void {
    this.#exporter.count(span);
  }

  /** See {@link StardustExporter.forceFlush}. */
  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  /** See {@link StardustExporter.shutdown}. */
  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  /** What happened since start, as a frozen plain object. */
  stats(): StardustStats {
    return this.#exporter.stats();
  }
}
