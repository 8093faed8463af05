import { ROOT_CONTEXT, type SpanAttributes, SpanKind, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FirstCalls } from '../../src/chains/first-calls.ts';
import {
  awaitSource,
  offerSource,
  type SamplingSource,
  watchSources,
  withdrawSource,
} from '../../src/chains/meeting-place.ts';
import { type SamplerLike, StardustSampler } from '../../src/chains/sampler.ts';

const NOT_RECORD = 0;
const RECORD = 1;
const RECORD_AND_SAMPLED = 2;
const MINUTE_MS = 60_000;

const offered: SamplingSource[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 30_000 * MINUTE_MS });
});

afterEach(() => {
  vi.useRealTimers();
  // Samplers that still wait take the last one.
  new Source().offer();
  for (const source of offered.splice(0)) withdrawSource(source);
});

/** What a processor tells samplers, and how often it was asked and linked. */
class Source implements SamplingSource {
  samples = 1;
  names = 100;
  number = 1;
  asked = 0;
  linked = 0;
  maxSamples = () => this.samples;
  maxNames = () => this.names;
  link = () => {
    this.linked++;
  };
  period = () => {
    this.asked++;
    return this.number;
  };

  offer(): this {
    offered.push(this);
    offerSource(this);
    return this;
  }
}

function decision(
  sampler: StardustSampler,
  name = 'op',
  kind = SpanKind.CLIENT,
  attributes: SpanAttributes = {},
) {
  return sampler.shouldSample(ROOT_CONTEXT, '', name, kind, attributes, []).decision;
}

describe('the first calls of a period', () => {
  test('are as many of each name as are asked for', () => {
    const calls = new FirstCalls();
    const ask = (name: string, maxCalls: number) => calls.includeName(name, maxCalls, 10);
    expect([1, 2, 3].map(() => ask('a', 2))).toEqual([true, true, false]);
    expect(ask('b', 2)).toBe(true);
    expect(ask('c', 0)).toBe(false);
    expect(ask('a', 3)).toBe(true);
  });

  test('are those of names up to a limit, of which the known ones go on', () => {
    const calls = new FirstCalls();
    const ask = (name: string) => calls.includeName(name, 2, 2);
    expect(['a', 'b', 'c', 'a', 'b', 'c'].map(ask)).toEqual([true, true, false, true, true, false]);
    const paths = new FirstCalls();
    const askPath = (path: string) => paths.includePath(path, 2, 2);
    expect(['/a', '/b', '/c', '/a', '/c'].map(askPath)).toEqual([true, true, false, true, false]);
  });

  test.each([
    ['with another id', '/orders/8'],
    ['with a query', '/orders/7?page=2'],
    ['with a fragment', '/orders/7#top'],
    ['with an ampersand', '/orders/7&x'],
    ['that is longer than what is remembered', `/orders/7/${'x'.repeat(600)}`],
  ])('of a path are those of its name, also of one %s', (_, path) => {
    const calls = new FirstCalls();
    expect(calls.includePath('/orders/7', 3, 10)).toBe(true);
    expect(calls.includePath(path, 3, 10)).toBe(true);
    expect(calls.includeName('/orders/*', 3, 10)).toBe(true);
    expect(calls.includePath(path, 3, 10)).toBe(false);
    expect(calls.includePath('/orders/7', 3, 10)).toBe(false);
  });

  test('begin anew with a period, of names and of paths', () => {
    const calls = new FirstCalls();
    const ask = () => [calls.includeName('a', 1, 2), calls.includePath('/b', 1, 2)];
    expect([ask(), ask()]).toEqual([
      [true, true],
      [false, false],
    ]);
    calls.clear();
    expect([ask(), ask()]).toEqual([
      [true, true],
      [false, false],
    ]);
    calls.clear();
    // The places of the names of the last period are free.
    expect(['c', 'd', 'e'].map((name) => calls.includeName(name, 1, 2))).toEqual([true, true, false]);
  });
});

describe('the processor of a sampler', () => {
  test('is the first of the process, whether it comes before the sampler or after', () => {
    const early = new StardustSampler();
    const [first, second] = [new Source(), new Source()];
    Object.assign(first, { samples: 2 });
    first.offer();
    second.offer();
    const late = new StardustSampler();
    for (const sampler of [early, late]) expect([1, 2, 3].map(() => decision(sampler))).toEqual([2, 2, 1]);
    expect([first.linked, second.linked]).toEqual([2, 0]);
  });

  test('is the next one once the first was shut down, for samplers that come then', () => {
    const [first, second] = [new Source().offer(), new Source().offer()];
    withdrawSource(second);
    new StardustSampler();
    expect([first.linked, second.linked]).toEqual([1, 0]);
    withdrawSource(first);
    new StardustSampler();
    const third = new Source().offer();
    expect([first.linked, second.linked, third.linked]).toEqual([1, 0, 1]);
  });

  test('is given once to who waits, and every one is shown to who watches', () => {
    const [taken, seen]: SamplingSource[][] = [[], []];
    awaitSource((source) => taken?.push(source));
    watchSources((source) => seen?.push(source));
    const [first, second] = [new Source().offer(), new Source().offer()];
    withdrawSource(first);
    const third = new Source().offer();
    expect(taken).toEqual([first]);
    expect(seen).toEqual([first, second, third]);
  });

  test('can be another one, with its own limits, which hold at once', () => {
    new Source().offer();
    const sampler = new StardustSampler();
    expect([1, 2].map(() => decision(sampler))).toEqual([2, 1]);
    const own = Object.assign(new Source(), { samples: 2, number: 7 });
    sampler.take(own);
    expect(own.linked).toBe(1);
    expect([1, 2, 3].map(() => decision(sampler))).toEqual([2, 2, 1]);
  });

  test('is not asked for each span, and what it says applies within 10 ms', () => {
    const source = new Source().offer();
    const sampler = new StardustSampler();
    expect([1, 2, 3].map(() => decision(sampler))).toEqual([2, 1, 1]);
    expect(source.asked).toBe(1);
    Object.assign(source, { samples: 2 });
    vi.setSystemTime(Date.now() + 10);
    // The period is the same: the calls before count.
    expect([1, 2].map(() => decision(sampler))).toEqual([2, 1]);
    Object.assign(source, { number: 2 });
    vi.setSystemTime(Date.now() - 10);
    expect([1, 2, 3].map(() => decision(sampler))).toEqual([2, 2, 1]);
    Object.assign(source, { names: 1 });
    vi.setSystemTime(Date.now() + 10);
    expect(decision(sampler, 'another')).toBe(RECORD);
  });

  test('that throws leaves spans counted and unmarked', () => {
    const sampler = new StardustSampler();
    sampler.take(
      Object.assign(new Source(), {
        period: () => {
          throw new Error('no');
        },
      }),
    );
    expect(decision(sampler)).toBe(RECORD);
  });
});

