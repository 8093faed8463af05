import { describe, expect, test, vi } from 'vitest';
import type { DevServer, Fault } from '../../src/dev/index.ts';
import type { StardustExporter, StardustStats } from '../../src/index.ts';
import { devServer, exporterFor, fakeTime, logLines, pass, reports, until } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

interface Body {
  readonly Builders: readonly unknown[];
}
const withCounts = ({ body }: { readonly body: unknown }) => /"Total":[1-9]/.test(JSON.stringify(body));
const MAY_HAVE_BEEN_TAKEN = [408, 499, 500, 502, 503, 504, 520];

function totalOf(server: DevServer, name: string): number {
  return server.app('app')?.names.find((each) => each.name === name)?.total ?? 0;
}

function count(exporter: StardustExporter, name: string, times: number): void {
  for (let i = 0; i < times; i++) exporter.count(makeSpan({ name }));
}

function givenUpIn({ givenUp }: StardustStats): number {
  return Object.values(givenUp).reduce((sum, each) => sum + each, 0);
}

describe('a report that a gateway answers after it was passed on', () => {
  test.each(
    [...MAY_HAVE_BEEN_TAKEN, 200].flatMap((status) => [1, 2].map((times) => [status, times] as const)),
  )('with %i, %i times, is sent again behind an empty report, and told', async (status, times) => {
    const lines = logLines();
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    server.fault({ kind: 'status', status, body: '<html>', counted: true, when: withCounts, times });
    count(exporter, 'op', 100);
    for (let i = 0; i <= times; i++) await exporter.forceFlush();
    const stats = exporter.stats();
    expect(stats).toMatchObject({ delivered: 100, waiting: 0, resentSpans: 100 * times });
    expect(stats.reports).toMatchObject({ unclear: times, resent: times });
    expect(totalOf(server, 'op')).toBe(100 * (times + 1));
    const sizes = reports(server).map(({ builders }) => builders.map(({ Total }) => Total));
    expect(sizes.slice(-2)).toEqual([[], [100]]);
    expect(lines.filter((line) => line.includes('100 calls of 1 names may count twice'))).toHaveLength(times);
  });

  test.each(MAY_HAVE_BEEN_TAKEN)(
    'with %i passes for delivered under resendUnclear false, but for 500 and 503',
    async (status) => {
      const server = await devServer();
      const exporter = exporterFor(server, { resendUnclear: false });
      await exporter.forceFlush();
      server.fault({ kind: 'status', status, counted: true, when: withCounts, times: 1 });
      count(exporter, 'op', 10);
      for (let i = 0; i < 3; i++) await exporter.forceFlush();
      const goesAgain = status === 500 || status === 503;
      expect(exporter.stats()).toMatchObject({ delivered: 10, waiting: 0, resentSpans: goesAgain ? 10 : 0 });
      expect(totalOf(server, 'op')).toBe(goesAgain ? 20 : 10);
    },
  );

  const cut = { kind: 'cut', counted: true, times: 1 } as const;
  test.each<[string, Fault]>([
    [
      'an announcement',
      { ...cut, path: '/Trace', when: ({ body }) => JSON.stringify(body).includes('"op"') },
    ],
    ['a first login', { ...cut, path: '/App/Login' }],
    ['a login in place of one that expired', { ...cut, path: '/App/Login' }],
  ])('is another matter than %s without an answer: its counts still go', async (what, fault) => {
    const server = await devServer();
    const exporter = exporterFor(server, { resendUnclear: false });
    if (what !== 'a first login') await exporter.forceFlush();
    if (what === 'a login in place of one that expired') {
      count(exporter, 'op', 2);
      await exporter.forceFlush();
      server.revokeTokens();
    }
    server.fault(fault);
    count(exporter, 'op', 5);
    for (let i = 0; i < 3; i++) await exporter.forceFlush();
    const { counted, ...stats } = exporter.stats();
    expect(stats).toMatchObject({ delivered: counted, waiting: 0, reports: { unclear: 0, resent: 0 } });
    expect(totalOf(server, 'op')).toBe(counted);
  });

  test('always follows an empty one, also the second time', async () => {
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    server.fault({ path: '/Trace', kind: 'cut', counted: false, when: withCounts, times: 1 });
    count(exporter, 'op', 1);
    await exporter.forceFlush();
    server.fault({ path: '/Trace', kind: 'code', code: 429, when: withCounts, times: 1 });
    for (let i = 0; i < 3; i++) await exporter.forceFlush();
    const sizes = reports(server).map(({ builders }) => builders.map(({ Total }) => Total));
    expect(sizes.slice(-5)).toEqual([[1], [], [1], [], [1]]);
    expect(exporter.stats()).toMatchObject({ delivered: 1, waiting: 0 });
  });
});

