import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { inBackground } from '../../src/runtime/background.ts';
import { withOwnBuiltIns } from '../../src/runtime/built-ins.ts';
import { onePerProcess } from '../../src/runtime/one-per-process.ts';
import { orElse } from '../../src/runtime/or-else.ts';
import { onExit } from '../../src/runtime/process-exit.ts';
import { startThread } from '../../src/runtime/thread.ts';
import { isUntraced, untraced } from '../../src/runtime/untraced.ts';
import { replaced } from '../support/built-ins.ts';
import { temporaryFolder } from '../support/folders.ts';
import { logLines } from '../support/logged.ts';

/** What holds however an application treats its process: its built-ins, its context manager, its global object. */

afterEach(() => {
  vi.restoreAllMocks();
  context.disable();
});

/** What work gives while a property is another one, or is gone. Put back at once: vitest needs it too. */
function whileChanged<T>(
  holder: object,
  key: PropertyKey,
  now: PropertyDescriptor | undefined,
  work: () => T,
): T {
  const own = Reflect.getOwnPropertyDescriptor(holder, key);
  const put = (each: PropertyDescriptor | undefined) =>
    each === undefined ? Reflect.deleteProperty(holder, key) : Reflect.defineProperty(holder, key, each);
  put(now);
  try {
    return work();
  } finally {
    put(own);
  }
}

const as = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true });

const broken = () => {
  throw new Error('broken');
};

describe('work with built-ins of its own', () => {
  test.each<[string, object, PropertyKey, unknown]>([
    ['Array.prototype.map', Array.prototype, 'map', broken],
    ['Map.prototype.get', Map.prototype, 'get', broken],
    ['the steps of a Map', Object.getPrototypeOf(new Map().values()), 'next', broken],
    ['the steps of a Set', Object.getPrototypeOf(new Set().values()), 'next', broken],
    ['Set.prototype.add', Set.prototype, 'add', broken],
    ['String.prototype.slice', String.prototype, 'slice', broken],
    ['RegExp.prototype.exec', RegExp.prototype, 'exec', broken],
    ['Function.prototype.call', Function.prototype, 'call', broken],
    ['Math.floor', Math, 'floor', broken],
    ['JSON.stringify', JSON, 'stringify', broken],
    ['Object.keys', Object, 'keys', broken],
    ['Array.from', Array, 'from', broken],
  ])('has %s as Node made it, and afterwards it is the application’s', (_, holder, key, value) => {
    const own = Reflect.get(holder, key);
    const { during, after } = whileChanged(holder, key, as(value), () => ({
      during: withOwnBuiltIns(() => Reflect.get(holder, key)),
      after: Reflect.get(holder, key),
    }));
    expect([during === own, after === value]).toEqual([true, true]);
  });

  test('has a getter as Node made it', () => {
    const map = new Map([[1, 1]]);
    const sizes = whileChanged(Map.prototype, 'size', { get: () => 99, configurable: true }, () => [
      map.size,
      withOwnBuiltIns(() => map.size),
      map.size,
    ]);
    expect(sizes).toEqual([99, 1, 99]);
  });

  test('has a getter that was deleted', () => {
    const map = new Map([[1, 1]]);
    const sizes = whileChanged(Map.prototype, 'size', undefined, () => [
      withOwnBuiltIns(() => map.size),
      map.size,
    ]);
    expect(sizes).toEqual([1, undefined]);
  });

  test('has what was deleted, and it is gone again afterwards', () => {
    const { made, isThere } = whileChanged(Array.prototype, 'flatMap', undefined, () => ({
      made: withOwnBuiltIns(() => [1].flatMap((each) => [each, each])),
      isThere: 'flatMap' in Array.prototype,
    }));
    expect(made).toEqual([1, 1]);
    expect(isThere).toBe(false);
  });

  test('leaves alone what nobody replaced, and keys that are the application’s own', () => {
    const seen = whileChanged(Array.prototype, 'ours', as(7), () => [
      withOwnBuiltIns(() => Reflect.get([], 'ours')),
      Reflect.get([], 'ours'),
    ]);
    expect(seen).toEqual([7, 7]);
  });

  test('that fails puts back what was there, too', () => {
    const after = whileChanged(Math, 'max', as(broken), () => {
      expect(() => withOwnBuiltIns(() => JSON.parse('{'))).toThrow(SyntaxError);
      return Math.max;
    });
    expect(after).toBe(broken);
  });

  test('may be done within such work', () => {
    const result = whileChanged(Math, 'hypot', as(broken), () => {
      const made = withOwnBuiltIns(() => withOwnBuiltIns(() => 1) + Math.hypot(3, 4));
      return [made, Math.hypot === broken];
    });
    expect(result).toEqual([6, true]);
  });
});

