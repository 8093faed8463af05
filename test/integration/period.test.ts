import { describe, expect, test, vi } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import {
  devServer,
  exporterFor,
  fakeTime,
  logLines,
  pass,
  processorFor,
  received,
  reports,
  until,
} from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const MINUTE = 60_000;

describe('the first seconds', () => {
  test('login and an empty report that asks for the limits go at once', async () => {
    fakeTime();
    const server = await devServer();
    processorFor(server);
    await until(() => server.requests().length >= 2);
    expect(server.requests().map((request) => request.path)).toEqual(['/App/Login', '/Trace/Report']);
    expect(reports(server)[0]?.builders).toEqual([]);
  });

  test('the first counts arrive within 3 to 17 s, whatever the period', async () => {
    fakeTime();
    const server = await devServer({ limits: { period: 3_600 } });
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(2_900);
    expect(server.app('app')?.names).toEqual([]);
    await pass(14_500);
    expect(received(server, 'op').total).toBe(1);
  });
});

describe('a taking', () => {
  test('falls on wall-clock multiples of the period and is sent after one delay of at most a quarter of it', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer({ limits: { period: 20 } });
    const processor = processorFor(server);
    await pass(19_000);
    server.clear();
    for (let second = 0; second < 120; second++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(1_000);
    }
    await pass(6_000);
    const counted = reports(server).filter(({ builders }) => builders.some((each) => each.Total > 0));
    expect(counted).toHaveLength(6);
    const delays = counted.map(({ atMs }) => atMs % 20_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(5_300);
    expect(Math.max(...delays) - Math.min(...delays)).toBeLessThanOrEqual(500);
    expect(received(server, 'op').total).toBe(120);
  });

  test('ends at every five-minute border, so that no builder spans two of the buckets of the server', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 3, 50));
    const server = await devServer({ limits: { period: 420 } });
    const processor = processorFor(server);
    await pass(20_000);
    for (let i = 0; i < 100; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(1_000);
    }
    await pass(10 * MINUTE, 1_000);
    const buckets = received(server, 'op').buckets.map(({ startMs, total }) => [
      new Date(startMs).toISOString(),
      total,
    ]);
    expect(buckets).toEqual([
      ['2026-11-24T10:00:00.000Z', 50],
      ['2026-11-24T10:05:00.000Z', 50],
    ]);
  });

  test("follows the server's clock where ours is twenty minutes off", async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 2, 0));
    const server = await devServer({ clockOffsetMillis: 20 * MINUTE });
    const processor = processorFor(server);
    await pass(1_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(20_000);
    expect(new Date(received(server, 'op').buckets[0]?.startMs ?? 0).toISOString()).toBe(
      '2026-11-24T10:20:00.000Z',
    );
  });

  test('goes on when the clock is set back by an hour', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 2, 0));
    const server = await devServer();
    const processor = processorFor(server);
    await pass(20_000);
    vi.setSystemTime(Date.UTC(2026, 10, 24, 9, 2, 20));
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(2 * MINUTE);
    expect(received(server, 'op').total).toBe(1);
  });
});

test('a period that the server changes takes effect at once', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const server = await devServer({ limits: { period: 3_600 } });
  const processor = processorFor(server);
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(20_000);
  expect(received(server, 'op').total).toBe(1);
  server.setLimits({ period: 5 });
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(7_000);
  expect(received(server, 'op').total).toBe(3);
});

test('limits that the server changes hold from the next answer on', async () => {
  fakeTime();
  const server = await devServer();
  const processor = processorFor(server);
  await pass(20_000);
  server.setLimits({ maxSamples: 3, maxErrors: 2, timeout: 50, maxTagLength: 5 });
  await processor.forceFlush();
  processor.onEnd(makeSpan({ name: 'asks' }));
  await processor.forceFlush();
  for (let i = 0; i < 5; i++) {
    processor.onEnd(
      makeSpan({ name: 'op', kind: 1, attributes: { 'http.request.method': 'GET', 'url.path': '/long' } }),
    );
    processor.onEnd(makeSpan({ name: 'op', error: 'boom' }));
  }
  await processor.forceFlush();
  const { samples, errorSamples } = received(server, 'op');
  expect([samples.length, errorSamples.length]).toEqual([3, 2]);
  expect(samples[0]?.Tag).toBe('GET /');
});

