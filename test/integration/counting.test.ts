import { describe, expect, test } from 'vitest';
import {
  devServer,
  exporterFor,
  fakeTime,
  logLines,
  pass,
  processorFor,
  received,
} from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

describe('the sums of a name', () => {
  test('a thousand spans of 0.4 ms cost 400 ms, not 0', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    for (let i = 0; i < 1_000; i++) processor.onEnd(makeSpan({ name: 'tick', ms: 0.4 }));
    await processor.forceFlush();
    expect(received(server, 'tick')).toMatchObject({ total: 1_000, costMs: 400, maxCostMs: 0, minCostMs: 0 });
  });

  test('the least cost rounds down, the sum and the most round', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op', ms: 2.9 }));
    processor.onEnd(makeSpan({ name: 'op', ms: 7.6 }));
    await processor.forceFlush();
    expect(received(server, 'op')).toMatchObject({ total: 2, costMs: 11, maxCostMs: 8, minCostMs: 2 });
  });

  test('a span of a month is counted with its whole cost', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'job', ms: 30 * 86_400_000 }));
    await processor.forceFlush();
    expect(received(server, 'job')).toMatchObject({
      total: 1,
      costMs: 2_592_000_000,
      maxCostMs: 2_147_483_647,
    });
  });

  test('a negative or unreadable duration costs 0 and counts', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd({ ...makeSpan({ name: 'odd' }), duration: [-5, 0] });
    processor.onEnd({ ...makeSpan({ name: 'odd' }), duration: [Number.NaN, Number.NaN] });
    await processor.forceFlush();
    expect(received(server, 'odd')).toMatchObject({ total: 2, costMs: 0 });
  });

  test('spans without the sampled flag count as the others do', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op', traceFlags: 0 }));
    processor.onEnd(makeSpan({ name: 'op', traceFlags: 1 }));
    await processor.forceFlush();
    expect(received(server, 'op').total).toBe(2);
  });

  test('names that differ only beyond 200 characters share one builder', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    const long = 'x'.repeat(200);
    processor.onEnd(makeSpan({ name: `${long}a` }));
    processor.onEnd(makeSpan({ name: `${long}b` }));
    processor.onEnd(makeSpan({ name: long }));
    await processor.forceFlush();
    expect(server.app('app')?.names.map(({ name, total }) => [name, total])).toEqual([[long, 3]]);
  });
});

describe('an error', () => {
  test.each([
    ['status ERROR', { error: 'boom' }, 1],
    ['an exception event alone', { events: [{ name: 'exception' }] }, 0],
    ['a server answering 500', { kind: 1, attributes: { 'http.response.status_code': 500 } }, 1],
    ['a server answering 503 under the old name', { kind: 1, attributes: { 'http.status_code': 503 } }, 1],
    ['a server answering 499', { kind: 1, attributes: { 'http.response.status_code': 499 } }, 0],
    ['a client that got 500, status unset', { kind: 2, attributes: { 'http.response.status_code': 500 } }, 0],
  ])('%s: %#', async (_, words, errors) => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op', ...words }));
    await processor.forceFlush();
    expect(received(server, 'op')).toMatchObject({ total: 1, errors });
  });

  test.each([
    [400, [400, 401, 404, 500], 4],
    ['stardust', [400, 401, 402, 403, 404, 405, 500], 3],
    [500, [400, 404, 499, 500, 502], 2],
  ] as const)('by errorStatusFrom %s', async (errorStatusFrom, statuses, errors) => {
    const server = await devServer();
    const processor = processorFor(server, { errorStatusFrom });
    for (const status of statuses) {
      processor.onEnd(makeSpan({ name: 'op', kind: 1, attributes: { 'http.response.status_code': status } }));
    }
    await processor.forceFlush();
    expect(received(server, 'op')).toMatchObject({ total: statuses.length, errors });
  });
});