test.each([
  ['Node.js', undefined, undefined],
  ['Bun', '1.3.0', 'Bun'],
])('the runtime %s is told from others by its version', async (_, bun, unsupported) => {
  replaced(process, 'versions', { ...process.versions, ...(bun === undefined ? {} : { bun }) });
  vi.resetModules();
  const { unsupportedRuntime } = await import('../../src/runtime/unsupported-runtime.ts');
  expect(unsupportedRuntime).toBe(unsupported);
});

describe('what there is once in a process', () => {
  const nameOf = () => `test.${Math.random()}`;
  const keyOf = (name: string) => Symbol.for(`opentelemetry-stardust.${name}`);

  test('is made once, for all copies of the package', () => {
    const name = nameOf();
    onTestFinished(() => void Reflect.deleteProperty(globalThis, keyOf(name)));
    const make = vi.fn(() => ({}));
    const made = onePerProcess(name, make);
    expect(onePerProcess(name, make)).toBe(made);
    expect(make).toHaveBeenCalledTimes(1);
    expect(Reflect.get(globalThis, keyOf(name))).toBe(made);
    expect(onePerProcess(`${name}.other`, () => 7)).toBe(7);
    Reflect.deleteProperty(globalThis, keyOf(`${name}.other`));
  });

  test('is one for each copy where the global object takes no more, unless it was there', () => {
    const [early, late] = [nameOf(), nameOf()];
    onTestFinished(() => void Reflect.deleteProperty(globalThis, keyOf(early)));
    const there = onePerProcess(early, () => ({}));
    vi.spyOn(Object, 'isExtensible').mockReturnValue(false);
    const own = onePerProcess(late, () => ({}));
    expect(onePerProcess(late, () => ({}))).toBe(own);
    expect(keyOf(late) in globalThis).toBe(false);
    expect(onePerProcess(early, () => ({}))).toBe(there);
  });
});

test('work that fails has another result instead', async () => {
  expect(await orElse(Promise.resolve(1), 2)).toBe(1);
  expect(await orElse(Promise.reject(new Error('no')), 2)).toBe(2);
});

