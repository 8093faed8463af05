import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { SampleWriter } from '../../src/span/sample.ts';
import type { SpanLike } from '../../src/span/span-like.ts';
import { expectNoLeak } from '../support/leaks.ts';
import { type RecordedSpan, recordedFiles } from '../support/recorded-spans.ts';

const redactor = new Redactor([]);
const writer = new SampleWriter({ redactor, strict: false, tag: undefined });
const spans = recordedFiles().flatMap((file) => file.spans);

const letters = (set: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...set), minLength: length, maxLength: length });
/** As random tokens are: both cases and digits. */
const secret = fc
  .tuple(letters('ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789', 21), letters('ABCDEFGH', 1))
  .map(([body, capital]) => `${capital}7x${body}`);

/** A secret of each shape, under no key. */
const SHAPES: Readonly<Record<string, (s: string) => string>> = {
  JWT: (s) => `eyJhbGciOiJIUzI1NiJ9.${s}${s}.${s}`,
  PEM: (s) => `-----BEGIN PRIVATE KEY-----\n${s}\n${s}\n-----END PRIVATE KEY-----`,
  GitHub: (s) => `ghp_${s}${s}`,
  OpenAI: (s) => `sk-proj-${s}1A${s}`,
  Slack: (s) => `xoxb-123-${s}`,
  GitLab: (s) => `glpat-${s}`,
  Stripe: (s) => `sk_live_${s}`,
  Alibaba: (s) => `LTAI${s}`,
};
/** A secret under a key or in an address, in each notation. */
const NOTATIONS: Readonly<Record<string, (s: string) => string>> = {
  pair: (s) => `password=${s}`,
  'pair with spaces': (s) => `api_key = "${s}"`,
  colon: (s) => `token: ${s}`,
  'full-width': (s) => `密码：${s}`,
  JSON: (s) => `{"clientSecret":"${s}","n":1}`,
  'JSON in JSON': (s) => JSON.stringify(JSON.stringify({ password: s })),
  XML: (s) => `<password>${s}</password>`,
  'name and value': (s) => `[{"name":"token","value":"${s}"}]`,
  option: (s) => `run --password ${s} now`,
  query: (s) => `https://h.test/a?page=1&access_token=${s}`,
  'user info': (s) => `https://ana:${s}@h.test/a`,
  'user info without a password': (s) => `https://${s}@h.test/a`,
  path: (s) => `https://h.test/reset/${s}/done`,
  Bearer: (s) => `Bearer ${s}`,
  header: (s) => `Authorization: Custom ${s}`,
  dash: (s) => `password -- ${s}`,
  call: (s) => `client.setPassword("${s}")`,
  'call with a user': (s) => `db.auth('ana', '${s}')`,
  'tag of YAML': (s) => `password: !secret ${s}\nport: 5432`,
  'a line of a key and a value': (s) => `password\t${s}`,
  'table with tabs': (s) => `id\tpassword\tcity\n7\t${s}\tRome`,
  'table with bars': (s) => `| id | token | city |\n| 7 | ${s} | Rome |`,
  CSV: (s) => `id,api_key,city\n7,${s},Rome`,
  'serialized by PHP': (s) => `["password"]=>\n  string(24) "${s}"`,
  Terraform: (s) => `variable "password" { default = "${s}" }`,
  'message of a validator': (s) => `{"type":"field","value":"${s}","msg":"short","path":"password"}`,
  'percent-encoded': (s) => encodeURIComponent(`{"password":"${s}"}`),
  'encoded twice': (s) => encodeURIComponent(encodeURIComponent(`/cb?access_token=${s}`)),
  'any parameter': (s) => `https://h.test/a?t=${s}&page=1`,
  statement: (s) => `SELECT a FROM t WHERE b = '${s}'`,
};

