import { type Environment, variableOf } from '../config/environment.ts';
import { shownIfHarmless } from '../config/shown.ts';
import { log } from '../runtime/log.ts';
import type { Exports, Load } from './packages.ts';

/** A span processor of the app's own SDK, which we only pass on. */
export interface SpanProcessorLike {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

const HTTP = 'http/protobuf';
/** The package of an OTLP exporter, by its protocol. */
const OTLP: Readonly<Record<string, string>> = { grpc: 'grpc', 'http/json': 'http', [HTTP]: 'proto' };

/**
 * The processors that `NodeSDK` would have made for these names: it makes none where it is given ours. The packages
 * are those that it depends on itself.
 */
export function processorsFor(
  names: readonly string[],
  env: Environment,
  besideSdk: Load,
): SpanProcessorLike[] {
  return names.flatMap((name) => {
    try {
      return processorFor(name, env, besideSdk) ?? unknownName(name);
    } catch (error) {
      log.error(`variable OTEL_TRACES_EXPORTER: ${name} cannot be started: ${String(error)}`);
      return [];
    }
  });
}

function unknownName(name: string): [] {
  log.warn(`variable OTEL_TRACES_EXPORTER: ${shownIfHarmless(name)} is none of otlp, console, zipkin, none`);
  return [];
}

function processorFor(name: string, env: Environment, load: Load): SpanProcessorLike | undefined {
  const { exports, withExporter } = sdkTrace(load);
  if (name === 'console')
    return withExporter('SimpleSpanProcessor', make(exports, 'ConsoleSpanExporter'), {});
  const exporter = exporterNamed(name, env, load);
  return exporter === undefined ? undefined : withExporter('BatchSpanProcessor', exporter, batching(env));
}

function exporterNamed(name: string, env: Environment, load: Load): unknown {
  if (name === 'zipkin') return make(load('@opentelemetry/exporter-zipkin'), 'ZipkinExporter');
  if (name !== 'otlp') return undefined;
  const protocol =
    text(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? text(env, 'OTEL_EXPORTER_OTLP_PROTOCOL') ?? HTTP;
  const module = OTLP[protocol];
  if (module === undefined) {
    log.warn(
      `variable OTEL_EXPORTER_OTLP_PROTOCOL: ${shownIfHarmless(protocol)} is not known; ${HTTP} is taken`,
    );
  }
  return make(load(`@opentelemetry/exporter-trace-otlp-${module ?? 'proto'}`), 'OTLPTraceExporter');
}

interface SdkTrace {
  readonly exports: Exports;
  withExporter(processor: string, exporter: unknown, options: object): SpanProcessorLike;
}

/** `sdk-trace`, since 2.9; what came before has the same classes, with the exporter as an argument of its own. */
function sdkTrace(load: Load): SdkTrace {
  try {
    const exports = load('@opentelemetry/sdk-trace');
    return { exports, withExporter: (name, exporter, rest) => make(exports, name, { exporter, ...rest }) };
  } catch {
    const exports = load('@opentelemetry/sdk-trace-base');
    return { exports, withExporter: (name, exporter, rest) => make(exports, name, exporter, rest) };
  }
}

/** `OTEL_BSP_…`, which newer processors leave to their caller. */
function batching(env: Environment): object {
  const number = (name: string) => {
    const value = Number(variableOf(env, `OTEL_BSP_${name}`));
    return value > 0 ? value : undefined;
  };
  return {
    maxQueueSize: number('MAX_QUEUE_SIZE'),
    scheduledDelayMillis: number('SCHEDULE_DELAY'),
    exportTimeoutMillis: number('EXPORT_TIMEOUT'),
    maxExportBatchSize: number('MAX_EXPORT_BATCH_SIZE'),
  };
}

function make<T>(exports: Exports, name: string, ...args: unknown[]): T {
  const Class = exports[name] as new (...args: unknown[]) => T;
  return new Class(...args);
}

function text(env: Environment, variable: string): string | undefined {
  return variableOf(env, variable)?.toLowerCase();
}
