import { afterEach, describe, expect, test, vi } from 'vitest';
import { Excludes } from '../../src/aggregate/excludes.ts';
import { spansIn } from '../../src/aggregate/span-builder.ts';
import type { StardustOptions } from '../../src/index.ts';
import { aggregating, keptBy, NOW } from '../support/aggregating.ts';
import { logLines } from '../support/logged.ts';
import { makeSpan, type SpanWords } from '../support/make-span.ts';

/** What an aggregator counts, under which name, and when. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LAYER = '@opentelemetry/instrumentation-express';
const thrown = (type?: string) => ({
  name: 'exception',
  attributes: type === undefined ? {} : { 'exception.type': type },
});

const spansOf = (totals: readonly string[]) =>
  totals.reduce((sum, each) => sum + Number(each.split(' ').at(-1)), 0);

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a span counts', () => {
  test('with its cost and its outcome', () => {
    const { count, take } = aggregating();
    count({ ms: 3 });
    count({ ms: 0.25, error: 'boom' });
    expect([...take().values()]).toMatchObject([
      { name: 'op', total: 2, errors: 1, costMs: 3.25, maxCostMs: 3, minCostMs: 0.25 },
    ]);
  });

  test.each<[StardustOptions, number, number]>([
    [{}, 404, 0],
    [{}, 500, 1],
    [{ errorStatusFrom: 404 }, 404, 1],
    [{ errorStatusFrom: 'stardust' }, 400, 1],
    [{ naming: 'stardust' }, 400, 1],
    [{ naming: 'stardust' }, 401, 0],
    [{ naming: 'stardust', errorStatusFrom: 500 }, 400, 0],
    [{ naming: () => 'op' }, 400, 0],
    [{ naming: () => 'op' }, 500, 1],
  ])('as an error by %j at %d: %d', (options, status, errors) => {
    const { count, take } = aggregating(options);
    count({ kind: 1, attributes: { 'http.response.status_code': status } });
    expect([...take().values()].map((each) => each.errors)).toEqual([errors]);
  });

  test('in the builder of its name, which a taking ends', () => {
    const { count, totals, counts } = aggregating();
    count({ name: 'a' }, 2);
    count({ name: 'b' });
    expect([counts.taken, counts.openSpans()]).toEqual([0, 3]);
    expect(totals()).toEqual(['a 2', 'b 1']);
    expect([counts.taken, counts.openSpans()]).toEqual([3, 0]);
    expect(totals()).toEqual([]);
    count({ name: 'b' }, 4);
    count({ name: 'a' });
    expect([counts.taken, counts.openSpans()]).toEqual([3, 5]);
    expect(totals()).toEqual(['b 4', 'a 1']);
  });
});

const REQUEST = { kind: 1, attributes: { 'http.request.method': 'GET', 'url.path': '/a/7?b' } };

describe('the name of a span is', () => {
  test.each<[string, StardustOptions, SpanWords, string]>([
    ['its own', {}, { name: 'a' }, 'a'],
    ['what the function says', { naming: ({ name }) => `my ${name}` }, { name: 'a' }, 'my a'],
    ['its own if the function says nothing', { naming: () => '' }, { name: 'a' }, 'a'],
    ["by Stardust's rules", { naming: 'stardust' }, REQUEST, '/a/*'],
    ['its group', { nameGroups: ['/users/*'] }, { name: '/users/7' }, '/users/*'],
    [
      "its group by Stardust's name",
      { naming: 'stardust', nameGroups: ['/us*'] },
      { name: '/users?a' },
      '/us*',
    ],
    ['without secrets', {}, { name: 'password=walnut' }, 'password=***'],
    ['with the keys of the user hidden', { redact: ['iban'] }, { name: 'iban=DE1' }, 'iban=***'],
    [
      'the group of what is shown',
      { nameGroups: ['password=w*', '*=***'] },
      { name: 'password=walnut' },
      '*=***',
    ],
    ["up to the query of a path by Stardust's rules", { naming: 'stardust' }, { name: '/a#b' }, '/a'],
    ['whole where it does not begin as a path', { naming: 'stardust' }, { name: 'a #b' }, 'a #b'],
    ['whole by its own name', {}, { name: '/a#b' }, '/a#b'],
    [
      "of parts that are no secrets of each other by Stardust's rules",
      { naming: 'stardust' },
      { kind: 2, attributes: { 'db.system': 'redis', 'db.namespace': 'token', 'db.statement': 'GET a' } },
      'redis:token:GET',
    ],
    ['as any other text by its own', {}, { name: 'redis:token:GET' }, 'redis:token:***'],
  ])('%s, by %j', (_, options, words, name) => {
    const { count, totals } = aggregating(options);
    count(words);
    count(words);
    expect(totals()).toEqual([`${name} 2`]);
  });

  test('with the route that its framework told, if its own has none', () => {
    const { start, end, totals } = aggregating();
    const route = { 'http.route': '/users/:id' };
    for (const attributes of [{}, route]) {
      const request = start({ kind: 1, name: 'GET', attributes });
      const inner = start({ kind: 1, name: 'handler', attributes: route }, request);
      end(inner, request);
    }
    expect(totals()).toEqual(['handler 2', 'GET /users/:id 1', 'GET 1']);
  });

  test('of a request known once its framework is done, or when it is taken', () => {
    const { start, end, totals } = aggregating({ internalSpans: false });
    const begin = () => {
      const request = start({ kind: 1, name: 'GET' });
      return { request, inner: start({ kind: 1, attributes: { 'http.route': '/a' } }, request) };
    };
    const [first, second] = [begin(), begin()];
    end(first.request);
    end(first.inner);
    expect(totals()).toEqual(['GET /a 1']);
    end(second.request);
    expect(totals()).toEqual(['GET 1']);
    end(second.inner);
    expect(totals()).toEqual([]);
  });
});

describe('a span is left out', () => {
  test('by the filter, whether its start was told or not', () => {
    const { count, start, end, totals, counts } = aggregating({ filter: ({ name }) => name !== 'no' });
    count({ name: 'no' });
    count({ name: 'yes' });
    end(start({ name: 'no' }), start({ name: 'yes' }));
    expect(totals()).toEqual(['yes 2']);
    expect(counts).toMatchObject({ filtered: 2, ownCall: 0, excluded: 0, internal: 0 });
  });

  test('as one of our own calls, if it is that of a client', () => {
    const { count, totals, counts } = aggregating({
      server: 'http://127.0.0.1:6600',
      filter: () => false,
    });
    const url = 'http://127.0.0.1:6600/Trace/Report';
    const attributes = { 'server.address': '127.0.0.1', 'server.port': 6600, 'url.full': url };
    count({ kind: 2, attributes });
    count({ kind: 1, attributes });
    expect(totals()).toEqual([]);
    expect(counts).toMatchObject({ filtered: 1, ownCall: 1 });
  });

  test('of another server not', () => {
    const { count, totals, counts } = aggregating();
    count({ kind: 2, attributes: { 'server.address': '127.0.0.1', 'server.port': 6600 } });
    expect(totals()).toEqual(['op 1']);
    expect(counts.ownCall).toBe(0);
  });

  test.each([
    [false, [], 2],
    [true, ['op 2'], 0],
  ])('as the inside of a library, unless internalSpans: %s', (internalSpans, left, internal) => {
    const { end, start, totals, counts } = aggregating({ internalSpans });
    end(makeSpan({ name: 'op', scope: LAYER }), start({ scope: LAYER }));
    expect(totals()).toEqual(left);
    expect(counts.internal).toBe(internal);
  });

  test('as nothing else is, whether its start was told or not', () => {
    const { count, start, end, totals, counts } = aggregating({ internalSpans: false, naming: 'stardust' });
    for (let kind = 0; kind <= 4; kind++) {
      count({ kind });
      end(start({ kind }));
    }
    expect(spansOf(totals())).toBe(10);
    expect(counts.internal).toBe(0);
  });

  test('as the inside of a library not, where these count beside exceptions', () => {
    const { count, totals } = aggregating({ internalSpans: true, naming: 'stardust' });
    count({ scope: LAYER });
    expect(totals()).toEqual(['op 1']);
  });

  test('as it waits for its framework, no span is internal', () => {
    const { start, end, counts, totals } = aggregating({ internalSpans: false });
    const request = start({ kind: 1, name: 'GET' });
    start({ kind: 1 }, request);
    end(request);
    expect(counts.internal).toBe(0);
    expect(totals()).toEqual(['GET 1']);
  });

  test('by excludes, of which the first of the server’s is logged', () => {
    const lines = logLines();
    const { aggregator, count, totals, counts } = aggregating({ excludes: ['health'] });
    count({ name: '/health' });
    aggregator.excludes = new Excludes(['/orders'], ['health']);
    for (const name of ['/health', '/orders', '/orders', '/items']) count({ name });
    expect(totals()).toEqual(['/items 1']);
    expect(counts.excluded).toBe(4);
    expect(lines).toEqual([`info the server's excludes hide "/orders"`]);
  });

  test('by nobody, as it has no place, of which the first taking tells', () => {
    const lines = logLines();
    const { aggregator, count, totals } = aggregating({ maxNames: 1 });
    for (const name of ['a', 'b', 'c "d"', 'e', 'f']) count({ name });
    expect(lines).toEqual([]);
    expect(totals()).toEqual(['a 1', 'other:overflow 4']);
    expect(aggregator.namesInUse).toBe(1);
    count({ name: 'g' });
    totals();
    expect(lines).toEqual([
      'warn more than 1 names (maxNames): further ones are counted as other:overflow, such as "b", "c \\"d\\"", "e"',
    ]);
  });
});

describe('exceptions', () => {
  const events = [thrown('TypeError'), { name: 'other' }, thrown()];

  test("count by their type too under Stardust's names, as calls that are no errors", () => {
    const { count, take, counts } = aggregating({ naming: 'stardust' });
    count({ name: 'op', ms: 7, error: true, events }, 2);
    count({ name: 'op' });
    const taken = take();
    expect([...taken.values()].map(({ name, total, errors }) => `${name} ${total} ${errors}`)).toEqual([
      'ex:TypeError 2 0',
      'ex:Error 2 0',
      'op 3 2',
    ]);
    expect(taken.get('ex:TypeError')).toMatchObject({ costMs: 14, maxCostMs: 7 });
    expect(counts.taken).toBe(7);
  });

  test.each<StardustOptions>([{}, { internalSpans: false }, { naming: () => 'op' }])(
    'do not under other names: %j',
    (options) => {
      const { count, start, end, totals } = aggregating(options);
      count({ events });
      end(start({ events }));
      expect(totals()).toEqual(['op 2']);
    },
  );

  test('that answer a caller do not', () => {
    const { count, totals } = aggregating({ naming: 'stardust' });
    count({ events: [thrown('404'), thrown('RangeError')] });
    expect(totals()).toEqual(['ex:RangeError 1', 'op 1']);
  });

  test('that are excluded do not, and others of the span do', () => {
    const { count, totals } = aggregating({ naming: 'stardust', excludes: ['ex:T*'] });
    count({ events });
    expect(totals()).toEqual(['ex:Error 1', 'op 1']);
  });

  test.each([false, true])(
    'count once on their way up, those of a library too; internalSpans: %s',
    (internalSpans) => {
      const { start, end, totals } = aggregating({ naming: 'stardust', internalSpans });
      const outer = start({ name: 'outer', error: true, events: [thrown('TypeError')] });
      end(start({ name: 'inner', scope: LAYER, events: [thrown('TypeError')] }, outer), outer);
      expect(totals()[0]).toBe('ex:TypeError 1');
    },
  );

  test('of what is filtered do not count', () => {
    const { count, totals } = aggregating({ naming: 'stardust', filter: () => false });
    count({ events });
    expect(totals()).toEqual([]);
  });
});

describe('the tag of a sample', () => {
  const tagOf = (options: StardustOptions, words: SpanWords) => {
    const { count, take } = aggregating(options);
    count(words);
    return take().get('op')?.samples[0]?.tag;
  };
  const statement = { attributes: { 'db.statement': "SELECT 'x'", iban: 'DE1' } };

  test.each<[StardustOptions, SpanWords, string]>([
    [{}, statement, 'SELECT ?\niban=DE1'],
    [{ redact: { sql: false } }, statement, "SELECT 'x'\niban=DE1"],
    [{ redact: ['iban'] }, statement, 'SELECT ?\niban=***'],
    [
      { redact: 'strict' },
      { kind: 2, attributes: { ...statement.attributes, 'db.system': 'mysql' } },
      'mysql Select',
    ],
    [{ tag: () => 'mine' }, statement, 'mine'],
  ])('by %j', (options, words, tag) => {
    expect(tagOf(options, words)).toBe(tag);
  });
});

describe('a builder', () => {
  test('begins with its first span and ends with the taking, by the clock of the server', () => {
    const { count, take, pass, server } = aggregating();
    server.aheadMs = 5_000;
    pass(1_000);
    count({});
    pass(2_000);
    count({});
    pass(3_000);
    expect(take().get('op')).toMatchObject({ startTimeMs: NOW + 6_000, endTimeMs: NOW + 11_000 });
  });

  test('is moved by what is known of the clock when it is taken, to whole milliseconds', () => {
    const { count, take, pass, server } = aggregating();
    count({});
    pass(1_000);
    server.aheadMs = -60_000.7;
    expect(take().get('op')).toMatchObject({ startTimeMs: NOW - 60_001, endTimeMs: NOW - 59_001 });
  });

  test('never ends before it began, though the clock goes backwards', () => {
    const { count, take } = aggregating();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000);
    count({});
    clock.mockReturnValue(2_000);
    expect(take().get('op')).toMatchObject({ startTimeMs: NOW + 3_000, endTimeMs: NOW + 3_000 });
  });
});

test('the period is numbered by the clock of the server, and as long as its last answer says', () => {
  const { aggregator, server, pass, answer } = aggregating();
  const first = NOW / MINUTE;
  expect(aggregator.period).toBe(first);
  pass(MINUTE - 1);
  expect(aggregator.period).toBe(first);
  pass(1);
  expect(aggregator.period).toBe(first + 1);
  server.aheadMs = 10 * MINUTE;
  expect(aggregator.period).toBe(first + 11);
  answer({ period: 10 });
  expect(aggregator.period).toBe((first + 11) * 6);
});

describe('a taking in parts', () => {
  const names = (count: number, word = 'op') => Array.from({ length: count }, (_, i) => `${word} ${i}`);

  test.each([0, 1, 49, 50, 51, 100, 120])('of %d names hands over each of them once', async (length) => {
    const { aggregator, count, counts } = aggregating();
    for (const name of names(length)) count({ name }, 2);
    const parts: string[][] = [];
    await aggregator.takeInParts((builders) => parts.push(builders.map(({ name }) => name)));
    expect(parts.flat()).toEqual(names(length));
    expect(parts).toHaveLength(Math.max(1, Math.ceil(length / 50)));
    expect([counts.taken, counts.openSpans()]).toEqual([2 * length, 0]);
  });

  test('lets the event loop turn between them, and each span that ends meanwhile counts once', async () => {
    const { aggregator, count, take } = aggregating();
    for (const name of names(120)) count({ name });
    let turns = 0;
    const turned: number[] = [];
    const turn = () => {
      turns++;
      loop = setImmediate(turn);
    };
    let loop = setImmediate(turn);
    let spans = 0;
    await aggregator.takeInParts((builders) => {
      turned.push(turns);
      spans += spansIn(builders);
      for (const name of ['op 0', 'op 119', `new ${turned.length}`]) count({ name });
    });
    clearImmediate(loop);
    expect(new Set(turned).size).toBe(turned.length);
    expect(turned).toHaveLength(3);
    const left = [...take().values()];
    expect(spans + spansIn(left)).toBe(120 + 9);
    expect(left.map(({ name }) => name)).toContain('op 0');
    expect(left.map(({ name }) => name)).toContain('new 3');
  });

  test('ends, though spans of new names come all the time', async () => {
    const { aggregator, count } = aggregating();
    for (const name of names(60)) count({ name });
    let parts = 0;
    await aggregator.takeInParts(() => {
      parts++;
      for (const name of names(60, `part ${parts}`)) count({ name });
    });
    expect(parts).toBe(2);
  });

  test('has what waited counted', async () => {
    const { aggregator, start, end } = aggregating();
    const request = start({ kind: 1, name: 'GET' });
    start({ kind: 1 }, request);
    end(request);
    const taken: string[] = [];
    await aggregator.takeInParts((builders) => taken.push(...builders.map(({ name }) => name)));
    expect(taken).toEqual(['GET']);
  });

  test('frees the places of names that were not seen for an hour', async () => {
    const { aggregator, count, pass } = aggregating();
    const none = () => {};
    for (const name of ['old', 'new']) count({ name });
    await aggregator.takeInParts(none);
    pass(HOUR - 1);
    count({ name: 'new' });
    await aggregator.takeInParts(none);
    expect(aggregator.namesInUse).toBe(2);
    pass(1);
    await aggregator.takeInParts(none);
    await aggregator.takeInParts(none);
    expect(aggregator.namesInUse).toBe(1);
  });
});

test('a name whose place was freed is kept as a sample anew', async () => {
  const { aggregator, count, pass, answer, take } = aggregating();
  answer({ period: 3_600 });
  count({});
  take();
  pass(HOUR);
  await aggregator.takeInParts(() => {});
  expect(aggregator.namesInUse).toBe(0);
  count({});
  expect(keptBy(take().get('op'))).toEqual([1, 0]);
});
