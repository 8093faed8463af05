import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kindOf } from '../../src/dev/received/kind.ts';
import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import { rowOf, shortScopeOf } from '../support/recorded-names.ts';
import { type RecordedSpan, recordedFiles } from '../support/recorded-spans.ts';

const TABLE = new URL('../../docs/recorded-names.txt', import.meta.url);

/** The kinds that names of ours may have on the console. */
const KNOWN_KINDS = [
  'api',
  'http',
  'db',
  'mongo',
  'redis',
  'mq',
  'kafka',
  'rocketmq',
  'mqtt',
  'rpc',
  'dns',
  'socket',
  'other',
];

const isManual = (span: RecordedSpan) =>
  ['manual', 'app', 'shop.manual'].includes(shortScopeOf(span as never));

/** One row per kind of span: who made it, what it was called, what it is called, and as what it shows. */
function rows(): string[] {
  const found = new Set<string>();
  for (const { spans } of recordedFiles()) {
    const naming = new StardustNaming();
    for (const span of spans) {
      found.add(rowOf(span as never, naming));
    }
  }
  return [...found].sort();
}

test('every recorded span has the name that the table states', () => {
  const computed = `who made it | kind | span | name | shown as\n${rows().join('\n')}\n`;
  if (process.env.WRITE_RECORDED_NAMES !== undefined) writeFileSync(TABLE, computed);
  expect(computed).toBe(readFileSync(TABLE, 'utf8'));
});

describe('no name of ours has a kind of its own', () => {
  test.each(recordedFiles().map(({ file, spans }) => [file, spans] as const))('in %s', (_, spans) => {
    const naming = new StardustNaming();
    for (const span of spans) {
      if (isManual(span)) continue;
      const name = naming.nameOf(span as never);
      expect([name, KNOWN_KINDS.includes(kindOf(name))]).toEqual([name, true]);
    }
  });
});
