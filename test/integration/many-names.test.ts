import { expect, onTestFinished, test } from 'vitest';
import type { Kept } from '../../src/backlog/disk/store.ts';
import { exporterFor } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';
import { rawServer } from '../support/raw-server.ts';
import { readReport } from '../support/strict-reader.ts';

const NAMES = 10_000;

/** Without a number, which names share once they are many. */
function nameOf(i: number): string {
  return `op ${String(i).replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`;
}

/** An exporter that is logged in, with a span of each name to be taken, and what its server received by name. */
async function withManyNames() {
  const server = await rawServer();
  onTestFinished(() => server.close());
  const exporter = exporterFor(server, { maxNames: 2 * NAMES, shutdownTimeoutMillis: 10_000 });
  exporter.count(makeSpan({ name: 'first' }));
  await exporter.forceFlush();
  for (let i = 0; i < NAMES; i++) exporter.count(makeSpan({ name: nameOf(i) }));
  const received = () => {
    const totals = new Map<string, number>();
    for (const { Name, Total } of server.reports.flatMap((body) => readReport(body).Builders))
      totals.set(Name, (totals.get(Name) ?? 0) + Total);
    return totals;
  };
  return { exporter, received };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function spansIn(waiting: readonly Kept[]): number {
  return waiting.flatMap(({ builders }) => builders).reduce((sum, { total }) => sum + total, 0);
}

test('while a flush takes many names the app has its turns, and what ends in them is counted once', async () => {
  const { exporter, received } = await withManyNames();
  let counted = NAMES + 1;
  let isOver = false;
  const flush = exporter.forceFlush().finally(() => {
    isOver = true;
  });
  // The last name is taken last: until then all of its spans are in the builder that this flush delivers.
  while (!isOver) {
    exporter.count(makeSpan({ name: nameOf(NAMES - 1) }));
    exporter.count(makeSpan({ name: nameOf(0) }));
    counted += 2;
    const { delivered, waiting } = exporter.stats();
    expect({ counted: exporter.stats().counted, sum: delivered + waiting }).toEqual({
      counted,
      sum: counted,
    });
    await turn();
  }
  await flush;
  expect(received().get(nameOf(NAMES - 1))).toBeGreaterThan(20);
  await exporter.forceFlush();
  expect(exporter.stats()).toMatchObject({ counted, delivered: counted, waiting: 0 });
  const totals = received();
  expect([...totals.values()].reduce((sum, total) => sum + total, 0)).toBe(counted);
  expect(totals.get(nameOf(0))).toBe(totals.get(nameOf(NAMES - 1)));
  expect(totals.size).toBe(NAMES + 1);
}, 60_000);

test.each([0, 1, 7, 15])(
  'an end %d turns after a flush has begun finds each span, taken or not, and none comes twice',
  async (turns) => {
    const { exporter, received } = await withManyNames();
    const flush = exporter.forceFlush();
    for (let i = 0; i < turns; i++) await turn();
    const { waiting } = exporter.stats();
    expect(waiting).toBe(NAMES);
    expect(spansIn(exporter.handOver()?.waiting ?? [])).toBe(NAMES);
    expect(exporter.stats()).toMatchObject({ waiting: 0, givenUp: { handedOver: NAMES } });
    await flush;
    await exporter.shutdown();
    expect(exporter.stats()).toMatchObject({ counted: NAMES + 1, delivered: 1, waiting: 0 });
    expect([...received().values()]).toEqual([1]);
  },
);
