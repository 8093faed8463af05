import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StardustExporter } from '../../src/index.ts';
import { hostileSpan, saneSpan } from '../support/hostile-spans.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { readReport } from '../support/strict-reader.ts';

let server: RawServer;
let exporter: StardustExporter;

beforeAll(async () => {
  const limits = { maxSamples: 1_000, maxErrors: 1_000, maxTagLength: 2_000, timeout: 1 };
  server = await rawServer(limits);
  exporter = new StardustExporter({
    server: server.url,
    appId: 'hostile \ud83d app',
    appName: '\u0000',
    maxNames: 50,
  });
  await exporter.forceFlush();
});

afterAll(async () => {
  await exporter.shutdown();
  await server.close();
});

test('whatever a span holds, each report passes a strict reader and no count is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(hostileSpan, saneSpan()), { maxLength: 25 }), async (spans) => {
      server.reports.length = 0;
      const before = exporter.stats();
      for (const span of spans) exporter.count(span as never);
      await exporter.forceFlush();
      const after = exporter.stats();
      const written = server.reports.map((body) => readReport(body));
      const total = written
        .flatMap((report) => report.Builders)
        .reduce((sum, builder) => sum + builder.Total, 0);
      expect(total).toBe(after.counted - before.counted);
      expect(after.counted - before.counted + (after.dropped.unusable - before.dropped.unusable)).toBe(
        spans.length,
      );
      expect(after.waiting).toBe(0);
    }),
    { numRuns: 400 },
  );
}, 240_000);
