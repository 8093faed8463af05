import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { bytesOfSample, SampleWriter } from '../../src/span/sample.ts';
import { type SpanLike, scopeOf } from '../../src/span/span-like.ts';
import { makeSpan } from '../support/make-span.ts';

const writer = new SampleWriter({ redactor: new Redactor([]), strict: false, tag: undefined });
const sampleOf = (span: SpanLike) =>
  writer.sampleOf({ span, costMs: 1, failed: true, heard: undefined, maxTagLength: 1_024 });

describe('a sample', () => {
  test.each<[string, Partial<SpanLike>, string]>([
    ['of 2.x', { parentSpanContext: { spanId: 'a1' } }, 'a1'],
    ['of 1.x', { parentSpanId: 'a1' }, 'a1'],
    ['of a root', {}, ''],
  ])('tells the parent of a span %s', (_, told, parent) => {
    expect(sampleOf({ ...makeSpan(), ...told }).parentSpanId).toBe(parent);
  });

  test.each([
    [{ 'http.request.body.size': -5, 'http.response.body.size': 7 }, 7],
    [{ 'http.request.body.size': Number.NaN, 'http.response.body.size': 7 }, 7],
    [{ 'http.request.body.size': Number.POSITIVE_INFINITY, 'http.response.body.size': 7 }, 7],
    [{ 'http.request.body.size': '5', 'http.response.body.size': 7 }, 7],
    [{ 'http.request.body.size': '5', 'http.request_content_length': 6 }, 6],
    [{}, 0],
  ])('of a span with %j has the value %i', (attributes, value) => {
    expect(sampleOf(makeSpan({ attributes })).value).toBe(value);
  });

  test('begins when its span did, to the millisecond', () => {
    const span = { ...makeSpan(), startTime: [1_700_000_000, 123_000_000] as const };
    expect(sampleOf(span).startTimeMs).toBe(1_700_000_000_123);
  });

  test('has the tag of the user, without its secrets', () => {
    const rules = { redactor: new Redactor([]), strict: false, tag: () => 'mine password=hunter2' };
    const span = makeSpan({ attributes: { a: 1 } });
    const told = { span, costMs: 1, failed: false, heard: undefined, maxTagLength: 1_024 };
    expect(new SampleWriter(rules).sampleOf(told)).toMatchObject({ tag: 'mine password=***', error: '' });
  });

  test('takes two bytes of memory more for each character of its texts', () => {
    const sample = sampleOf(makeSpan());
    const bytes = (tag: string, error: string) => bytesOfSample({ ...sample, tag, error });
    expect(bytes('abc', '') - bytes('', '')).toBe(6);
    expect(bytes('', 'abc') - bytes('', '')).toBe(6);
  });
});

test('each sample of an exception has an id of its own', () => {
  const span = makeSpan();
  const exception = { type: 'E', message: 'm', stack: '', statement: '', isAnswer: false };
  const ids = Array.from({ length: 50 }, () => writer.exceptionSample(span, 1, exception, 1_024).spanId);
  expect(new Set([...ids, span.spanContext().spanId]).size).toBe(51);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[string, Partial<SpanLike>, string]>([
  ['2.x', { instrumentationScope: { name: 'net' } }, 'net'],
  ['1.x', { instrumentationLibrary: { name: 'net' } }, 'net'],
  ['neither', {}, ''],
])('the instrumentation of a span of %s is known by its name', (_, told, scope) => {
  expect(scopeOf({ ...makeSpan(), ...told })).toBe(scope);
});
