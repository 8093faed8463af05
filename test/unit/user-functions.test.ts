import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { safeFilter, safeHeaders, safeNaming, safeTag } from '../../src/config/user-functions.ts';
import { nextTurn } from '../../src/runtime/clock.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { withoutSecrets } from '../../src/runtime/own-secrets.ts';
import type { SpanLike } from '../../src/span/span-like.ts';
import { logLines } from '../support/logged.ts';

/** What becomes of the functions that a user gives, whatever they do. */

const span = { name: 'op' } as SpanLike;
const other = { name: 'other' } as SpanLike;

let lines: string[] = [];
beforeEach(() => {
  startLogHour(0);
  lines = logLines();
});
afterEach(() => {
  vi.useRealTimers();
});

const throwing = () => {
  throw new Error('no');
};

const throwText = () => {
  // As a user's function may do.
  const text: unknown = 'a text';
  throw text;
};

describe('a function that does its work', () => {
  test('names, filters and tags spans, and nothing is logged', () => {
    expect(safeNaming((each) => `my ${each.name}`)?.(span)).toBe('my op');
    const filter = safeFilter((each) => each.name === 'op');
    expect([filter?.(span), filter?.(other)]).toEqual([true, false]);
    const tag = safeTag((each) => `tag of ${each.name}`);
    expect([tag?.(span), tag?.(other)]).toEqual(['tag of op', 'tag of other']);
    expect(safeTag(() => '')?.(span)).toBe('');
    expect(lines).toEqual([]);
  });

  test('may give a tag of up to 10,000 characters, of which the rest is cut', () => {
    expect(safeTag(() => 'a'.repeat(10_001))?.(span)).toBe('a'.repeat(10_000));
  });
});

test('without a function none is asked', () => {
  expect([safeNaming('span'), safeNaming('stardust'), safeFilter(undefined), safeTag(undefined)]).toEqual([
    ...[undefined, undefined, undefined, undefined],
  ]);
});

describe.each<[string, () => unknown, string]>([
  ['throws', throwing, 'threw Error: no'],
  ['throws a text', () => throwText(), 'threw a text'],
  ['answers a number', () => 7, 'answered a value of type number'],
  ['answers nothing', () => undefined, 'answered a value of type undefined'],
  ['is async', async () => 'late', 'answered a value of type object'],
  ['is async and rejects', async () => throwing(), 'answered a value of type object'],
])('a function that %s', (_, bad, fault) => {
  test.each<[string, (given: () => unknown) => (each: SpanLike) => unknown, unknown, string]>([
    [
      'naming',
      (given) => safeNaming(given as () => string) ?? throwing,
      'op',
      "the span's own name is taken",
    ],
    ['filter', (given) => safeFilter(given as () => boolean) ?? throwing, true, 'the span is counted'],
    ['tag', (given) => safeTag(given as () => string) ?? throwing, undefined, 'the usual tag is taken'],
  ])('is, as %s, passed over, and this is logged once', async (option, made, taken, consequence) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const ask = made(bad);
    expect([ask(span), ask(span), ask(span)]).toEqual([taken, taken, taken]);
    await nextTurn();
    await nextTurn();
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
    expect(lines).toEqual([`warn option ${option}: the function ${fault}; ${consequence}`]);
  });
});

test('an empty name is none, a filter answers true or false only, and faults of one function hide none of another', () => {
  expect(safeNaming(() => '')?.(span)).toBe('op');
  expect(safeFilter(() => '' as never)?.(span)).toBe(true);
  expect(lines).toEqual([
    "warn option naming: the function answered an empty string; the span's own name is taken",
    'warn option filter: the function answered an empty string; the span is counted',
  ]);
});

test('a function that fails now and then is asked each time', () => {
  let calls = 0;
  const naming = safeNaming(() => (++calls % 2 === 1 ? throwing() : `call ${calls}`));
  expect([1, 2, 3, 4].map(() => naming?.(span))).toEqual(['op', 'call 2', 'op', 'call 4']);
  expect(lines).toHaveLength(1);
});

test('a function that ends spans itself is not asked about those', () => {
  const asked: string[] = [];
  const filter: ((each: SpanLike) => boolean) | undefined = safeFilter((each) => {
    asked.push(each.name);
    // A span that ends here is filtered in turn.
    expect(filter?.(other)).toBe(true);
    return false;
  });
  expect([filter?.(span), filter?.(span)]).toEqual([false, false]);
  expect(asked).toEqual(['op', 'op']);
  expect(lines).toEqual(['warn option filter: the function ended a span itself; the span is counted']);
});

test('what a function throws is told in at most 200 characters', () => {
  safeNaming(() => {
    throw new Error('x'.repeat(1_000));
  })?.(span);
  const [, told = ''] = /the function (.*); the span's own/.exec(lines[0] ?? '') ?? [];
  expect(told).toMatch(/^threw Error: x+$/);
  expect(told).toHaveLength(200);
});

describe('headers', () => {
  test('that are no function are these', async () => {
    const headers = { 'x-a': '1' };
    expect(await safeHeaders(headers, 100)()).toBe(headers);
  });

  test.each<[string, () => unknown]>([
    ['at once', () => ({ 'X-Api': 'k7-marble-otter' })],
    ['later', async () => ({ 'X-Api': 'k7-marble-otter' })],
  ])(
    'of a function that gives them %s are sent by names in lower case, and their values are never shown',
    async (_, give) => {
      expect(await safeHeaders(give as never, 100)()).toEqual({ 'x-api': 'k7-marble-otter' });
      expect(withoutSecrets('told: k7-marble-otter')).toBe('told: ***');
      expect(lines).toEqual([]);
    },
  );

  test.each<[string, () => unknown, string]>([
    ['gives none', () => undefined, 'gave no headers'],
    ['gives null', async () => null, 'gave no headers'],
    ['gives what cannot be sent', async () => ({ 'a b': 'c' }), 'gave no headers'],
    ['gives one of ours', async () => ({ connection: 'close' }), 'gave no headers'],
    [
      'throws',
      () => {
        throw new TypeError('key hunter2');
      },
      'threw TypeError',
    ],
    ['rejects', () => Promise.reject(new RangeError('hunter2')), 'threw RangeError'],
    ['rejects with a text', () => Promise.reject('hunter2'), 'threw string'],
  ])('of a function that %s are none, and this is logged once', async (_, give, fault) => {
    const headers = safeHeaders(give as never, 100);
    expect([await headers(), await headers()]).toEqual([{}, {}]);
    expect(lines).toEqual([`warn option headers: the function ${fault}; the call goes without them`]);
  });

  test.each(['answers', 'rejects'])(
    'of a function that hangs are none, and it is asked again once it %s',
    async (how) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      let end = () => {};
      const hanging = new Promise((resolve, reject) => {
        end = () => (how === 'answers' ? resolve({ a: 'late' }) : reject(new Error('late')));
      });
      const answers = [hanging, Promise.resolve({ a: '1' })];
      let asked = 0;
      const headers = safeHeaders((() => answers[asked++]) as never, 100);
      const first = headers();
      await vi.advanceTimersByTimeAsync(99);
      expect(lines).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(await first).toEqual({});
      expect([await headers(), asked]).toEqual([{}, 1]);
      end();
      await vi.advanceTimersByTimeAsync(1);
      expect([await headers(), asked]).toEqual([{ a: '1' }, 2]);
      expect(lines).toEqual([
        'warn option headers: the function gave no answer within 100 ms; the call goes without them',
      ]);
    },
  );
});
