import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SpanBuilder } from '../../../src/aggregate/span-builder.ts';
import { DiskStore } from '../../../src/backlog/disk/disk-store.ts';
import { wireText } from '../../../src/wire/text.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { countFiles, filesIn, temporaryFolder } from '../../support/folders.ts';
import { logLines } from '../../support/harness.ts';
import { kept, leaveBehind, namesIn, ownFolder } from './support/left.ts';

function store(root: string, appId = 'shop', broken?: (spans: number) => void): DiskStore {
  const made = new DiskStore(root, appId, broken);
  onTestFinished(() => void made.leave([]));
  return made;
}

describe('the disk', () => {
  test('is not touched while nothing waits', async () => {
    const root = join(temporaryFolder(), 'not', 'made');
    const made = new DiskStore(root, 'shop');
    expect(await made.keep([])).toBe(true);
    await made.mark({ done: 0, sent: 1, unclear: 0 });
    expect(made.leave([])).toBe(0);
    expect(() => statSync(root)).toThrow('ENOENT');
  });

  test('holds one snapshot for its owner alone to read', async () => {
    const root = join(temporaryFolder(), 'made', 'here');
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    await made.keep([kept({ a: 4 }), kept({ b: 1 })]);
    const [file = '', ...more] = countFiles(root);
    expect(more).toEqual([]);
    const [own = ''] = readdirSync(root);
    expect(own).toMatch(/^shop\.[0-9a-f]{16}$/);
    const modes = [root, join(root, own), join(root, file)].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(gunzipSync(readFileSync(join(root, file))).toString()).toContain('"b"');
  });

  test('holds nothing once nothing waits, and after an orderly end not even the folder', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    expect(await made.keep([])).toBe(true);
    expect(countFiles(root)).toEqual([]);
    expect(made.leave([])).toBe(0);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('what is kept', () => {
  test('has its figures, its times and its samples when it is adopted', async () => {
    const root = temporaryFolder();
    const builder = new SpanBuilder('GET /ä', 1_700_000_000_000);
    builder.add(30.5, true);
    builder.add(10, false);
    builder.endTimeMs = 1_700_000_060_000;
    builder.value = 512;
    const sample = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      parentSpanId: '',
      startTimeMs: 1_700_000_000_001.5,
      costMs: 30.5,
      value: 512,
      traceFlags: 1,
      tag: 'line 1\nline 2',
      error: 'boom',
    };
    builder.keep({ ...sample, error: '' }, false);
    builder.keep(sample, true);
    const announced = new SpanBuilder('not called', 1_700_000_000_000);
    const first = store(root);
    expect(first.leave([{ builders: [builder, announced], state: 'unclear' }])).toBe(2);
    expect(await store(root).adopt()).toEqual([{ builders: [builder, announced], state: 'unclear' }]);
  });

  test('is what there was at the call, whatever becomes of the builders while they are written', async () => {
    const root = temporaryFolder();
    const waiting = kept({ a: 3, b: 4 });
    const [a, b] = waiting.builders;
    const writing = store(root).keep([waiting]);
    if (a !== undefined) b?.merge(a);
    await writing;
    leaveBehind(root);
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 3, b: 4 }]);
  });

  test('is the newest of several calls at once; those in between are not written', async () => {
    const root = temporaryFolder();
    const made = store(root);
    const calls = [1, 2, 3, 4].map((total) => made.keep([kept({ a: total })]));
    expect(await Promise.all(calls)).toEqual([false, false, false, true]);
    leaveBehind(root);
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 4 }]);
  });

  test('is what waits at the end, even while an older state is being written', async () => {
    const root = temporaryFolder();
    const made = store(root);
    const writing = made.keep([kept({ a: 1 })]);
    await Promise.resolve();
    expect(made.leave([kept({ a: 2 })])).toBe(2);
    expect(await writing).toBe(false);
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 2 }]);
  });

  test('is nothing after the end', async () => {
    const root = temporaryFolder();
    const made = store(root);
    made.leave([]);
    expect(await made.keep([kept({ a: 1 })])).toBe(false);
    expect(made.leave([kept({ a: 1 })])).toBe(0);
    expect(readdirSync(root)).toEqual([]);
  });
});

