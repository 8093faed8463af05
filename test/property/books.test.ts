import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/dev/index.ts';
import type { StardustExporter } from '../../src/index.ts';
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

test('counted = delivered + waiting + given up, at every moment, whatever the server does', async () => {
  fakeTime();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const server = await devServer();
      const timeouts = { requestTimeoutMillis: 2_000, shutdownTimeoutMillis: 2_000 };
      const exporter = exporterFor(server, { maxNames: 6, ...timeouts });
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
