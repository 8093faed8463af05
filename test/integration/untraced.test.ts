import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, expect, test } from 'vitest';
import { devServer, processorFor, received } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

let unregister: (() => void) | undefined;

afterEach(() => {
  unregister?.();
  trace.disable();
  context.disable();
  propagation.disable();
});

test('a context manager that throws costs no count', async () => {
  context.setGlobalContextManager({
    active: () => ROOT_CONTEXT,
    with: () => {
      throw new Error('no contexts here');
    },
    bind: (_, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  const server = await devServer();
  const processor = processorFor(server);
  processor.onEnd(makeSpan({ name: 'job' }));
  await processor.forceFlush();
  expect(received(server, 'job').total).toBe(1);
});

test('our own calls make no span and carry no traceparent, under a request of the user too', async () => {
  const server = await devServer();
  const processor = processorFor(server);
  const memory = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [processor, new SimpleSpanProcessor(memory)] });
  provider.register();
  unregister = registerInstrumentations({
    instrumentations: [
      getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-fs': { enabled: false } }),
    ],
  });
  await provider.getTracer('test').startActiveSpan('request', async (span) => {
    await fetch(`${server.url}/traced`);
    await processor.forceFlush();
    span.end();
  });
  await processor.forceFlush();
  expect(memory.getFinishedSpans().map(({ name }) => name)).toEqual(['GET', 'request']);
  expect(received(server, 'request').total).toBe(1);
  const traced = server.requests().filter(({ headers }) => headers.traceparent !== undefined);
  expect(traced.map(({ path }) => path)).toEqual(['/traced']);
  expect(server.requests().length).toBeGreaterThan(3);
});
