import { describe, expect, test, vi } from 'vitest';
import {
  devServer,
  exporterFor,
  fakeTime,
  logLines,
  pass,
  processorFor,
  received,
} from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The rule of src/log.ts, and one line that sums up what was left out. */
const LINES_AN_HOUR = 21;

const away = { kind: 'status', status: 503 } as const;

test('a server away for a day costs one line when it goes, one when it is back, and one for the report that was on its way', {
  timeout: 120_000,
}, async () => {
  const lines = logLines();
  fakeTime();
  const server = await devServer();
  const processor = processorFor(server);
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(20_000, 1_000);
  const before = lines.length;
  const mend = server.fault(away);
  for (let hour = 0; hour < 24; hour++) {
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(HOUR, MINUTE);
  }
  mend();
  await pass(5 * MINUTE, 10_000);
  expect(lines.slice(before)).toEqual([
    expect.stringMatching(/^warn http\S+ is away \([^\n]*\); counts are kept$/),
    expect.stringMatching(/^info http\S+ is back$/),
    expect.stringMatching(/^warn a report is sent again.* up to 1 calls of 1 names may count twice$/),
  ]);
  expect(received(server, 'op').total).toBe(25);
});

test('deliveries that fail each time cost one line, and the counts arrive once they do not', async () => {
  const lines = logLines();
  const server = await devServer();
  const exporter = exporterFor(server);
  await exporter.forceFlush();
  exporter.count(makeSpan({ name: 'op' }));
  const broken = vi.spyOn(Buffer, 'from').mockImplementation(() => {
    throw new TypeError('not in this realm');
  });
  for (let i = 0; i < 5; i++) await exporter.forceFlush();
  broken.mockRestore();
  await exporter.forceFlush();
  expect(received(server, 'op').total).toBe(1);
  expect(lines.filter((line) => line.includes('failed'))).toEqual([
    'warn a delivery failed: TypeError: not in this realm',
  ]);
});

test('an address where nobody listens is told in a line without a stack', async () => {
  const lines = logLines();
  fakeTime();
  const { port, url, close } = await devServer();
  await close();
  const processor = processorFor({ url });
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(10 * MINUTE, 10_000);
  const said = lines.filter((line) => !line.includes('reporting as'));
  expect(said).toEqual([expect.stringContaining(`127.0.0.1:${port} is away (ECONNREFUSED`)]);
  expect(said[0]).not.toMatch(/\n|\s+at /);
});

