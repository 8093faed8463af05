import { describe, expect, test } from 'vitest';
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

const calls = (server: Awaited<ReturnType<typeof devServer>>, path: string) =>
  server.requests().filter((request) => request.path === path);

describe('the login', () => {
  test('is one for twenty callers who wait', async () => {
    const server = await devServer();
    server.fault({ path: '/App/Login', kind: 'slow', delayMillis: 50 });
    const processor = processorFor(server);
    processor.onEnd(makeSpan());
    await Promise.all(Array.from({ length: 20 }, () => processor.forceFlush()));
    expect(server.app('app')?.logins).toBe(1);
    expect(received(server, 'work').total).toBe(1);
  });

  test('sends the secret salted, so that the server takes it as right', async () => {
    const server = await devServer({ autoRegister: false });
    server.setApp('app', { secret: 'hunter2' });
    const processor = processorFor(server, { secret: 'hunter2' });
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    expect(received(server, 'work').total).toBe(1);
    const body = calls(server, '/App/Login')[0]?.body as { Secret: string };
    expect(body.Secret).toMatch(/^\$md5\$\d+\$[0-9A-F]{32}$/);
  });

  test('sends it in clear where that is asked for', async () => {
    const server = await devServer();
    const processor = processorFor(server, { secret: 'hunter2', saltedSecret: false });
    await processor.forceFlush();
    expect(calls(server, '/App/Login')[0]?.body).toMatchObject({ Secret: 'hunter2' });
  });

  test("salts by the server's clock once it is known", async () => {
    const server = await devServer({ clockOffsetMillis: 3_600_000 });
    server.setApp('app', { secret: 'hunter2' });
    const processor = processorFor(server, { secret: 'hunter2' });
    await processor.forceFlush();
    server.revokeTokens();
    await processor.forceFlush();
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    const answers = calls(server, '/App/Login').map(
      ({ body }) => (body as { Secret: string }).Secret.split('$')[2],
    );
    expect(Number(answers[1]) - Number(answers[0])).toBeGreaterThanOrEqual(3_599);
  });

  test('keeps the code and the secret that the server hands out', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    await processor.forceFlush();
    server.revokeTokens();
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    const secrets = calls(server, '/App/Login').map(({ body }) => (body as { Secret: string }).Secret);
    expect(secrets).toEqual(['', expect.stringMatching(/^\$md5\$/)]);
  });

  test('carries the token in a header where that is asked for, and never in a path', async () => {
    const server = await devServer();
    const processor = processorFor(server, { tokenIn: 'header' });
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    expect(received(server, 'work').total).toBe(1);
    const report = server.requests().find((request) => request.path.startsWith('/Trace'));
    expect(report?.headers.authorization).toMatch(/^Bearer /);
    expect(JSON.stringify(server.requests().map(({ query }) => query))).not.toMatch(/token/i);
  });
});

test('a revoked token costs one login and no count', async () => {
  const server = await devServer();
  const processor = processorFor(server);
  processor.onEnd(makeSpan());
  await processor.forceFlush();
  server.revokeTokens();
  processor.onEnd(makeSpan());
  await processor.forceFlush();
  expect(server.app('app')?.logins).toBe(2);
  expect(received(server, 'work').total).toBe(2);
});

test('a token that expires is replaced, with no count lost', async () => {
  fakeTime();
  const server = await devServer({ tokenExpireSeconds: 700 });
  const processor = processorFor(server, { periodSeconds: 60 });
  for (let minute = 0; minute < 15; minute++) {
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(60_000, 1_000);
  }
  await processor.forceFlush();
  expect(received(server, 'op').total).toBe(15);
  expect(server.app('app')?.logins).toBe(1);
});

describe('pings', () => {
  test('come every 30 s until a ping is answered with a period', async () => {
    fakeTime();
    const server = await devServer();
    server.setApp('app', { pingPeriod: 10 });
    processorFor(server);
    await pass(31_000, 1_000);
    expect(server.app('app')?.pings).toBe(1);
    await pass(20_500, 1_000);
    expect(server.app('app')?.pings).toBe(3);
  });

  test("a report's period changes the reports, not the pings", async () => {
    fakeTime();
    const server = await devServer({ limits: { period: 5 } });
    processorFor(server);
    await pass(29_000, 1_000);
    expect(server.app('app')?.pings).toBe(0);
  });
});

