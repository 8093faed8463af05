import { PerformanceObserver } from 'node:perf_hooks';
import { expect, test, vi } from 'vitest';
import { ProcessFigures } from '../../src/session/process-figures.ts';
import { devServer, fakeTime, pass, processorFor, until } from '../support/harness.ts';
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

test('CPU above one core is told', () => {
  const cpu = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 });
  const figures = new ProcessFigures();
  cpu.mockReturnValue({ user: 3_600_000_000, system: 0 });
  const { ProcessorTime, CpuUsage } = figures.read();
  figures.stop();
  vi.restoreAllMocks();
  expect(ProcessorTime).toBe(3_600_000);
  expect(CpuUsage).toBeGreaterThan(1);
});

test('CPU is that since the last reading', () => {
  fakeTime();
  const cpu = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 4_000_000, system: 0 });
  const figures = new ProcessFigures();
  const read = (seconds: number) => {
    vi.advanceTimersByTime(10_000);
    cpu.mockReturnValue({ user: seconds * 1_000_000, system: 1_000_000 });
    const { ProcessorTime, CpuUsage } = figures.read();
    return [ProcessorTime, CpuUsage];
  };
  expect([read(8), read(9), read(9)]).toEqual([
    [9_000, 0.5],
    [10_000, 0.1],
    [10_000, 0],
  ]);
  figures.stop();
  vi.restoreAllMocks();
});

test('collections are those since the last reading', async () => {
  const figures = new ProcessFigures();
  const garbage: unknown[] = [];
  for (let i = 0; i < 300; i++) garbage[0] = new Array(100_000).fill(i);
  let collected = 0;
  await until(() => {
    collected += figures.read().GCCount ?? 0;
    return collected > 10;
  });
  expect(figures.read().GCCount).toBeLessThan(10);
  figures.stop();
});

/** Each has Node's own code throw where it tells of a collection. */
const damages: [what: string, holder: object, key: PropertyKey][] = [
  ['the iteration of arrays', Array.prototype, Symbol.iterator],
  ['the steps of that', Object.getPrototypeOf([].values()) as object, 'next'],
  ['the steps of the iteration of sets', Object.getPrototypeOf(new Set().values()) as object, 'next'],
  ['a property "value" of each object', Object.prototype, 'value'],
  ['a property "writable" of each object', Object.prototype, 'writable'],
];

test.each(damages)('collections are not counted any more where an app has replaced %s', (_, holder, key) => {
  const figures = new ProcessFigures();
  const counted = figures.read();
  const watched = vi.spyOn(PerformanceObserver.prototype, 'disconnect');
  const damaged = withRefused(holder, key, () => figures.read());
  const after = figures.read();
  const stops = watched.mock.calls.length;
  const never = withRefused(holder, key, () => new ProcessFigures().read());
  figures.stop();
  vi.restoreAllMocks();
  expect(counted.GCCount).toEqual(expect.any(Number));
  for (const ping of [damaged, after, never]) {
    expect(ping.GCCount).toBeUndefined();
    expect(ping.WorkingSet).toBeGreaterThan(0);
  }
  expect(stops).toBe(1);
});

/** Runs work while whoever reads this property gets what throws. */
function withRefused<T>(holder: object, key: PropertyKey, work: () => T): T {
  const own = Reflect.getOwnPropertyDescriptor(holder, key);
  const value = () => {
    throw new Error('not here');
  };
  // Without a prototype: properties of each object are what this is about.
  Reflect.defineProperty(
    holder,
    key,
    Object.assign(Object.create(null) as object, { value, configurable: true, writable: true }),
  );
  try {
    return work();
  } finally {
    if (own === undefined) Reflect.deleteProperty(holder, key);
    else Reflect.defineProperty(holder, key, Object.assign(Object.create(null) as object, own));
  }
}

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