/** Every place of a span where a text may stand: a function that puts one there. */
function placesOf(span: RecordedSpan): ((text: string) => Partial<RecordedSpan>)[] {
  const attributes = Object.entries(span.attributes).filter(([, value]) => typeof value !== 'number');
  return [
    ...attributes.map(([key, value]) => (text: string) => ({
      attributes: { ...span.attributes, [key]: Array.isArray(value) ? [...value, text] : text },
    })),
    (text) => ({ attributes: { ...span.attributes, note: text } }),
    (text) => ({ status: { code: 2, message: text } }),
    (text) => ({ name: text }),
    (text) => ({
      status: { code: 2 },
      events: [
        {
          name: 'exception',
          attributes: {
            'exception.type': 'Error',
            'exception.message': text,
            'exception.stacktrace': `at f (${text})`,
          },
        },
      ] as unknown as RecordedSpan['events'],
    }),
  ];
}

/** All that leaves of a span. */
function textsOf(span: RecordedSpan): string {
  const { tag, error } = writer.sampleOf({
    span: span as unknown as SpanLike,
    costMs: 1,
    failed: true,
    heard: undefined,
    maxTagLength: 2_000,
  });
  return `${redactor.name(span.name)}\n${tag}\n${error}`;
}

const places = new Map(spans.map((span) => [span, fc.constantFrom(...placesOf(span))]));
const place = fc
  .constantFrom(...spans)
  .chain((span) => fc.tuple(fc.constant(span), places.get(span) ?? fc.constantFrom(...placesOf(span))));

describe('planted in any place of a recorded span, a secret is found in no name, tag or error', () => {
  test.each(Object.entries({ ...SHAPES, ...NOTATIONS }))('%s', (_, write) => {
    fc.assert(
      fc.property(place, secret, ([span, put], s) => {
        const changed = { ...span, spanContext: span.spanContext, ...put(write(s)) };
        expectNoLeak(s, textsOf(changed), 8);
      }),
      { numRuns: 400 },
    );
  });
});

/** Each attribute of each kind of span once, and the places that every span has. */
const everyPlace = new Map(
  spans.flatMap((span) => {
    const { attributes } = span;
    const sort = [
      span.kind,
      attributes['db.system'] ?? attributes['db.system.name'] ?? attributes['messaging.system'],
    ];
    const keys = Object.keys(attributes).filter((key) => typeof attributes[key] !== 'number');
    return placesOf(span).map((put, i) => [`${sort} ${keys[i] ?? i - keys.length}`, { span, put }] as const);
  }),
);

test.each(Object.entries({ ...SHAPES, ...NOTATIONS }))('so it is in every place: %s', (_, write) => {
  const s = 'Hq7Zm2Kx9Rw4Tn8Lv3Yc6Pd5';
  for (const [where, { span, put }] of everyPlace) {
    expectNoLeak(s, textsOf({ ...span, spanContext: span.spanContext, ...put(write(s)) }), 8, where);
  }
});

describe('planted in a message or an attribute, what only looks like a secret is found', () => {
  test.each([
    'max_tokens=512',
    'token.type=Bearer',
    'a basic requirement was violated',
    'password: must be at least 8 characters',
    'connect ECONNREFUSED session:6379',
    'risk-level-high-number-two',
    'GET /tokens/:id',
    'Invalid password -- please try again',
    'failed with status code 4829131',
    'id\tcity\n7\tRome',
    'a bearer of bad news',
    'cookie.consent=granted',
    '{"path":"city","msg":"too short","value":"Ro"}',
    'order 550e8400-e29b-41d4-a716-446655440000',
    'web@sha256:0123456789abcdef0123456789abcdef',
    '密码错误，请重新输入',
    'Unexpected token } in JSON at position 3',
    'https://h.test/npm/@scope/pkg@1.0.0?page=2',
  ])('%s', (text) => {
    for (const span of spans) {
      const { error } = writer.sampleOf({
        span: {
          ...span,
          spanContext: span.spanContext,
          status: { code: 2, message: text },
          events: [],
          attributes: {},
        } as unknown as SpanLike,
        costMs: 1,
        failed: true,
        heard: undefined,
        maxTagLength: 2_000,
      });
      expect(error).toContain(text);
    }
    expect(redactor.attribute('note', text)).toBe(text);
  });
});
