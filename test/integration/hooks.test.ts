import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StardustOptions } from '../../src/index.ts';
import {
  devServer,
  exporterFor,
  fakeTime,
  logLines,
  pass,
  processorFor,
  received,
  until,
} from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
});

const never = new Promise<never>(() => {});
const hostileText = {
  toString: () => {
    throw new Error('no');
  },
};

/** What a function may do that has to answer with a text or a flag. */
const NONSENSE: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('boom');
    },
  ],
  [
    'throws nothing',
    () => {
      throw undefined;
    },
  ],
  [
    'throws what has no text',
    () => {
      throw hostileText;
    },
  ],
  [
    'overflows the stack',
    function again(): unknown {
      return again();
    },
  ],
  ['answers a promise that is rejected', () => Promise.reject(new Error('boom'))],
  ['answers a promise that hangs', () => never],
  ['answers a number', () => 7],
  ['answers nothing', () => undefined],
  ['answers null', () => null],
  ['answers an object', () => hostileText],
  ['answers a symbol', () => Symbol('boom')],
];

describe.each(['naming', 'tag', 'filter'] as const)('the function %s', (hook) => {
  test.each(NONSENSE)('that %s costs no count and no crash, and is logged once', async (_, nonsense) => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, { [hook]: nonsense as never, maxSamples: 10 });
    for (let i = 0; i < 5; i++) processor.onEnd(makeSpan({ name: 'op', attributes: { a: 'b' } }));
    await processor.forceFlush();
    expect(received(server, 'op')).toMatchObject({ total: 5 });
    expect(received(server, 'op').samples.map(({ Tag }) => Tag)).toEqual(Array(5).fill('a=b'));
    expect(lines.filter((line) => line.startsWith(`warn option ${hook}:`))).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });

  test('that starts spans is not asked about these, which are counted as they are', async () => {
    const lines = logLines();
    const server = await devServer();
    const options: StardustOptions = {
      [hook]: (span: { name: string }) => {
        tracer.startSpan('inner').end();
        return hook === 'filter' ? true : span.name;
      },
      maxSamples: 10,
    };
    const processor = processorFor(server, options);
    const tracer = new BasicTracerProvider({ spanProcessors: [processor as never] }).getTracer('test');
    for (let i = 0; i < 3; i++) tracer.startSpan('outer').end();
    await processor.forceFlush();
    expect(received(server, 'outer').total).toBe(3);
    expect(received(server, 'inner').total).toBe(3);
    expect(processor.stats()).toMatchObject({ counted: 6, dropped: { unusable: 0 } });
    expect(lines.filter((line) => line.includes(`option ${hook}`))).toHaveLength(1);
  });
});

test('three functions that start spans, each of them, end', async () => {
  const server = await devServer();
  const span = () => tracer.startSpan('inner').end();
  const processor = processorFor(server, {
    naming: ({ name }) => {
      span();
      return name;
    },
    filter: () => {
      span();
      return true;
    },
    tag: () => {
      span();
      return '';
    },
  });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor as never] }).getTracer('test');
  tracer.startSpan('outer').end();
  const { counted } = processor.stats();
  expect(counted).toBeGreaterThan(3);
  expect(counted).toBeLessThan(30);
});

test('functions that alter the span change what is read of it, and break nothing', async () => {
  const server = await devServer();
  const spoil = (span: object) => {
    for (const key of Object.keys(span))
      if (key !== 'name' && key !== 'duration') Reflect.set(span, key, undefined);
  };
  const processor = processorFor(server, {
    filter: (span) => {
      spoil(span);
      return true;
    },
    naming: (span) => {
      spoil(span);
      return 'op';
    },
    tag: (span) => {
      spoil(span);
      return '';
    },
  });
  for (let i = 0; i < 3; i++) processor.onEnd(makeSpan({ name: 'x' }));
  processor.onEnd(Object.freeze(makeSpan({ name: 'frozen' })));
  await processor.forceFlush();
  const { counted, dropped } = processor.stats();
  expect(counted + dropped.unusable).toBe(4);
  expect(server.app('app')?.names.reduce((sum, { total }) => sum + total, 0) ?? 0).toBe(counted);
});

describe('texts of two megabytes', () => {
  const huge = (i: number) => `op ${i} ${'x'.repeat(2_000_000)}`;
  const heldBytes = async (options: StardustOptions, name: (i: number) => string) => {
    const server = await devServer();
    const processor = processorFor(server, { maxSamples: 10, ...options });
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 50; i++) processor.onEnd(makeSpan({ name: name(i) }));
    collectGarbage();
    const held = process.memoryUsage().heapUsed - before;
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ counted: 50, delivered: 50 });
    return held;
  };
  test.each([
    ['from naming', { naming: (span: { name: string }) => huge(Number(span.name)) }, String],
    [
      'from naming, cut by the user',
      { naming: (span: { name: string }) => huge(Number(span.name)).slice(0, 100) },
      String,
    ],
    ['from tag', { tag: (span: { name: string }) => huge(Number(span.name)) }, String],
    ['as names of spans', {}, huge],
  ])('%s are cut, and not held', { timeout: 60_000 }, async (_, options, name) => {
    expect(await heldBytes(options as StardustOptions, name)).toBeLessThan(30e6);
  });
});

