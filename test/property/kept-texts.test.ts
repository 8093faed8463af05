import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Span, SpanKind } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { StardustExporter, StardustSpanProcessor } from '../../src/index.ts';

/** Of a text of a megabyte only what is shown stays in memory: V8 keeps a whole string for as long as a piece of it is held. */

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MEGABYTE = 1_000_000;
/** Of each beginning. */
const SPANS = 8;
/** Less than the texts of one beginning; the engine itself holds on to a few. */
const HELD_BYTES = 6 * MEGABYTE;

const BEGINNINGS: readonly ((n: number) => string)[] = [
  (n) => `w${n}-abcdefghijklmnop x`,
  (n) => `abcdefghijklmnopqrst${n}=abcdefghijklmnopqrs${n} `,
  (n) => `w${n}abcdefghijklmnop:8080/`,
  (n) => `w${n}abcdefghijklmnop/w${n}abcdefghijklmnop/`,
  (n) => `w${n}abcdefghijklmnop?abcdefghijklmnop${n}=`,
  (n) => `w${n}abcdefghijklmnop\n    at w${n}abcdefghijklmnop\n`,
];

const PLACES: Readonly<Record<string, (span: Span, text: string) => void>> = {
  'the name': (span, text) => span.updateName(text),
  'status.message': (span, message) => span.setStatus({ code: 2, message }),
  'error.type': (span, text) => span.setAttribute('error.type', text).setStatus({ code: 2 }),
  'an attribute': (span, text) => span.setAttribute('x', text),
  'a statement': (span, text) =>
    span.setAttributes({ 'db.system.name': 'postgresql', 'db.query.text': `select * from ${text}` }),
  'a collection': (span, text) =>
    span.setAttributes({
      'db.system.name': 'mongodb',
      'db.operation.name': text,
      'db.collection.name': text,
    }),
  'an address': (span, text) =>
    span.setAttributes({ 'http.request.method': 'GET', 'url.full': `http://${text}` }),
  'a host': (span, text) => span.setAttributes({ 'http.request.method': 'GET', 'server.address': text }),
  'a path and a query': (span, text) =>
    span.setAttributes({ 'http.request.method': 'GET', 'url.path': `/${text}`, 'url.query': text }),
  'a route': (span, text) =>
    span.setAttributes({ 'http.request.method': 'GET', 'http.route': `/${text}`, 'url.path': '/' }),
  'a destination': (span, text) =>
    span.setAttributes({ 'messaging.system': 'kafka', 'messaging.destination.name': text }),
  'a service': (span, text) =>
    span.setAttributes({ 'rpc.system': 'grpc', 'rpc.service': text, 'rpc.method': text }),
  'an exception': (span, text) => {
    span.recordException({ name: text, message: text, stack: text });
    span.setStatus({ code: 2 });
  },
};

const room = Buffer.alloc(MEGABYTE, 'x');

/** Of a megabyte, and one string, not a tree of pieces. */
function longText(beginning: string): string {
  const length = room.write(beginning);
  const text = room.toString('latin1');
  room.fill('x', 0, length);
  return text;
}

/** Bytes that stay in memory of spans of new names, of each of which a sample is kept. */
function heldBytes(kind: number, put: (span: Span, text: string) => void) {
  const exporter = new StardustExporter({ server: 'http://127.0.0.1:9', appId: 'app', naming: 'stardust' });
  const provider = new BasicTracerProvider({ spanProcessors: [new StardustSpanProcessor(exporter)] });
  const tracer = provider.getTracer('app');
  collectGarbage();
  const { heapUsed } = process.memoryUsage();
  for (let n = 0; n < SPANS * BEGINNINGS.length; n++) {
    const beginning = BEGINNINGS[n % BEGINNINGS.length] as (n: number) => string;
    const span = tracer.startSpan(`op ${n}`, { kind });
    put(span, longText(beginning(n)));
    span.end();
  }
  collectGarbage();
  const held = process.memoryUsage().heapUsed - heapUsed;
  void exporter.shutdown();
  return held;
}

describe('a span with a text of a megabyte leaves no more in memory than is shown', () => {
  const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT };
  const rows = Object.entries(PLACES).flatMap(([place, put]) =>
    Object.entries(kinds).map(([name, kind]) => ({ place, put, name, kind })),
  );
  it.each(rows)('as $place of a $name', ({ put, kind }) => {
    expect(heldBytes(kind, put)).toBeLessThan(HELD_BYTES);
  });
});