describe('an outage behind a gateway', () => {
  test.each([...MAY_HAVE_BEEN_TAKEN, 429, 403])(
    'that answers %i to everything costs no count, and nothing counts twice',
    async (status) => {
      const server = await devServer();
      const exporter = exporterFor(server);
      const mend = server.fault({ kind: 'status', status, body: '<html>' });
      for (let i = 0; i < 10; i++) {
        count(exporter, 'op', 5);
        await exporter.forceFlush();
      }
      mend();
      for (let i = 0; i < 4; i++) await exporter.forceFlush();
      expect(totalOf(server, 'op')).toBe(50);
      expect(exporter.stats()).toMatchObject({ delivered: 50, waiting: 0, givenUp: { unreadable: 0 } });
    },
  );
});

test.each<[string, Fault]>([
  ['a refusal', { kind: 'code', code: 500, message: 'no' }],
  ['a page', { kind: 'status', status: 403, body: '<html>' }],
  ['a reset', { kind: 'cut', counted: false }],
])(
  'a report that is turned away with %s between outages is not judged by that, and keeps its samples',
  async (_, answer) => {
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    count(exporter, 'op', 1);
    const isEmpty = ({ body }: { readonly body: unknown }) => (body as Body).Builders.length === 0;
    const mend = server.fault({ ...answer, path: '/Trace', when: (request) => !isEmpty(request) });
    for (let i = 0; i < 8; i++) {
      await exporter.forceFlush();
      server.fault({ ...answer, path: '/Trace', when: isEmpty, times: 1 });
      await exporter.forceFlush();
    }
    mend();
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ delivered: 1, waiting: 0, givenUp: { unreadable: 0 } });
    expect(totalOf(server, 'op')).toBe(1);
    expect(server.app('app')?.names[0]?.samples).toHaveLength(1);
  },
);