describe('excludes of the server', () => {
  test('hide names from the next span on, say so once, and a cleared list brings them back', async () => {
    const lines = logLines();
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'GET /health' }));
    await pass(20_000);
    expect(received(server, 'GET /health').total).toBe(1);
    server.setLimits({ excludes: ['/health'] });
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(20_000);
    for (let i = 0; i < 3; i++) processor.onEnd(makeSpan({ name: 'GET /health' }));
    expect(processor.stats().dropped.excluded).toBe(3);
    expect(lines.filter((line) => line.includes('hide'))).toEqual([expect.stringContaining('"GET /health"')]);
    server.setLimits({ excludes: null });
    await pass(20_000);
    processor.onEnd(makeSpan({ name: 'GET /health' }));
    await pass(20_000);
    expect(received(server, 'GET /health').total).toBe(2);
  });

  test("stand beside the user's, each by its own rule, also once they change", async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer({ limits: { period: 10, excludes: ['/first'] } });
    const processor = processorFor(server, { excludes: ['health'] });
    const counted = (name: string) => {
      const before = processor.stats().counted;
      processor.onEnd(makeSpan({ name }));
      return processor.stats().counted > before;
    };
    await pass(2_000);
    for (const whole of ['/first', '/second']) {
      server.setLimits({ excludes: [whole] });
      counted('asks');
      await pass(20_000);
      expect(['GET /api/healthz', whole, `GET ${whole}`, `${whole}/x`, '/other'].map(counted)).toEqual([
        false,
        false,
        false,
        true,
        true,
      ]);
    }
  });

  test('that hid a span are asked for once after it, then with the fifth silent period', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer({ limits: { period: 10, excludes: ['op'] } });
    const processor = processorFor(server);
    await pass(2_000);
    const asked = () => reports(server).filter(({ builders }) => builders.length === 0).length;
    const before = asked();
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(34_000);
    expect(asked() - before).toBe(1);
    await pass(20_000);
    expect(asked() - before).toBe(2);
  });

  test('that are cleared while nothing happens are learnt by the fifth silent period', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer({ limits: { period: 10, excludes: ['op'] } });
    const processor = processorFor(server);
    await pass(2_000);
    server.setLimits({ excludes: null });
    await pass(70_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    expect(processor.stats().counted).toBe(1);
  });
});

/** Reports of builders of Total 0: which names, for which five minutes, and when, in seconds since `fromMs`. */
function settlements(server: DevServer, fromMs: number) {
  return reports(server)
    .filter(({ builders }) => builders.length > 0 && builders.every(({ Total }) => Total === 0))
    .map(({ atMs, builders }) => ({
      names: builders.map(({ Name, StartTime }) => `${Name} ${minuteOf(StartTime)}`).toSorted(),
      afterSeconds: Math.round((atMs - fromMs) / 1_000),
    }));
}

/** Of its five minutes, as hh:mm. */
function minuteOf(ms: number): string {
  return new Date(Math.floor(ms / 300_000) * 300_000).toISOString().slice(11, 16);
}

describe('the hour', () => {
  test('is brought up to date for each of its names, 70, 140 and 300 s after its last counts, and so is the one before the start', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 41, 1));
    const server = await devServer();
    const processor = processorFor(server);
    for (const name of ['a', 'b']) processor.onEnd(makeSpan({ name }));
    await pass(18_000);
    const counted = reports(server).findLast(({ builders }) => builders.some((each) => each.Total > 0));
    server.clear();
    await pass(8 * MINUTE, 1_000);
    const settled = settlements(server, counted?.atMs ?? 0);
    expect(settled.map(({ names }) => names)).toEqual(
      Array(3).fill(['a 09:55', 'a 10:40', 'b 09:55', 'b 10:40']),
    );
    for (const [index, seconds] of [70, 140, 300].entries()) {
      expect(Math.abs((settled[index]?.afterSeconds ?? 0) - seconds)).toBeLessThanOrEqual(2);
    }
    expect(processor.stats()).toMatchObject({ counted: 2, delivered: 2 });
  });

  test('before the start is settled at its time by an app that goes on reporting', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 41, 1));
    const server = await devServer();
    const processor = processorFor(server);
    for (let i = 0; i < 24; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(15_000, 1_000);
    }
    const names = settlements(server, 0).flatMap((each) => each.names);
    expect(names.filter((name) => name === 'op 09:55')).toHaveLength(3);
  });

  test('with counts in two of its five minutes is settled in the last one', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 43, 1));
    const server = await devServer();
    const processor = processorFor(server);
    await pass(10_000, 1_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(3 * MINUTE, 1_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(MINUTE, 1_000);
    server.clear();
    await pass(8 * MINUTE, 1_000);
    const names = settlements(server, 0).flatMap((each) => each.names);
    expect(names.filter((name) => name.endsWith('10:45')).length).toBeGreaterThanOrEqual(2);
    expect(names.filter((name) => name.endsWith('10:40'))).toEqual([]);
  });

  test('is settled again after a minute if that failed', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 41, 1));
    const server = await devServer({ limits: { period: 3_600 } });
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(20_000, 1_000);
    server.clear();
    server.fault({ path: '/Trace', kind: 'code', code: 500, message: 'busy', times: 1 });
    await pass(9 * MINUTE, 1_000);
    expect(settlements(server, 0)).toHaveLength(4);
    expect(processor.stats()).toMatchObject({ counted: 1, delivered: 1 });
  });

  test('is not settled while the server is in doubt', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 41, 1));
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(18_000, 1_000);
    server.fault({ path: '/Trace', kind: 'code', code: 500, message: 'off' });
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    server.clear();
    await pass(5 * MINUTE, 1_000);
    expect(settlements(server, 0)).toEqual([]);
    expect(processor.stats()).toMatchObject({ waiting: 1, givenUp: { unreadable: 0 } });
  });
});

