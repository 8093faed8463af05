import fc from 'fast-check';
import { anyCharacter } from './any-character.ts';
import type { RecordedContext } from './recorded-spans.ts';

const KIB_100 = 100 * 1024;
/** Text that cuts, escapes, encodings and databases stumble over. */
const ODD_TEXT = [
  ...['', ' ', '\t\r\n', '\u0000', '\u0007bell', '\u007f\u0085', '\u2028', '\ufeff', '\u202e', '"\\/'],
  ...['\ud83d', 'a\udc00b', '\udc00\ud800', '😀'.repeat(120), `${'a'.repeat(199)}😀`, 'e\u0301'.repeat(110)],
  ...['x'.repeat(KIB_100), '\ud800'.repeat(KIB_100), '\u0001'.repeat(KIB_100), '中'.repeat(KIB_100)],
  ...['?', '#', '&', ':', '*', '/', '//', '__proto__', 'constructor', 'other:overflow', 'db::', 'http://'],
];
/** Values as they are to be, so that hostile spans also get far into the code. */
const PLAUSIBLE: readonly unknown[] = [
  ...['GET', '_OTHER', '/users/42?token=secret', 'https://u:p@shop.example:8443/a/b?c=d#e', 'http://['],
  ...['SELECT * FROM "users" WHERE id = \'1\'', 'postgresql', 'redis', 'kafka', 'orders', 'SET k v', '::1'],
  ...[0, 200, 404, 500, 5432, '500', -1, 99, 1e9, 2 ** 53, 23, true, 'TypeError', '/static/app.js'],
];
const ODD_VALUES: readonly unknown[] = [
  ...[null, undefined, Number.NaN, Number.POSITIVE_INFINITY, -0, 1n, new Date(Number.NaN)],
  ...[new Uint8Array(3), [], [null, 'a', 1], [['a']], ['\ud83d'], {}, { a: { b: [1, { c: null }] } }],
  ...[Object.create(null), cyclic(), throwingText(), new Map([['a', 1]]), () => 'called', Array(5)],
];
/** Pairs that are times before 1970, before year 1, after 9999, of years' length, negative, or none at all. */
const ODD_TIMES: readonly unknown[] = [
  ...['-1 0', '-62135596801 0', '253402300800 0', '100000000 0', '-3 0', '0 -1', '1.5 0.5'].map(pair),
  ...['1800000000 2e9', '1800000000 -5', 'NaN 0', '0 NaN', 'Infinity 0', '-Infinity 0', '1e300 0'].map(pair),
  ...[undefined, null, {}, 'now', 1_795_529_867_976, new Date(0)],
  ...[[], [1], ['1', '2'], [1n, 1n], [null, {}]],
];

/** Short and huge, sane and malformed; always a string. */
export const anyText = fc.oneof(
  { arbitrary: fc.constantFrom(...ODD_TEXT), weight: 3 },
  { arbitrary: fc.string({ unit: anyCharacter, maxLength: 300 }), weight: 2 },
  { arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 }).map(fromUnits), weight: 2 },
  { arbitrary: fc.constantFrom('GET /users/:id', 'GET', 'pg.query:SELECT shop', 'redis-GET'), weight: 2 },
);

/** What an attribute may hold, and in plain JavaScript anything else. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constantFrom(...PLAUSIBLE), weight: 4 },
  { arbitrary: anyText, weight: 2 },
  { arbitrary: fc.constantFrom(...ODD_VALUES), weight: 2 },
  { arbitrary: fc.anything({ withNullPrototype: true, withTypedArray: true, maxDepth: 2 }), weight: 1 },
);

const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, -1, 1e300, -1e300, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, -5e-324),
);

/** Times of today, of other ages, of no age, and what is no time. */
export const anyHrTime: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.tuple(fc.integer({ min: 1.7e9, max: 1.9e9 }), fc.nat(999_999_999)), weight: 6 },
  { arbitrary: fc.tuple(anyNumber, anyNumber), weight: 1 },
  { arbitrary: fc.constantFrom(...ODD_TIMES), weight: 2 },
);

/** Mostly seconds, at times years, negative, or no duration at all. */
export const anyDuration: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat(999_999_999)), weight: 9 },
  { arbitrary: fc.tuple(fc.constant(0), fc.nat(3_000_000)), weight: 3 },
  { arbitrary: anyHrTime, weight: 2 },
);

/** Hex digits, never biased towards small ones: two spans do not share an id by accident. */
export function hex(length: number): fc.Arbitrary<string> {
  const digit = fc.nat(15).map((value) => value.toString(16));
  return fc.noShrink(fc.noBias(fc.string({ unit: digit, minLength: length, maxLength: length })));
}

/** Ids as OpenTelemetry makes them. */
export const goodIds = fc.record({ traceId: hex(32), spanId: hex(16) });

const anyIds: fc.Arbitrary<{ traceId: unknown; spanId: unknown }> = fc.oneof(
  { arbitrary: goodIds, weight: 6 },
  { arbitrary: fc.record({ traceId: hex(30), spanId: hex(16) }), weight: 1 },
  { arbitrary: fc.record({ traceId: hex(120), spanId: hex(60) }), weight: 1 },
  { arbitrary: fc.record({ traceId: anyValue, spanId: hex(16) }), weight: 1 },
  { arbitrary: fc.record({ traceId: hex(32), spanId: hex(13).map((id) => `\ud800${id}\u0000`) }), weight: 1 },
  { arbitrary: fc.constant({ traceId: '0'.repeat(32), spanId: '0'.repeat(16) }), weight: 1 },
);
const anyFlags = fc.oneof(fc.constantFrom<unknown>(0, 1, 3, 255, 256, -1, undefined, '01'), anyNumber);
/** A span's identity: ids too short, too long, of other types, flags out of range. */
export const anyContext = fc
  .tuple(anyIds, anyFlags)
  .map(([ids, traceFlags]) => ({ ...ids, traceFlags }) as RecordedContext);

function fromUnits(units: readonly number[]): string {
  return String.fromCharCode(...units);
}

/** True once in about so many times. */
export function rarely(times: number): fc.Arbitrary<boolean> {
  return fc.noBias(fc.nat(times - 1)).map((drawn) => drawn === times - 1);
}

/** Throws: for getters, and for objects that will not be made into text. */
export function refuse(): never {
  throw new Error('this cannot be read');
}

function pair(text: string): number[] {
  return text.split(' ').map(Number);
}

function cyclic(): unknown {
  const self: Record<string, unknown> = {};
  self.self = self;
  return self;
}

function throwingText(): unknown {
  return { toString: refuse, toJSON: refuse };
}