describe('the function headers', { timeout: 30_000 }, () => {
  const ANSWERS: [string, () => unknown][] = [
    ...NONSENSE.filter(([what]) => !/hangs|an object/.test(what)),
    ['answers names that are none', () => ({ 'a\r\nb': 'c' })],
    ['answers a line break', () => ({ 'x-a': 'b\r\nx-injected: 1' })],
    ['answers texts beyond Latin', () => ({ 'x-a': '→' })],
    ['answers a promise of numbers', async () => ({ 'x-a': 7 })],
    ['says how the body is to be read', () => ({ 'Content-Type': 'text/plain' })],
    ['says how long the body is', () => ({ 'content-length': '3' })],
    ['says how the body is sent', () => ({ 'Transfer-Encoding': 'chunked' })],
    ['ends the connection', () => ({ connection: 'upgrade', upgrade: 'x' })],
    [
      'answers each time it is read another',
      () => {
        let read = 0;
        return {
          get 'x-a'() {
            return read++ === 0 ? 'good' : 'b\r\nx-injected: 1';
          },
        };
      },
    ],
  ];
  test.each(ANSWERS)('that %s costs only the headers', async (_, headers) => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, { headers: headers as never });
    for (let i = 0; i < 3; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await processor.forceFlush();
    }
    expect(received(server, 'op').total).toBe(3);
    expect(server.requests().some((request) => 'x-injected' in request.headers)).toBe(false);
    expect(lines.filter((line) => line.includes('option headers')).length).toBeLessThanOrEqual(1);
    expect(unhandled).toEqual([]);
  });

  test('that names a header of ours in other letters does not double it', async () => {
    const server = await devServer();
    const exporter = exporterFor(server, {
      tokenIn: 'header',
      headers: async () => ({ Authorization: 'Basic x' }),
    });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(received(server, 'op').total).toBe(1);
    const sent = server.requests().filter(({ path }) => path.startsWith('/Trace'));
    expect(sent.every(({ headers }) => /^Bearer [^,]+$/.test(String(headers.authorization)))).toBe(true);
  });

  test('that hangs is waited for once, not asked again while it does, and its calls go without it', async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer();
    let asked = 0;
    const answers: ((headers: Record<string, string>) => void)[] = [];
    const processor = processorFor(server, {
      requestTimeoutMillis: 1_000,
      headers: () => {
        asked++;
        return new Promise((resolve) => answers.push(resolve));
      },
    });
    for (let minute = 0; minute < 5; minute++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(60_000);
    }
    expect(asked).toBe(1);
    expect(received(server, 'op').total).toBeGreaterThanOrEqual(4);
    expect(lines.filter((line) => line.includes('option headers'))).toEqual([
      expect.stringContaining('gave no answer within 1000 ms'),
    ]);
    for (const answer of answers) answer({ 'x-a': 'late' });
    await pass(60_000);
    expect(asked).toBeGreaterThan(1);
  });

  test('that hangs delays a shutdown no longer than its time-out', async () => {
    const server = await devServer();
    const processor = processorFor(server, { headers: () => never, shutdownTimeoutMillis: 300 });
    processor.onEnd(makeSpan({ name: 'op' }));
    const start = performance.now();
    await processor.shutdown();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(processor.stats()).toMatchObject({ counted: 1, waiting: 0, givenUp: { shutdown: 1 } });
  });

  test('that rejects after its time-out is no unhandled rejection', async () => {
    const server = await devServer();
    let reject: (reason: Error) => void = () => {};
    const processor = processorFor(server, {
      requestTimeoutMillis: 100,
      headers: () =>
        new Promise((_, no) => {
          reject = no;
        }),
    });
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    await until(() => processor.stats().session === 'loggedIn');
    reject(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('logger');
    },
  ],
  ['rejects', () => Promise.reject(new Error('logger'))],
])('a logger that %s costs no count', async (_, boom) => {
  const { diag } = await import('@opentelemetry/api');
  diag.setLogger(
    { error: boom, warn: boom, info: boom, debug: boom, verbose: boom },
    { suppressOverrideMessage: true },
  );
  const server = await devServer();
  const processor = processorFor(server, { naming: () => 7 as never, nobody: 'knows' } as StardustOptions);
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  await processor.shutdown();
  expect(received(server, 'op').total).toBe(1);
  expect(unhandled).toEqual([]);
});

test.each([
  [() => 7, /option redact must be/],
  [{ keys: [7] }, /option redact must be/],
  [{ keys: 'a' }, /option redact must be/],
  [{ sql: 'yes' }, /option redact must be/],
])('a redact of %o is a TypeError at construction', async (redact, message) => {
  expect(() => exporterFor({ url: 'http://127.0.0.1:1' }, { redact: redact as never })).toThrow(message);
});

test('redact with a hundred thousand odd keys hides what they name, and costs a sample little', async () => {
  const server = await devServer();
  const redact = [
    '(',
    '.*',
    '[a-',
    '\\',
    '',
    'x'.repeat(1_000_000),
    ...Array.from({ length: 100_000 }, (_, i) => `key${i}`),
  ];
  const processor = processorFor(server, { redact });
  processor.onEnd(makeSpan({ name: 'op', attributes: { key99999: 'hunter2', plain: 'shown' } }));
  redact.length = 0;
  await processor.forceFlush();
  expect(received(server, 'op').samples[0]?.Tag).toBe('key99999=***\nplain=shown');
});
