import fc from 'fast-check';
import {
  anyContext,
  anyDuration,
  anyHrTime,
  anyText,
  anyValue,
  goodIds,
  hex,
  rarely,
  refuse,
} from './hostile-values.ts';
import type {
  HrTime,
  RecordedAttributes,
  RecordedContext,
  RecordedEvent,
  RecordedResource,
  RecordedSpan,
} from './recorded-spans.ts';

/** Attributes that decide a span's name, outcome, tag or error, in their new names and their old. */
const KNOWN_KEYS = `
  http.request.method http.response.status_code http.route url.full url.path url.query url.scheme
  server.address server.port client.address user_agent.original error.type http.request.body.size
  http.response.body.size http.request.header.authorization http.request.header.cookie
  http.method http.status_code http.status_text http.url http.target http.scheme http.host http.client_ip
  http.error_name http.error_message http.user_agent http.request_content_length
  http.response_content_length net.peer.name net.peer.port net.peer.ip net.host.name net.host.port
  db.system.name db.namespace db.query.text db.operation.name db.collection.name
  db.system db.name db.statement db.operation db.sql.table db.mongodb.collection db.redis.database_index
  messaging.system messaging.destination.name messaging.destination messaging.operation.name
  messaging.operation messaging.operation.type messaging.url messaging.kafka.topic
  rpc.system rpc.service rpc.method rpc.grpc.status_code rpc.system.name rpc.response.status_code
  grpc.error_message exception.type exception.message exception.stacktrace express.type peer.service
`
  .trim()
  .split(/\s+/);
const EXCEPTION_KEYS = ['exception.type', 'exception.message', 'exception.stacktrace', 'exception.escaped'];

/** Attributes under the keys given and under any other; now and then one throws when read. */
function anyAttributes(keys: readonly string[]): fc.Arbitrary<RecordedAttributes> {
  const key = fc.oneof(
    { arbitrary: fc.constantFrom(...keys), weight: 8 },
    { arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'password'), weight: 1 },
    { arbitrary: anyText, weight: 1 },
  );
  const entry = fc.record({ key, value: anyValue, throws: rarely(40) });
  return fc.tuple(fc.array(entry, { maxLength: 12 }), fc.boolean()).map(([entries, bare]) => {
    const attributes: Record<string, unknown> = bare ? Object.create(null) : {};
    for (const { key: name, value, throws } of entries) {
      const how = throws ? { get: refuse } : { value, writable: true };
      Object.defineProperty(attributes, name, { ...how, enumerable: true, configurable: true });
    }
    // Without it, a failing property could not show an attribute that throws.
    Object.defineProperty(attributes, fc.toStringMethod, { value: () => fc.stringify(entries) });
    return attributes;
  });
}

const anyEvent = fc
  .record({
    name: fc.oneof(fc.constant('exception'), anyText, anyValue),
    time: anyHrTime,
    attributes: fc.option(anyAttributes(EXCEPTION_KEYS), { nil: undefined, freq: 4 }),
  })
  .map(({ attributes, ...event }) => (attributes ? { ...event, attributes } : event) as RecordedEvent);

const anyLinks = fc
  .tuple(fc.array(anyContext, { maxLength: 3 }), fc.constantFrom(1, 1, 1, 400))
  .map(([contexts, times]) =>
    Array.from({ length: times }, () => contexts.map((context) => ({ context }))).flat(),
  );

const anyResource = fc.oneof(
  fc.constant({ attributes: { 'service.name': 'shop' } }),
  anyAttributes(['service.name', 'service.version']).map((attributes) => ({ attributes })),
  anyAttributes(['service.name']).map((attributes) => ({
    attributes,
    asyncAttributesPending: true,
    waitForAsyncAttributes: () => Promise.reject(new Error('no resource')),
  })),
  fc.constantFrom(undefined, null, {}).map((resource) => resource as unknown as RecordedResource),
);

/**
 * Spans of any content at all in the structure of a `ReadableSpan`. The type is a lie in part, as it is for
 * programs in plain JavaScript: a name may be no string, a time no pair, an attribute may throw when read. Only
 * `spanContext()`, `status`, `attributes`, `events` and `links` are always what they are to be on the outside.
 * Two spans share an id only where it is all zeros.
 */
