import { Client, Pool } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import { loadUndici, requireGlobals } from '../../src/transport/load-undici.ts';
import { refused } from '../support/built-ins.ts';

/** Runs work while a property is another one, or is not there; no longer, since the test runner needs it, too. */
function whileIt<T>(holder: object, key: string, is: PropertyDescriptor | 'missing', work: () => T): T {
  const own = Reflect.getOwnPropertyDescriptor(holder, key) ?? {};
  if (is === 'missing') Reflect.deleteProperty(holder, key);
  else Reflect.defineProperty(holder, key, { configurable: true, ...is });
  try {
    return work();
  } finally {
    Reflect.defineProperty(holder, key, own);
  }
}

/** What a failure of the work says. */
function failureOf(work: () => unknown): string {
  try {
    return String(work());
  } catch (error) {
    return String(error);
  }
}

describe('the globals', () => {
  test('are enough as they are', () => {
    expect(requireGlobals()).toBeUndefined();
  });

  const globals = [
    'queueMicrotask',
    'setTimeout',
    'setImmediate',
    'Blob',
    'DOMException',
    'WeakRef',
    'FinalizationRegistry',
  ];
  test.each<[string, object, string]>([
    ...globals.map((name): [string, object, string] => [name, globalThis, name]),
    ['setTimeout', globalThis, 'clearTimeout'],
    ['setImmediate', globalThis, 'clearImmediate'],
  ])('without %s are not, which the failure tells: %#', (name, holder, key) => {
    expect(failureOf(() => whileIt(holder, key, 'missing', requireGlobals))).toBe(
      `Error: the global ${name} cannot be used, and HTTP needs it here: ReferenceError: ${key} is not defined`,
    );
  });

  test.each<[string, object, string, unknown]>([
    ['queueMicrotask', globalThis, 'queueMicrotask', refused],
    ['setTimeout', globalThis, 'setTimeout', refused],
    ['setTimeout', globalThis, 'setTimeout', () => 7],
    ['setTimeout', globalThis, 'clearTimeout', refused],
    ['setImmediate', globalThis, 'setImmediate', refused],
    ['setImmediate', globalThis, 'clearImmediate', refused],
    ['WeakRef', globalThis, 'WeakRef', class {}],
    ['FinalizationRegistry', globalThis, 'FinalizationRegistry', class {}],
    ['Promise', Promise, 'all', refused],
    ['Promise', Promise, 'resolve', refused],
    ['Promise', Promise.prototype, 'then', refused],
    ['Error', Object, 'assign', refused],
  ])('of which %s does not work are not: %#', (name, holder, key, value) => {
    const failure = failureOf(() => whileIt(holder, key, { value, writable: true }, requireGlobals));
    expect(failure).toContain(`the global ${name} cannot be used`);
  });

  test('whose errors cannot be named are not', () => {
    const frozen = { value: 'Error', writable: false, configurable: true };
    expect(failureOf(() => whileIt(Error.prototype, 'name', frozen, requireGlobals))).toMatch(
      /the global Error cannot be used, .*read only/,
    );
  });
});

describe('undici', () => {
  test('is loaded in parts', async () => {
    const { connect, ...parts } = await loadUndici();
    expect(Object.keys(parts).sort()).toEqual(['Client', 'Pool', 'buildConnector']);
    expect([parts.Pool === Pool, parts.Client === Client, typeof connect]).toEqual([true, true, 'function']);
  });

  test.each([
    ['is missing', 0],
    ['gives one instance', 1],
  ])('is not loaded where WebAssembly %s', async (_, instances) => {
    let left = instances;
    class Memory {
      constructor() {
        if (left-- === 0) throw new RangeError('could not allocate memory');
      }
    }
    const loading = whileIt(globalThis, 'WebAssembly', { value: { Memory } }, () => loadUndici());
    await expect(loading).rejects.toThrow(
      'this process cannot use WebAssembly, which HTTP needs here: RangeError: could not allocate memory',
    );
  });

  const part = 'undici/lib/dispatcher/pool.js';
  const failing = (code: string | undefined) => ({
    get default() {
      throw Object.assign(new Error('no part'), { code });
    },
  });

  test.each(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'])(
    'is loaded whole if a part is elsewhere, which %s tells',
    async (code) => {
      vi.doMock(part, () => failing(code));
      const { Pool: pool, connect } = await loadUndici();
      vi.doUnmock(part);
      expect([pool, connect]).toEqual([Pool, Client.prototype.connect]);
    },
  );

  test.each(['EMFILE', undefined])('is not loaded if a part fails with %s', async (code) => {
    vi.doMock(part, () => failing(code));
    await expect(loadUndici()).rejects.toThrow('no part');
    vi.doUnmock(part);
  });
});