describe('work that is not traced', () => {
  /** A context manager that does what it is asked to, and notes where work ran. */
  class Contexts implements ContextManager {
    #active = ROOT_CONTEXT;
    readonly fails: 'before' | 'after' | 'never';
    constructor(fails: 'before' | 'after' | 'never' = 'never') {
      this.fails = fails;
      context.setGlobalContextManager(this);
    }
    active() {
      return this.#active;
    }
    with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
      active: typeof ROOT_CONTEXT,
      work: F,
      self?: ThisParameterType<F>,
      ...args: A
    ): ReturnType<F> {
      if (this.fails === 'before') throw new Error('no contexts');
      const outer = this.#active;
      this.#active = active;
      try {
        return work.call(self as never, ...args);
      } finally {
        this.#active = outer;
        // biome-ignore lint/correctness/noUnsafeFinally: a manager that breaks is what is tested
        if (this.fails === 'after') throw new Error('no contexts');
      }
    }
    bind<T>(_: unknown, target: T): T {
      return target;
    }
    enable() {
      return this;
    }
    disable() {
      return this;
    }
  }

  test('runs where nothing is traced, outside of what was active, and gives its result', () => {
    new Contexts();
    const key = Symbol('request');
    context.with(ROOT_CONTEXT.setValue(key, 'mine'), () => {
      expect(isUntraced()).toBe(false);
      expect(untraced(() => [isUntraced(), context.active().getValue(key)])).toEqual([true, undefined]);
      expect(context.active().getValue(key)).toBe('mine');
    });
    expect(context.with(suppressTracing(ROOT_CONTEXT), isUntraced)).toBe(true);
  });

  test('runs once though it fails, and its error is thrown', () => {
    new Contexts();
    const work = vi.fn(broken);
    expect(() => untraced(work)).toThrow('broken');
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('runs though the context manager is broken', () => {
    new Contexts('before');
    const work = vi.fn(() => 7);
    expect(untraced(work)).toBe(7);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('runs no second time where the context manager breaks behind it', () => {
    new Contexts('after');
    const work = vi.fn(() => 7);
    expect(() => untraced(work)).toThrow('no contexts');
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('is what is done in the background, and its result is told', async () => {
    new Contexts();
    expect(await inBackground('the work', isUntraced)).toBe(true);
    expect(await inBackground('the work', async () => 'done')).toBe('done');
    expect(await inBackground('failing work', broken)).toBeUndefined();
  });
});

describe('at the exit of the process', () => {
  /** What Node calls for this package. */
  const exit = () => {
    const [listener] = process.listeners('exit').filter((each) => !before.has(each));
    listener?.call(process, 0);
  };
  const before = new Set(process.listeners('exit'));

  test('all are told, the last first, though one of them fails, until they stop', () => {
    const lines = logLines();
    const told: string[] = [];
    const stops = ['a', 'b', 'c'].map((name) =>
      onExit(`the end of ${name}`, () => {
        told.push(name);
        if (name === 'b') throw new Error('no');
      }),
    );
    onTestFinished(() => {
      for (const stop of stops) stop();
    });
    exit();
    expect(told).toEqual(['c', 'b', 'a']);
    stops[2]?.();
    exit();
    expect(told).toEqual(['c', 'b', 'a', 'b', 'a']);
    return vi.waitFor(() => expect(lines).toEqual(['warn the end of b failed: Error: no']));
  });

  test('all are told though the application broke the built-ins', () => {
    const told: string[] = [];
    onTestFinished(onExit('the end', () => told.push('a')));
    whileChanged(Array.prototype, 'reverse', as(broken), exit);
    expect(told).toEqual(['a']);
  });
});

describe('a thread', () => {
  const endOf = () => new Int32Array(new SharedArrayBuffer(8));
  const file = (code: string) => {
    const path = join(temporaryFolder(), 'thread.cjs');
    writeFileSync(path, code);
    return path;
  };

  test('runs its file with what it was given, without flags, and its end is told', async () => {
    vi.stubEnv('NODE_OPTIONS', '--require=none-that-is-there');
    const end = endOf();
    const code = `
      const { end } = require('node:worker_threads').workerData;
      end[1] = process.env.NODE_OPTIONS === '' && process.execArgv.length === 0 ? 7 : 8;
    `;
    expect(startThread('a thread', file(code), { end })).toBe(true);
    await vi.waitFor(() => expect([...end]).toEqual([1, 7]), { interval: 2 });
    vi.unstubAllEnvs();
  });

  test('that cannot load its file has ended, and that is logged', async () => {
    const lines = logLines();
    const end = endOf();
    expect(startThread('a failing thread', file('throw new Error("no file")'), { end })).toBe(true);
    await vi.waitFor(() => expect(lines).toEqual(['warn a failing thread failed: Error: no file']), {
      interval: 2,
    });
    expect(end[0]).toBe(1);
  });

  test('that cannot be started is told of', async () => {
    const lines = logLines();
    const circle = { end: endOf(), odd: () => {} };
    expect(startThread('an odd thread', file(''), circle)).toBe(false);
    await vi.waitFor(() => expect(lines).toEqual([expect.stringMatching(/^warn an odd thread failed: /)]));
  });
});
