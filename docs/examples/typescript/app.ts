import { createServer } from 'node:http';
import { trace } from '@opentelemetry/api';

interface Order {
  readonly id: string;
  readonly total: number;
}

const port = Number(process.env.PORT ?? 3000);
const tracer = trace.getTracer('orders');

/** A step that is worth a row gets a span of its own. */
function price(id: string): Order {
  return tracer.startActiveSpan('price order', (span) => {
    const order = { id, total: id.length * 10 };
    span.end();
    return order;
  });
}

// Plain http has no routes, so the names come from paths: ids in them are read as *.
createServer((request, response) => {
  const id = /^\/orders\/(\d+)$/.exec(request.url ?? '')?.[1];
  response.statusCode = id === undefined ? 404 : 200;
  response.end(JSON.stringify(id === undefined ? {} : price(id)));
}).listen(port);
