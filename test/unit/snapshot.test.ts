import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { readSnapshot, Snapshot } from '../../src/backlog/disk/snapshot.ts';
import type { Kept } from '../../src/backlog/disk/store.ts';
import { kept } from '../integration/disk/support/left.ts';
import { temporaryFolder } from '../support/folders.ts';

describe('a snapshot', () => {
  const many = (count: number) =>
    kept(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`a name of some length, number ${i}`, 1])),
    );

  test('is read as it was written, whatever its size', async () => {
    const path = join(temporaryFolder(), 'file');
    const waiting = [many(2_000), kept({ b: 2 }, { state: 'unclear' }), kept({}), kept({ c: 1 })];
    const pieces = [...new Snapshot('shop', waiting, 0).pieces()];
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(gunzipSync(piece).length).toBeLessThan(100_000);
    writeFileSync(path, Buffer.concat(pieces));
    expect(await readSnapshot(path, 'shop')).toEqual(waiting);
  });

  test('has no line of no builder, and tells whether it is empty and what is on its way', () => {
    const empty = new Snapshot('shop', [], 3);
    expect(Buffer.concat([...empty.pieces()].map((piece) => gunzipSync(piece))).toString()).toBe(
      '{"format":2,"app":"shop","slots":[]}\n',
    );
    expect([empty.isEmpty, empty.taken, empty.progress.sent]).toEqual([true, 3, 0]);
    const sent = new Snapshot('shop', [kept({ a: 1, b: 1 }, { state: 'sent' }), kept({ c: 1 })], 0);
    expect([sent.isEmpty, sent.progress]).toEqual([false, { done: 0, sent: 2, unclear: 0 }]);
    expect(new Snapshot('shop', [kept({ a: 1 })], 0).progress.sent).toBe(0);
    expect(new Snapshot('shop', [kept({ a: 1 }, { state: 'unclear' })], 0).progress.sent).toBe(0);
  });

  test('keeps the figures of a builder without calls, whose least cost no JSON has', async () => {
    const path = join(temporaryFolder(), 'file');
    const none = new SpanBuilder('op', 1_000);
    writeFileSync(
      path,
      Buffer.concat([...new Snapshot('shop', [{ builders: [none], state: 'ready' }], 0).pieces()]),
    );
    expect((await readSnapshot(path, 'shop'))[0]?.builders).toEqual([none]);
  });

  const HEAD = { format: 2, app: 'shop', slots: [{ count: 1, state: 'ready' }] };
  const SAMPLE = {
    ...{ traceId: 't', spanId: 's', parentSpanId: 'p', startTimeMs: 1, costMs: 2, value: 3 },
    ...{ traceFlags: 1, tag: 'tag', error: '' },
  };
  const BUILDER = { name: 'op', row: [1, 2, 3, 0, 5, 6, 7, 8], samples: [SAMPLE], errorSamples: [SAMPLE] };

  async function read(...lines: readonly unknown[]): Promise<readonly Kept[]> {
    const path = join(temporaryFolder(), 'file');
    const texts = lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`));
    writeFileSync(path, gzipSync(texts.join('')));
    return readSnapshot(path, 'shop');
  }

  test('of a form that is known is read', async () => {
    const [one] = await read(HEAD, BUILDER);
    expect(one?.builders[0]).toMatchObject({
      name: 'op',
      total: 3,
      samples: [SAMPLE],
      errorSamples: [SAMPLE],
    });
  });

  test.each<[string, ...unknown[]]>([
    ['its format is 3, not 2', { ...HEAD, format: 3 }, BUILDER],
    ['its format is undefined, not 2', [1], BUILDER],
    ['its format is undefined, not 2', 'null\n', BUILDER],
    ['it is of the app shop.api', { ...HEAD, app: 'shop.api' }, BUILDER],
    ['it is of the app undefined', { format: 2 }, BUILDER],
    ['its first line is not of the form written', { ...HEAD, slots: 7 }, BUILDER],
    ['its first line is not of the form written', { ...HEAD, slots: {} }, BUILDER],
    ['its first line is not of the form written', { ...HEAD, slots: [{ count: '1', state: '' }] }, BUILDER],
    ['its first line is not of the form written', { ...HEAD, slots: [{ count: -1, state: '' }] }, BUILDER],
    ['its first line is not of the form written', { ...HEAD, slots: [{ count: 1 }] }, BUILDER],
    ['its first line is not of the form written', { ...HEAD, slots: [null] }, BUILDER],
    ['a line is not of the form written', HEAD, { ...BUILDER, name: 7 }],
    ['a line is not of the form written', HEAD, { ...BUILDER, row: [1, '2'] }],
    ['a line is not of the form written', HEAD, { ...BUILDER, row: [-1] }],
    ['a line is not of the form written', HEAD, { ...BUILDER, samples: [[]] }],
    ['a line is not of the form written', HEAD, { ...BUILDER, errorSamples: undefined }],
    ['a line is not of the form written', HEAD, [BUILDER]],
    ['it is not whole', HEAD],
    ['it is not whole', HEAD, BUILDER, BUILDER],
    ['it is not whole', ''],
    ['it is not whole', HEAD, BUILDER, '{"name"'],
  ])('is not read, since %s', async (why, ...lines) => {
    await expect(read(...lines)).rejects.toThrow(why);
  });

  test.each(Object.keys(SAMPLE))('loses a sample without its %s, and no count', async (key) => {
    const bad = { ...SAMPLE, [key]: null };
    const [one] = await read(HEAD, { ...BUILDER, samples: [bad, SAMPLE], errorSamples: [bad] });
    expect(one?.builders[0]).toMatchObject({ total: 3, samples: [SAMPLE], errorSamples: [] });
  });

  test('knows no state but unclear: what is on its way, the name of the file tells', async () => {
    const slots = ['unclear', 'sent', 'ready', 'other'].map((state) => ({ count: 1, state }));
    const read4 = await read({ ...HEAD, slots }, BUILDER, BUILDER, BUILDER, BUILDER);
    expect(read4.map(({ state }) => state)).toEqual(['unclear', 'ready', 'ready', 'ready']);
  });

  test('that is not there is an error of the system', async () => {
    await expect(readSnapshot(join(temporaryFolder(), 'none'), 'shop')).rejects.toMatchObject({
      ...{ code: 'ENOENT', syscall: 'open' },
    });
  });
});
