import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import { Exchange } from '../../src/transport/exchange.ts';
import type { TransportResult } from '../../src/wire/call.ts';
import { fakeTime } from '../support/fake-time.ts';

const MIB = 1024 * 1024;

/** An exchange, and the request that undici would make of it. */
function exchangeWith(timeoutMs = 1_000) {
  const exchange = new Exchange(timeoutMs);
  const abort = vi.fn<(reason: Error) => void>();
  const controller = { abort } as unknown as Dispatcher.DispatchController;
  let result: TransportResult | undefined;
  void exchange.result.then((each) => {
    result = each;
  });
  return {
    abort,
    start: () => exchange.onRequestStart(controller),
    answer: (status = 200, headers?: object) =>
      exchange.onResponseStart(controller, status, headers as Record<string, string>),
    data: (...chunks: (string | Buffer)[]) => {
      for (const chunk of chunks) exchange.onResponseData(controller, Buffer.from(chunk));
    },
    end: () => exchange.onResponseEnd(),
    fail: (code: string) => exchange.onResponseError(controller, Object.assign(new Error('words'), { code })),
    /** The result so far. */
    result: async () => {
      await Promise.resolve();
      return result;
    },
  };
}

const reasons = (abort: { mock: { calls: [Error][] } }) => abort.mock.calls.map(([error]) => error.message);

describe('an answer', () => {
  test.each([
    ['in one piece', ['{"code":0}'], '{"code":0}'],
    ['in several', ['{"co', 'de"', ':0}'], '{"code":0}'],
    ['of nothing', [], ''],
    ['of empty pieces', ['', 'a', '', 'b', ''], 'ab'],
    ['cut within a character', [Buffer.from('禁').subarray(0, 1), Buffer.from('禁止').subarray(1)], '禁止'],
  ])('%s is what came', async (_, chunks, body) => {
    const { start, answer, data, end, result, abort } = exchangeWith();
    start();
    answer(404, { location: '/there' });
    data(...chunks);
    expect(await result()).toBeUndefined();
    end();
    expect(await result()).toEqual({ kind: 'answered', status: 404, body, location: '/there' });
    expect(abort).not.toHaveBeenCalled();
  });

  test('without headers leads nowhere', async () => {
    const { start, answer, end, result } = exchangeWith();
    start();
    answer();
    end();
    expect(await result()).toEqual({ kind: 'answered', status: 200, body: '', location: undefined });
  });

  test.each([1, 7, 4_095, 4_096, 4_097, 100_000])('that comes by %i bytes each is whole', async (bytes) => {
    const text = Array.from({ length: 40_000 }, (_, i) => i % 10)
      .join('')
      .repeat(bytes < 10 ? 1 : 8);
    const { start, answer, data, end, result } = exchangeWith();
    start();
    answer();
    for (let at = 0; at < text.length; at += bytes) data(text.slice(at, at + bytes));
    end();
    const got = await result();
    expect(got?.kind === 'answered' && got.body === text).toBe(true);
  });

  test('of 1 MiB is taken', async () => {
    const { start, answer, data, end, result } = exchangeWith();
    start();
    answer();
    data('x'.repeat(MIB - 1), 'y');
    end();
    const got = await result();
    expect(got?.kind === 'answered' && got.body.length).toBe(MIB);
  });

  test('of more is broken off, as an answer of nothing', async () => {
    const { start, answer, data, end, fail, result, abort } = exchangeWith();
    start();
    answer(502);
    data('x'.repeat(MIB), 'y');
    expect(await result()).toEqual({ kind: 'answered', status: 502, body: '' });
    data('z'.repeat(2 * MIB));
    expect(reasons(abort)).toEqual(['answer too large']);
    end();
    fail('UND_ERR_ABORTED');
    expect(await result()).toEqual({ kind: 'answered', status: 502, body: '' });
  });

  test('may come after ten interim ones, and not after more', async () => {
    for (const [interim, came] of [
      [10, { kind: 'answered', status: 200, body: 'a' }],
      [11, { kind: 'unreachable', sent: true, reason: 'Error: no answer after many 1xx' }],
    ] as const) {
      const { start, answer, data, end, result, abort } = exchangeWith();
      start();
      for (let i = 0; i < interim; i++) answer(103);
      expect(abort).toHaveBeenCalledTimes(interim - 10);
      answer(200);
      data('a');
      end();
      expect(await result()).toMatchObject(came);
    }
  });
});

describe('a call that fails', () => {
  test.each([
    ['before it left', 'ECONNREFUSED', false, false],
    ['once it was on its way', 'ECONNRESET', true, true],
    ['over our certificate', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true, false],
    ['over an alert of another kind', 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', true, true],
  ])('%s, with %s, was sent: %#', async (_, code, isStarted, sent) => {
    const { start, fail, end, result } = exchangeWith();
    if (isStarted) start();
    fail(code);
    const failed = { kind: 'unreachable', sent, reason: expect.stringContaining(`${code}: words`) };
    expect(await result()).toEqual(failed);
    end();
    fail('another');
    expect(await result()).toEqual(failed);
  });
});

describe('a call that takes too long', () => {
  test.each([
    [true, 999],
    [false, 999],
  ])('was sent if it had begun: %s', async (isStarted, lastMs) => {
    fakeTime();
    const { start, answer, result, abort } = exchangeWith(1_000);
    if (isStarted) start();
    if (isStarted) answer();
    vi.advanceTimersByTime(lastMs);
    expect(await result()).toBeUndefined();
    vi.advanceTimersByTime(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(await result()).toEqual({
      kind: 'unreachable',
      sent: isStarted,
      reason: 'Error: no answer within 1000 ms',
    });
    expect(reasons(abort)).toEqual(isStarted ? ['no answer within 1000 ms'] : []);
  });

  test('does not leave when a connection is there at last', async () => {
    fakeTime();
    const { start, answer, data, end, result, abort } = exchangeWith(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    start();
    expect(reasons(abort)).toEqual(['ended before it was sent']);
    answer();
    data('a');
    end();
    expect(await result()).toMatchObject({ kind: 'unreachable', sent: false });
  });

  test.each(['an answer', 'a failure'])('is none after %s, and leaves no timer', async (by) => {
    fakeTime();
    const { start, answer, end, fail, abort } = exchangeWith(1_000);
    start();
    expect(vi.getTimerCount()).toBe(1);
    if (by === 'an answer') {
      answer();
      end();
    } else fail('ECONNRESET');
    expect(vi.getTimerCount()).toBe(0);
    abort.mockClear();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(abort).not.toHaveBeenCalled();
  });
});