describe('no more than twenty lines an hour, and one that sums up the others, are said', () => {
  /** Lets three hours pass, a minute each time, and tells the most lines of an hour. */
  async function mostLines(lines: readonly string[], eachMinute: (minute: number) => void): Promise<number> {
    let most = 0;
    let before = lines.length;
    for (let minute = 0; minute < 180; minute++) {
      eachMinute(minute);
      await pass(MINUTE, 10_000);
      if (minute % 60 !== 59) continue;
      most = Math.max(most, lines.length - before);
      before = lines.length;
    }
    return most;
  }

  test('with a server that flaps every minute', { timeout: 120_000 }, async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server);
    let mend: (() => void) | undefined;
    const most = await mostLines(lines, () => {
      processor.onEnd(makeSpan({ name: 'op' }));
      if (mend === undefined) mend = server.fault(away);
      else mend = void mend();
    });
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(LINES_AN_HOUR);
    expect(
      lines.filter((line) =>
        /further lines were left out within an hour, the last: (http|a report)/.test(line),
      ).length,
    ).toBeGreaterThan(0);
    mend?.();
    await pass(2 * MINUTE, 10_000);
    expect(received(server, 'op').total).toBe(180);
  });

  test('beside a line for counts that are lost meanwhile', { timeout: 120_000 }, async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server);
    for (let minute = 0; minute < 30; minute++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      const mend = server.fault(away);
      await pass(MINUTE / 2, 10_000);
      mend();
      await pass(MINUTE / 2, 10_000);
    }
    expect(lines.filter((line) => /is away|is back/.test(line)).length).toBeLessThanOrEqual(LINES_AN_HOUR);
    server.fault({ kind: 'unreadable' });
    processor.onEnd(makeSpan({ name: 'odd' }));
    await pass(2 * MINUTE, 10_000);
    expect(lines.at(-1)).toBe('warn the server cannot read the builder "odd": its counts are given up');
  });

  test('with a server that fails in another way each time', { timeout: 120_000 }, async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server, { requestTimeoutMillis: 1_000 });
    const ways = [
      away,
      { kind: 'hang' },
      { kind: 'cut', counted: false },
      { kind: 'status', status: 200, body: '<html></html>' },
      { kind: 'code', code: 403, message: 'no' },
      { kind: 'code', code: 500, message: 'bad token' },
      { kind: 'unreadable' },
    ] as const;
    let mend = () => {};
    const most = await mostLines(lines, (minute) => {
      mend();
      mend = server.fault(ways[minute % ways.length] ?? away);
      processor.onEnd(makeSpan({ name: `op ${minute % 5}` }));
    });
    expect(most).toBeLessThanOrEqual(LINES_AN_HOUR);
    expect(lines.some((line) => line.includes('\n'))).toBe(false);
  });

  test('with one that refuses with a new message each time', { timeout: 120_000 }, async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server);
    let mend = () => {};
    const most = await mostLines(lines, (minute) => {
      mend();
      mend = server.fault({ kind: 'code', code: 400 + minute, message: `no ${minute}` });
      processor.onEnd(makeSpan({ name: 'op' }));
      if (minute % 4 === 3) server.revokeTokens();
    });
    expect(most).toBeLessThanOrEqual(LINES_AN_HOUR);
    mend();
  });

  test('with one that excludes other names each time', { timeout: 120_000 }, async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    const processor = processorFor(server);
    const most = await mostLines(lines, (minute) => {
      server.setLimits({ excludes: [`op ${minute}`] });
      for (let i = 0; i < 3; i++) processor.onEnd(makeSpan({ name: `op ${minute - i}` }));
    });
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(LINES_AN_HOUR);
  });

  test('with a new name each period that it cannot read, twenty of which are named in all', {
    timeout: 120_000,
  }, async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer({ limits: { period: 10 } });
    server.fault({
      path: '/Trace',
      kind: 'unreadable',
      when: ({ body }) => JSON.stringify(body).includes('"bad'),
    });
    const processor = processorFor(server);
    const most = await mostLines(lines, (minute) => {
      processor.onEnd(makeSpan({ name: `bad ${minute}` }));
      processor.onEnd(makeSpan({ name: 'op' }));
    });
    expect(most).toBeLessThanOrEqual(LINES_AN_HOUR);
    expect(lines.filter((line) => line.includes('cannot read')).length).toBeLessThanOrEqual(20);
    expect(received(server, 'op').total).toBeGreaterThanOrEqual(179);
    expect(processor.stats().givenUp.unreadable).toBeGreaterThanOrEqual(179);
  });
});

test('a second exporter says its own lines, whatever was said before', async () => {
  const server = await devServer();
  const lines = logLines();
  for (let i = 0; i < 30; i++) await exporterFor(server, { appId: `app ${i}` }).forceFlush();
  expect(lines.filter((line) => line.includes('reporting as'))).toHaveLength(30);
});

test('every bad variable is told, and the first report too', async () => {
  const words =
    'PERIOD_SECONDS PING_INTERVAL_SECONDS REQUEST_TIMEOUT_MILLIS NAMING INTERNAL_SPANS ' +
    'ERROR_STATUS_FROM MAX_NAMES MAX_SAMPLES MAX_ERRORS SLOW_THRESHOLD_MILLIS MAX_TAG_LENGTH REDACT_SQL ' +
    'RESEND_UNCLEAR MAX_BACKLOG_BYTES PROCESS_INFO SALTED_SECRET TOKEN_IN HEADERS';
  const variables = words.split(' ').map((word) => `STARDUST_${word}`);
  for (const variable of variables) vi.stubEnv(variable, 'nonsense');
  const server = await devServer();
  const lines = logLines();
  const exporter = exporterFor(server);
  vi.unstubAllEnvs();
  exporter.count(makeSpan({ name: 'op' }));
  await exporter.forceFlush();
  const untold = variables.filter(
    (variable) => !lines.some((line) => line.includes(`variable ${variable} must`)),
  );
  expect(untold).toEqual([]);
  expect(lines.filter((line) => line.includes('took the first report'))).toHaveLength(1);
});
