import { expect, test, vi } from 'vitest';
import { resourceOf, settledAttributes } from '../../src/session/settled-resource.ts';
import type { ResourceLike, SpanLike } from '../../src/span/span-like.ts';
import { fakeTime } from '../support/fake-time.ts';
import { makeSpan } from '../support/make-span.ts';

const ATTRIBUTES = { 'service.name': 'shop' };
const unreadable = (key: string) =>
  Object.defineProperty({}, key, {
    get: () => {
      throw new Error('no');
    },
  });

test.each([
  ['an object', { attributes: ATTRIBUTES }, true],
  ['nothing', undefined, false],
  ['null', null, false],
  ['a text', 'resource', false],
])('the resource of a span that is %s is used: %#', (_, resource, isUsed) => {
  const span = { ...makeSpan(), resource } as unknown as SpanLike;
  expect(resourceOf(span)).toBe(isUsed ? resource : undefined);
});

test('a resource that cannot be read is none', () => {
  expect(resourceOf(unreadable('resource') as SpanLike)).toBeUndefined();
});

test.each<[string, object]>([
  ['has no pending ones', {}],
  [
    'has none, says it',
    { asyncAttributesPending: false, waitForAsyncAttributes: () => new Promise(() => {}) },
  ],
  ['cannot be waited for', { asyncAttributesPending: true }],
  [
    'fails at that',
    { asyncAttributesPending: true, waitForAsyncAttributes: () => Promise.reject(new Error('no')) },
  ],
  [
    'throws at that',
    {
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => {
        throw new Error('no');
      },
    },
  ],
])('the attributes of a resource that %s are what is there, at once', async (_, more) => {
  fakeTime();
  const told = vi.fn();
  void settledAttributes({ attributes: ATTRIBUTES, ...more }).then(told);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toHaveBeenCalledWith(ATTRIBUTES);
});

test('attributes that cannot be read are none', async () => {
  expect(await settledAttributes(unreadable('attributes') as ResourceLike)).toBeUndefined();
});

/** A resource whose attributes come after so long. */
function pending(ms: number): ResourceLike {
  let attributes: Record<string, string> = {};
  return {
    get attributes() {
      return attributes;
    },
    asyncAttributesPending: true,
    waitForAsyncAttributes: () =>
      new Promise((resolve) => {
        setTimeout(() => {
          attributes = ATTRIBUTES;
          resolve();
        }, ms);
      }),
  };
}

test.each([
  [4_999, ATTRIBUTES],
  [5_001, {}],
])('pending attributes that come after %i ms are %j', async (ms, attributes) => {
  fakeTime();
  const settled = settledAttributes(pending(ms));
  await vi.advanceTimersByTimeAsync(ms);
  expect(await settled).toEqual(attributes);
});

test('pending attributes are waited for until five seconds are over', async () => {
  fakeTime();
  const told = vi.fn();
  void settledAttributes(pending(60_000)).then(told);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(told).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toHaveBeenCalledWith({});
});