test('of a snapshot with any progress, what is not done is adopted, with what became of it', async () => {
  const slots = fc.array(fc.record({ length: fc.nat(4), isUnclear: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  });
  const progress = fc.record({ done: fc.nat(12), sent: fc.nat(5), unclear: fc.nat(5) });
  await fc.assert(
    fc.asyncProperty(slots, fc.boolean(), fc.option(progress), async (shape, isFirstSent, marked) => {
      const root = temporaryFolder();
      let count = 0;
      const waiting = shape.map(({ length, isUnclear }, at) => {
        const state = at === 0 && isFirstSent ? 'sent' : isUnclear ? 'unclear' : 'ready';
        return kept(Object.fromEntries(Array.from({ length }, () => [`name ${count++}`, 1])), { state });
      });
      const expected = waiting.flatMap(({ builders, state }) =>
        builders.map(({ name }) => ({ name, state })),
      );
      const made = store(root);
      await made.keep(waiting);
      if (marked !== null) {
        const done = Math.min(marked.done, count);
        await made.mark({ done: 0, sent: done, unclear: 0 });
        await made.mark({ ...marked, done });
        // A mark tells what is on its way, and the first one was so only for a while.
        for (const [at, each] of expected.entries()) {
          if (at < done + marked.sent) each.state = 'sent';
          else if (at < done + marked.sent + marked.unclear) each.state = 'unclear';
          else if (each.state === 'sent') each.state = 'ready';
        }
        expected.splice(0, done);
      }
      if (count > 0) leaveBehind(root);
      const adopted = await store(root).adopt();
      expect(adopted.flatMap(({ builders, state }) => builders.map(({ name }) => ({ name, state })))).toEqual(
        expected,
      );
    }),
    { numRuns: 60 },
  );
});

test('many that make one missing folder at once can all use it', async () => {
  const log = logLines();
  for (let round = 0; round < 10; round++) {
    const root = join(temporaryFolder(), 'made', 'by', 'many');
    const stores = Array.from({ length: 20 }, () => store(root));
    const areKept = await Promise.all(stores.map((each) => each.keep([kept({ a: 1 })])));
    expect(new Set(areKept)).toEqual(new Set([true]));
  }
  expect(log).toEqual([]);
});

test('what a link in the place of its folder leads to is left alone at the end', async () => {
  const root = temporaryFolder();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'precious'), 'of somebody else');
  const first = store(root);
  await first.keep([kept({ a: 1 })]);
  const own = ownFolder(root);
  rmSync(own, { recursive: true });
  symlinkSync(elsewhere, own);
  first.leave([]);
  expect(readdirSync(elsewhere)).toEqual(['precious']);
});

test('a report that was refused is no longer on its way', async () => {
  const root = temporaryFolder();
  const made = store(root);
  await made.keep([kept({ a: 1, b: 1 })]);
  await made.mark({ done: 0, sent: 2, unclear: 0 });
  await made.mark({ done: 0, sent: 0, unclear: 0 });
  leaveBehind(root);
  expect(await store(root).adopt()).toEqual([kept({ a: 1, b: 1 })]);
});

describe('files of former processes', () => {
  test('stay until what they hold is kept anew, and go then', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const next = store(root);
    expect(namesIn(await next.adopt())).toEqual([{ a: 3 }]);
    expect(await next.adopt()).toEqual([]);
    expect(countFiles(root)).toHaveLength(1);
    await next.keep([kept({ a: 5 })]);
    expect(countFiles(root)).toHaveLength(1);
    leaveBehind(root);
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 5 }]);
  });

  test('are left to the next process by one that ends while it adopts them', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const second = store(root);
    const adopting = second.adopt();
    second.leave([]);
    expect(await adopting).toEqual([]);
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 3 }]);
  });

  test('are counted once where their replacement is there beside them', async () => {
    const root = temporaryFolder();
    const aside = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const second = store(root);
    await second.adopt();
    cpSync(join(ownFolder(root), '1.taken'), join(aside, '1.taken'), { recursive: true });
    await second.keep([kept({ a: 4 })]);
    // As after a power cut: the folder that was replaced is still there.
    renameSync(join(aside, '1.taken'), join(leaveBehind(root), '1.taken'));
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 4 }]);
  });

  test('of one process count by their numbers, whatever their times say', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    const [older = ''] = countFiles(root);
    const content = readFileSync(join(root, older));
    await made.keep([kept({ a: 4 })]);
    writeFileSync(join(root, older), content);
    leaveBehind(root);
    expect(namesIn(await store(root).adopt())).toEqual([{ a: 4 }]);
  });

  test('go with what they had adopted themselves', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const second = store(root);
    await second.adopt();
    const own = leaveBehind(root);
    // Killed just after it had taken a folder: that is still in its own.
    store(root).leave([kept({ b: 4 })]);
    const [other = ''] = readdirSync(root).filter((name) => join(root, name) !== own);
    renameSync(join(root, other), join(own, '2.taken'));
    const third = store(root);
    expect(namesIn(await third.adopt())).toEqual(expect.arrayContaining([{ a: 3 }, { b: 4 }]));
    await third.keep([]);
    third.leave([]);
    expect(readdirSync(root)).toEqual([]);
  });
});

