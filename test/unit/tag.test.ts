import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { KIND_CLIENT, KIND_INTERNAL, KIND_SERVER, type SpanLike } from '../../src/span/span-like.ts';
import { tagOf } from '../../src/span/tag.ts';
import { makeSpan } from '../support/make-span.ts';

type Attributes = Record<string, unknown>;

const tag = (kind: number, attributes: Attributes, more: Partial<SpanLike> = {}) =>
  tagOf({ ...makeSpan({ kind, attributes }), ...more }, new Redactor([]));

describe('the tag of a request shows its address', () => {
  const shown = (attributes: Attributes) => tag(KIND_SERVER, { 'http.request.method': 'GET', ...attributes });

  test.each<[Attributes, string]>([
    [{ 'url.path': 'orders' }, 'GET /orders'],
    [{ 'http.target': '/orders?page=2', 'url.query': 'page=3' }, 'GET /orders?page=2'],
    [{ 'url.path': '/orders', 'url.query': '?page=2' }, 'GET /orders?page=2'],
    [{ 'url.path': '/orders', 'url.query': 'q=who?' }, 'GET /orders?q=who?'],
    [{ 'server.address': 'shop' }, 'GET http://shop'],
    [{ 'net.host.name': 'shop', 'http.target': '/a' }, 'GET http://shop/a'],
    [{ 'url.scheme': 'https', 'server.address': 'shop', 'url.path': '/a' }, 'GET https://shop/a'],
    [{ 'http.scheme': 'https', 'server.address': 'shop', 'url.path': '/a' }, 'GET https://shop/a'],
    [{ 'server.address': 'shop', 'server.port': 80, 'url.path': '/a' }, 'GET http://shop/a'],
    [{ 'url.scheme': 'https', 'server.address': 'shop', 'server.port': 443 }, 'GET https://shop'],
    [{ 'server.address': 'shop', 'server.port': 8080 }, 'GET http://shop:8080'],
    [{ 'net.host.name': 'shop', 'net.host.port': 8080 }, 'GET http://shop:8080'],
    [{ 'url.full': 'http://shop/a', 'url.path': '/b' }, 'GET http://shop/a'],
    [{ 'client.address': '10.0.0.7', 'url.path': '/a' }, '10.0.0.7 GET /a'],
    [{ 'http.client_ip': '10.0.0.7', 'url.path': '/a' }, '10.0.0.7 GET /a'],
    [{}, 'GET'],
  ])('%j as %s', (attributes, line) => {
    expect(shown(attributes)).toBe(line);
  });
});

test('the tag of a call to another service shows no client', () => {
  expect(tag(KIND_CLIENT, { 'http.request.method': 'GET', 'client.address': '10.0.0.7' })).toBe('GET');
});

describe('the tag of a span with a statement', () => {
  test.each<[string, number, Attributes, string]>([
    [
      'of a database is the statement alone',
      KIND_INTERNAL,
      { 'db.system': 'sqlite', 'db.statement': 'SELECT 7', step: 'a' },
      'SELECT ?',
    ],
    [
      'that calls another service is the statement alone',
      KIND_CLIENT,
      { 'db.statement': 'SELECT 7', step: 'a' },
      'SELECT ?',
    ],
    [
      'of an app has the other attributes too',
      KIND_INTERNAL,
      { 'db.statement': 'SELECT 7', step: 'a' },
      'SELECT ?\nstep=a',
    ],
    [
      'under its stable name too',
      KIND_INTERNAL,
      { 'db.query.text': 'SELECT 7', 'db.statement': 'SELECT 8', step: 'a' },
      'SELECT ?\nstep=a',
    ],
    ['and no other attribute has one line', KIND_INTERNAL, { 'db.statement': 'SELECT 7' }, 'SELECT ?'],
    [
      'shows each of a list that holds something',
      KIND_CLIENT,
      { 'db.system': 'mysql', 'db.statement': ['', 'SELECT 7', {}, 'COMMIT'] },
      'SELECT ?\nCOMMIT',
    ],
    [
      'shows its attributes if no statement of the list holds anything',
      KIND_CLIENT,
      { 'db.statement': ['', {}], step: 'a' },
      'step=a',
    ],
  ])('%s', (_, kind, attributes, shown) => {
    expect(tag(kind, attributes)).toBe(shown);
  });
});