describe('samples', () => {
  test('one and ten errors are kept per name by default, an error never as both', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    for (let i = 0; i < 20; i++) processor.onEnd(makeSpan({ name: 'op', error: i % 2 === 0 && 'boom' }));
    await processor.forceFlush();
    const { samples, errorSamples } = received(server, 'op');
    expect([samples.length, errorSamples.length]).toEqual([1, 10]);
    expect(samples.every((sample) => sample.Error === '')).toBe(true);
    expect(errorSamples.every((sample) => sample.Error === 'boom')).toBe(true);
  });

  test('errors that come first take no place of an ordinary sample', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    for (let i = 0; i < 5; i++) processor.onEnd(makeSpan({ name: 'op', error: 'boom' }));
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect(received(server, 'op').samples).toHaveLength(1);
  });

  test('slow spans are kept beyond the limit, up to ten times as many', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan({ name: 'op', ms: 5_000 }));
    processor.onEnd(makeSpan({ name: 'op', ms: 5_000 }));
    for (let i = 0; i < 20; i++) processor.onEnd(makeSpan({ name: 'op', ms: 5_001 }));
    await processor.forceFlush();
    expect(received(server, 'op').samples).toHaveLength(10);
  });

  test('an early flush does not renew the allowance of the period', async () => {
    const server = await devServer({ limits: { period: 3_600 } });
    const processor = processorFor(server, { periodSeconds: 3_600 });
    for (let i = 0; i < 3; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await processor.forceFlush();
    }
    expect(received(server, 'op')).toMatchObject({ total: 3 });
    expect(received(server, 'op').samples).toHaveLength(1);
  });
});

