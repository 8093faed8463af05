import { describe, expect, test } from 'vitest';
import { costMs, errorStatusRule, failed } from '../../src/span/outcome.ts';
import { KIND_CLIENT, KIND_SERVER } from '../../src/span/span-like.ts';
import { makeSpan } from '../support/make-span.ts';

type Attributes = Record<string, unknown>;

describe('the cost of a span', () => {
  test.each([
    [[0, 0], 0],
    [[0, 1], 0.000_001],
    [[1, 500_000], 1_000.5],
    [[86_400 * 30, 0], 86_400_000 * 30],
    [[-1, 0], 0],
    [[0, -1], 0],
    [[Number.NaN, 0], 0],
    [[Number.POSITIVE_INFINITY, 0], 0],
    [[Number.NEGATIVE_INFINITY, 0], 0],
    [[1e11, 0], 1e14],
    [[1e200, 0], 1e14],
  ] as const)('of %s seconds and nanoseconds is %d ms', (duration, ms) => {
    expect(costMs(duration)).toBe(ms);
  });
});

describe('a span', () => {
  const answered = (kind: number, attributes: Attributes) =>
    failed(makeSpan({ kind, attributes }), errorStatusRule(500));
  const runs = {
    valueOf() {
      throw new Error('the code of a value was run');
    },
  };

  test.each<[string, boolean, number, Attributes]>([
    ['of a server that answered 500', true, KIND_SERVER, { 'http.response.status_code': 500 }],
    ['of a server that answered 500 under the old name', true, KIND_SERVER, { 'http.status_code': 500 }],
    ['of a server that answered 499', false, KIND_SERVER, { 'http.response.status_code': 499 }],
    ['of a client that was answered 500', false, KIND_CLIENT, { 'http.response.status_code': 500 }],
    ['of a server with a message of gRPC', true, KIND_SERVER, { 'grpc.error_message': 'no' }],
    ['of a client with a message of gRPC', false, KIND_CLIENT, { 'grpc.error_message': 'no' }],
    ['of a server that tells no status', false, KIND_SERVER, {}],
    ['of a server whose status would run code', false, KIND_SERVER, { 'http.response.status_code': runs }],
  ])('%s failed: %s', (_, isFailed, kind, attributes) => {
    expect(answered(kind, attributes)).toBe(isFailed);
  });

  test.each([
    ['error', true],
    ['none', false],
  ])('of any kind whose status is %s failed: %s', (_, error) => {
    for (const kind of [0, 1, 2, 3, 4])
      expect(failed(makeSpan({ kind, error }), errorStatusRule(500))).toBe(error);
  });

  test.each([400, 401, 403, 404, 405, 499, 500])(
    'is judged by the rule of the .NET agent at %i',
    (status) => {
      const span = makeSpan({ kind: KIND_SERVER, attributes: { 'http.response.status_code': status } });
      expect(failed(span, errorStatusRule('stardust'))).toBe(status === 400 || status > 404);
    },
  );
});
