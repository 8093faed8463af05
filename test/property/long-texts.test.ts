import { type Span, SpanKind } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { StardustExporter, StardustSpanProcessor } from '../../src/index.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** What is looked at of a span does not grow with what it holds: 8 kB, of which not all is shown, cost what 1 MB costs. */

const SMALL = 8_000;
const LARGE = 1_000_000;
const TRIES = 6;
/** A copy of a megabyte, which the engine makes of a text that was put together. */
const COPY_MS = 5;

const TEXTS: Readonly<Record<string, string>> = {
  words: 'lorem ipsum dolor ',
  JSON: JSON.stringify({ id: 7, mail: 'u7@test.example', password: 'x', nested: { token: 'abc' } }),
  'percent signs': '密=>%3D',
  'Chinese, in part encoded': '密码%E5%AF%86',
  'escapes that are cut off': '%3D12345%E5=%',
  'escapes of escapes': '%2520%zz%41\\n',
  'a URL, encoded': encodeURIComponent('http://u:p@h/x?a= 7&token=x'),
  'one letter': 'a',
  quotes: '"',
  backslashes: '\\',
  SQL: "select 1 from t where a = 'x' ",
  'lines of a stack': '\n    at f (x.js:1:1)',
  'a query': 'a=b&',
};

const PLACES: Readonly<Record<string, (span: Span, text: string) => void>> = {
  'the name': (span, text) => span.updateName(text),
  'status.message': (span, message) => span.setStatus({ code: 2, message }),
  'error.type': (span, text) => span.setAttribute('error.type', text).setStatus({ code: 2 }),
  'status.message of gRPC': (span, message) =>
    span.setAttribute('rpc.grpc.status_code', 5).setStatus({ code: 2, message }),
  'the key of an attribute': (span, text) => span.setAttribute(text, 1),
  'an attribute': (span, text) => span.setAttribute('x', text),
  'a list': (span, text) => span.setAttribute('x', Array(50).fill(text)),
  'a list of headers': (span, text) => span.setAttribute('x.headers', [text, text]),
  'a statement': (span, text) => span.setAttribute('db.query.text', text),
  'a command of Redis': (span, text) =>
    span.setAttributes({ 'db.system.name': 'redis', 'db.query.text': text }),
  'a statement of MongoDB': (span, text) =>
    span.setAttributes({ 'db.system.name': 'mongodb', 'db.query.text': text }),
  'an address': (span, text) => span.setAttribute('url.full', text),
  'a path and a query': (span, text) =>
    span.setAttributes({ 'http.request.method': 'GET', 'url.path': text, 'url.query': text }),
  'a header': (span, text) =>
    span.setAttributes({ 'http.request.method': 'GET', 'http.request.header.x': [text] }),
  'a destination': (span, text) =>
    span.setAttributes({ 'messaging.system': 'kafka', 'messaging.destination.name': text }),
  'an exception': (span, text) => {
    span.recordException({ name: 'E', message: text, stack: text });
    span.setStatus({ code: 2, message: text });
  },
  "an exception's type": (span, text) => {
    span.recordException({ name: text, message: 'x' });
    span.setStatus({ code: 2 });
  },
  'the name of an event': (span, text) => span.addEvent(text, { x: text }),
  'a link': (span, text) => span.addLink({ context: { traceId: text, spanId: text, traceFlags: 1 } }),
};

const MANY = 100_000;
const LIMIT = { attributeCountLimit: MANY + 5, eventCountLimit: MANY, linkCountLimit: MANY };

interface Measured {
  readonly kind?: SpanKind;
  /** Below it no further try is made: it could only be better. */
  readonly enough?: number;
}

/** How long the end of a span takes at best, over spans of new names, of which samples are kept. */
function best(
  put: (span: Span, n: number) => void,
  { kind = SpanKind.INTERNAL, enough = 0 }: Measured = {},
): number {
  const exporter = new StardustExporter({ server: 'http://127.0.0.1:9', appId: 'app', naming: 'stardust' });
  const processor = new StardustSpanProcessor(exporter);
  const provider = new BasicTracerProvider({ spanProcessors: [processor], spanLimits: LIMIT });
  const tracer = provider.getTracer('app');
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < TRIES && least >= enough; n++) {
    const span = tracer.startSpan(`op ${'xyzuvw'[n]}`, { kind });
    put(span, n);
    const start = cpuTime();
    span.end();
    least = Math.min(least, cpuTime() - start);
  }
  return least;
}

const filled = (piece: string, units: number) => piece.repeat(units / piece.length + 1).slice(0, units);

describe.each(Object.entries(PLACES))('the end of a span with a text of a megabyte as %s', (_, put) => {
  it.each(Object.entries(TEXTS))('costs what 8 kB cost: %s', (_, piece) => {
    const small = filled(piece, SMALL);
    const large = filled(piece, LARGE);
    const enough = 3 * best((span, n) => put(span, small + n)) + COPY_MS;
    expect(best((span, n) => put(span, large + n), { enough })).toBeLessThan(enough);
  });
});

describe.each(Object.entries(PLACES))('the end of a span with a text of 1 kB as %s', (_, put) => {
  it.each(Object.entries(TEXTS))('takes less than 5 ms: %s', (_, piece) => {
    const text = filled(piece, 1_000);
    expect(best((span, n) => put(span, text + n), { enough: 5 })).toBeLessThan(5);
  });
});

describe('the end of a span with 100,000', () => {
  const text = filled('password=%20x ', 4_000);
  const many: Readonly<Record<string, (span: Span, n: number) => void>> = {
    attributes: (span, n) => span.setAttribute(`a${n}`, text),
    'attributes that are hidden': (span, n) => span.setAttribute(`password${n}`, text),
    headers: (span, n) => span.setAttribute(`http.request.header.h${n}`, [text]),
    events: (span, n) => span.addEvent('e', { n }),
    exceptions: (span, n) => {
      span.recordException({ name: 'E', message: `${n}`, stack: text });
    },
    links: (span, n) => {
      span.addLink({ context: { traceId: `${n}`, spanId: `${n}`, traceFlags: 1 } });
    },
  };

  it.each(Object.entries(many))(
    '%s costs about what 200 cost',
    (_, add) => {
      const put = (count: number) => (span: Span) => {
        span.setAttribute('http.request.method', 'GET').setStatus({ code: 2 });
        for (let n = 0; n < count; n++) add(span, n);
      };
      const usual = 3 * best(put(200));
      for (const [count, enough] of [
        [10_000, usual + 2 * COPY_MS],
        [MANY, usual + COPY_MS],
      ] as const)
        expect(best(put(count), { enough })).toBeLessThan(enough);
    },
    60_000,
  );
});

describe.each([
  ['server', SpanKind.SERVER],
  ['client', SpanKind.CLIENT],
])('the end of a %s span of HTTP with a path of a megabyte', (_, kind) => {
  it.each(['a/', ' ', '7/', '%2f'])('costs what 8 kB cost: %s', (piece) => {
    const put = (units: number) => (span: Span, n: number) => {
      const url = `http://host/${n}/${filled(piece, units)}`;
      span.setAttributes({ 'http.request.method': 'GET', 'url.full': url });
    };
    const enough = 3 * best(put(SMALL), { kind }) + COPY_MS;
    expect(best(put(LARGE), { kind, enough })).toBeLessThan(enough);
  });
});
