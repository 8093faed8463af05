import { beforeAll, expect, test } from 'vitest';
import type { SpanLike } from '../../src/span/span-like.ts';
import { LINES } from '../matrix/legs.ts';
import { examples } from '../support/examples/example.ts';
import { isInstalled } from '../support/examples/redis.ts';
import { installExample, runExample } from '../support/examples/run-example.ts';
import { newestOf, nodeOf } from '../support/package/npm.ts';
import { startCollector } from './collector.ts';
import { driftOfAttributes, driftOfCounts, driftOfNames } from './drift.ts';

const newest: Record<string, string> = {};
const seen: SpanLike[] = [];

beforeAll(async () => {
  for (const name of Object.keys(LINES.otel3)) newest[name] = await newestOf(name);
  console.log(
    `newest: ${Object.entries(newest)
      .map((entry) => entry.join(' '))
      .join(', ')}`,
  );
}, 120_000);

test.for(examples().map((example) => [example.name, example] as const))(
  '%s',
  { timeout: 600_000 },
  async ([, example], { skip }) => {
    const { needs } = example;
    if (needs !== undefined && !isInstalled(needs)) skip(`no ${needs} on this machine`);
    const app = await installExample(example, await nodeOf('24'), newest);
    const collector = await startCollector();
    try {
      const { counts } = await runExample(example, { ...app, variables: collector.env });
      seen.push(...collector.spans);
      expect.soft(collector.spans.length, 'spans sent by OTLP').toBeGreaterThan(0);
      expect.soft(driftOfCounts(example, counts)).toEqual([]);
    } finally {
      await collector.close();
    }
  },
);

test('names of ours', () => {
  expect(driftOfNames(seen)).toEqual([]);
});

test('attributes', () => {
  expect(driftOfAttributes(seen)).toEqual([]);
});
