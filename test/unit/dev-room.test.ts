import { describe, expect, test } from 'vitest';
import { Capacity } from '../../src/dev/capacity.ts';
import { settingsOf } from '../../src/dev/options.ts';
import { readCall } from '../../src/dev/protocol/read-call.ts';
import { App, Apps } from '../../src/dev/received/apps.ts';
import { Bounds } from '../../src/dev/received/bounds.ts';
import { RequestLog } from '../../src/dev/received/request-log.ts';
import { SampleList } from '../../src/dev/received/sample-list.ts';
import { SamplePool } from '../../src/dev/received/sample-pool.ts';
import type { WireSample } from '../../src/wire/report-forms.ts';
import { builder } from '../support/builder.ts';

const LONG = 'x'.repeat(2_000);
const MI = 1024 * 1024;

function sample(Id: string, text = ''): WireSample {
  const times = { StartTime: 0, EndTime: 0, Value: 0, TraceFlag: 0 };
  return { Id, ParentId: '', TraceId: '', Tag: text, Error: text, ...times };
}

describe('whatever is sent, the stand-in server', { timeout: 30_000 }, () => {
  test('keeps 32 Mi characters of samples of all names together, and the oldest give way', () => {
    const pool = new SamplePool();
    const lists = Array.from({ length: 120 }, () => new SampleList(pool));
    for (const list of lists) list.add(Array.from({ length: 100 }, (_, index) => sample(`${index}`, LONG)));
    const kept = lists.flatMap((list) => list.all());
    const units = kept.reduce(
      (sum, { Id, Tag, Error: error }) => sum + Id.length + Tag.length + error.length,
      0,
    );
    expect(units).toBeLessThanOrEqual(32 * MI);
    expect(units).toBeGreaterThan(28 * MI);
    expect(lists[0]?.size).toBe(0);
    expect(lists.at(-1)?.size).toBe(100);
    lists[0]?.add([sample('new')]);
    expect(lists[0]?.all()).toHaveLength(1);
  });

  test('keeps 64 Mi characters of calls, again after each clear', () => {
    const log = new RequestLog();
    const text = 'x'.repeat(40 * MI);
    const call = {
      ...{ method: 'POST', path: '/', route: '/', query: new URLSearchParams(), headers: {} },
      body: { kind: 'read', bytes: Buffer.alloc(0), unpacked: { kind: 'text', text } },
    } as const;
    for (let i = 0; i < 3; i++) {
      log.add(call);
      log.add(call);
      expect(log.all().map(({ number }) => number)).toEqual([2 * i + 2]);
      log.clear();
      expect(log.all()).toEqual([]);
    }
  });

  test('counts samples that are gone no longer', () => {
    const pool = new SamplePool();
    const busy = new SampleList(pool);
    const quiet = new SampleList(pool);
    quiet.add([sample('kept', LONG)]);
    for (let i = 0; i < 200; i++) busy.add(Array.from({ length: 100 }, () => sample(`${i}`, LONG)));
    expect(quiet.size).toBe(1);
  });

  test('knows 100,000 names, of which the books say what was dropped', () => {
    const { book } = new App('app', new Bounds());
    for (let i = 0; i < 100_001; i++) {
      if (book.makeKnown(`/${i}`)) book.add(builder(`/${i}`), 60_000);
      else book.drop();
    }
    expect(book.names.size).toBe(100_000);
    expect(book.snapshot().dropped).toBe(1);
    expect(book.makeKnown('/7')).toBe(true);
  });

  test('keeps the newest five minutes of a name, and 500,000 of all names together', () => {
    const { book } = new App('app', new Bounds());
    for (let name = 0; name < 500; name++) {
      book.makeKnown(`/${name}`);
      for (let at = 0; at < 1_010; at++) book.add(builder(`/${name}`, { StartTime: at * 300_000 }), 60_000);
    }
    const buckets = [...book.names.values()].map((name) => name.snapshot().buckets);
    expect(buckets.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(500_000);
    expect(buckets[0]).toHaveLength(1_010);
    expect(book.names.get('/499')?.snapshot().total).toBe(1_010);
  });

  test('takes in 1,000 apps, and as many instances of each, by ids that are not too long', () => {
    const apps = new Apps(settingsOf({}).limits);
    for (let i = 0; i < 999; i++) expect(apps.admit(`app${i}`)).toBeDefined();
    expect(apps.admit('x'.repeat(201))).toBeUndefined();
    const last = apps.admit('x'.repeat(200));
    expect(apps.admit('one more')).toBeUndefined();
    for (let i = 0; i < 1_001; i++) {
      last?.book.login({ appName: LONG, clientId: `client ${i}`, version: LONG });
    }
    const { clients = [], appName, version } = last?.book.snapshot() ?? {};
    expect([clients.length, clients[0], appName?.length, version?.length]).toEqual([
      1_000,
      'client 1',
      200,
      200,
    ]);
    last?.book.ping('client', JSON.stringify({ text: 'x'.repeat(70_000) }));
    expect(last?.book.snapshot()).not.toHaveProperty('lastPing');
    last?.book.ping('client', '{"Id":7}');
    expect(last?.book.snapshot()).toMatchObject({ pings: 2, lastPing: { Id: 7 } });
  });

  test('reads no more of bodies at once than fits its capacity, and has it back afterwards', async () => {
    const capacity = new Capacity(1_000);
    const call = (...chunks: (Buffer | Promise<Buffer>)[]) => {
      async function* body() {
        yield* chunks;
      }
      const request = { method: 'POST', url: '/App/Ping', headers: {}, [Symbol.asyncIterator]: body };
      return readCall(request as never, capacity);
    };
    let end = (_: Buffer) => {};
    const rest = new Promise<Buffer>((resolve) => {
      end = resolve;
    });
    const slow = call(Buffer.alloc(600), rest);
    const parts = [Buffer.alloc(300), Buffer.alloc(300)];
    expect(await call(...parts)).toMatchObject({ body: { kind: 'too-large', size: 600 } });
    expect(await call(Buffer.alloc(400))).toMatchObject({ body: { kind: 'read' } });
    end(Buffer.alloc(100));
    expect(await slow).toMatchObject({ body: { kind: 'read', bytes: { length: 700 } } });
    expect(await call(...parts, ...parts.slice(1))).toMatchObject({ body: { kind: 'read' } });
    expect(await call(Buffer.alloc(1_001))).toMatchObject({ body: { kind: 'too-large' } });
  });
});
