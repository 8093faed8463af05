import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import v8 from 'node:v8';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { devServer, exporterFor, fakeTime, logLines, pass, processorFor } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

type Refusable = Record<string, () => unknown>;

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

function refuses(on: object, name: string): void {
  const refused = Object.assign(new Error('A system error occurred'), { code: 'ERR_SYSTEM_ERROR' });
  vi.spyOn(on as Refusable, name).mockImplementation(() => {
    throw refused;
  });
  syncBuiltinESMExports();
}

/** Calls of Node that the figures of a ping, or the name of this instance, come from. */
const CALLS: [what: string, on: object, name: string, missing: string[]][] = [
  ['os.networkInterfaces', os, 'networkInterfaces', ['IP']],
  ['os.hostname', os, 'hostname', ['MachineName']],
  ['process.cpuUsage', process, 'cpuUsage', ['ProcessorTime', 'CpuUsage']],
  ['process.memoryUsage.rss', process.memoryUsage, 'rss', ['WorkingSet']],
  ['v8.getHeapStatistics', v8, 'getHeapStatistics', ['HeapSize']],
  ['process.getActiveResourcesInfo', process, 'getActiveResourcesInfo', ['Connections']],
  ['reading /proc/self/status', fs, 'readFileSync', ['Threads']],
  ['reading /proc/self/fd', fs, 'statSync', ['Handles']],
];
const FIGURES = CALLS.flatMap(([, , , missing]) => missing);

describe.skipIf(process.platform !== 'linux')('a host that refuses a call', () => {
  test.each(CALLS)(
    '%s, once the process runs: a ping comes without its figure',
    async (_, on, name, missing) => {
      fakeTime();
      const server = await devServer();
      processorFor(server);
      await pass(1_000);
      refuses(on, name);
      await pass(95_000, 1_000);
      expect(server.app('app')?.pings).toBe(2);
      const ping = server.app('app')?.lastPing as object;
      expect(Object.keys(ping)).toEqual(
        expect.arrayContaining(FIGURES.filter((figure) => !missing.includes(figure))),
      );
      for (const figure of missing) expect(ping).not.toHaveProperty(figure);
    },
  );

  test.each(CALLS)('%s, from the beginning: spans arrive, pings come', async (_, on, name) => {
    fakeTime();
    const server = await devServer();
    refuses(on, name);
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    await pass(31_000, 1_000);
    expect(processor.stats()).toMatchObject({ counted: 1, delivered: 1 });
    expect(server.app('app')?.pings).toBe(1);
  });

  test('all of them at once: the same', async () => {
    fakeTime();
    const server = await devServer();
    for (const [, on, name] of CALLS) refuses(on, name);
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    await pass(31_000, 1_000);
    expect(processor.stats()).toMatchObject({ counted: 1, delivered: 1 });
    expect(server.app('app')?.lastPing).toMatchObject({ Name: 'app', Id: process.pid });
  });
});

describe('a resource', () => {
  const boom = () => {
    throw new Error('no such thing');
  };
  const resources: [what: string, resource: object, names: boolean][] = [
    ['whose attributes cannot be read', Object.defineProperty({}, 'attributes', { get: boom }), false],
    ['whose pending attributes cannot be asked for', pending(boom), true],
    ['whose pending attributes are refused', pending(() => Promise.reject(new Error('no'))), true],
    ['that waits for nothing', { ...pending(boom), waitForAsyncAttributes: undefined }, true],
    ['without attributes', {}, false],
    ['whose name is no text', { attributes: { 'service.name': { toString: boom } } }, false],
  ];
  function pending(waitForAsyncAttributes: () => unknown): object {
    return {
      attributes: { 'service.name': 'from-resource' },
      asyncAttributesPending: true,
      waitForAsyncAttributes,
    };
  }

  test.each(resources)('%s hurts nobody', async (_, resource, names) => {
    const server = await devServer();
    const processor = processorFor(server, { appId: undefined });
    const named = processorFor(server, { appId: 'named' });
    for (const each of [processor, named]) {
      each.onEnd(makeSpan({ resource: resource as never }));
      await each.forceFlush();
    }
    expect(server.app('from-resource') !== undefined).toBe(names);
    expect(named.stats()).toMatchObject({ counted: 1, delivered: 1 });
  });

  test('that cannot be read at all leaves the naming to the next span', async () => {
    const server = await devServer();
    const processor = processorFor(server, { appId: undefined });
    const bad = Object.defineProperty({ ...makeSpan() }, 'resource', { get: boom });
    processor.onEnd(bad);
    processor.onEnd(makeSpan({ resource: { attributes: { 'service.name': 'second' } } }));
    await processor.forceFlush();
    expect(server.app('second')).toBeDefined();
    expect(processor.stats()).toMatchObject({ counted: 2, delivered: 2 });
  });
});

