import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DiskStore } from '../../src/backlog/disk/disk-store.ts';
import type { Kept } from '../../src/backlog/disk/store.ts';
import type { Fault } from '../../src/dev/index.ts';
import type { StardustExporter, StardustOptions } from '../../src/index.ts';
import { temporaryFolder } from '../support/folders.ts';
import { devServer, exporterFor, fakeTime, pass } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

type Step =
  | { readonly do: 'count'; readonly spans: number; readonly names: number }
  | { readonly do: 'flush' | 'flush at once' | 'revoke' | 'lift' | 'hide' | 'show' | 'shut down' }
  | { readonly do: 'fault'; readonly fault: Fault };

const fault = fc.constantFrom<Fault>(
  { kind: 'status', status: 503 },
  { kind: 'status', status: 200, body: '<html>' },
  { kind: 'code', code: 403, message: 'no' },
  { path: '/Trace', kind: 'code', code: 500, message: 'no' },
  { path: '/Trace', kind: 'unreadable', times: 1 },
  { path: '/Trace', kind: 'unreadable', when: (request) => JSON.stringify(request.body).includes('"op 3"') },
  { path: '/Trace', kind: 'cut', counted: true, times: 1 },
  { path: '/Trace', kind: 'cut', counted: false, times: 1 },
  { path: '/Trace', kind: 'hang', times: 1 },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('count'),
      spans: fc.nat(40),
      names: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('flush', 'flush at once') }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('fault'), fault }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('lift', 'revoke', 'hide', 'show') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shut down') }) },
);

function expectBalance(exporter: StardustExporter): void {
  const { counted, delivered, waiting, givenUp } = exporter.stats();
  const lost = Object.values(givenUp).reduce((sum, each) => sum + each, 0);
  expect({ counted, sum: delivered + waiting + lost }).toEqual({ counted, sum: counted });
}

/** Lets time pass until it is settled: a call that hangs ends by its time-out, and no other does. */
async function settled(work: Promise<unknown>): Promise<void> {
  let isSettled = false;
  void work.finally(() => {
    isSettled = true;
  });
  while (!isSettled) await pass(500, 500);
}

/** Does the steps, with the books balanced after each, and returns how things stand then. */
async function afterAll(steps: readonly Step[], options: StardustOptions = {}) {
  const server = await devServer();
  const timeouts = { requestTimeoutMillis: 2_000, shutdownTimeoutMillis: 2_000 };
  const exporter = exporterFor(server, { maxNames: 6, ...timeouts, ...options });
  const flushes: Promise<void>[] = [];
  const lifts: (() => void)[] = [];
  for (const each of steps) {
    switch (each.do) {
      case 'count':
        for (let i = 0; i < each.spans; i++) exporter.count(makeSpan({ name: `op ${i % each.names}` }));
        break;
      case 'flush':
        await settled(exporter.forceFlush());
        break;
      case 'flush at once':
        flushes.push(exporter.forceFlush());
        break;
      case 'fault':
        lifts.push(server.fault(each.fault));
        break;
      case 'lift':
        for (const lift of lifts.splice(0)) lift();
        break;
      case 'revoke':
        server.revokeTokens();
        break;
      case 'hide':
        server.setLimits({ excludes: ['op 1', 'op 2*'] });
        break;
      case 'show':
        server.setLimits({ excludes: null });
        break;
      case 'shut down':
        flushes.push(exporter.shutdown());
    }
    expectBalance(exporter);
  }
  return { server, exporter, flushes, lifts };
}

test('counted = delivered + waiting + given up, at every moment, whatever the server does', async () => {
  fakeTime();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { server, exporter, flushes, lifts } = await afterAll(steps);
      await settled(Promise.all(flushes));
      expectBalance(exporter);
      const closed = exporter.stats().session === 'closed';
      for (const lift of lifts) lift();
      // More than once: the first may find an unclear end, or a refusal, and only ask whether the server is well.
      for (let i = 0; i < 10 && exporter.stats().waiting > 0; i++) await settled(exporter.forceFlush());
      const { delivered, givenUp, waiting, reports } = exporter.stats();
      expectBalance(exporter);
      if (!closed) expect(waiting).toBe(0);
      const hid = steps.some((each) => each.do === 'hide');
      if (reports.unclear === 0 && givenUp.shutdown === 0 && !hid) {
        expect(server.app('app')?.names.reduce((sum, name) => sum + name.total, 0) ?? 0).toBe(delivered);
      }
      await settled(exporter.shutdown());
      expectBalance(exporter);
      expect(exporter.stats().waiting).toBe(0);
      await server.close();
    }),
    { numRuns: 120 },
  );
}, 240_000);

/** Spans in builders that are really there. */
function spansIn(waiting: readonly Kept[]): number {
  return waiting.reduce((sum, { builders }) => sum + builders.reduce((all, { total }) => all + total, 0), 0);
}

const open = step.filter((each) => each.do !== 'shut down');

test('what waits by the books is what waits in memory, at any moment', async () => {
  fakeTime();
  await fc.assert(
    fc.asyncProperty(fc.array(open, { maxLength: 20 }), async (steps) => {
      const { server, exporter, flushes, lifts } = await afterAll(steps);
      const { waiting } = exporter.stats();
      const handed = exporter.handOver();
      // Of a server that is away nothing is handed over.
      if (handed !== undefined) {
        expect({ waiting, there: spansIn(handed.waiting) }).toEqual({ waiting, there: waiting });
        expect(exporter.stats()).toMatchObject({ waiting: 0, givenUp: { handedOver: waiting } });
      }
      for (const lift of lifts) lift();
      await settled(Promise.all([...flushes, exporter.shutdown()]));
      expectBalance(exporter);
      await server.close();
    }),
    { numRuns: 60 },
  );
}, 240_000);

test('what waits by the books at an end is what waits on disk, whatever moment it comes at', async () => {
  fakeTime();
  await fc.assert(
    fc.asyncProperty(fc.array(open, { maxLength: 20 }), fc.nat(40), async (steps, seconds) => {
      const backlogDirectory = temporaryFolder();
      const { server, exporter, flushes } = await afterAll(steps, { backlogDirectory });
      await pass(seconds * 1_000, 1_000);
      await settled(Promise.all([...flushes, exporter.shutdown()]));
      expectBalance(exporter);
      const next = new DiskStore(backlogDirectory, 'app');
      const left = await next.adopt();
      const { waiting } = exporter.stats();
      expect({ waiting, there: spansIn(left) }).toEqual({ waiting, there: waiting });
      next.leave([]);
      await server.close();
    }),
    { numRuns: 30 },
  );
}, 240_000);