describe('one text that a firewall refuses', () => {
  const ANSWERS: readonly [string, Fault][] = [
    ['403 and a page', { kind: 'status', status: 403, body: '<html>blocked</html>' }],
    ['400 and a page', { kind: 'status', status: 400, body: '<html>bad request</html>' }],
    ['JSON of its own', { kind: 'status', status: 403, body: '{"message":"Forbidden"}' }],
    ['406', { kind: 'status', status: 406 }],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/blocked' } }],
    ['a page with 200', { kind: 'status', status: 200, body: '<html>blocked</html>' }],
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'cut', counted: false }],
  ];

  const LIMITS = { maxSamples: 5, maxErrors: 5 };
  const holds = (text: string) => (request: { readonly body: unknown }) =>
    JSON.stringify(request.body).includes(text);
  const spanOf = (name: string, place: string, i: number) =>
    makeSpan({ name, error: i % 2 === 1, attributes: { place: `${place} ${name} ${i}` } });

  test.each(
    ANSWERS.flatMap(([words, answer]) => [
      [words, 'one of a builder', 1, ['op 0 3'], answer] as const,
      [words, 'one of many builders', 12, ['op 7 0'], answer] as const,
      [words, 'some, in several builders', 12, ['op 2 4', 'op 7 1', 'op 7 5', 'op 11 0'], answer] as const,
    ]),
  )('in samples, with %s, %s, costs these and no count', async (_, __, names, bad, answer) => {
    const server = await devServer({ limits: LIMITS });
    const exporter = exporterFor(server, { naming: 'span' });
    await exporter.forceFlush();
    server.fault({ ...answer, when: holds('UNION SELECT') });
    const places: string[] = [];
    for (let n = 0; n < names; n++)
      for (let i = 0; i < 10; i++) {
        const isBad = bad.some((each) => each === `op ${n} ${i}`);
        exporter.count(spanOf(`op ${n}`, isBad ? 'UNION SELECT' : 'good', i));
        if (!isBad) places.push(`good op ${n} ${i}`);
      }
    for (let i = 0; i < 20; i++) await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ counted: 10 * names, delivered: 10 * names, waiting: 0 });
    const got = server.app('app')?.names ?? [];
    expect(got.map(({ total }) => total)).toEqual(Array(names).fill(10));
    const tags = got.flatMap(({ samples, errorSamples }) => [...samples, ...errorSamples]);
    expect(tags.map(({ Tag }) => Tag.replace('place=', '')).sort()).toEqual(places.sort());
  });

  test('in a sample costs it, also where three offences bring a ban from everything', async () => {
    fakeTime();
    const server = await devServer({ limits: { ...LIMITS, period: 10 } });
    const exporter = exporterFor(server, { naming: 'span' });
    await pass(1_000);
    let [offences, bannedUntil] = [0, 0];
    const isBad = holds('SELECT');
    server.fault({
      kind: 'status',
      status: 403,
      when: (request) => {
        if (performance.now() < bannedUntil) return true;
        if (isBad(request) && ++offences % 3 === 0) bannedUntil = performance.now() + 10 * 60_000;
        return isBad(request);
      },
    });
    for (let n = 0; n < 20; n++)
      for (let i = 0; i < 10; i++)
        exporter.count(spanOf(`op ${n}`, n === 13 && i === 2 ? 'SELECT' : 'good', i));
    await pass(2 * 3_600_000, 5_000);
    expect(exporter.stats()).toMatchObject({ counted: 200, delivered: 200 });
    const samples = server.app('app')?.names.flatMap((name) => [...name.samples, ...name.errorSamples]);
    expect(samples).toHaveLength(199);
  });

  test('in each sample costs these, and few calls', async () => {
    const server = await devServer({ limits: LIMITS });
    const exporter = exporterFor(server, { naming: 'span' });
    await exporter.forceFlush();
    server.fault({ kind: 'status', status: 403, when: holds('SELECT') });
    for (let n = 0; n < 100; n++) for (let i = 0; i < 10; i++) exporter.count(spanOf(`op ${n}`, 'SELECT', i));
    for (let i = 0; i < 4; i++) await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ delivered: 1_000, waiting: 0 });
    for (let i = 0; i < 10; i++) await exporter.forceFlush();
    expect(reports(server).length).toBeLessThan(400);
  });

  test('in each sample holds up no count at the end', async () => {
    fakeTime();
    const server = await devServer({ limits: { ...LIMITS, period: 10 } });
    const exporter = exporterFor(server, { naming: 'span' });
    server.fault({ kind: 'status', status: 403, when: holds('SELECT') });
    for (let n = 0; n < 20; n++) for (let i = 0; i < 10; i++) exporter.count(spanOf(`op ${n}`, 'SELECT', i));
    while (exporter.stats().delivered === 0) await pass(100, 100);
    exporter.count(makeSpan({ name: 'last' }));
    server.clear();
    const ended = exporter.shutdown();
    await pass(500, 100);
    await ended;
    expect(exporter.stats()).toMatchObject({ counted: 201, delivered: 201 });
    const sent = reports(server).flatMap(({ builders }) => builders);
    expect(sent.filter(({ Samples }) => Samples.length > 0).map(({ Name }) => Name)).toEqual(['last']);
  });

  test.each(ANSWERS)('in a name, with %s, costs that name, which is named', async (_, answer) => {
    const lines = logLines();
    const server = await devServer();
    const exporter = exporterFor(server, { naming: 'span' });
    await exporter.forceFlush();
    server.fault({ ...answer, when: ({ body }) => JSON.stringify(body).includes('drop table') });
    for (let i = 0; i < 20; i++) count(exporter, i === 4 ? 'drop table' : `op ${i}`, 2);
    for (let i = 0; i < 60; i++) await exporter.forceFlush();
    const stats = exporter.stats();
    expect(stats).toMatchObject({ counted: 40, delivered: 38, waiting: 0, givenUp: { unreadable: 2 } });
    // A server that resets connections seems to come and go, which uses up the lines of an hour.
    if (answer.kind !== 'cut')
      expect(lines.filter((line) => line.includes('"drop table": its counts are given up'))).toHaveLength(1);
    const others = (server.app('app')?.names ?? []).filter(({ name }) => name !== 'drop table');
    expect(others.map(({ total }) => total)).toEqual(Array(19).fill(2));
  });
});

test('an accident on the way of a builder that was refused together with a bad one costs no sample of it', async () => {
  const server = await devServer();
  const exporter = exporterFor(server, { naming: 'span' });
  await exporter.forceFlush();
  let accidents = 0;
  server.fault({
    kind: 'status',
    status: 503,
    when: (request) => {
      const text = JSON.stringify(request.body);
      const isAccident = withCounts(request) && !text.includes('drop table') && accidents++ === 0;
      return text.includes('drop table') || isAccident;
    },
  });
  count(exporter, 'op', 1);
  count(exporter, 'drop table', 1);
  for (let i = 0; i < 20; i++) await exporter.forceFlush();
  expect(exporter.stats()).toMatchObject({ delivered: 1, waiting: 0, givenUp: { unreadable: 1 } });
  expect(accidents).toBe(2);
  expect(server.app('app')?.names.find(({ name }) => name === 'op')?.samples).toHaveLength(1);
});