describe('the tag of another span', () => {
  test.each<[string, number, Attributes, string]>([
    [
      'of an app lists its attributes, one with a method of HTTP too',
      KIND_INTERNAL,
      { 'http.request.method': 'GET' },
      'http.request.method=GET',
    ],
    [
      'lists what tells of the network last, by the beginning of its key',
      KIND_INTERNAL,
      { 'server.port': 1, 'my.server.name': 'a', 'thread.id': 2, job: 'mail' },
      'my.server.name=a\njob=mail\nserver.port=1\nthread.id=2',
    ],
    [
      'shows texts, numbers and booleans, and nothing of what else there may be',
      KIND_INTERNAL,
      { a: true, b: 1.5, c: 'x', d: {}, e: null, f: () => 1, g: '', h: [true, 2] },
      'a=true\nb=1.5\nc=x\nh=true, 2',
    ],
    [
      'of a message shows what there is of destination, key and id',
      KIND_CLIENT,
      { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
      'orders',
    ],
    ...['messaging.message.id', 'messaging.message_id'].map((key): [string, number, Attributes, string] => [
      `of a message knows its ${key}`,
      KIND_CLIENT,
      { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders', [key]: 'm7' },
      'orders m7',
    ]),
  ])('%s', (_, kind, attributes, shown) => {
    expect(tag(kind, attributes)).toBe(shown);
  });

  test('shows a long value in part, and what follows it', () => {
    expect(tag(KIND_INTERNAL, { a: 'x '.repeat(700), b: 1 }).slice(0, 1_024)).toMatch(/^a=(?:x )+x?\nb=1$/);
  });

  test('shows the beginning of a long list', () => {
    const numbers = Array.from({ length: 1_000 }, (_, i) => i);
    const shown = tag(KIND_INTERNAL, { list: numbers, b: 1 });
    expect(shown).toMatch(/^list=0, 1, 2, 3, 4(?:, \d+)+\nb=1$/);
    expect(shown.length).toBeLessThan(200);
  });

  test('ends a list of long values behind what is looked at of it', () => {
    const list = [`password=${'x'.repeat(1_000)}`, `token=${'y'.repeat(2_000)}`, 'not', 'looked', 'at'];
    expect(tag(KIND_INTERNAL, { list })).toBe('list=password=***, token=***');
  });
});

describe('of a span with very many attributes', () => {
  /** Which of 1,000 attributes a tag reads. */
  const readOf = (key: string, value: string) => {
    const read = new Set<string>();
    const attributes: Attributes = {};
    for (let i = 0; i < 1_000; i++) {
      const each = `${key}${i}`;
      Object.defineProperty(attributes, each, { enumerable: true, get: () => read.add(each) && value });
    }
    return { tag: tag(KIND_INTERNAL, attributes), read };
  };

  test.each([
    ['that are shown', 'key', 'x'.repeat(100), 40],
    ['that are hidden', 'password', 'x'.repeat(1_400), 20],
  ])('%s, the tag reads no more than it needs', (_, key, value, most) => {
    const { tag: shown, read } = readOf(key, value);
    expect(shown.startsWith(`${key}0=`)).toBe(true);
    expect(read.size).toBeGreaterThan(3);
    expect(read.size).toBeLessThan(most);
  });

  test.each([
    [10_000, 'a=1', 'GET /a\nx: 1'],
    [10_001, '', 'GET /a'],
  ])('of %i attributes a tag is %j, and that of a request %j', (_attributesCount, shown, ofRequest) => {
    const more = { _attributesCount };
    expect(tag(KIND_INTERNAL, { a: 1 }, more)).toBe(shown);
    const request = { 'http.request.method': 'GET', 'url.path': '/a', 'http.request.header.x': ['1'] };
    expect(tag(KIND_SERVER, request, more)).toBe(ofRequest);
  });
});

describe('of the traces that a span is linked to', () => {
  const to = (traceId: string) => ({ context: { traceId, spanId: 'b'.repeat(16) } });

  test('the tag names three', () => {
    const links = ['1', '2', '3', '4'].map((digit) => to(digit.repeat(32)));
    const named = ['1', '2', '3'].map((digit) => `link: ${digit.repeat(32)} ${'b'.repeat(16)}`);
    expect(tag(KIND_INTERNAL, { a: 1 }, { links })).toBe(['a=1', ...named].join('\n'));
  });

  test('the tag does not name its own', () => {
    const span = makeSpan();
    const links = [to(span.spanContext().traceId), to('2'.repeat(32))];
    expect(tagOf({ ...span, links }, new Redactor([]))).toBe(`link: ${'2'.repeat(32)} ${'b'.repeat(16)}`);
  });

  test('the tag shows no more than an id may be long', () => {
    const links = [{ context: { traceId: 'a'.repeat(10_000), spanId: 'b'.repeat(10_000) } }];
    expect(tag(KIND_INTERNAL, {}, { links })).toMatch(/^link: a{32,60} b{16,60}$/);
  });
});
