import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { devServer, exporterFor, fakeTime, logLines, pass } from '../support/harness.ts';
import { hostileSpan, saneSpan } from '../support/hostile-spans.ts';

test.each([1, 2, 3])(
  'whatever spans hold, the next process delivers what the disk keeps of them (seed %i)',
  async (seed) => {
    fakeTime();
    const lines = logLines();
    const server = await devServer();
    const backlogDirectory = temporaryFolder();
    const back = server.fault({ kind: 'status', status: 503 });
    const exporter = exporterFor(server, { backlogDirectory });
    const spans = fc.sample(fc.oneof(hostileSpan, saneSpan()), { seed, numRuns: 500 });
    for (const span of spans) exporter.count(span);
    await pass(60_000, 5_000);
    await exporter.shutdown();
    const { waiting } = exporter.stats();
    expect(waiting).toBeGreaterThan(400);
    back();
    const next = exporterFor(server, { backlogDirectory });
    await pass(60_000, 5_000);
    await next.forceFlush();
    expect(next.stats()).toMatchObject({ adopted: waiting, delivered: waiting, givenUp: { unreadable: 0 } });
    expect(lines.filter((line) => line.includes('set aside'))).toEqual([]);
  },
);
