import { expect, test } from 'vitest';
import { devServer, fakeTime, logLines, pass, processorFor, received, reports } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const both = (a: { url: string }, b: { url: string }) => ({ url: `${a.url},${b.url}` });
const away = { kind: 'status', status: 429 } as const;

test('the first server is used while it answers, and the other hears nothing', async () => {
  const [a, b] = [await devServer(), await devServer()];
  const processor = processorFor(both(a, b));
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  expect(received(a, 'op').total).toBe(1);
  expect(b.requests()).toEqual([]);
  expect(processor.stats().server).toBe(a.url);
});

test('the next is used within the same try when the first is away, with a login and names of its own', async () => {
  const lines = logLines();
  const [a, b] = [await devServer(), await devServer()];
  const processor = processorFor(both(a, b));
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  a.fault(away);
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  expect(received(a, 'op').total).toBe(1);
  expect(received(b, 'op').total).toBe(1);
  expect(b.app('app')?.logins).toBe(1);
  expect(reports(b).some(({ builders }) => builders[0]?.Total === 0)).toBe(true);
  expect(processor.stats()).toMatchObject({ delivered: 2, waiting: 0, server: b.url, session: 'loggedIn' });
  expect(lines.filter((line) => line.includes('reports go to'))).toEqual([`info reports go to ${b.url} now`]);
});

test('each is told what the first span names the app, whenever its turn comes', async () => {
  const [a, b] = [await devServer(), await devServer()];
  const processor = processorFor(both(a, b));
  await processor.forceFlush();
  const resource = { attributes: { 'service.name': 'Shop', 'service.version': '2.1.0' } };
  processor.onEnd(makeSpan({ name: 'op', resource }));
  await processor.forceFlush();
  a.fault(away);
  processor.onEnd(makeSpan({ name: 'op', resource }));
  await processor.forceFlush();
  const [login] = b.requests().filter(({ path }) => path === '/App/Login');
  expect(login?.body).toMatchObject({ AppId: 'app', AppName: 'Shop', Version: '2.1.0' });
  expect(received(b, 'op').total).toBe(1);
});

test('the first is used again when it is well, asked once a minute', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const [a, b] = [await devServer({ limits: { period: 10 } }), await devServer({ limits: { period: 10 } })];
  const processor = processorFor(both(a, b));
  await pass(15_000);
  const mend = a.fault(away);
  for (let i = 0; i < 5; i++) {
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(10_000);
  }
  mend();
  const asked = a.requests().length;
  await pass(20_000);
  expect(processor.stats().server).toBe(b.url);
  for (let i = 0; i < 5; i++) {
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(20_000, 1_000);
  }
  expect(processor.stats().server).toBe(a.url);
  expect(received(b, 'op').total + received(a, 'op').total).toBe(10);
  expect(a.requests().length).toBeGreaterThan(asked);
  expect(processor.stats()).toMatchObject({ delivered: 10, waiting: 0 });
});

test('the first is not used again while it answers, but takes no report', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const [a, b] = [await devServer({ limits: { period: 10 } }), await devServer({ limits: { period: 10 } })];
  const processor = processorFor(both(a, b));
  await pass(15_000);
  const back = a.fault(away);
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(20_000);
  const allow = a.fault({ path: '/Trace', kind: 'code', code: 500, message: 'no' });
  back();
  for (let i = 0; i < 12; i++) {
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(20_000, 2_000);
    expect(processor.stats()).toMatchObject({ server: b.url, waiting: 0 });
  }
  expect(reports(a).length).toBeGreaterThan(1);
  allow();
  await pass(2 * 60_000, 2_000);
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(20_000, 2_000);
  expect(processor.stats()).toMatchObject({ server: a.url, waiting: 0 });
});