test.each<[string, Fault]>([
  ['a page', { kind: 'status', status: 403, body: '<html>blocked</html>' }],
  ['a reset', { kind: 'cut', counted: false }],
])(
  'an accident on the way of a single sample, behind a firewall that answers with %s, does not cost it',
  async (_, answer) => {
    const server = await devServer();
    const exporter = exporterFor(server, { naming: 'span' });
    await exporter.forceFlush();
    let accidents = 0;
    server.fault({
      ...answer,
      when: ({ body }) => {
        const text = JSON.stringify(body);
        const isSingle = text.includes('"good"') && !text.includes('UNION') && !withCounts({ body });
        return text.includes('UNION SELECT') || (isSingle && text.includes('place=') && accidents++ === 0);
      },
    });
    exporter.count(makeSpan({ name: 'good', attributes: { place: 'good' } }));
    exporter.count(makeSpan({ name: 'bad', attributes: { place: 'UNION SELECT' } }));
    for (let i = 0; i < 20; i++) await exporter.forceFlush();
    expect(accidents).toBeGreaterThan(0);
    expect(exporter.stats()).toMatchObject({ counted: 2, delivered: 2, waiting: 0 });
    const samples = (name: string) => server.app('app')?.names.find((each) => each.name === name)?.samples;
    expect(samples('good')).toHaveLength(1);
    expect(samples('bad')).toHaveLength(0);
  },
);

test('a second stretch of refusals loses no count', async () => {
  const lines = logLines();
  fakeTime();
  const server = await devServer({ limits: { period: 10 } });
  const exporter = exporterFor(server);
  await pass(12_000, 1_000);
  let counted = 0;
  for (let stretch = 0; stretch < 3; stretch++) {
    const mend = server.fault({ path: '/Trace', kind: 'code', code: 500, message: 'switched off' });
    for (let i = 0; i < 4; i++) {
      count(exporter, 'op', 1);
      counted++;
      await pass(30_000, 2_000);
    }
    mend();
    await pass(90_000, 2_000);
    count(exporter, 'op', 1);
    counted++;
    await pass(30_000, 2_000);
  }
  expect(exporter.stats()).toMatchObject({
    counted,
    delivered: counted,
    waiting: 0,
    givenUp: { unreadable: 0 },
  });
  expect(totalOf(server, 'op')).toBe(counted);
  expect(lines.filter((line) => line.includes('refuses the reports of app'))).toHaveLength(3);
  expect(lines.filter((line) => line.includes('takes reports again'))).toHaveLength(3);
});

test.each([
  [
    'an app that is new to the server',
    { code: 'app', secret: 'x'.repeat(16), token: null, expire: 0 },
    'is new to the server and waits to be enabled',
  ],
  ['an app that is being switched off', { token: null, expire: 0 }, 'is switched off'],
])('%s keeps its counts, which is logged once, and once more when it may log in', async (_, data, words) => {
  const lines = logLines();
  fakeTime();
  const server = await devServer({ limits: { period: 10 } });
  const mend = server.fault({
    path: '/App/Login',
    kind: 'status',
    status: 200,
    body: JSON.stringify({ code: 0, data }),
  });
  const exporter = exporterFor(server);
  count(exporter, 'op', 3);
  await pass(10 * 60_000, 5_000);
  mend();
  await pass(4 * 60_000, 5_000);
  expect(exporter.stats()).toMatchObject({ counted: 3, delivered: 3, waiting: 0 });
  expect(lines.filter((line) => line.includes(words))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('lets app log in again'))).toHaveLength(1);
});

test('an exclude that the server lifts is logged', async () => {
  const lines = logLines();
  const server = await devServer();
  server.setLimits({ excludes: ['/health', '/static/*'] });
  const exporter = exporterFor(server);
  await exporter.forceFlush();
  server.setLimits({ excludes: ['/static/*'] });
  count(exporter, 'op', 1);
  await exporter.forceFlush();
  expect(lines.filter((line) => line.includes('no longer excludes "/health"'))).toHaveLength(1);
});

test('pings that are refused with each token log in once a minute at most', async () => {
  fakeTime();
  const server = await devServer({ limits: { period: 3_600 } });
  const exporter = exporterFor(server, { pingIntervalSeconds: 1 });
  await pass(1_000);
  server.fault({ path: '/App/Ping', kind: 'code', code: 401, message: 'no' });
  const logins = () => server.requests().filter(({ path }) => path.startsWith('/App/Login')).length;
  const before = logins();
  await pass(3 * 60_000, 1_000);
  expect(logins() - before).toBeGreaterThanOrEqual(1);
  expect(logins() - before).toBeLessThanOrEqual(4);
  expect(exporter.stats().session).toBe('loggedIn');
});

