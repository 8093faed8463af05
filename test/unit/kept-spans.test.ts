import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StardustOptions } from '../../src/index.ts';
import { aggregating, idOf, keptBy, keptOf } from '../support/aggregating.ts';
import { makeSpan, type SpanWords } from '../support/make-span.ts';

/** Which spans an aggregator keeps as samples. */

const MINUTE = 60_000;
const LAYER = '@opentelemetry/instrumentation-express';

afterEach(() => {
  vi.useRealTimers();
});

describe('of a name and period are kept', () => {
  test.each<[string, StardustOptions, SpanWords, number, [number, number]]>([
    ['one span', {}, {}, 20, [1, 0]],
    ['ten that failed', {}, { error: 'boom' }, 20, [0, 10]],
    ['as many as there are', { maxSamples: 30 }, {}, 20, [20, 0]],
    ['those that failed, as many as there are', { maxErrors: 30 }, { error: true }, 20, [0, 20]],
    ['none', { maxSamples: 0 }, {}, 20, [0, 0]],
    ['none that failed', { maxErrors: 0 }, { error: true }, 20, [0, 0]],
    ['ten times as many slow ones', { maxSamples: 2 }, { ms: 5_001 }, 30, [20, 0]],
    ['no more of those that are just not slow', { maxSamples: 2 }, { ms: 5_000 }, 30, [2, 0]],
    ['no slow ones where none are wanted', { maxSamples: 0 }, { ms: 5_001 }, 30, [0, 0]],
    ['those above the threshold', { slowThresholdMillis: 7 }, { ms: 7.5 }, 30, [10, 0]],
    ['no more of slow ones that failed', { maxErrors: 1 }, { ms: 5_001, error: true }, 30, [0, 1]],
  ])('%s by %j', (_, options, words, times, kept) => {
    const { count, take } = aggregating(options);
    count(words, times);
    const builder = take().get('op');
    expect(builder?.total).toBe(times);
    expect(keptBy(builder)).toEqual(kept);
  });

  test('the first ones, and slow ones beside them', () => {
    const { end, take } = aggregating({ maxSamples: 2 });
    const spans = [1, 1, 1, 6_000, 1, 6_000].map((ms) => makeSpan({ name: 'op', ms }));
    end(...spans);
    const [a, b, , c, , d] = spans.map(idOf);
    expect(keptOf(take().get('op'))).toEqual([[a, b, c, d], []]);
  });

  test('slow ones that take the places of the first', () => {
    const { end, count, take } = aggregating({ maxSamples: 1 });
    const slow = makeSpan({ name: 'op', ms: 6_000 });
    end(slow);
    count({}, 5);
    expect(keptOf(take().get('op'))).toEqual([[idOf(slow)], []]);
  });

  test('both kinds, each with its own number', () => {
    const { count, take } = aggregating({ maxSamples: 2, maxErrors: 3 });
    for (let i = 0; i < 5; i++) {
      count({ error: true });
      count({});
    }
    expect(keptBy(take().get('op'))).toEqual([2, 3]);
  });

  test('those of each name', () => {
    const { count, take } = aggregating();
    for (const name of ['a', 'b', 'a']) count({ name });
    expect([...take().values()].map(keptBy)).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('no more after an early taking, and as many again in the next period', () => {
    const { count, take, pass } = aggregating({ maxErrors: 3 });
    const both = () => {
      count({}, 5);
      count({ error: true }, 5);
      return keptBy(take().get('op'));
    };
    expect([both(), both()]).toEqual([
      [1, 3],
      [0, 0],
    ]);
    pass(MINUTE - 1);
    expect(both()).toEqual([0, 0]);
    pass(1);
    expect([both(), both()]).toEqual([
      [1, 3],
      [0, 0],
    ]);
  });

  test('as many as the last answer of the server says', () => {
    const { answer, count, take, pass } = aggregating();
    answer({ maxSamples: 2, maxErrors: 1, timeout: 100, maxTagLength: 5 });
    count({ attributes: { key: 'value' } }, 4);
    count({ error: true }, 4);
    const builder = take().get('op');
    expect(keptBy(builder)).toEqual([2, 1]);
    expect(builder?.samples[0]?.tag).toBe('key=v');
    pass(MINUTE);
    count({ ms: 101 }, 30);
    expect(keptBy(take().get('op'))).toEqual([20, 0]);
    pass(MINUTE);
    count({ ms: 100 }, 30);
    expect(keptBy(take().get('op'))).toEqual([2, 0]);
  });
});

describe('of marked chains are kept', () => {
  test.each<[string, SpanWords, [number, number]]>([
    ['ten times as many', { traceFlags: 1 }, [20, 0]],
    ['those that cost nothing too', { traceFlags: 1, ms: 0 }, [20, 0]],
    ['those that failed too', { traceFlags: 1, error: true }, [0, 30]],
    ['those whose flags tell more', { traceFlags: 3 }, [20, 0]],
    ['no more of those without the mark', { traceFlags: 0 }, [2, 0]],
    ['no more of those with another flag', { traceFlags: 2 }, [2, 0]],
    ['no more of those that failed without the mark', { traceFlags: 0, error: true }, [0, 3]],
    ['no more of those without it that are just not slow', { traceFlags: 0, ms: 5_000 }, [2, 0]],
    ['slow ones without the mark too', { traceFlags: 0, ms: 6_000 }, [20, 0]],
  ])('%s', (_, words, kept) => {
    const { aggregator, count, take } = aggregating({ maxSamples: 2, maxErrors: 3 });
    aggregator.markChains();
    count(words, 50);
    expect(keptBy(take().get('op'))).toEqual(kept);
  });

  test('as many after an answer of the server, and no more where nothing marks', () => {
    const { aggregator, answer, count, take, pass } = aggregating();
    count({ traceFlags: 1 }, 50);
    expect(keptBy(take().get('op'))).toEqual([1, 0]);
    pass(MINUTE);
    aggregator.markChains();
    answer({ maxSamples: 3 });
    count({ traceFlags: 1 }, 50);
    expect(keptBy(take().get('op'))).toEqual([30, 0]);
  });
});

describe('spans above one that is kept', () => {
  test('are kept too, beyond the number of their name', () => {
    const { count, start, end, take } = aggregating();
    count({ name: 'outer' });
    count({ name: 'middle' });
    take();
    const outer = start({ name: 'outer' });
    const middle = start({ name: 'middle' }, outer);
    end(start({ name: 'new' }, middle), middle, outer);
    const taken = take();
    expect([...taken.values()].map(({ name }) => [name, ...keptBy(taken.get(name))])).toEqual([
      ['new', 1, 0],
      ['middle', 1, 0],
      ['outer', 1, 0],
    ]);
  });

  test('are kept up to ten times that number', () => {
    const { count, start, end, take } = aggregating({ maxErrors: 100 });
    count({ name: 'outer' });
    for (let i = 0; i < 30; i++) {
      const outer = start({ name: 'outer' });
      end(start({ name: 'inner', error: true }, outer), outer);
    }
    const taken = take();
    expect([keptBy(taken.get('outer')), keptBy(taken.get('inner'))]).toEqual([
      [10, 0],
      [0, 30],
    ]);
  });

  test('are kept where they failed too', () => {
    const { count, start, end, take } = aggregating({ maxErrors: 1 });
    count({ name: 'outer', error: true });
    const outer = start({ name: 'outer', error: true });
    end(start({ name: 'inner' }, outer), outer);
    expect(keptBy(take().get('outer'))).toEqual([0, 2]);
  });

  test('are kept no more where none below them is', () => {
    const { count, start, end, take } = aggregating();
    for (const name of ['outer', 'inner']) count({ name });
    const outer = start({ name: 'outer' });
    end(start({ name: 'inner' }, outer), outer);
    const taken = take();
    expect(['outer', 'inner'].map((name) => keptBy(taken.get(name)))).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });
});

describe('a chain that reaches over the end of a period', () => {
  /** A chain that passes with its name's number used up, and goes on in the next periods. */
  const chain = (isMarking: boolean, words: SpanWords = {}, periods = 1) => {
    const { aggregator, count, start, end, take, pass } = aggregating();
    if (isMarking) aggregator.markChains();
    const flags = { traceFlags: 0 };
    for (const name of ['outer', 'part']) count({ name, ...flags });
    const outer = start({ name: 'outer', ...flags });
    end(start({ name: 'part', ...flags }, outer));
    take();
    pass(periods * MINUTE);
    end(start({ name: 'part', ...flags, ...words }, outer));
    end(start({ name: 'part', ...flags, ...words }, outer));
    end(outer);
    return take();
  };

  test.each<[string, boolean, SpanWords, [number, number], [number, number]]>([
    ['and began without being kept is not kept', true, {}, [0, 0], [0, 0]],
    ['is kept where nothing marks chains', false, {}, [1, 0], [1, 0]],
    ['is kept with its errors', true, { error: true }, [0, 2], [1, 0]],
    ['is kept with its slow spans', true, { ms: 6_000 }, [2, 0], [1, 0]],
  ])('%s', (_, isMarking, words, part, outer) => {
    const taken = chain(isMarking, words);
    expect([keptBy(taken.get('part')), keptBy(taken.get('outer'))]).toEqual([part, outer]);
  });

  test('and is silent for one is kept again', () => {
    expect(keptBy(chain(true, {}, 2).get('part'))).toEqual([1, 0]);
  });

  test('leaves the number of the next period to other chains', () => {
    const { aggregator, count, start, end, take, pass } = aggregating();
    aggregator.markChains();
    count({ traceFlags: 0 });
    const old = start({ traceFlags: 0 });
    end(start({ traceFlags: 0 }, old));
    pass(MINUTE);
    take();
    const other = start({ traceFlags: 0 });
    end(old, other);
    expect(keptOf(take().get('op'))).toEqual([[idOf(other)], []]);
  });
});

describe('the parent of a sample', () => {
  const parentOf = (given: ReturnType<typeof aggregating>, name: string) => {
    const builder = given.take().get(name);
    return [...(builder?.samples ?? []), ...(builder?.errorSamples ?? [])].map((each) => each.parentSpanId);
  };

  test('is the span above, and nothing for the first', () => {
    const given = aggregating();
    const outer = given.start({ name: 'outer' });
    given.end(given.start({ name: 'inner' }, outer), outer);
    const taken = given.take();
    expect(['inner', 'outer'].map((name) => taken.get(name)?.samples[0]?.parentSpanId)).toEqual([
      idOf(outer),
      '',
    ]);
  });

  test('is the nearest above that counts, whatever keeps the others out', () => {
    const given = aggregating({
      internalSpans: false,
      excludes: ['excluded'],
      filter: ({ name }) => name !== 'filtered',
    });
    const outer = given.start({ name: 'outer' });
    const filtered = given.start({ name: 'filtered' }, outer);
    const excluded = given.start({ name: 'excluded' }, filtered);
    const inner = given.start({ name: 'inner' }, excluded);
    given.end(inner, excluded, filtered, outer);
    expect(parentOf(given, 'inner')).toEqual([idOf(outer)]);
  });

  test('is settled when the sample is taken, not before', () => {
    const given = aggregating({ filter: ({ name }) => name !== 'filtered' });
    const outer = given.start({ name: 'outer' });
    const filtered = given.start({ name: 'filtered' }, outer);
    given.end(given.start({ name: 'inner' }, filtered));
    const [sample] = given.take().get('inner')?.samples ?? [];
    expect(sample?.parentSpanId).toBe(idOf(filtered));
    given.end(filtered, outer);
    given.take();
    expect(sample?.parentSpanId).toBe(idOf(filtered));
  });

  test('is told by the span itself if nobody told of its start', () => {
    const given = aggregating();
    given.end({ ...makeSpan({ name: 'op' }), parentSpanContext: { spanId: 'p'.repeat(16) } });
    expect(parentOf(given, 'op')).toEqual(['p'.repeat(16)]);
  });
});

describe('an example of an exception', () => {
  const thrown = (type = 'TypeError') => ({
    name: 'exception',
    attributes: { 'exception.type': type, 'exception.message': 'no' },
  });

  test('is kept once for each name and period, however slow or marked its span is', () => {
    const { aggregator, count, take, pass } = aggregating({ naming: 'stardust' });
    aggregator.markChains();
    for (let period = 0; period < 2; period++) {
      count({ ms: 6_000, traceFlags: 1, events: [thrown()] }, 5);
      const builder = take().get('ex:TypeError');
      expect(builder).toMatchObject({ total: 5, errors: 0, costMs: 30_000 });
      expect(builder?.samples.map(({ tag }) => tag)).toEqual(['TypeError: no']);
      pass(MINUTE);
    }
  });

  test('is not kept where no samples are wanted', () => {
    const { count, take } = aggregating({ naming: 'stardust', maxSamples: 0 });
    count({ events: [thrown()] });
    expect(keptBy(take().get('ex:TypeError'))).toEqual([0, 0]);
  });

  test('is cut to the length of a tag', () => {
    const { count, take } = aggregating({ naming: 'stardust', maxTagLength: 4 });
    count({ events: [thrown()] });
    expect(take().get('ex:TypeError')?.samples[0]?.tag).toBe('Type');
  });

  test('is below the span that threw, which is kept with it, and so is what leads there', () => {
    const { count, start, end, take } = aggregating({ naming: 'stardust' });
    for (const name of ['outer', 'inner']) count({ name });
    take();
    const outer = start({ name: 'outer' });
    const inner = start({ name: 'inner', events: [thrown()] }, outer);
    end(inner, outer);
    const taken = take();
    const [example] = taken.get('ex:TypeError')?.samples ?? [];
    expect(example?.parentSpanId).toBe(idOf(inner));
    expect(example?.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(keptOf(taken.get('inner'))).toEqual([[idOf(inner)], []]);
    expect(keptOf(taken.get('outer'))).toEqual([[idOf(outer)], []]);
  });

  test('is below the nearest span that counts where the one that threw does not', () => {
    const { start, end, take } = aggregating({ naming: 'stardust', internalSpans: false });
    const outer = start({ name: 'outer' });
    const inner = start({ name: 'inner', scope: LAYER, events: [thrown()] }, outer);
    end(inner, outer);
    const taken = take();
    expect([...taken.keys()]).toEqual(['ex:TypeError', 'outer']);
    expect(taken.get('ex:TypeError')?.samples[0]?.parentSpanId).toBe(idOf(outer));
  });
});

test('the samples of one taking hold four mebibytes; what comes later is counted, and the next one holds as many', () => {
  const tag = 'é'.repeat(2_000);
  const { count, take, pass } = aggregating({ maxSamples: 1_000, maxTagLength: 2_000, tag: () => tag });
  const takings = [1, 2].map(() => {
    for (const name of ['a', 'b']) {
      count({ name }, 480);
      count({ name, error: tag }, 10);
    }
    pass(MINUTE);
    const builders = [...take().values()];
    expect(builders.map(({ total }) => total)).toEqual([490, 490]);
    return { bytes: builders.reduce((sum, each) => sum + each.sampleBytes, 0), kept: builders.map(keptBy) };
  });
  const [first, second] = takings;
  expect(first?.bytes).toBeGreaterThan(4 * 1024 * 1024);
  expect(first?.bytes).toBeLessThan(4 * 1024 * 1024 + 5_000);
  expect(second).toEqual(first);
});

describe('a span that cannot be shown', () => {
  const unreadable = {
    get: () => {
      throw new Error('no');
    },
  };
  const hide = <T extends object>(span: T): T => Object.defineProperty(span, 'links', unreadable);
  const hostile = (error: boolean) => hide(makeSpan({ name: 'op', error }));

  test.each([false, true])(
    'is counted and not kept, and takes no place of another one; failed: %s',
    (error) => {
      const { end, count, take } = aggregating({ maxSamples: 1, maxErrors: 1 });
      end(hostile(error), hostile(error), hostile(error));
      count({ error });
      const builder = take().get('op');
      expect(builder?.total).toBe(4);
      expect(keptBy(builder)).toEqual(error ? [0, 1] : [1, 0]);
    },
  );
});

test('a span that cannot be shown keeps nothing of what leads to it, and all else goes on', () => {
  const { start, end, take } = aggregating({ naming: 'stardust', tag: undefined });
  const outer = start({ name: 'outer' });
  const events = [{ name: 'exception', attributes: { 'exception.type': 'TypeError' } }];
  const inner = start({ name: 'inner', events }, outer);
  Object.defineProperty(inner, 'startTime', {
    get: () => {
      throw new Error('no');
    },
  });
  end(inner, outer);
  const taken = take();
  expect([...taken].map(([name, builder]) => [name, builder.total, ...keptBy(builder)])).toEqual([
    ['ex:TypeError', 1, 0, 0],
    ['inner', 1, 0, 0],
    ['outer', 1, 1, 0],
  ]);
});

test('the error of a span that recorded none is the last that was thrown below it', () => {
  const { start, end, take } = aggregating();
  const outer = start({ name: 'outer', error: true });
  for (const type of ['RangeError', 'TypeError', 'SyntaxError']) {
    const events = [{ name: 'exception', attributes: { 'exception.type': type, 'exception.message': 'no' } }];
    end(start({ name: 'inner', error: true, events }, outer));
  }
  end(outer);
  expect(
    take()
      .get('outer')
      ?.errorSamples.map(({ error }) => error),
  ).toEqual(['SyntaxError: no']);
});

describe('the value of a builder is the bytes of bodies', () => {
  const bodies = { 'http.request.body.size': 100, 'http.response.body.size': 23 };

  test("from the name's first sample with a body on, in all takings", () => {
    const { count, take } = aggregating({ maxSamples: 1 });
    count({});
    count({ attributes: bodies }, 3);
    expect(take().get('op')?.value).toBe(0);
    count({ attributes: bodies, ms: 6_000 });
    count({ attributes: bodies }, 3);
    count({});
    expect(take().get('op')?.value).toBe(4 * 123);
    count({ attributes: bodies }, 2);
    expect(take().get('op')?.value).toBe(2 * 123);
  });

  test('each once, however many are samples', () => {
    const { count, take } = aggregating({ maxSamples: 5 });
    count({ attributes: bodies }, 7);
    count({ attributes: bodies, error: true }, 2);
    expect(take().get('op')?.value).toBe(9 * 123);
  });

  test('of those that can be read', () => {
    const { count, end, take } = aggregating();
    count({ attributes: bodies });
    const attributes = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    end({ ...makeSpan({ name: 'op' }), attributes });
    expect(take().get('op')).toMatchObject({ total: 2, value: 123 });
  });
});