const APPS = [
  'shop',
  'shop.api',
  'shop.api.x',
  'Shop',
  'shop*',
  'shop/..',
  '..',
  'a b',
  'ä',
  'ö'.repeat(50),
  `${'ö'.repeat(49)}p`,
  '店'.repeat(50),
  '\ud800',
  '%',
  '',
];

test('an app takes what was left under its own name, and nothing else', async () => {
  const root = temporaryFolder();
  for (const [index, app] of APPS.entries()) store(root, app).leave([kept({ [`name ${index}`]: 1 })]);
  for (const [index, app] of [...APPS.entries()].reverse()) {
    expect(namesIn(await store(root, app).adopt()), app).toEqual([{ [`name ${index}`]: 1 }]);
  }
});

test('whatever characters are in two app ids, none takes what the other left', async () => {
  const id = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 60 }),
    fc.stringMatching(/^[Aa%._~/\\-]{0,12}$/),
  );
  await fc.assert(
    fc.asyncProperty(id, id, async (one, other) => {
      fc.pre(wireText(one, 50) !== wireText(other, 50));
      const root = temporaryFolder();
      store(root, one).leave([kept({ a: 1 })]);
      expect(await store(root, other).adopt()).toEqual([]);
      expect(namesIn(await store(root, one).adopt())).toEqual([{ a: 1 }]);
    }),
    { numRuns: 60 },
  );
});

test("two apps that the server takes for one, since it sees 50 characters, take each other's", async () => {
  const root = temporaryFolder();
  store(root, `${'x'.repeat(199)}1`).leave([kept({ a: 3 })]);
  expect(namesIn(await store(root, `${'x'.repeat(199)}2`).adopt())).toEqual([{ a: 3 }]);
});

