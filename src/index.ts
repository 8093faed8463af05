export type { StardustOptions } from './config/options.ts';
export { StardustExporter } from './exporter.ts';
export type { ErrorStatusFrom } from './span/outcome.ts';
export type { SpanLike } from './span/span-like.ts';
export { StardustSpanProcessor } from './span-processor.ts';
export type { StardustStats } from './stats.ts';
