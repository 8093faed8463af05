import type { TextMapPropagator } from '@opentelemetry/api';
import { propagatorOf } from './chains/otel-propagators.ts';
import { samplerOf } from './chains/otel-sampler.ts';
import { type SamplerLike, StardustSampler } from './chains/sampler.ts';
import { optionOf } from './config/option-of.ts';
import type { StardustOptions } from './config/options.ts';
import { CONSOLE_DEFAULTS } from './config/resolve.ts';
import { StardustExporter } from './exporter.ts';
import { log } from './runtime/log.ts';
import { StardustSpanProcessor } from './span-processor.ts';

/** What `NodeSDK` and a tracer provider take. */
export interface Stardust {
  readonly spanProcessors: [StardustSpanProcessor];
  readonly sampler: StardustSampler;
  /** For `NodeSDK`; a provider's `register` calls it `propagator`. */
  readonly textMapPropagator: TextMapPropagator;
}

/**
 * Processor, sampler and propagator, wired together. Names are Stardust's own (`naming: 'stardust'`), and layers of
 * frameworks are not counted (`internalSpans: false`), unless the options or variables say otherwise.
 *
 * @param options - those of the processor, and `root`: the sampler that would be used without us. Without `root`
 * `OTEL_TRACES_SAMPLER` names it; where that is unset too, chains are marked as Stardust's own agents do it.
 * @throws TypeError for bad options: it names each one, its rule and what was given.
 *
 * @example
 * ```ts
 * const s = stardust();
 * new NodeTracerProvider(s).register({ propagator: s.textMapPropagator });
 * ```
 * @example
 * ```ts
 * new NodeSDK({ ...stardust(), instrumentations: [getNodeAutoInstrumentations()] }).start();
 * ```
 */
export function stardust(options: StardustOptions & { root?: SamplerLike | undefined } = {}): Stardust {
  const { root: _, ...rest } = options;
  const root = optionOf(options, 'root');
  const exporter = new StardustExporter(rest, CONSOLE_DEFAULTS);
  const processor = new StardustSpanProcessor(exporter);
  const fromEnvironment = root === undefined ? samplerOf(process.env) : {};
  if (fromEnvironment.fault !== undefined) log.warn(`${fromEnvironment.fault}; chains are marked instead`);
  const sampler = new StardustSampler({ root: root ?? fromEnvironment.sampler });
  sampler.take(exporter.samplingSource);
  return { spanProcessors: [processor], sampler, textMapPropagator: propagatorOf(process.env) };
}