describe('the client id', () => {
  const address = (text: string, internal = false) => ({
    address: text,
    family: text.includes(':') ? 'IPv6' : 'IPv4',
    internal,
  });
  const LOOPBACK = [address('127.0.0.1', true), address('::1', true)];

  async function clientIdOn(words: {
    readonly addresses?: object[];
    readonly host?: string;
    readonly pid?: number;
    readonly given?: string;
  }): Promise<string> {
    vi.spyOn(os, 'networkInterfaces').mockReturnValue({
      lo: LOOPBACK,
      eth0: words.addresses ?? [],
    } as object as ReturnType<typeof os.networkInterfaces>);
    if (words.host === undefined) refuses(os, 'hostname');
    else vi.spyOn(os, 'hostname').mockReturnValue(words.host);
    vi.spyOn(process, 'pid', 'get').mockReturnValue(words.pid ?? 7);
    syncBuiltinESMExports();
    const server = await devServer();
    const exporter = exporterFor(server, { clientId: words.given });
    await exporter.forceFlush();
    const login = server.requests().find(({ path }) => path.startsWith('/App/Login'))?.body;
    // A test runs in a thread of a worker.
    return (login as { ClientId: string }).ClientId.replace(/-\d+$/, '');
  }

  const POD = 'order-fulfilment-worker-production-canary-6c9d8f7b44-x2x4z';
  const rows: [words: Parameters<typeof clientIdOn>[0], id: string][] = [
    [{ addresses: [address('10.0.0.9')] }, '10.0.0.9@7'],
    [{ addresses: [address('fe80::1'), address('fd00::9'), address('10.0.0.9')] }, '10.0.0.9@7'],
    [{ addresses: [address('fe80::1'), address('fd00::9')] }, 'fd00::9@7'],
    [{ addresses: [address('fe80::1')] }, 'fe80::1@7'],
    [{ addresses: [address('169.254.1.2'), address('fd00::9')] }, 'fd00::9@7'],
    [{ addresses: [address('10.0.0.9')], host: 'pod-a', pid: 1 }, '10.0.0.9@pod-a'],
    [{ addresses: [address('10.0.0.9')], pid: 1 }, '10.0.0.9@1'],
    [{ host: 'pod-a' }, 'pod-a@7'],
    [{ host: 'pod-a', pid: 1 }, 'pod-a@1'],
    [{}, '7'],
    [{ given: POD }, POD.slice(-50)],
    [{ addresses: [address('10.0.0.9')], host: POD, pid: 1 }, `10.0.0.9@${POD}`.slice(-50)],
  ];
  test.each(rows)('%j: %s', async (words, id) => {
    expect(await clientIdOn(words)).toBe(id);
  });
});

describe('quotes around the value of a variable', () => {
  const rows: [variable: string, value: string][] = [
    ['STARDUST_APP_NAME', 'Orders'],
    ['STARDUST_APP_NAME', 'of "two" words'],
    ['OTEL_SERVICE_NAME', 'orders'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'service.name=orders,service.version=2.0'],
    ['STARDUST_PERIOD_SECONDS', '30'],
    ['STARDUST_HEADERS', 'x-team=a,x-env=b'],
  ];
  test.each(rows.flatMap((row) => ['"', "'"].map((quote) => [...row, quote] as const)))(
    '%s=%s in %s are taken off',
    async (variable, value, quote) => {
      const server = await devServer();
      const logged = async (text: string) => {
        const lines = logLines();
        vi.stubEnv('STARDUST_SERVER', text === value ? server.url : quote + server.url + quote);
        vi.stubEnv('STARDUST_APP_ID', 'app');
        vi.stubEnv(variable, text);
        const exporter = exporterFor(server, { server: undefined, appId: undefined });
        await exporter.forceFlush();
        await exporter.shutdown();
        vi.unstubAllEnvs();
        return lines;
      };
      const plain = await logged(value);
      expect(
        plain.some((line) => line.includes('took the first report') || line.includes('reporting as')),
      ).toBe(true);
      expect(await logged(` ${quote}${value}${quote} `)).toEqual(plain);
    },
  );
});

describe('two set-ups in one process', () => {
  const told = (lines: string[]) => lines.filter((line) => /second exporter/.test(line)).length;

  test('that are one instance of one app are warned about, once each', async () => {
    const server = await devServer();
    const lines = logLines();
    const [first, second] = [exporterFor(server), exporterFor(server)];
    await Promise.all([first.forceFlush(), second.forceFlush()]);
    expect(told(lines)).toBe(1);
  });

  test('after one another, with ids of their own, or of two apps or servers, are not', async () => {
    const server = await devServer();
    const other = await devServer();
    const lines = logLines();
    const first = exporterFor(server);
    await first.forceFlush();
    await first.shutdown();
    for (const each of [
      exporterFor(server),
      exporterFor(server, { clientId: 'own' }),
      exporterFor(server, { appId: 'other' }),
      exporterFor(other),
    ])
      await each.forceFlush();
    expect(told(lines)).toBe(0);
  });
});

test('a client id never ends in half a character, whatever its length', async () => {
  const server = await devServer();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 40, maxLength: 80 }), async (clientId) => {
      fc.pre(clientId.trim() === clientId);
      const exporter = exporterFor(server, { clientId });
      await exporter.forceFlush();
      await exporter.shutdown();
      const sent = server.requests().findLast(({ path }) => path.startsWith('/App/Login'))?.body;
      const { ClientId } = sent as { ClientId: string };
      expect(ClientId.length).toBeLessThanOrEqual(50);
      expect(ClientId.isWellFormed() && clientId.endsWith(ClientId)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
