import { DiagLogLevel, diag } from '@opentelemetry/api';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { log, NAMESPACE, startLogHour } from '../../src/runtime/log.ts';
import { OnChange } from '../../src/runtime/on-change.ts';
import { keepSecret } from '../../src/runtime/own-secrets.ts';
import { fakeTime } from '../support/fake-time.ts';
import { logLines } from '../support/logged.ts';

beforeEach(() => startLogHour(0));

/** How many of this many lines are logged. */
function logged(times: number, write: (text: string) => void): number {
  const lines = logLines();
  for (let i = 0; i < times; i++) write(`line ${i}`);
  return lines.length;
}

test('fifteen lines are logged an hour, and five more of lost counts alone; then it begins anew', () => {
  fakeTime();
  startLogHour(0);
  onTestFinished(() => startLogHour(0));
  for (let hour = 0; hour < 2; hour++) {
    expect(logged(30, log.info)).toBe(15);
    expect(logged(3, log.warn)).toBe(0);
    expect(logged(10, log.loss)).toBe(5);
    const lines = logLines();
    vi.advanceTimersByTime(3_600_000);
    expect(lines).toEqual([expect.stringMatching(/23 further lines were left out .*, the last: line 9$/)]);
    startLogHour(0);
  }
});

test('lost counts may take all lines of an hour', () => {
  fakeTime();
  startLogHour(0);
  onTestFinished(() => startLogHour(0));
  expect(logged(30, log.loss)).toBe(20);
  expect(logged(1, log.error)).toBe(0);
});

describe('a new hour of lines', () => {
  function begin(moreLines = 0): void {
    fakeTime();
    startLogHour(moreLines);
    onTestFinished(() => startLogHour(0));
  }

  test('has room for the warnings of a new exporter', () => {
    begin(4);
    expect(logged(30, log.info)).toBe(19);
    expect(logged(30, log.loss)).toBe(5);
  });

  test('begins with a new exporter, and forgets what was left out before', () => {
    begin();
    expect(logged(30, log.info)).toBe(15);
    vi.advanceTimersByTime(1_800_000);
    startLogHour(0);
    expect(logged(16, log.info)).toBe(15);
    const lines = logLines();
    vi.advanceTimersByTime(1_800_000);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1_800_000);
    expect(lines).toEqual([expect.stringMatching(/^warn 1 further lines were left out .*: line 15$/)]);
  });

  test('begins with the first line, and ends without a word if none was left out', () => {
    begin();
    vi.advanceTimersByTime(3_000_000);
    expect(logged(15, log.info)).toBe(15);
    const lines = logLines();
    vi.advanceTimersByTime(3_599_999);
    expect(logged(1, log.info)).toBe(0);
    vi.advanceTimersByTime(1);
    logLines();
    expect(lines).toEqual([]);
    begin();
    expect(logged(15, log.info)).toBe(15);
    const others = logLines();
    vi.advanceTimersByTime(3_600_000);
    expect(others).toEqual([]);
    expect(logged(30, log.info)).toBe(15);
  });

  test('follows the one before with the line of what was left out as its first', () => {
    begin();
    expect(logged(20, log.info)).toBe(15);
    vi.advanceTimersByTime(3_600_000);
    expect(logged(20, log.info)).toBe(14);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('holds no process', () => {
    begin();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timers.mockRestore());
    logged(2, log.info);
    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
  });
});

describe('a line', () => {
  const lineOf = (text: string) => {
    const lines = logLines();
    log.info(text);
    return lines[0]?.replace(/^info /, '');
  };

  test('has the level that it was given', () => {
    const lines = logLines(DiagLogLevel.DEBUG);
    lines.length = 0;
    for (const level of ['error', 'warn', 'info', 'debug', 'loss'] as const) log[level]('text');
    expect(lines).toEqual(['error text', 'warn text', 'info text', 'debug text', 'warn text']);
  });

  test.each([
    ['two\nlines', 'two lines'],
    ['two\r\n\u2028lines', 'two lines'],
    ['a\u0007b\u007f\u009fc', 'a b c'],
    ['ä ~', 'ä ~'],
    ['x'.repeat(9_000), 'x'.repeat(8_000)],
  ])('of %j is one line, and not endless', (text, line) => {
    expect(lineOf(text)).toBe(line);
  });

  test('holds no secret of our own', () => {
    keepSecret('lantern-otter-violet');
    expect(lineOf('no room for lantern-otter-violet')).toBe('no room for ***');
  });

  test('begins with the name of the package', () => {
    const namespaces: unknown[] = [];
    const note = (namespace: unknown) => namespaces.push(namespace);
    diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.INFO);
    onTestFinished(() => diag.disable());
    namespaces.length = 0;
    log.info('text');
    expect(namespaces).toEqual([NAMESPACE]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no disk');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no disk'))],
  ])('is lost where the logger of the application %s, and no more than that', async (_, write) => {
    diag.setLogger(
      { error: write, warn: write, info: write, debug: write, verbose: write },
      {
        logLevel: DiagLogLevel.INFO,
        suppressOverrideMessage: true,
      },
    );
    onTestFinished(() => diag.disable());
    log.info('text');
    await new Promise((resolve) => setImmediate(resolve));
    expect(lineOf('next')).toBe('next');
  });
});

describe('the last state that was logged', () => {
  test('is no news, any other is', () => {
    const state = new OnChange();
    expect(['a', 'a', 'b', 'a', 'a'].map((each) => state.isNew(each))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    state.forget();
    expect(state.isNew('a')).toBe(true);
  });

  test('may be one from the start', () => {
    const state = new OnChange('well');
    expect(['well', 'ill', 'well'].map((each) => state.isNew(each))).toEqual([false, true, true]);
  });
});