test.each<[string, Fault]>([
  ['answers each with a page', { kind: 'status', status: 404, body: '<html>no such page</html>' }],
  ['answers none', { kind: 'hang' }],
  ['breaks each off', { kind: 'cut', counted: false }],
])('a gateway that lets no ping pass, and %s, costs no count, also at the end', async (_, fault) => {
  const lines = logLines();
  fakeTime();
  const server = await devServer({ limits: { period: 10 } });
  server.fault({ ...fault, path: '/App/Ping' });
  const exporter = exporterFor(server);
  await pass(5 * 60_000, 5_000);
  const pings = () => server.requests().filter(({ path }) => path === '/App/Ping').length;
  for (const before = pings(); pings() === before; ) await pass(500, 500);
  count(exporter, 'op', 2);
  await exporter.shutdown();
  expect(totalOf(server, 'op')).toBe(2);
  expect(lines.filter((line) => / is (away|back)/.test(line))).toEqual([]);
});

test('two calls that are refused at once with one old token cost one login', async () => {
  fakeTime();
  const server = await devServer();
  const exporter = exporterFor(server, { pingIntervalSeconds: 10 });
  await exporter.forceFlush();
  const calls = (path: string) => server.requests().filter((request) => request.path.startsWith(path)).length;
  // The ping leaves with the old token, and its refusal comes when the report has a new one.
  server.fault({ path: '/App/Ping', kind: 'slow', delayMillis: 1_000, times: 1 });
  server.revokeTokens();
  await vi.advanceTimersByTimeAsync(10_000);
  await until(() => calls('/App/Ping') === 1);
  count(exporter, 'op', 1);
  await exporter.forceFlush();
  expect([calls('/App/Ping'), calls('/App/Login')]).toEqual([1, 2]);
  await until(() => calls('/App/Ping') === 2);
  await exporter.forceFlush();
  expect(calls('/App/Login')).toBe(2);
  expect(exporter.stats()).toMatchObject({ delivered: 1, waiting: 0 });
});

test('reports go one at a time, also when a flush and the end wait for one under way', async () => {
  const server = await devServer();
  const exporter = exporterFor(server, { shutdownTimeoutMillis: 20_000 });
  server.fault({ path: '/Trace', kind: 'slow', delayMillis: 40 });
  const ends: Promise<void>[] = [];
  const endsWith = (end: Promise<void>) => {
    ends.push(end);
    count(exporter, 'op', 1);
  };
  count(exporter, 'op', 1);
  endsWith(exporter.forceFlush());
  await until(() => reports(server).length > 0);
  endsWith(exporter.forceFlush());
  ends.push(exporter.shutdown());
  await Promise.all(ends);
  const times = reports(server).map(({ atMs }) => atMs);
  expect(Math.min(...times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0)))).toBeGreaterThanOrEqual(39);
  expect(totalOf(server, 'op')).toBe(3);
  expect(exporter.stats()).toMatchObject({ counted: 3, delivered: 3, waiting: 0 });
});

test('the back-off begins anew in a second outage', async () => {
  fakeTime();
  const server = await devServer({ limits: { period: 10 } });
  const exporter = exporterFor(server);
  const calls = async () => {
    server.clear();
    const mend = server.fault({ kind: 'code', code: 429 });
    count(exporter, 'op', 1);
    await exporter.forceFlush();
    const first = server.requests().length;
    await pass(10_000, 500);
    const soon = server.requests().length - first;
    await pass(3 * 60_000, 2_000);
    mend();
    await pass(2 * 60_000, 2_000);
    return soon;
  };
  expect(await calls()).toBeGreaterThanOrEqual(2);
  expect(await calls()).toBeGreaterThanOrEqual(2);
  expect(exporter.stats()).toMatchObject({ delivered: 2, waiting: 0 });
});

test('the answer to another call passes for none', async () => {
  const server = await devServer();
  const exporter = exporterFor(server);
  await exporter.forceFlush();
  const pinged = JSON.stringify({ code: 0, data: { serverTime: Date.now(), period: 60 } });
  server.fault({ kind: 'status', status: 200, body: pinged, when: withCounts, times: 1 });
  count(exporter, 'op', 3);
  await exporter.forceFlush();
  expect(exporter.stats()).toMatchObject({ delivered: 0, waiting: 3, reports: { unclear: 1 } });
  await exporter.forceFlush();
  expect(exporter.stats()).toMatchObject({ delivered: 3, waiting: 0, resentSpans: 3 });
  expect(givenUpIn(exporter.stats())).toBe(0);
});