describe('a server that is away', () => {
  test('when the service starts and comes a minute later has every count, told by two lines', async () => {
    const lines = logLines();
    const probe = await devServer();
    const { port, url } = probe;
    await probe.close();
    fakeTime();
    const processor = processorFor({ url });
    for (let second = 0; second < 60; second++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(1_000, 500);
    }
    const { stats } = { stats: processor.stats() };
    expect(stats).toMatchObject({ counted: 60, waiting: 60, session: 'away' });
    expect(stats.reports.unreachable).toBeGreaterThan(3);
    expect(stats.reports.unreachable).toBeLessThan(12);
    const server = await devServer({ port });
    await pass(130_000, 1_000);
    expect(received(server, 'op').total).toBe(60);
    expect(processor.stats()).toMatchObject({ delivered: 60, waiting: 0, session: 'loggedIn' });
    expect(lines.filter((line) => / is away/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => / is back/.test(line))).toHaveLength(1);
  });

  test('is asked again on forceFlush at once, whatever the back-off', async () => {
    const server = await devServer();
    const take = server.fault({ kind: 'status', status: 503 });
    const processor = processorFor(server);
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ waiting: 1, delivered: 0 });
    take();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ waiting: 0, delivered: 1 });
  });
});

describe('a server that refuses', () => {
  test('the login of a switched-off app is asked again every few minutes, and loses nothing', async () => {
    const lines = logLines();
    fakeTime();
    const server = await devServer();
    server.setApp('app', { enabled: false });
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(10 * 60_000, 2_000);
    const attempts = calls(server, '/App/Login').length;
    expect(attempts).toBeGreaterThanOrEqual(3);
    expect(attempts).toBeLessThanOrEqual(5);
    expect(processor.stats()).toMatchObject({ session: 'refused', waiting: 1 });
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    server.setApp('app', { enabled: true });
    await pass(4 * 60_000, 2_000);
    expect(received(server, 'op').total).toBe(1);
  });

  test('reports while tracing is switched off is probed once a minute and has all afterwards', async () => {
    fakeTime();
    const server = await devServer();
    const processor = processorFor(server);
    await pass(20_000);
    server.setApp('app', { tracing: false });
    for (let minute = 0; minute < 5; minute++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(60_000, 1_000);
    }
    expect(processor.stats()).toMatchObject({ waiting: 5, delivered: 0 });
    server.setApp('app', { tracing: true });
    await pass(130_000, 1_000);
    expect(received(server, 'op').total).toBe(5);
    expect(processor.stats()).toMatchObject({ waiting: 0, delivered: 5, givenUp: { unreadable: 0 } });
  });
});

describe('what the server cannot read', () => {
  const badName = (request: { body: unknown }) => JSON.stringify(request.body).includes('"bad"');

  test('loses only the one name, announced or not', async () => {
    const lines = logLines();
    const server = await devServer();
    server.fault({ path: '/Trace', kind: 'unreadable', when: badName });
    const exporter = exporterFor(server);
    for (let i = 0; i < 40; i++) exporter.count(makeSpan({ name: i === 17 ? 'bad' : `op ${i}` }));
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({
      counted: 40,
      delivered: 39,
      waiting: 0,
      givenUp: { unreadable: 1 },
    });
    expect(server.app('app')?.names.reduce((sum, each) => sum + each.total, 0)).toBe(39);
    expect(lines.filter((line) => line.includes('"bad"'))).toHaveLength(1);
  });

  test('and refuses with a code instead is found after a probe', async () => {
    fakeTime();
    const server = await devServer();
    server.fault({ path: '/Trace', kind: 'code', code: 500, message: 'cannot', when: badName });
    const exporter = exporterFor(server);
    for (let i = 0; i < 10; i++) exporter.count(makeSpan({ name: i === 7 ? 'bad' : `op ${i}` }));
    await pass(180_000, 1_000);
    expect(exporter.stats()).toMatchObject({
      counted: 10,
      delivered: 9,
      waiting: 0,
      givenUp: { unreadable: 1 },
    });
  });
});

describe('an unclear end', () => {
  test('is resent after an empty report was answered, and counted as resent', async () => {
    const server = await devServer();
    const counts = (request: { body: unknown }) => JSON.stringify(request.body).includes('"Total":1');
    server.fault({ path: '/Trace', kind: 'cut', counted: true, times: 1, when: counts });
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ waiting: 1, reports: { unclear: 1, resent: 0 } });
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 1, waiting: 0, reports: { unclear: 1, resent: 1 } });
    expect(received(server, 'op').total).toBe(2);
  });

  test('counts as delivered where resendUnclear is false', async () => {
    const server = await devServer();
    const counts = (request: { body: unknown }) => JSON.stringify(request.body).includes('"Total":1');
    server.fault({ path: '/Trace', kind: 'cut', counted: true, times: 1, when: counts });
    const processor = processorFor(server, { resendUnclear: false });
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 1, waiting: 0, reports: { unclear: 1, resent: 0 } });
    expect(received(server, 'op').total).toBe(1);
  });
});