describe('names', () => {
  test('that are held keep their ids where others are folded, in whichever form they come', async () => {
    const server = await devServer();
    const exporter = exporterFor(server, { naming: 'span', maxNames: 4 });
    const names = ['/users/1234?a=1', 'op a', 'op b', '/users/1234?b=2', `/users/1234?${'x'.repeat(600)}`];
    for (const name of [...names, '/users/5678']) exporter.count(makeSpan({ name }));
    await exporter.forceFlush();
    const totals = server
      .app('app')
      ?.names.map(({ name, total }) => `${name} ${total}`)
      .toSorted();
    expect(totals).toEqual(['/users/* 1', '/users/1234 3', 'op a 1', 'op b 1']);
  });

  test('beyond maxNames are counted together, with one warning that shows three', async () => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, { maxNames: 5 });
    const word = (i: number) => `op ${String.fromCharCode(97 + Math.floor(i / 20), 97 + (i % 20))}`;
    for (let i = 0; i < 100; i++) processor.onEnd(makeSpan({ name: word(i) }));
    await processor.forceFlush();
    for (let i = 100; i < 200; i++) processor.onEnd(makeSpan({ name: word(i) }));
    await processor.forceFlush();
    expect(server.app('app')?.names).toHaveLength(6);
    expect(received(server, 'other:overflow').total).toBe(195);
    expect(processor.stats().names).toEqual({ inUse: 5, overflowed: 195 });
    const warnings = lines.filter((line) => line.includes('(maxNames)'));
    expect(warnings).toEqual([expect.stringMatching(/"op af", "op ag", "op ah"$/)]);
  });

  test('of which half of the places are taken are held with their ids folded', async () => {
    const server = await devServer();
    const processor = processorFor(server, { maxNames: 10 });
    for (let i = 0; i < 1_000; i++) {
      processor.onEnd(makeSpan({ name: `GET /users/${i}/cart` }));
      processor.onEnd(
        makeSpan({ name: `job 550e8400-e29b-41d4-a716-44665544${String(i).padStart(4, '0')}` }),
      );
    }
    for (let i = 0; i < 4; i++) processor.onEnd(makeSpan({ name: 'GET /users/0/cart' }));
    await processor.forceFlush();
    const names = server.app('app')?.names ?? [];
    expect(names.reduce((sum, each) => sum + each.total, 0)).toBe(2_004);
    expect(received(server, 'GET /users/*/cart').total).toBe(997);
    expect(received(server, 'job *').total).toBe(998);
    expect(received(server, 'GET /users/0/cart').total).toBe(5);
    expect(processor.stats().names.overflowed).toBe(0);
  });

  test('of one group are counted under its pattern', async () => {
    const server = await devServer();
    const processor = processorFor(server, { nameGroups: ['/users/*/cart', 'job-*'] });
    for (const name of ['/users/1/cart', '/Users/2/Cart', '/users/3/orders', 'job-a', 'job-b']) {
      processor.onEnd(makeSpan({ name }));
    }
    await processor.forceFlush();
    expect(
      server
        .app('app')
        ?.names.map(({ name, total }) => `${name} ${total}`)
        .sort(),
    ).toEqual(['/users/*/cart 2', '/users/3/orders 1', 'job-* 2']);
  });

  test('that fit several groups are counted under the first of them', async () => {
    const server = await devServer();
    const processor = processorFor(server, { nameGroups: [' ', '/users/me/*', '/users/*', '*', '/users/?'] });
    for (const name of ['/users/me/cart', '/users/7', '/users/7', '/orders'])
      processor.onEnd(makeSpan({ name }));
    await processor.forceFlush();
    expect(received(server, '/users/me/*').total).toBe(1);
    expect(received(server, '/users/*').total).toBe(2);
    expect(received(server, '*').total).toBe(1);
  });

  test('free their places after an hour and not before, however spans gave them', async () => {
    fakeTime(Date.UTC(2026, 10, 24, 10, 0, 30));
    const server = await devServer();
    const exporter = exporterFor(server, { maxNames: 20, nameGroups: ['/users/*'] });
    const long = 'x'.repeat(250);
    for (let hour = 0; hour < 3; hour++) {
      for (let i = 0; i < 12; i++) {
        exporter.count(makeSpan({ name: `/users/${hour}${i}` }));
        exporter.count(makeSpan({ name: `${long}${hour}${i}` }));
        exporter.count(makeSpan({ name: `op ${String.fromCharCode(97 + i)} of ${hour + 1_000_000}` }));
      }
      exporter.count(makeSpan({ name: 'two\nlines' }));
      exporter.count(makeSpan({ name: 'now and then' }));
      // The group, the cut one, those on two lines and now and then, and twelve more: the last of them folded.
      expect(exporter.stats().names).toEqual({ inUse: 16, overflowed: 0 });
      await pass(58 * 60_000, 30_000);
      expect(exporter.stats().names.inUse).toBe(16);
      await pass(3 * 60_000, 30_000);
      exporter.count(makeSpan({ name: 'now and then' }));
      await exporter.forceFlush();
      await pass(61_000, 5_000);
      await exporter.forceFlush();
      expect(exporter.stats().names).toEqual({ inUse: 1, overflowed: 0 });
    }
  });

  test('a million of them stay bounded, with every span counted', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    for (let i = 0; i < 1_000_000; i++) {
      processor.onEnd(
        makeSpan({ name: i % 2 === 0 ? `GET /orders/${i}` : `q${i.toString(36).replace(/\d/g, 'x')}` }),
      );
    }
    const { counted, names } = processor.stats();
    expect(counted).toBe(1_000_000);
    expect(names.inUse).toBeLessThanOrEqual(2_000);
    await processor.forceFlush();
    expect(received(server, 'GET /orders/*').total).toBeGreaterThan(400_000);
  }, 60_000);

  test('come from the naming function; where it fails from the span, logged once', async () => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, {
      naming: (span) => {
        if (span.name === 'bad') throw new Error('no');
        return span.name === 'none' ? '' : `my ${span.name}`;
      },
    });
    for (const name of ['a', 'bad', 'none', 'bad']) processor.onEnd(makeSpan({ name }));
    await processor.forceFlush();
    expect(
      server
        .app('app')
        ?.names.map(({ name, total }) => `${name} ${total}`)
        .sort(),
    ).toEqual(['bad 2', 'my a 1', 'none 1']);
    expect(lines.filter((line) => line.includes('naming'))).toHaveLength(2);
  });
});