describe('a file that cannot be used', () => {
  const head = (count: number) => {
    return JSON.stringify({ format: 2, app: 'shop', slots: [{ count, state: 'ready' }] });
  };
  const line = (fields: object) => {
    return JSON.stringify({
      ...{ name: 'x', row: [1, 1, 1, 0, 0, 0, 0, 0], samples: [], errorSamples: [] },
      ...fields,
    });
  };
  const lines = (...texts: string[]) => gzipSync(texts.map((text) => `${text}\n`).join(''));

  test.each<[string, (good: Buffer) => Uint8Array]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is half a file', (good) => good.subarray(0, good.length / 2)],
    ['has a bit that fell over', (good) => good.map((byte, at) => (at === 30 ? byte ^ 8 : byte))],
    ['is no file of ours', () => Buffer.from('<html>')],
    ['is 17 MiB of zeros', () => Buffer.alloc(17 << 20)],
    ['is a bomb of gzip', () => gzipSync(Buffer.alloc(80 << 20))],
    ['is of a later version', () => lines('{"format":3}')],
    ['is of another app', () => lines('{"format":2,"app":"shop.api","slots":[]}')],
    ['lacks a builder', () => lines(head(2), line({}))],
    ['ends inside of a line', () => gzipSync(`${head(1)}\n${line({}).slice(0, 20)}`)],
    ['has no builder where one should be', () => lines(head(1), '{"name":"x"}')],
    ['has a figure that is none', () => lines(head(1), line({ row: [1, 1, -5, 0, 0, 0, 0, 0] }))],
    ['has a sample that is none', () => lines(head(1), line({ samples: [7] }))],
    ['has no list of its builders', () => lines('{"format":2,"app":"shop"}')],
  ])('%s: it is set aside and logged with its spans, and costs no other', async (_, bytes) => {
    const log = logLines();
    const root = temporaryFolder();
    store(root).leave([kept({ bad: 7 })]);
    const [file = ''] = countFiles(root);
    writeFileSync(join(root, file), bytes(readFileSync(join(root, file))));
    store(root).leave([kept({ good: 4 })]);
    const broken: number[] = [];
    const next = store(root, 'shop', (spans) => broken.push(spans));
    expect(namesIn(await next.adopt())).toEqual([{ good: 4 }]);
    expect(broken).toEqual([7]);
    expect(log).toEqual([
      expect.stringMatching(/^warn a file .* is set aside, with 7 spans as its name says: /),
    ]);
    next.leave([]);
    expect(filesIn(root)).toEqual([expect.stringMatching(/^shop\..*\.waiting\.broken$/)]);
    // The next one has nothing to log about it.
    expect(await store(root).adopt()).toEqual([]);
    expect(log).toHaveLength(1);
  });

  test('that was set aside is kept for a week, and is then removed', async () => {
    const root = temporaryFolder();
    const day = 24 * 3_600;
    const aside = ['six days', 'eight days'].map((age) => join(root, `shop.${age}.broken`));
    const ofAnother = join(root, 'shop-api.x.broken');
    for (const path of [...aside, ofAnother]) writeFileSync(path, '');
    const now = Date.now() / 1_000;
    for (const [i, path] of aside.entries())
      utimesSync(path, now - (6 + 2 * i) * day, now - (6 + 2 * i) * day);
    utimesSync(ofAnother, now - 30 * day, now - 30 * day);
    expect(await store(root).adopt()).toEqual([]);
    expect(filesIn(root).sort()).toEqual(['shop-api.x.broken', 'shop.six days.broken']);
  });

  test('holds a sample of another form: that costs the sample, and no count', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ x: 1 })]);
    const [file = ''] = countFiles(root);
    writeFileSync(join(root, file), lines(head(1), line({ samples: [{ traceId: null }, {}] })));
    const [left] = await store(root).adopt();
    expect(left?.builders).toEqual([expect.objectContaining({ name: 'x', total: 1, samples: [] })]);
  });

  test.each([
    ['17 MiB of zeros', () => Buffer.alloc(17 << 20)],
    ['half a file', (good: Buffer) => good.subarray(0, good.length / 2)],
    ['of the future', () => lines('{"format":3}')],
    ['foreign', () => Buffer.from('<html>')],
  ])('is beside a good one of the same process, %s: it costs that one no count', async (_, bytes) => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ good: 4 })]);
    const [good = ''] = countFiles(root);
    const [number = '', ...rest] = basename(good).split('.');
    const bad = [Number(number) + 7, ...rest].join('.');
    writeFileSync(join(root, dirname(good), bad), bytes(readFileSync(join(root, good))));
    leaveBehind(root);
    expect(namesIn(await store(root).adopt())).toEqual([{ good: 4 }]);
  });

  test('has an older one beside it: that counts, may count twice, and what it lacks is told', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    const [older = ''] = countFiles(root);
    const content = readFileSync(join(root, older));
    await made.keep([kept({ a: 4 })]);
    const [newer = ''] = countFiles(root);
    writeFileSync(join(root, older), content);
    writeFileSync(join(root, newer), 'half');
    leaveBehind(root);
    const broken: number[] = [];
    const adopted = await store(root, 'shop', (spans) => broken.push(spans)).adopt();
    expect(namesIn(adopted)).toEqual([{ a: 3 }]);
    expect(adopted).toMatchObject([{ state: 'sent' }]);
    expect(broken).toEqual([1]);
  });

  test('has a newer one beside it, which stands for it: nothing is lost', async () => {
    const root = temporaryFolder();
    const made = store(root);
    await made.keep([kept({ a: 3 })]);
    const [older = ''] = countFiles(root);
    await made.keep([kept({ a: 4 })]);
    writeFileSync(join(root, older), 'half');
    leaveBehind(root);
    const broken: number[] = [];
    const adopted = await store(root, 'shop', (spans) => broken.push(spans)).adopt();
    expect(namesIn(adopted)).toEqual([{ a: 4 }]);
    expect(adopted).toMatchObject([{ state: 'ready' }]);
    expect(broken).toEqual([]);
  });

  test('what is no file at all beside good ones is set aside too', async () => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const [file = ''] = countFiles(root);
    const [left = ''] = readdirSync(root);
    mkdirSync(join(root, left, 'zz-1.1.0.0.waiting'));
    writeFileSync(join(root, left, 'notes.txt'), 'of somebody else');
    const next = store(root);
    expect(namesIn(await next.adopt())).toEqual([{ a: 3 }]);
    next.leave([]);
    expect(file).not.toBe('');
    expect(
      readdirSync(root)
        .map((name) => name.replace(/^shop\.[\da-f]{8}\./, ''))
        .sort(),
    ).toEqual(['notes.txt.broken', 'zz-1.1.0.0.waiting.broken']);
  });

  const named = (...bytes: number[]) => Buffer.from(bytes);
  test.each<[string, Buffer]>([
    ['a number that no file of ours has', Buffer.from('99999999999999999999.0.1.0.0.waiting')],
    ['a number in another form', Buffer.from('07.0.1.0.0.waiting')],
    ['a character that no name should hold', Buffer.from('x\ny')],
    ['bytes that are no UTF-8, such as GBK', named(0xd6, 0xd0, 0xce, 0xc4)],
  ])('has a name with %s: that costs no other', async (_, name) => {
    const root = temporaryFolder();
    store(root).leave([kept({ a: 3 })]);
    const [left = ''] = readdirSync(root);
    writeFileSync(Buffer.concat([Buffer.from(join(root, left, '/')), name]), 'of somebody else');
    const next = store(root);
    expect(namesIn(await next.adopt())).toEqual([{ a: 3 }]);
    expect(await next.keep([])).toBe(true);
    expect(countFiles(root).filter((file) => !file.endsWith('.broken'))).toEqual([]);
  });
});