export const hostileSpan: fc.Arbitrary<RecordedSpan> = fc
  .record({
    name: fc.oneof({ arbitrary: anyText, weight: 6 }, { arbitrary: anyValue, weight: 1 }),
    kind: fc.oneof(fc.constantFrom<unknown>(0, 1, 2, 3, 4), fc.constantFrom<unknown>(-1, 5, 1.5, '1', null)),
    context: anyContext,
    parent: fc.option(anyContext, { nil: undefined }),
    startTime: anyHrTime,
    endTime: anyHrTime,
    duration: anyDuration,
    status: fc.record(
      {
        code: fc.oneof(fc.constantFrom<unknown>(0, 1, 2, 3), fc.constantFrom<unknown>(-1, '2', undefined)),
        message: fc.oneof(anyText, anyValue),
      },
      { requiredKeys: ['code'] },
    ),
    attributes: anyAttributes(KNOWN_KEYS),
    events: fc.array(anyEvent, { maxLength: 4 }),
    links: anyLinks,
    resource: anyResource,
    instrumentationScope: fc.constantFrom<unknown>({ name: 'manual' }, { name: 5 }, undefined),
  })
  .map(({ context, parent, ...span }) => {
    return finished({ ...(span as unknown as RecordedSpan), parentSpanContext: parent }, context);
  });

/** What sane spans are made of. */
interface SaneOptions {
  /** Names to choose from; by default a few as the instrumentations give them. */
  readonly names?: readonly string[];
  /** The longest duration; all are whole milliseconds. 2,000 by default. */
  readonly maxDurationMs?: number;
  /** First and last start in Unix milliseconds; by default a minute of 24 November 2026. */
  readonly startMs?: readonly [from: number, to: number];
  /** One span in how many is an error; 0 for none. 5 by default. */
  readonly errorOneIn?: number;
}

/** Each name with the kind, scope and attributes of the instrumentation that gives it. */
const SANE: readonly (readonly [string, number, string, RecordedAttributes])[] = [
  [
    'GET /users/:id',
    1,
    '@opentelemetry/instrumentation-http',
    { 'http.request.method': 'GET', 'http.route': '/users/:id' },
  ],
  [
    'POST /orders',
    1,
    '@opentelemetry/instrumentation-http',
    { 'http.request.method': 'POST', 'http.route': '/orders' },
  ],
  [
    'GET',
    2,
    '@opentelemetry/instrumentation-undici',
    { 'http.request.method': 'GET', 'url.full': 'http://127.0.0.1:8080/stock?item=7' },
  ],
  [
    'pg.query:SELECT shop',
    2,
    '@opentelemetry/instrumentation-pg',
    { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1' },
  ],
  [
    'publish orders',
    3,
    '@opentelemetry/instrumentation-amqplib',
    { 'messaging.system': 'rabbitmq', 'messaging.destination': 'orders' },
  ],
  ['nightly report', 0, 'manual', {}],
];

/** Realistic spans with few names and whole milliseconds: what is added up from them can be checked exactly. */
export function saneSpan(options: SaneOptions = {}): fc.Arbitrary<RecordedSpan> {
  const { maxDurationMs = 2_000, startMs = [1_795_529_867_976, 1_795_529_927_976], errorOneIn = 5 } = options;
  const names = options.names ?? SANE.map(([name]) => name);
  return fc
    .record({
      ids: goodIds,
      parent: fc.option(hex(16), { nil: undefined }),
      name: fc.constantFrom(...names),
      start: fc.integer({ min: startMs[0], max: startMs[1] }),
      cost: fc.nat(maxDurationMs),
      failed: errorOneIn > 0 ? rarely(errorOneIn) : fc.constant(false),
    })
    .map(({ ids, parent, name, start, cost, failed }) => {
      const context = { ...ids, traceFlags: 1 };
      const [, kind, scope, attributes] = SANE.find(([known]) => known === name) ?? [name, 0, 'manual', {}];
      const endTime = hrTime(start + cost);
      return finished(
        {
          name,
          kind,
          parentSpanContext: parent === undefined ? undefined : { ...context, spanId: parent },
          startTime: hrTime(start),
          endTime,
          duration: hrTime(cost),
          status: failed ? { code: 2, message: 'boom' } : { code: 0 },
          attributes:
            kind === 1 ? { ...attributes, 'http.response.status_code': failed ? 500 : 200 } : attributes,
          events: failed ? [exception(endTime)] : [],
          links: [],
          resource: { attributes: { 'service.name': 'shop', 'service.version': '1.2.3' } },
          instrumentationScope: { name: scope },
        },
        context,
      );
    });
}

type Rest = 'spanContext' | 'ended' | 'droppedAttributesCount' | 'droppedEventsCount' | 'droppedLinksCount';

function finished(span: Omit<RecordedSpan, Rest>, context: RecordedContext): RecordedSpan {
  return {
    ...span,
    spanContext: () => context,
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
}

function exception(time: HrTime): RecordedEvent {
  const attributes = { 'exception.type': 'TypeError', 'exception.message': 'boom' };
  return { name: 'exception', time, attributes };
}