describe('what is not counted', () => {
  test("the user's excludes and filter, by reason", async () => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server, {
      excludes: ['health', '*.js'],
      filter: (span) => {
        if (span.name === 'throws') throw new Error('no');
        return span.name !== 'filtered';
      },
    });
    for (const name of ['GET /health', 'GET /app.js', 'filtered', 'throws', 'throws', 'op']) {
      processor.onEnd(makeSpan({ name }));
    }
    await processor.forceFlush();
    expect(server.app('app')?.names.map(({ name, total }) => `${name} ${total}`)).toEqual([
      'throws 2',
      'op 1',
    ]);
    expect(processor.stats()).toMatchObject({ counted: 3, dropped: { excluded: 2, filtered: 1 } });
    expect(lines.filter((line) => line.includes('option filter'))).toHaveLength(1);
  });

  test("client spans of our own calls, told by the server's address and paths", async () => {
    const server = await devServer();
    const processor = processorFor(server);
    const call = (path: string, port = server.port) =>
      makeSpan({
        name: 'POST',
        kind: 2,
        attributes: {
          'server.address': '127.0.0.1',
          'server.port': port,
          'url.full': `http://127.0.0.1:${port}${path}`,
        },
      });
    processor.onEnd(call('/App/Login'));
    processor.onEnd(call('/Trace/ReportRaw?Token=x'));
    processor.onEnd(call('/orders'));
    processor.onEnd(call('/App/Login', 1));
    await processor.forceFlush();
    expect(received(server, 'POST').total).toBe(2);
    expect(processor.stats().dropped.ownCall).toBe(2);
  });

  test.each([
    ['http://127.0.0.1:1', 'http://127.0.0.1:1/Trace/Report', true],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1/star/Trace/Report', false],
    ['http://127.0.0.1:1/star', 'http://127.0.0.1:1/star/Trace/Report', true],
    ['http://127.0.0.1:1/star', 'http://127.0.0.1:1/STAR/trace/report?Token=x', true],
    ['http://127.0.0.1:1/Star', 'http://127.0.0.1:1/Star/Trace/Report', true],
    ['http://127.0.0.1:1/Star/', 'http://127.0.0.1:1/star/App/Login', true],
    ['http://127.0.0.1:1/star', 'http://127.0.0.1:1/Trace/Report', false],
    ['http://127.0.0.1:1/star', 'http://127.0.0.1:1/star/Trace/Reports', false],
    ['http://127.0.0.1:1,http://127.0.0.1:2/b', 'http://127.0.0.1:2/b/App/Ping', true],
    ['http://127.0.0.1:1,http://127.0.0.1:2/b', 'http://127.0.0.1:1/b/App/Ping', false],
    ['http://127.0.0.1:1', 'http://localhost:1/App/Ping', false],
  ])('of our own calls to %s: is %s one of them? %s', (server, url, isOwn) => {
    const exporter = exporterFor({ url: server });
    const { hostname, port } = new URL(url);
    for (const names of [
      ['server.address', 'server.port', 'url.full'],
      ['net.peer.name', 'net.peer.port', 'http.url'],
    ]) {
      const [address = '', portName = '', full = ''] = names;
      const attributes = { [address]: hostname, [portName]: Number(port), [full]: url };
      exporter.count(makeSpan({ kind: 2, attributes }));
      exporter.count(makeSpan({ kind: 1, attributes }));
    }
    const { counted, dropped } = exporter.stats();
    expect([counted, dropped.ownCall]).toEqual(isOwn ? [2, 2] : [4, 0]);
  });

  test('things that are no spans, which break nothing', async () => {
    const server = await devServer();
    const processor = processorFor(server);
    for (const thing of [{}, { name: 'x' }, null, undefined, 7]) processor.onEnd(thing as never);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect(server.app('app')?.names.map(({ name }) => name)).toEqual(['op']);
    expect(processor.stats().dropped.unusable).toBe(5);
  });

  test('spans after the shutdown, quietly', async () => {
    const lines = logLines();
    const server = await devServer();
    const processor = processorFor(server);
    processor.onEnd(makeSpan());
    await processor.shutdown();
    const said = lines.length;
    processor.onEnd(makeSpan());
    await processor.forceFlush();
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ counted: 1, delivered: 1, dropped: { afterShutdown: 1 } });
    expect(lines).toHaveLength(said);
    expect(server.app('app')?.logouts).toBe(1);
  });
});
