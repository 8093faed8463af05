import fs from 'node:fs';
import os from 'node:os';
import { PerformanceObserver } from 'node:perf_hooks';
import v8 from 'node:v8';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ProcessFigures } from '../../src/session/process-figures.ts';
import type { ProcessInfo } from '../../src/wire/ping.ts';
import { refused, replaced } from '../support/built-ins.ts';
import { fakeTime } from '../support/fake-time.ts';

/** Figures that are not read any more when the test is over. */
function figuresNow(): ProcessFigures {
  const figures = new ProcessFigures();
  onTestFinished(() => figures.stop());
  return figures;
}

/** The names of what is told. */
const told = (info: ProcessInfo) =>
  Object.entries(info)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);

test('all figures are there, of this size', () => {
  const { MachineName, IP, CommandLine, StartTime, CpuUsage, ...figures } = figuresNow().read();
  expect(figures).toEqual({
    ProcessorTime: expect.any(Number),
    WorkingSet: expect.any(Number),
    HeapSize: expect.any(Number),
    Threads: process.platform === 'linux' ? expect.any(Number) : undefined,
    Handles: process.platform === 'linux' ? expect.any(Number) : undefined,
    Connections: expect.any(Number),
    GCCount: expect.any(Number),
  });
  const { WorkingSet = 0, HeapSize = 0 } = figures;
  expect(HeapSize).toBeGreaterThan(1_000_000);
  expect(WorkingSet).toBeGreaterThan(HeapSize);
});

test('figures that are stopped, or cannot tell of collections, watch none', () => {
  let watched = 0;
  const { observe, disconnect } = PerformanceObserver.prototype;
  replaced(PerformanceObserver.prototype, 'observe', function (this: PerformanceObserver, ...what) {
    watched++;
    observe.apply(this, what);
  });
  replaced(PerformanceObserver.prototype, 'disconnect', function (this: PerformanceObserver) {
    watched--;
    disconnect.call(this);
  });
  const figures = new ProcessFigures();
  expect(watched).toBe(1);
  figures.stop();
  expect(watched).toBe(0);
  const damaged = withRefused(Object.prototype, 'value', () => [new ProcessFigures(), watched] as const);
  expect(damaged[1]).toBe(0);
});

describe('a host that refuses', () => {
  test.each<[string, string[], () => void]>([
    ['the name of the machine', ['MachineName'], () => replaced(os, 'hostname', refused)],
    ['the addresses', ['IP'], () => replaced(os, 'networkInterfaces', refused)],
    ['memory', ['WorkingSet'], () => replaced(process.memoryUsage, 'rss', refused)],
    ['the heap', ['HeapSize'], () => replaced(v8, 'getHeapStatistics', refused)],
    ['its files', ['Threads'], () => replaced(fs, 'readFileSync', refused)],
    ['its folders', ['Handles'], () => replaced(fs, 'statSync', refused)],
    ['what is open', ['Connections'], () => replaced(process, 'getActiveResourcesInfo', refused)],
    ['CPU time', ['ProcessorTime', 'CpuUsage'], () => replaced(process, 'cpuUsage', refused)],
    ['arguments', ['CommandLine'], () => replaced(process, 'argv', new Proxy([], { get: refused }))],
    ['collections', ['GCCount'], () => replaced(PerformanceObserver.prototype, 'observe', refused)],
  ])('%s is not told that, and all else', (_, missing, refuse) => {
    const all = told(figuresNow().read());
    refuse();
    expect(told(figuresNow().read())).toEqual(all.filter((name) => !missing.includes(name)));
  });

  test('CPU time at the start tells it later, without the share of it', () => {
    replaced(process, 'cpuUsage', refused);
    const figures = figuresNow();
    expect(told(figures.read())).not.toContain('ProcessorTime');
    replaced(process, 'cpuUsage', () => ({ user: 1_000_400, system: 1_000_200 }));
    const later = [figures.read(), figures.read()];
    expect(later.map(({ ProcessorTime }) => ProcessorTime)).toEqual([2_001, 2_001]);
    expect(later.map((info) => told(info).includes('CpuUsage'))).toEqual([false, true]);
  });
});

test.each([
  ['/srv/shop/server.js', 'server.js'],
  ['server.js', 'server.js'],
  [undefined, 'node'],
])('a process of the script %s is called %s', (script, name) => {
  replaced(process, 'execPath', '/usr/bin/node');
  replaced(process, 'argv', ['/usr/bin/node', ...(script === undefined ? [] : [script, '--password=x'])]);
  expect(figuresNow().read().CommandLine).toBe(name);
});

test.each([
  ['Name:\tnode\nThreads:\t11\nSigQ:\t0\n', 11],
  ['Threads:7\n', 7],
  ['Name:\tThreads: 7\n', undefined],
  ['Name:\tnode\n', undefined],
])('of a process whose status is %j the threads are %s', (status, threads) => {
  replaced(fs, 'readFileSync', (() => status) as unknown as typeof fs.readFileSync);
  expect(figuresNow().read().Threads).toBe(threads);
});

test.each([
  [23, 23],
  [0, 3],
])('open files are the size of their folder, %i, or counted: %i', (size, count) => {
  replaced(fs, 'statSync', (() => ({ size })) as unknown as typeof fs.statSync);
  replaced(fs, 'readdirSync', (() => ['0', '1', '2']) as unknown as typeof fs.readdirSync);
  expect(figuresNow().read().Handles).toBe(count);
});

test('connections are those by TCP', () => {
  replaced(process, 'getActiveResourcesInfo', () => [
    'TCPSocketWrap',
    'TCPServerWrap',
    'Timeout',
    'TCPSocketWrap',
    'PipeWrap',
  ]);
  expect(figuresNow().read().Connections).toBe(2);
});

test('the start of the process is told in whole milliseconds', () => {
  const { StartTime = Number.NaN } = figuresNow().read();
  expect(Number.isInteger(StartTime)).toBe(true);
  expect(Math.abs(StartTime - performance.timeOrigin)).toBeLessThanOrEqual(0.5);
});

test.each([
  [1_234_567, 10_000, 0.123_5],
  [15_000_000, 10_000, 1.5],
  [-5_000_000, 10_000, 0],
  [500, 0, 0.5],
])('%i µs of CPU in %i ms are a share of %d', (user, passedMs, share) => {
  fakeTime();
  replaced(process, 'cpuUsage', () => ({ user: 9_000_000, system: 1_000_000 }));
  const figures = figuresNow();
  vi.advanceTimersByTime(passedMs);
  replaced(process, 'cpuUsage', () => ({ user: 9_000_000 + user, system: 1_000_000 }));
  expect(figures.read().CpuUsage).toBe(share);
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
  const isCollected = () => {
    collected += figures.read().GCCount ?? 0;
    expect(collected).toBeGreaterThan(10);
  };
  await vi.waitFor(isCollected, { timeout: 30_000, interval: 5 });
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
