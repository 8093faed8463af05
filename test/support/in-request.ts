import { context, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll } from 'vitest';

const provider = new NodeTracerProvider();
const tracer = provider.getTracer('http');

// Sets the context manager.
beforeAll(() => provider.register());
afterAll(() => {
  for (const api of [trace, context, propagation]) api.disable();
});

/** Works inside of a request, as the HTTP server's instrumentation has one active, and gives what it then knows. */
export async function inRequest(path: string, work: (span: Span) => unknown, route?: string) {
  const span = tracer.startSpan('GET', { attributes: { 'url.path': path } });
  const metadata = { type: RPCType.HTTP as const, span, route: route as never };
  await context.with(setRPCMetadata(ROOT_CONTEXT, metadata), () => work(span));
  const { events } = span as unknown as ReadableSpan;
  return {
    route: metadata.route as string | undefined,
    errors: events.map(({ attributes }) => attributes?.['exception.message']),
  };
}