describe('a sampler without a processor', () => {
  test('marks one call of a name in a minute', () => {
    const sampler = new StardustSampler();
    expect([1, 2].map(() => decision(sampler))).toEqual([2, 1]);
    vi.setSystemTime(Date.now() + MINUTE_MS - 1);
    expect(decision(sampler)).toBe(RECORD);
    vi.setSystemTime(Date.now() + 1);
    vi.setSystemTime(Date.now() + 10);
    expect([1, 2].map(() => decision(sampler))).toEqual([2, 1]);
  });

  test('remembers 2,000 names', () => {
    const sampler = new StardustSampler();
    const marked = Array.from({ length: 2_002 }, (_, id) => decision(sampler, `op ${id}`));
    expect(marked.lastIndexOf(RECORD_AND_SAMPLED)).toBe(1_999);
    expect(marked.indexOf(RECORD)).toBe(2_000);
  });
});

describe('a call is one of', () => {
  const server = SpanKind.SERVER;
  test.each<[string, [string, SpanKind, SpanAttributes], [string, SpanKind, SpanAttributes], boolean]>([
    ['its path', ['GET', server, { 'url.path': '/a/1' }], ['POST', server, { 'url.path': '/a/2' }], true],
    ['its path', ['GET', server, { 'url.path': '/a' }], ['GET', server, { 'url.path': '/b' }], false],
    ['its target', ['GET', server, { 'http.target': '/a?x' }], ['PUT', server, { 'url.path': '/a' }], true],
    [
      'its path before its target',
      ['GET', server, { 'url.path': '/a', 'http.target': '/b' }],
      ['GET', server, { 'url.path': '/a' }],
      true,
    ],
    ['its name, if a path is no text', ['GET', server, { 'url.path': 7 }], ['GET', server, {}], true],
    [
      'its name, if it calls',
      ['GET', SpanKind.CLIENT, { 'url.path': '/a' }],
      ['GET', SpanKind.CLIENT, { 'url.path': '/b' }],
      true,
    ],
    ['its name', ['GET', server, {}], ['PUT', server, {}], false],
  ])('%s: %j and %j are the same: %s', (_, first, second, areSame) => {
    const sampler = new StardustSampler();
    expect(decision(sampler, ...first)).toBe(RECORD_AND_SAMPLED);
    expect(decision(sampler, ...second)).toBe(areSame ? RECORD : RECORD_AND_SAMPLED);
  });
});

test.each([
  [0, RECORD],
  [1, RECORD_AND_SAMPLED],
  [2, RECORD],
  [3, RECORD_AND_SAMPLED],
])(
  'under a parent with the flags %d a further call is decided as %d, and the first one is marked',
  (flags, further) => {
    const sampler = new StardustSampler();
    const parent = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'c000020219d0000a',
      traceFlags: flags,
    };
    const ask = () =>
      sampler.shouldSample(trace.setSpanContext(ROOT_CONTEXT, parent), '', 'op', 0, {}, []).decision;
    expect([ask(), ask()]).toEqual([RECORD_AND_SAMPLED, further]);
  },
);

describe('a sampler with a root', () => {
  test.each([
    [NOT_RECORD, RECORD],
    [RECORD, RECORD],
    [RECORD_AND_SAMPLED, RECORD_AND_SAMPLED],
  ])('has all recorded, and leaves the rest to it: its %d is %d', (given, taken) => {
    const asked: unknown[] = [];
    const root: SamplerLike = {
      shouldSample: (...all) => {
        asked.push(all);
        return { decision: given, attributes: { a: 1 } };
      },
      toString: () => 'Root',
    };
    const sampler = new StardustSampler({ root });
    const links = [{ context: { traceId: 'a', spanId: 'b', traceFlags: 0 } }];
    const call = [ROOT_CONTEXT, 'id', 'op', SpanKind.SERVER, { x: 1 }, links] as const;
    const [context, id, name, kind, attributes] = call;
    expect(sampler.shouldSample(context, id, name, kind, attributes, links)).toEqual({
      decision: taken,
      attributes: { a: 1 },
    });
    expect(asked).toEqual([call]);
    expect(String(sampler)).toBe('StardustSampler{Root}');
    expect(String(new StardustSampler())).toBe('StardustSampler');
  });

  test('marks no chains, so that no processor takes its flag for a mark', () => {
    const root: SamplerLike = { shouldSample: () => ({ decision: RECORD_AND_SAMPLED }), toString: () => '' };
    const source = new Source();
    const sampler = new StardustSampler({ root });
    source.offer();
    sampler.take(source);
    new StardustSampler({ root });
    expect(source.linked).toBe(0);
  });
});
