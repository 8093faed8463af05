export { StardustPropagator } from './chains/propagator.ts';
export {
  type SamplerLike,
  type SamplingResultLike,
  StardustSampler,
  type StardustSamplerOptions,
} from './chains/sampler.ts';
export type { DispatcherLike, Pem, RedactOptions, StardustOptions } from './config/options.ts';
export { StardustExporter } from './exporter.ts';
export type { StardustStats } from './lifecycle/stats.ts';
export type { ErrorStatusFrom } from './span/outcome.ts';
export type { SpanLike } from './span/span-like.ts';
export { StardustSpanProcessor } from './span-processor.ts';
export { type Stardust, stardust } from './stardust.ts';
