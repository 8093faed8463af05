// Finished spans as a real service ends them: made by the SDK, so that they have its classes and shapes.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

/** `count` finished spans under 50 names: half HTTP server, a quarter HTTP client and database, a quarter internal. */
export function finishedSpans(count) {
  const spans = [];
  const collector = {
    onStart() {},
    onEnd: (span) => spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = new BasicTracerProvider({ spanProcessors: [collector] }).getTracer('bench');
  for (let i = 0; i < count; i++) {
    const name = i % 50;
    const start = Date.now();
    const span = tracer.startSpan(...shapeOf(name));
    if (i % 97 === 0) span.setStatus({ code: SpanStatusCode.ERROR, message: 'boom' });
    span.end(start + (i % 40));
  }
  return spans;
}

export function shapeOf(name) {
  switch (name % 4) {
    case 0:
    case 1:
      return [
        `GET /route/${name}/:id`,
        {
          kind: SpanKind.SERVER,
          attributes: {
            'http.request.method': 'GET',
            'url.scheme': 'http',
            'server.address': '127.0.0.1',
            'network.peer.address': '127.0.0.1',
            'network.protocol.version': '1.1',
            'user_agent.original': 'bench',
            'url.path': `/route/${name}/7`,
            'http.response.status_code': 200,
            'http.route': `/route/${name}/:id`,
          },
        },
      ];
    case 2:
      return [
        `SELECT ${name}`,
        {
          kind: SpanKind.CLIENT,
          attributes: {
            'db.system.name': 'postgresql',
            'db.namespace': 'shop',
            'db.query.text': 'SELECT * FROM orders WHERE id = $1',
            'server.address': 'db',
            'server.port': 5432,
          },
        },
      ];
    default:
      return [
        `middleware - ${name}`,
        { kind: SpanKind.INTERNAL, attributes: { 'express.type': 'middleware' } },
      ];
  }
}