test('new names go ahead in reports of Total 0, at most fifty in one', async () => {
  fakeTime();
  const server = await devServer();
  const processor = processorFor(server);
  for (let i = 0; i < 120; i++) processor.onEnd(makeSpan({ name: `op ${i}` }));
  await pass(20_000);
  await until(() => processor.stats().delivered === 120);
  const sent = reports(server).filter(({ builders }) => builders.length > 0);
  expect(
    sent.map(({ builders }) => [builders.length, builders.reduce((sum, each) => sum + each.Total, 0)]),
  ).toEqual([
    [50, 0],
    [50, 0],
    [20, 0],
    [120, 120],
  ]);
});

test('a report stays under 500 builders and 512 KiB', async () => {
  const server = await devServer({ limits: { maxSamples: 20, maxTagLength: 2_000 } });
  const exporter = exporterFor(server, {
    maxNames: 5_000,
    maxSamples: 20,
    maxTagLength: 2_000,
    requestTimeoutMillis: 60_000,
  });
  const url = `/${'€'.repeat(1_900)}`;
  for (let i = 0; i < 1_200; i++) exporter.count(makeSpan({ name: `op ${i}` }));
  for (let i = 0; i < 600; i++) {
    exporter.count(
      makeSpan({ name: `tag ${i % 30}`, attributes: { 'http.request.method': 'GET', 'url.path': url } }),
    );
  }
  await exporter.forceFlush();
  const bodies = server.requests().filter((request) => request.path.startsWith('/Trace/'));
  expect(Math.max(...reports(server).map(({ builders }) => builders.length))).toBeLessThan(500);
  expect(Math.max(...bodies.map(({ body }) => Buffer.byteLength(JSON.stringify(body))))).toBeLessThan(
    512 * 1024,
  );
  expect(exporter.stats()).toMatchObject({ counted: 1_800, delivered: 1_800, waiting: 0 });
  expect(received(server, 'tag 0').samples).toHaveLength(20);
});

test.each([-300, -7, 3, 300])(
  'a clock that steps by %i minutes while a flush runs costs no count',
  async (minutes) => {
    fakeTime();
    const server = await devServer();
    const exporter = exporterFor(server, { naming: 'span', requestTimeoutMillis: 3_000 });
    exporter.count(makeSpan({ name: 'op' }));
    await pass(20_000, 1_000);
    const lift = server.fault({ kind: 'hang', path: '/Trace' });
    for (let i = 0; i < 7; i++) exporter.count(makeSpan({ name: 'op' }));
    const flush = exporter.forceFlush();
    await pass(1_000, 100);
    vi.setSystemTime(Date.now() + minutes * 60_000);
    for (let i = 0; i < 5; i++) exporter.count(makeSpan({ name: 'op' }));
    await pass(9_000, 500);
    await flush;
    lift();
    await pass(180_000, 5_000);
    expect(exporter.stats()).toMatchObject({ counted: 13, delivered: 13, waiting: 0 });
    expect(received(server, 'op').total).toBe(13);
  },
);
