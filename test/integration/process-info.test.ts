import { expect, test } from 'vitest';
import { devServer, fakeTime, pass, processorFor } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

type Ping = Record<string, unknown>;

test('a ping tells of the process, in whole numbers and in the units of the server', async () => {
  fakeTime();
  const server = await devServer();
  processorFor(server, { version: 'v2.1.0-rc.3', appName: 'Orders' });
  await pass(31_000, 1_000);
  const ping = server.app('app')?.lastPing as Ping;
  expect(ping).toMatchObject({ Id: process.pid, Name: 'app', AppName: 'Orders', Version: '2.1.0' });
  expect(ping.CommandLine).not.toMatch(/[\\/ ]/);
  expect(String(ping.CommandLine).length).toBeGreaterThan(0);
  expect(ping.MachineName).toEqual(expect.any(String));
  expect(ping.IP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  for (const figure of [
    'StartTime',
    'ProcessorTime',
    'WorkingSet',
    'HeapSize',
    'Threads',
    'Handles',
    'Connections',
    'GCCount',
  ]) {
    expect([figure, Number.isInteger(ping[figure])]).toEqual([figure, true]);
  }
  expect(ping.WorkingSet).toBeGreaterThan(10_000_000);
  expect(ping.Threads).toBeGreaterThan(1);
  expect(ping.Handles).toBeGreaterThan(2);
  expect(ping.CpuUsage).toBeGreaterThanOrEqual(0);
  expect(server.app('app')?.pings).toBe(1);
});

test('a version without dotted numbers is left out, since it would make the ping fail', async () => {
  fakeTime();
  const server = await devServer();
  processorFor(server, { version: 'latest' });
  await pass(31_000, 1_000);
  expect(server.app('app')?.lastPing).not.toHaveProperty('Version');
  expect(server.app('app')?.pings).toBe(1);
});

test('figures are sent neither where processInfo is false nor while the server does not want them', async () => {
  fakeTime();
  const unwanted = await devServer({ limits: { enableMeter: false } });
  const server = await devServer();
  processorFor(unwanted);
  processorFor(server, { processInfo: false });
  await pass(31_000, 1_000);
  for (const each of [unwanted, server]) {
    expect(each.app('app')?.lastPing).toMatchObject({ Name: 'app' });
    expect(each.app('app')?.lastPing).not.toHaveProperty('WorkingSet');
  }
});

test('figures are sent again once the server wants them', async () => {
  fakeTime();
  const server = await devServer({ limits: { enableMeter: false } });
  const processor = processorFor(server);
  const told = async (enableMeter: boolean) => {
    server.setLimits({ enableMeter });
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    await pass(65_000, 1_000);
    return Object.keys(server.app('app')?.lastPing ?? {}).includes('WorkingSet');
  };
  expect([await told(false), await told(true), await told(false), await told(true)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});

test('reports carry no figures, which would double the curves of the pings', async () => {
  const server = await devServer();
  const processor = processorFor(server);
  await processor.forceFlush();
  const bodies = server.requests().filter(({ path }) => path.startsWith('/Trace'));
  expect(bodies.length).toBeGreaterThan(0);
  for (const { body } of bodies) expect(body).not.toHaveProperty('Info');
});
