import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fault, startDevServer } from '../../src/dev/index.ts';
import { StardustExporter } from '../../src/index.ts';
import { makeSpan } from '../support/make-span.ts';

type Step =
  | { readonly do: 'count'; readonly spans: number; readonly names: number }
  | { readonly do: 'flush' | 'flush at once' | 'revoke' | 'mend' | 'hide' | 'show' | 'shut down' }
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
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('mend', 'revoke', 'hide', 'show') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shut down') }) },
);

function expectBalance(exporter: StardustExporter): void {
  const { counted, delivered, waiting, givenUp } = exporter.stats();
  const lost = Object.values(givenUp).reduce((sum, each) => sum + each, 0);
  expect({ counted, sum: delivered + waiting + lost }).toEqual({ counted, sum: counted });
}

test('counted = delivered + waiting + given up, at every moment, whatever the server does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const server = await startDevServer({ port: 0 });
      const exporter = new StardustExporter({
        server: server.url,
        appId: 'app',
        maxNames: 6,
        requestTimeoutMillis: 100,
        shutdownTimeoutMillis: 100,
      });
      const flushes: Promise<void>[] = [];
      const mends: (() => void)[] = [];
      for (const each of steps) {
        switch (each.do) {
          case 'count':
            for (let i = 0; i < each.spans; i++) exporter.count(makeSpan({ name: `op ${i % each.names}` }));
            break;
          case 'flush':
            await exporter.forceFlush();
            break;
          case 'flush at once':
            flushes.push(exporter.forceFlush());
            break;
          case 'fault':
            mends.push(server.fault(each.fault));
            break;
          case 'mend':
            for (const mend of mends.splice(0)) mend();
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
      await Promise.all(flushes);
      expectBalance(exporter);
      const closed = exporter.stats().session === 'closed';
      for (const mend of mends) mend();
      // Twice: the first may find an unclear end, or a refusal, and only ask whether the server is well.
      for (let i = 0; i < 3; i++) await exporter.forceFlush();
      const { delivered, givenUp, waiting, reports } = exporter.stats();
      expectBalance(exporter);
      if (!closed) expect(waiting).toBe(0);
      const hid = steps.some((each) => each.do === 'hide');
      if (reports.unclear === 0 && givenUp.shutdown === 0 && !hid) {
        expect(server.app('app')?.names.reduce((sum, name) => sum + name.total, 0) ?? 0).toBe(delivered);
      }
      await exporter.shutdown();
      expectBalance(exporter);
      expect(exporter.stats().waiting).toBe(0);
      await server.close();
    }),
    { numRuns: 120 },
  );
}, 240_000);