test('while all are away the counts wait, and a minute of tries says each of them once', async () => {
  const lines = logLines();
  fakeTime();
  const [a, b] = [await devServer(), await devServer()];
  const mends = [a.fault(away), b.fault(away)];
  const processor = processorFor(both(a, b));
  processor.onEnd(makeSpan({ name: 'op' }));
  await pass(60_000, 1_000);
  expect(processor.stats()).toMatchObject({ waiting: 1, session: 'away' });
  expect(lines.filter((line) => line.includes('is away'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes('reports go to'))).toEqual([]);
  for (const mend of mends) mend();
  await pass(90_000, 1_000);
  expect(processor.stats()).toMatchObject({ waiting: 0, delivered: 1 });
});

const withCounts = ({ body }: { readonly body: unknown }) => JSON.stringify(body).includes('"Total":1');

test.each([
  ['is cut', { kind: 'cut', counted: true }],
  ['is answered by a gateway with 504', { kind: 'status', status: 504, counted: true }],
  ['is answered by a proxy with 503', { kind: 'status', status: 503 }],
] as const)('a report that %s goes to the same server again while that one lives', async (_, fault) => {
  const [a, b] = [await devServer(), await devServer()];
  const processor = processorFor(both(a, b));
  await processor.forceFlush();
  a.fault({ path: '/Trace', ...fault, when: withCounts, times: 1 });
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ waiting: 1, server: a.url, reports: { unclear: 1, resent: 0 } });
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ waiting: 0, delivered: 1, resentSpans: 1 });
  expect(received(a, 'op').total).toBe('counted' in fault ? 2 : 1);
  expect(b.requests()).toEqual([]);
});

test('a report whose end was unclear goes to the next server once the first is away', async () => {
  const [a, b] = [await devServer(), await devServer()];
  const processor = processorFor(both(a, b));
  await processor.forceFlush();
  a.fault({ path: '/Trace', kind: 'cut', counted: true, when: withCounts, times: 1 });
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  a.fault(away);
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ waiting: 0, delivered: 1, resentSpans: 1, server: b.url });
  expect([received(a, 'op').total, received(b, 'op').total]).toEqual([1, 1]);
  expect(reports(b)[0]?.builders).toEqual([]);
});

test('the pause before the first server is asked again doubles where it went again soon, and is short again in a later outage', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const [a, b] = [await devServer({ limits: { period: 10 } }), await devServer({ limits: { period: 10 } })];
  const processor = processorFor(both(a, b));
  await pass(15_000);
  const mend = a.fault({ ...away, when: withCounts });
  const asked = () => reports(a).filter(({ builders }) => builders.length === 0).length;
  const before = asked();
  const count = async (times: number) => {
    for (let i = 0; i < times; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(20_000, 2_000);
    }
  };
  await count(60);
  expect(asked() - before).toBeLessThan(9);
  expect(processor.stats()).toMatchObject({ counted: 60, delivered: 60, waiting: 0 });
  mend();
  await pass(40 * 60_000, 10_000);
  expect(processor.stats().server).toBe(a.url);
  const mendAgain = a.fault(away);
  await count(2);
  expect(processor.stats().server).toBe(b.url);
  mendAgain();
  await count(5);
  expect(processor.stats().server).toBe(a.url);
});

test('a server that is no longer used hears nothing more, and is logged in to anew when it is its turn', async () => {
  fakeTime(Date.UTC(2026, 10, 24, 10, 0, 1));
  const [a, b] = [await devServer({ limits: { period: 10 } }), await devServer({ limits: { period: 10 } })];
  const processor = processorFor(both(a, b), { pingIntervalSeconds: 10 });
  await pass(5_000);
  for (let turn = 1; turn <= 2; turn++) {
    const mend = a.fault(away);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect([processor.stats().server, b.app('app')?.logins]).toEqual([b.url, turn]);
    a.clear();
    await pass(30_000, 1_000);
    expect(a.requests()).toEqual([]);
    mend();
    await pass(3 * 60_000, 1_000);
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    expect(processor.stats().server).toBe(a.url);
    const heard = b.requests().length;
    await pass(60_000, 1_000);
    expect(b.requests()).toHaveLength(heard);
  }
});
