import { expect, test } from 'vitest';
import { devServer, exporterFor, fakeTime, pass, reports } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const MINUTE = 60_000;

test('after an outage what waited goes oldest first, a few reports a second', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const server = await devServer();
  const exporter = exporterFor(server);
  await pass(10_000, 1_000);
  const mend = server.fault({ kind: 'status', status: 503 });
  for (let bucket = 0; bucket < 18; bucket++) {
    exporter.count(makeSpan({ name: 'op' }));
    await pass(5 * MINUTE, 10_000);
  }
  mend();
  server.clear();
  await pass(2 * MINUTE, 100);
  expect(exporter.stats()).toMatchObject({ counted: 18, delivered: 18, waiting: 0 });
  const counted = reports(server).filter(({ builders }) => builders.some((each) => each.Total > 0));
  const starts = counted.map(({ builders }) => builders[0]?.StartTime ?? 0);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  const inOneSecond = counted.map(
    ({ atMs }) => counted.filter((each) => each.atMs >= atMs && each.atMs < atMs + 700).length,
  );
  expect(counted).toHaveLength(18);
  expect(Math.max(...inOneSecond)).toBe(4);
});

test('forceFlush() does not wait for the pauses of a recovery', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const server = await devServer();
  const exporter = exporterFor(server);
  const mend = server.fault({ kind: 'status', status: 503 });
  for (let bucket = 0; bucket < 18; bucket++) {
    exporter.count(makeSpan({ name: 'op' }));
    await pass(5 * MINUTE, 10_000);
  }
  mend();
  await exporter.forceFlush();
  expect(exporter.stats()).toMatchObject({ delivered: 18, waiting: 0 });
});

test.each([1, 10, 60])(
  'the end of a period of %i s cuts no pause of the back-off short, and takes no step of it back',
  async (periodSeconds) => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
    const server = await devServer();
    const exporter = exporterFor(server, { periodSeconds });
    server.fault({ kind: 'status', status: 503 });
    for (let step = 0; step < 24; step++) {
      exporter.count(makeSpan({ name: 'op' }));
      await pass(5_000, 500);
    }
    server.clear();
    for (let minute = 0; minute < 5; minute++) {
      exporter.count(makeSpan({ name: 'op' }));
      await pass(MINUTE, 500);
    }
    // Each pause is between half a minute and a minute by now.
    const tries = server.requests().length;
    expect(tries).toBeGreaterThanOrEqual(4);
    expect(tries).toBeLessThanOrEqual(11);
  },
);
