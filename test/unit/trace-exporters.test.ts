import { describe, expect, test } from 'vitest';
import { processorsFor } from '../../src/register/trace-exporters.ts';
import { logLines } from '../support/harness.ts';

interface Made {
  readonly package: string;
  readonly class: string;
  readonly given: readonly unknown[];
}

/** The app's packages, whose classes only note what they are given. */
function packages(...missing: string[]) {
  const made: Made[] = [];
  const load = (name: string) => {
    if (missing.includes(name)) throw new Error(`no ${name}`);
    return new Proxy({} as Record<string, new (...given: unknown[]) => object>, {
      get: (_, className) =>
        class {
          constructor(...given: unknown[]) {
            made.push({ package: name, class: String(className), given });
          }
        },
    });
  };
  return { made, load };
}

describe('what OTEL_BSP_… says of batches goes to the processor of the exporter', () => {
  test.each([
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'maxQueueSize'],
    ['OTEL_BSP_SCHEDULE_DELAY', 'scheduledDelayMillis'],
    ['OTEL_BSP_EXPORT_TIMEOUT', 'exportTimeoutMillis'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 'maxExportBatchSize'],
  ])('%s is its %s', (variable, option) => {
    for (const [text, value] of [
      ['17', 17],
      ['0', undefined],
      ['-1', undefined],
      ['many', undefined],
    ] as const) {
      const { made, load } = packages();
      processorsFor(['otlp'], { [variable]: text }, load);
      const { given } = made.find((each) => each.class === 'BatchSpanProcessor') as Made;
      const [options] = given as [Record<string, unknown>];
      const { exporter, ...rest } = options;
      expect(exporter).toBeDefined();
      expect(Object.entries(rest).filter(([, each]) => each !== undefined)).toEqual(
        value === undefined ? [] : [[option, value]],
      );
    }
  });
});

test('a processor of before 2.9 is given its exporter by itself', () => {
  const { made, load } = packages('@opentelemetry/sdk-trace');
  processorsFor(['console', 'otlp'], { OTEL_BSP_SCHEDULE_DELAY: '17' }, load);
  expect(made.map((each) => `${each.package} ${each.class} ${each.given.length}`)).toEqual([
    '@opentelemetry/sdk-trace-base ConsoleSpanExporter 0',
    '@opentelemetry/sdk-trace-base SimpleSpanProcessor 2',
    '@opentelemetry/exporter-trace-otlp-proto OTLPTraceExporter 0',
    '@opentelemetry/sdk-trace-base BatchSpanProcessor 2',
  ]);
  expect(made.at(-1)?.given[1]).toMatchObject({ scheduledDelayMillis: 17 });
});

test.each([
  [{}, 'proto'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'GRPC' }, 'grpc'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'http'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' }, 'proto'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier pigeon' }, 'proto'],
])('under %j OTLP is sent by the package of its protocol', (env, name) => {
  const lines = logLines();
  const { made, load } = packages();
  processorsFor(['otlp'], env, load);
  expect(made.map((each) => each.package)).toContain(`@opentelemetry/exporter-trace-otlp-${name}`);
  expect(lines).toEqual(
    JSON.stringify(env).includes('pigeon')
      ? ['warn variable OTEL_EXPORTER_OTLP_PROTOCOL: "carrier pigeon" is not known; http/protobuf is taken']
      : [],
  );
});

test('an exporter that nobody knows, or whose package is missing, costs no other', () => {
  const lines = logLines();
  const { load } = packages('@opentelemetry/exporter-zipkin');
  expect(processorsFor(['jaeger', 'zipkin', 'console'], {}, load)).toHaveLength(1);
  expect(lines).toEqual([
    'warn variable OTEL_TRACES_EXPORTER: "jaeger" is none of otlp, console, zipkin, none',
    'error variable OTEL_TRACES_EXPORTER: zipkin cannot be started: Error: no @opentelemetry/exporter-zipkin',
  ]);
});
