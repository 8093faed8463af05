import { DiagLogLevel, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  StardustExporter,
  type StardustOptions,
  StardustSampler,
  StardustSpanProcessor,
} from '../../src/index.ts';
import { logLines } from '../support/logged.ts';
import { makeSpan } from '../support/make-span.ts';

/** An exporter whose calls go nowhere, and the processor before it. */

const made: StardustExporter[] = [];
/** The paths of the calls that were made. */
let calls: string[] = [];
/** No call is ever answered. */
const dispatcher = {
  dispatch: ({ path }: { path?: string }) => {
    calls.push(path ?? '');
    return true;
  },
};

beforeEach(() => {
  calls = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});

afterEach(async () => {
  const endings = made.splice(0).map((each) => each.shutdown());
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(endings);
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function exporterOf(options: StardustOptions = {}): StardustExporter {
  const exporter = new StardustExporter({
    ...{ server: 'http://stand.test', appId: 'app', clientId: 'c', dispatcher },
    ...{ shutdownTimeoutMillis: 500, requestTimeoutMillis: 2_000, ...options },
  });
  made.push(exporter);
  return exporter;
}

const turn = () => vi.advanceTimersByTimeAsync(0);

/** How far a promise is. */
function watched(work: Promise<unknown>): { isOver: boolean } {
  const state = { isOver: false };
  work.finally(() => {
    state.isOver = true;
  });
  return state;
}

/** An exception of a getter, as a span of somebody else's may have it. */
const hostile = new Proxy(makeSpan(), {
  get: () => {
    throw new Error('no');
  },
});

describe('an exporter', () => {
  test('begins one turn after it was made, so that a logger set meanwhile is told', async () => {
    const exporter = new StardustExporter();
    const lines = logLines();
    expect(exporter.stats().session).toBe('new');
    await turn();
    expect(lines).toEqual(['warn inactive: no server is set (option server or variable STARDUST_SERVER)']);
    expect(exporter.stats().session).toBe('inactive');
  });

  test('logs in at once, or with its first span, if it is to wait for that', async () => {
    const lines = logLines();
    exporterOf();
    await turn();
    expect(lines.filter((line) => line.includes('reporting as app'))).toHaveLength(1);
    const waiting = exporterOf({ appId: 'later' });
    waiting.waitForSpan();
    await turn();
    expect(lines.filter((line) => line.includes('reporting as later'))).toEqual([]);
    waiting.count(makeSpan());
    await turn();
    expect(lines.filter((line) => line.includes('reporting as later'))).toHaveLength(1);
  });

  test('counts spans before and after it knows who reports, and those that are none by themselves', async () => {
    const exporter = exporterOf();
    exporter.count(makeSpan());
    exporter.count(hostile);
    await turn();
    exporter.count(makeSpan());
    exporter.count(makeSpan());
    exporter.count(hostile);
    expect(exporter.stats()).toMatchObject({ counted: 3, waiting: 3, dropped: { unusable: 2 } });
  });

  test('as an exporter of OpenTelemetry counts all it is given, and answers at once', () => {
    const exporter = exporterOf();
    const answers: object[] = [];
    exporter.export([makeSpan(), hostile, makeSpan()], (result) => answers.push(result));
    exporter.export([], (result) => answers.push(result));
    expect(answers).toEqual([{ code: 0 }, { code: 0 }]);
    expect(exporter.stats().counted).toBe(2);
  });

  test('answers a failure once it was shut down, and counts nothing more', async () => {
    const exporter = exporterOf();
    const ending = exporter.shutdown();
    const answers: unknown[] = [];
    exporter.export([makeSpan()], (result) => answers.push(result));
    await vi.advanceTimersByTimeAsync(1_000);
    await ending;
    exporter.export([makeSpan()], (result) => answers.push(result));
    const failure = { code: 1, error: new Error('StardustExporter has been shut down') };
    expect(answers).toEqual([failure, failure]);
    expect(exporter.stats()).toMatchObject({ counted: 0, dropped: { afterShutdown: 2 } });
  });

  test('that gets spans both ways says so once, and one that gets them one way never', () => {
    const lines = logLines(DiagLogLevel.WARN);
    const none = () => {};
    const alone = exporterOf();
    alone.export([makeSpan()], none);
    alone.export([makeSpan()], none);
    expect(lines).toEqual([]);
    const exporter = exporterOf({ appId: 'other' });
    new StardustSpanProcessor(exporter);
    for (let i = 0; i < 3; i++) exporter.export([makeSpan()], none);
    expect(lines).toEqual([
      'warn this exporter has a StardustSpanProcessor and is given spans by export() too: they count twice',
    ]);
  });

  test('flushes within the time of one call', async () => {
    const exporter = exporterOf({ requestTimeoutMillis: 2_000 });
    exporter.count(makeSpan());
    await turn();
    const flush = watched(exporter.forceFlush());
    await vi.advanceTimersByTimeAsync(1_900);
    expect(flush.isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(flush.isOver).toBe(true);
    expect(calls.length).toBeGreaterThan(0);
  });

  test('ends within its time, however often it is asked to, and what was not delivered is given up', async () => {
    const exporter = exporterOf({ shutdownTimeoutMillis: 500 });
    for (let i = 0; i < 3; i++) exporter.count(makeSpan());
    await turn();
    const endings = [watched(exporter.shutdown()), watched(exporter.shutdown())];
    await vi.advanceTimersByTimeAsync(490);
    expect(endings).toEqual([{ isOver: false }, { isOver: false }]);
    await vi.advanceTimersByTimeAsync(20);
    expect(endings).toEqual([{ isOver: true }, { isOver: true }]);
    expect(exporter.stats()).toMatchObject({ counted: 3, waiting: 0, givenUp: { shutdown: 3 } });
    await exporter.shutdown();
    await exporter.forceFlush();
  });

  test('hands its counts over to another thread, once', async () => {
    const exporter = exporterOf({ appId: 'shop' });
    expect(exporter.handOver()).toBeUndefined();
    for (let i = 0; i < 3; i++) exporter.count(makeSpan({ name: 'op' }));
    await turn();
    const handed = exporter.handOver();
    expect(handed).toMatchObject({ server: 'http://stand.test', identity: { appId: 'shop' } });
    expect(handed?.waiting.flatMap(({ builders }) => builders)).toMatchObject([{ name: 'op', total: 3 }]);
    expect(exporter.stats()).toMatchObject({ counted: 3, waiting: 0, givenUp: { handedOver: 3 } });
    expect(exporter.handOver()).toBeUndefined();
  });

  test('refuses bad options', () => {
    expect(() => new StardustExporter({ maxNames: 0 })).toThrow(/option maxNames must be/);
  });
});

describe('what a sampler asks an exporter', () => {
  test('are its limits, its figures and the number of its period', () => {
    const exporter = exporterOf({ maxSamples: 3, maxNames: 70, periodSeconds: 10 });
    const source = exporter.samplingSource;
    expect([source.maxSamples(), source.maxNames()]).toEqual([3, 70]);
    exporter.count(makeSpan());
    expect(source.stats?.()).toEqual(exporter.stats());
    const period = source.period();
    vi.setSystemTime(Date.now() + 10_000);
    vi.advanceTimersByTime(0);
    vi.advanceTimersByTime(10_000);
    expect(source.period()).toBeGreaterThan(period);
  });

  test.each([
    ['marks chains: of marked ones up to ten times as many samples are kept', true, 10],
    ['marks none: the ordinary number is kept', false, 1],
  ])('that %s', async (_, isLinked, samples) => {
    const exporter = exporterOf({ maxSamples: 1 });
    if (isLinked) exporter.samplingSource.link();
    for (let i = 0; i < 20; i++) exporter.count(makeSpan({ name: 'op', traceFlags: 1 }));
    await turn();
    const [builder] = exporter.handOver()?.waiting.flatMap(({ builders }) => builders) ?? [];
    expect(builder?.samples).toHaveLength(samples);
  });

  test('is asked of the first exporter with a processor, until that is shut down', async () => {
    const decisions = () => {
      const sampler = new StardustSampler();
      return [1, 2, 3].map(() => sampler.shouldSample(ROOT_CONTEXT, '', 'op', 0, {}, []).decision);
    };
    exporterOf({ maxSamples: 0 });
    const first = new StardustSpanProcessor(exporterOf({ maxSamples: 2 }));
    const second = new StardustSpanProcessor(exporterOf({ maxSamples: 3 }));
    expect(decisions()).toEqual([2, 2, 1]);
    const ending = first.shutdown();
    expect(decisions()).toEqual([2, 1, 1]);
    await vi.advanceTimersByTimeAsync(1_000);
    await ending;
    const third = new StardustSpanProcessor(exporterOf({ maxSamples: 3 }));
    expect(decisions()).toEqual([2, 2, 2]);
    expect([second.exporter, third.exporter]).toHaveLength(2);
  });
});

describe('a processor', () => {
  test('counts the spans that end, and tells, flushes and ends as its exporter does', async () => {
    const exporter = exporterOf();
    const processor = new StardustSpanProcessor(exporter);
    expect(processor.exporter).toBe(exporter);
    processor.onEnd(makeSpan());
    processor.onEnd(makeSpan());
    await turn();
    expect(processor.stats()).toEqual(exporter.stats());
    expect(processor.stats().counted).toBe(2);
    const flush = watched(processor.forceFlush());
    await turn();
    expect(flush.isOver).toBe(false);
    const ending = watched(processor.shutdown());
    await vi.advanceTimersByTimeAsync(2_500);
    expect([flush.isOver, ending.isOver]).toEqual([true, true]);
    processor.onEnd(makeSpan());
    expect(processor.stats().dropped.afterShutdown).toBe(1);
  });

  test('without an exporter has one of its own, which the environment sets up', async () => {
    vi.stubEnv('STARDUST_SERVER', 'http://127.0.0.1:9');
    vi.stubEnv('STARDUST_MAX_SAMPLES', '7');
    const { exporter } = new StardustSpanProcessor();
    exporter.waitForSpan();
    expect(exporter.samplingSource.maxSamples()).toBe(7);
    expect(exporter.stats().server).toBe('http://127.0.0.1:9');
    await exporter.shutdown();
  });

  test('counts a call that two libraries see once, as it knows what starts below what', async () => {
    const processor = new StardustSpanProcessor(exporterOf({ internalSpans: false, naming: 'stardust' }));
    const call = {
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': 'GET', 'url.full': 'http://h/a' },
    };
    const [outer, wire] = [makeSpan(call), makeSpan(call)];
    const inner = { ...wire, parentSpanContext: outer.spanContext() };
    processor.onStart(outer, ROOT_CONTEXT);
    processor.onStart(inner, trace.setSpan(ROOT_CONTEXT, outer as never));
    processor.onEnd(inner);
    processor.onEnd(outer);
    expect(processor.stats()).toMatchObject({ counted: 1, dropped: { internal: 1 } });
  });

  test('is not harmed by a span that cannot be read', () => {
    const processor = new StardustSpanProcessor(exporterOf());
    processor.onStart(hostile, ROOT_CONTEXT);
    processor.onStart(null as never, null as never);
    processor.onEnd(hostile);
    processor.onEnd(null as never);
    expect(processor.stats()).toMatchObject({ counted: 0, dropped: { unusable: 2 } });
  });
});
