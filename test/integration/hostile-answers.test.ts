import diagnostics from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
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
} from '../support/harness.ts';
import { costOf } from '../support/hostile-server.ts';
import { makeSpan } from '../support/make-span.ts';

const MIB = 1024 * 1024;
/** Wide: the stand-in server and the test share the thread, and the machine may be busy. */
const HELD_MS = 4_000;

const away = { kind: 'status', status: 503 } as const;

/** What a call is answered with, as JSON. */
function answers(server: DevServer, path: string, data: unknown, code: unknown = 0): () => void {
  return server.fault({ path, kind: 'answer', body: JSON.stringify({ code, data }) });
}

/** The next answer to a ping tells this time. */
function tellTime(server: DevServer, serverTime: unknown): void {
  const body = JSON.stringify({ code: 0, data: { serverTime } });
  server.fault({ path: '/App/Ping', kind: 'answer', body, times: 1 });
}

describe('a body', { timeout: 30_000 }, () => {
  const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  test.each([
    ['data nested 100,000 deep', `{"code":0,"data":{"x":${nested}}}`],
    [
      'a list nested 100,000 deep',
      `{"code":0,"data":{"excludes":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ],
    ['70,000 fields', `{"code":0,"data":{${Array.from({ length: 70_000 }, (_, i) => `"f${i}":0`).join()}}}`],
    [
      'names of every object',
      '{"code":0,"data":{"__proto__":{"period":1,"x":1},"constructor":{"prototype":{"x":1}},"hasOwnProperty":1,"toString":1}}',
    ],
    ['an envelope that is one', '{"__proto__":{"code":403},"code":0,"data":{"prototype":{"x":1}}}'],
  ])('with %s is taken as an answer like others, and pollutes nothing', async (_, body) => {
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    const mend = server.fault({ path: '/Trace', kind: 'answer', body });
    exporter.count(makeSpan({ name: 'op' }));
    const cost = await costOf(() => exporter.forceFlush());
    mend();
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(received(server, 'op').total).toBe(2);
    expect(exporter.stats()).toMatchObject({ counted: 2, delivered: 2, waiting: 0 });
    expect(Object.hasOwn(Object.prototype, 'x') || Object.hasOwn(Object.prototype, 'period')).toBe(false);
    expect(cost.bytes).toBeLessThan(120 * MIB);
    expect(cost.heldMs).toBeLessThan(HELD_MS);
  });

  test.each([
    ['a code as text', '{"code":"0","data":{}}'],
    ['no code', '{"data":{}}'],
    ['a list', '[{"code":0,"data":{}}]'],
    ['a number', '0'],
    ['data as a list', '{"code":500,"data":[]}'],
    ['a message that is no text', '{"code":500,"message":{"a":1}}'],
    ['a code that is no whole number', '{"code":1e308}'],
  ])('of %s delivers nothing, and the counts arrive afterwards', async (_, body) => {
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    const mend = server.fault({ path: '/Trace', kind: 'status', status: 200, body });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ delivered: 0, waiting: 1 });
    mend();
    for (let i = 0; i < 3; i++) await exporter.forceFlush();
    expect(received(server, 'op').total).toBe(1);
  });

  test('is quoted in a log on one line, and no more than the beginning of it', async () => {
    const lines = logLines();
    const server = await devServer();
    const message = `no\r\nwarn forged line\u001b[2J${' yes'.repeat(25_000)}`;
    server.fault({ path: '/App/Login', kind: 'code', code: 403, message });
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    const said = lines.filter((line) => line.includes('forged'));
    expect(said).toEqual([
      expect.stringMatching(/^warn .* refuses the login of app: 403 no warn forged line \[2J( yes)+ ?$/),
    ]);
    expect(said[0]?.length).toBeLessThan(400);
  });
});

describe('limits out of all proportion', { timeout: 30_000 }, () => {
  test('keep what is kept of a name and what is sent of it in bounds', async () => {
    const server = await devServer();
    answers(server, '/Trace', {
      maxSamples: 1e9,
      maxErrors: 1e9,
      maxTagLength: 1e9,
      requestTagLength: 1e9,
      timeout: 1e308,
    });
    const exporter = exporterFor(server, { requestTimeoutMillis: 60_000 });
    await exporter.forceFlush();
    const attributes = { 'http.request.method': 'GET', 'url.path': `/${'x'.repeat(5_000)}` };
    const cost = await costOf(async () => {
      for (let i = 0; i < 20_000; i++) exporter.count(makeSpan({ name: 'op', kind: 1, attributes }));
      await exporter.forceFlush();
    });
    const { total, samples } = received(server, 'op');
    expect(total).toBe(20_000);
    expect(samples.length).toBeLessThanOrEqual(5_000);
    expect(Math.max(...samples.map(({ Tag }) => Tag.length))).toBeLessThanOrEqual(2_000);
    expect(cost.bytes).toBeLessThan(120 * MIB);
  });

  test.each([0, -1, 1e308, '1', null])('a period of %j leaves a report a minute', async (period) => {
    fakeTime();
    const server = await devServer();
    answers(server, '/Trace', { period });
    const processor = processorFor(server);
    // Past the first, shorter period and what is sent after it.
    await pass(50_000, 5_000);
    server.clear();
    for (let minute = 0; minute < 3; minute++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(60_000, 5_000);
    }
    await pass(30_000, 5_000);
    const counted = reports(server).filter(({ builders }) => builders.some(({ Total }) => Total > 0));
    expect(counted).toHaveLength(3);
  });

  test.each([0, -1, 1e308, '1', null])('a ping interval of %j leaves a ping each 30 s', async (period) => {
    fakeTime();
    const server = await devServer();
    answers(server, '/App/Ping', { period, token: 7, newServer: 1, commands: 'no list' });
    processorFor(server);
    await pass(155_000, 5_000);
    expect(server.app('app')?.pings).toBe(5);
  });
});

describe('a list of excludes', { timeout: 30_000 }, () => {
  const clean = async (excludes: unknown) => {
    const server = await devServer();
    const exporter = exporterFor(server, { requestTimeoutMillis: 60_000 });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    const mend = answers(server, '/Trace', { excludes });
    const cost = await costOf(async () => {
      exporter.count(makeSpan({ name: 'op' }));
      await exporter.forceFlush();
      for (let i = 0; i < 2_000; i++) exporter.count(makeSpan({ name: `op aaaaaaaaaaaaaaaaaaaaaaaa ${i}` }));
    });
    mend();
    await exporter.forceFlush();
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    return { stats: exporter.stats(), cost };
  };

  test.each([
    ['100,000 patterns', Array.from({ length: 100_000 }, (_, i) => `*zz${i}*`)],
    ['three patterns of a megabyte', [`${'*'.repeat(MIB)}b`, `*${'a?'.repeat(MIB / 2)}`, 'z'.repeat(MIB)]],
    ['a thousand patterns of stars', Array.from({ length: 1_000 }, () => `${'*a'.repeat(249)}*b`)],
    ['a thousand patterns of question marks', Array.from({ length: 1_000 }, () => `*${'a?'.repeat(240)}b*`)],
    ['things that are no text', [1, null, true, { a: 1 }, ['op'], [['*']], '']],
    ['a text', 'op'],
    ['an object', { 0: 'op', length: 1 }],
  ])('of %s hides nothing it does not fit, in bounded time', async (_, excludes) => {
    const { stats, cost } = await clean(excludes);
    expect(stats).toMatchObject({ counted: 2_003, delivered: 2_003, waiting: 0, dropped: { excluded: 0 } });
    expect(cost.bytes).toBeLessThan(150 * MIB);
    expect(cost.heldMs).toBeLessThan(HELD_MS);
  });

  test.each([['*'], ['****'], ['*'.repeat(400)]])('of %s hides all, until it is cleared', async (pattern) => {
    const { stats } = await clean([pattern]);
    expect(stats.dropped.excluded).toBe(2_001);
  });
});

describe('a token', { timeout: 30_000 }, () => {
  const ODD: [string, unknown][] = [
    ['of a megabyte', 'a'.repeat(1_000_000)],
    ['with a line break', 'a.b.c\r\nx-injected: 1'],
    ['with a space', 'a b'],
    ['with a zero', 'a\u0000b'],
    ['beyond ASCII', 'tökén'],
    ['that is a number', 7],
    ['that is an object', { toString: 'a.b.c' }],
    ['that is empty', ''],
  ];
  test.each(ODD.flatMap((odd) => [[...odd, 'query'] as const, [...odd, 'header'] as const]))(
    '%s is none: the login is refused, nothing is sent with it, and the counts arrive afterwards',
    async (_, token, tokenIn) => {
      const server = await devServer();
      const mend = answers(server, '/App/Login', { token, expire: 7_200 });
      const exporter = exporterFor(server, { tokenIn });
      exporter.count(makeSpan({ name: 'op' }));
      await exporter.forceFlush();
      expect(exporter.stats()).toMatchObject({ session: 'refused', waiting: 1 });
      expect(new Set(server.requests().map(({ path }) => path))).toEqual(new Set(['/App/Login']));
      mend();
      await exporter.forceFlush();
      expect(received(server, 'op').total).toBe(1);
    },
  );

  test('of a ping that is none leaves the one there was', async () => {
    fakeTime();
    const server = await devServer();
    answers(server, '/App/Ping', { token: 'a b\r\nc' });
    const processor = processorFor(server);
    await pass(65_000, 5_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect(received(server, 'op').total).toBe(1);
    expect(server.app('app')?.logins).toBe(1);
  });

  test('with signs of an address in it stays one parameter', async () => {
    const server = await devServer();
    answers(server, '/App/Login', { token: 'a&reason=x#y/../?z%20' });
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    const report = server.requests().find(({ path }) => path.startsWith('/Trace'));
    expect(report?.path).toBe('/Trace/Report');
    expect(Object.keys(report?.query ?? {})).toEqual(['Token']);
  });
});

test('a code and a secret of half a megabyte, or of another type, change nothing', async () => {
  const server = await devServer();
  for (const data of [
    { token: 'a.b.c', code: 'x'.repeat(500_000), secret: 'y'.repeat(500_000) },
    { token: 'a.b.c', code: 7, secret: ['z'] },
  ]) {
    const mend = answers(server, '/App/Login', data);
    const exporter = exporterFor(server, { secret: 'hunter2', saltedSecret: false });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    mend();
    await exporter.forceFlush();
    const logins = server.requests().filter(({ path }) => path === '/App/Login');
    expect(logins.map(({ body }) => body)).toEqual(
      logins.map(() => expect.objectContaining({ AppId: 'app', Secret: 'hunter2' })),
    );
  }
  expect(received(server, 'op').total).toBe(2);
});

describe("the server's time", { timeout: 30_000 }, () => {
  test.each([
    ['in the year 9999', 253_402_300_799_999],
    ['in the year 2090', 3_786_912_000_000],
    ['two days behind', Date.UTC(2026, 10, 22, 10, 2, 30)],
    ['before 1970', -1],
    ['0', 0],
    ['beyond all numbers', 1e308],
    ['as text', '2026-11-24T10:02:30Z'],
  ])(
    '%s, told once, is not followed: counts are reported in the right five minutes, and none that waits lapses',
    async (_, serverTime) => {
      fakeTime();
      const server = await devServer();
      const processor = processorFor(server);
      await pass(20_000, 5_000);
      tellTime(server, serverTime);
      const mends = [server.fault({ path: '/Trace', ...away })];
      await pass(31_000, 1_000);
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(60_000, 5_000);
      expect(processor.stats()).toMatchObject({ waiting: 1 });
      for (const mend of mends) mend();
      await pass(190_000, 5_000);
      expect(processor.stats()).toMatchObject({ counted: 1, delivered: 1, givenUp: { expired: 0 } });
      expect(received(server, 'op').buckets.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
        '2026-11-24T10:00:00.000Z',
      ]);
    },
  );

  test('that steps by two days is followed once a second answer confirms it', async () => {
    fakeTime();
    const server = await devServer();
    const processor = processorFor(server);
    await pass(20_000, 5_000);
    tellTime(server, Date.now() - 2 * 86_400_000 + 10_000);
    await pass(31_000, 1_000);
    tellTime(server, Date.now() - 2 * 86_400_000 + 10_000);
    await pass(30_000, 1_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect(received(server, 'op').buckets.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-11-22T10:00:00.000Z',
    ]);
  });

  test('that is days from ours is followed from the login on, and logged once', async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ clockOffsetMillis: 40 * 86_400_000 });
    processorFor(server);
    await pass(100_000, 5_000);
    expect(lines.filter((line) => line.includes('40.0 days'))).toHaveLength(1);
  });

  test('is followed where ours stands in 1970', async () => {
    fakeTime(60_000);
    const now = Date.UTC(2026, 10, 24, 10, 2, 30);
    const server = await devServer({ clockOffsetMillis: now - 60_000 });
    const processor = processorFor(server);
    await pass(1_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(20_000);
    expect(received(server, 'op').buckets.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-11-24T10:00:00.000Z',
    ]);
  });
});

test('whatever a server points at, no other address is called', async () => {
  const origins = new Set<string>();
  const note = (message: unknown) => {
    origins.add(String((message as { request: { origin: unknown } }).request.origin));
  };
  diagnostics.subscribe('undici:request:create', note);
  fakeTime();
  const metadata = 'http://169.254.169.254/latest/meta-data/';
  const server = await devServer();
  answers(server, '/App/Ping', { newServer: metadata, commands: [{ url: metadata }] });
  const processor = processorFor(server);
  await pass(40_000, 5_000);
  processor.onEnd(makeSpan({ name: 'op' }));
  for (const status of [301, 302, 303, 307, 308]) {
    const mend = server.fault({
      kind: 'status',
      status,
      headers: { location: metadata, refresh: `0;${metadata}`, 'alt-svc': 'h3="169.254.169.254:80"' },
    });
    await processor.forceFlush();
    mend();
  }
  await processor.forceFlush();
  diagnostics.unsubscribe('undici:request:create', note);
  expect([...origins]).toEqual([server.url]);
  expect(received(server, 'op').total).toBe(1);
});
