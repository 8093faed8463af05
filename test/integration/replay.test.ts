import { describe, expect, test } from 'vitest';
import { devServer, exporterFor } from '../support/harness.ts';
import { type RecordedSpan, recordedFiles } from '../support/recorded-spans.ts';

/** The same sums by a few lines of their own. */
function sums(spans: readonly RecordedSpan[]) {
  const names = new Map<string, { total: number; errors: number; ms: number; max: number; min: number }>();
  for (const span of spans) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the recorded names hold line breaks
    const name = span.name.replace(/[\u0000-\u001f]/g, ' ') || '(unnamed)';
    const sum = names.get(name) ?? { total: 0, errors: 0, ms: 0, max: 0, min: Number.POSITIVE_INFINITY };
    const ms = span.duration[0] * 1e3 + span.duration[1] / 1e6;
    const status = Number(
      span.attributes['http.response.status_code'] ?? span.attributes['http.status_code'],
    );
    sum.total += 1;
    sum.errors += span.status.code === 2 || (span.kind === 1 && status >= 500) ? 1 : 0;
    sum.ms += ms;
    sum.max = Math.max(sum.max, ms);
    sum.min = Math.min(sum.min, ms);
    names.set(name, sum);
  }
  return [...names]
    .map(([name, { total, errors, ms, max, min }]) => ({
      name,
      total,
      errors,
      costMs: Math.round(ms),
      maxCostMs: Math.round(max),
      minCostMs: Math.floor(min),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('replaying recorded spans gives the totals, errors and sums of', () => {
  test.each(recordedFiles().map(({ file, spans }) => [file, spans] as const))('%s', async (_, spans) => {
    const server = await devServer();
    const exporter = exporterFor(server);
    for (const span of spans) exporter.count(span);
    await exporter.forceFlush();
    const names = (server.app('app')?.names ?? [])
      .map(({ name, total, errors, costMs, maxCostMs, minCostMs }) => ({
        name,
        total,
        errors,
        costMs,
        maxCostMs,
        minCostMs,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(names).toEqual(sums(spans));
    expect(names.length).toBeGreaterThan(0);
  });
});

test('under stardust naming a mixed program shows as api, http, db, redis and mq', async () => {
  const server = await devServer();
  const exporter = exporterFor(server, { naming: 'stardust' });
  for (const { file, spans } of recordedFiles()) {
    if (!/^otel2\.jsonl$|amqplib/.test(file)) continue;
    for (const span of spans) exporter.count(span);
  }
  await exporter.forceFlush();
  const kinds = new Map<string, string>();
  for (const { name, kind } of server.app('app')?.names ?? []) kinds.set(name, kind);
  expect(kinds.get('/users/:id')).toBe('api');
  expect(kinds.get('db:postgres:Select')).toBe('db');
  expect(kinds.get('redis:127.0.0.1:GET')).toBe('redis');
  expect(kinds.get('mq:orders:publish')).toBe('mq');
  expect([...kinds].filter(([name]) => name.startsWith('http://')).every(([, kind]) => kind === 'http')).toBe(
    true,
  );
  expect([...kinds.values()].filter((kind) => kind === 'http').length).toBeGreaterThan(3);
});
