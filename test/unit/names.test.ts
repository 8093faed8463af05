import { describe, expect, test } from 'vitest';
import { Excludes } from '../../src/aggregate/excludes.ts';
import { Name } from '../../src/aggregate/name.ts';
import { NameGroups } from '../../src/aggregate/name-groups.ts';
import { Names } from '../../src/aggregate/names.ts';
import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { Ledger } from '../../src/delivery/ledger.ts';

/** The names of a process, bounded. */

const HOUR = 3_600_000;

interface Given {
  readonly maxNames?: number;
  readonly excludes?: Excludes;
  readonly regroup?: (name: string) => string;
}

/** Names, what is told of them, and which of them were asked for their group. */
function namesOf({ maxNames = 100, excludes = new Excludes([], []), regroup = (name) => name }: Given = {}) {
  const counts = new Ledger();
  const asked: string[] = [];
  const overflowed: (readonly string[])[] = [];
  const hidden: string[] = [];
  const names = new Names({
    ...{ maxNames, excludes, counts },
    regroup: (name) => {
      asked.push(name);
      return regroup(name);
    },
    events: {
      overflowed: (examples) => overflowed.push([...examples]),
      hidden: (name) => hidden.push(name),
    },
  });
  const find = (...raw: unknown[]) => raw.map((each) => names.find(each)?.text);
  return { names, counts, asked, overflowed, hidden, find };
}

const letters = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));

describe('a name', () => {
  test('is one object for as long as it holds its place', () => {
    const { names } = namesOf();
    const op = names.find('op');
    expect(op).toBeInstanceOf(Name);
    expect(names.find('op')).toBe(op);
    expect(names.find('other')).not.toBe(op);
    expect(names.size).toBe(2);
  });

  test.each<[unknown, string]>([
    ['two\nlines', 'two lines'],
    ['x'.repeat(201), 'x'.repeat(200)],
    ['', '(unnamed)'],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [Symbol('odd'), 'Symbol(odd)'],
  ])('given as %j is fit for the wire, each time', (raw, text) => {
    const { find, names } = namesOf();
    expect(find(raw, raw, text)).toEqual([text, text, text]);
    expect(names.size).toBe(1);
  });

  test('and each form of it are asked for their group once', () => {
    const { find, asked, names } = namesOf({ regroup: (name) => name.replace(/\?.*/, '') });
    const forms = ['/a?x=1', '/a?x=2', '/a', '/b'];
    const texts = ['/a', '/a', '/a', '/b'];
    expect(find(...forms, ...forms)).toEqual([...texts, ...texts]);
    expect(asked).toEqual(['/a?x=1', '/a?x=2', '/b']);
    expect(names.size).toBe(2);
  });

  test('is fit for the wire whatever its group is', () => {
    const { find } = namesOf({ regroup: () => '\n' });
    expect(find('a', 'b')).toEqual(['(unnamed)', '(unnamed)']);
  });

  test('in a form of some thousand characters is found too, and the form is not remembered', () => {
    const { find, asked } = namesOf();
    const form = 'x'.repeat(5_000);
    expect(find(form, form)).toEqual(['x'.repeat(200), 'x'.repeat(200)]);
    expect(asked).toHaveLength(2);
  });

  test('has no more forms remembered than there may be names', () => {
    const { find, asked, names } = namesOf({ maxNames: 3, regroup: (name) => name.slice(0, 1) });
    const again = (...forms: string[]) => {
      asked.length = 0;
      find(...forms);
      return asked.join(' ');
    };
    expect(again('a1', 'a2', 'a3', 'a1', 'a2', 'a3')).toBe('a1 a2 a3');
    expect(again('a4')).toBe('a4');
    expect(again('a4', 'a', 'a1', 'a1')).toBe('a1');
    expect(names.size).toBe(1);
  });
});

describe('once half of the places are taken', () => {
  test.each([
    [4, 2],
    [5, 3],
    [10, 5],
  ])('of %d, that is at %d, ids inside new names are folded', (maxNames, held) => {
    const { find } = namesOf({ maxNames });
    const ids = letters(held).map((each) => `${each} 1234`);
    expect(find(...ids)).toEqual(ids);
    expect(find('z 1234')).toEqual(['z *']);
  });

  test('a name that is held keeps its ids, in whichever form it comes', () => {
    const { find, names } = namesOf({ maxNames: 4, regroup: (name) => name.replace(/\?.*/, '') });
    expect(find('/a/1234', '/b', '/a/1234?x=1', '/a/5678', '/a/5678?x=1', '/a/1234')).toEqual([
      '/a/1234',
      '/b',
      '/a/1234',
      '/a/*',
      '/a/*',
      '/a/1234',
    ]);
    expect(names.size).toBe(3);
  });

  test('a folded name is grouped anew', () => {
    const { find } = namesOf({ maxNames: 2, regroup: (name) => (name === '/a/*' ? 'all of a' : name) });
    expect(find('/x', '/a/1234')).toEqual(['/x', 'all of a']);
  });
});

describe('names without a place', () => {
  test('are counted together, each span of them', () => {
    const { find, counts, names } = namesOf({ maxNames: 3 });
    expect(find(...letters(5), 'd', 'a')).toEqual([
      'a',
      'b',
      'c',
      'other:overflow',
      'other:overflow',
      'other:overflow',
      'a',
    ]);
    expect(counts.overflowed).toBe(3);
    expect(names.size).toBe(3);
    expect(names.find('x')).toBe(names.find('y'));
  });

  test.each([
    [['b'], [['b']]],
    [['b', 'b', 'c', 'b', 'c', 'd', 'e'], [['b', 'c', 'd']]],
  ])('are logged once, three of them at most: %j', (given, logged) => {
    const { find, names, overflowed } = namesOf({ maxNames: 1 });
    find('a');
    names.logOverflow();
    expect(overflowed).toEqual([]);
    find(...given);
    expect(overflowed).toEqual([]);
    names.logOverflow();
    expect(overflowed).toEqual(logged);
    find('x', 'y');
    names.logOverflow();
    expect(overflowed).toEqual(logged);
  });
});

describe('an excluded name', () => {
  const excludes = new Excludes(['/health'], ['static']);

  test('has no place, and each span of it is counted', () => {
    const { find, counts, names } = namesOf({ excludes });
    expect(find('/health', '/static/a', '/health', 'op')).toEqual([undefined, undefined, undefined, 'op']);
    expect(counts.excluded).toBe(3);
    expect(names.size).toBe(1);
  });

  test('is judged by its group', () => {
    const { find } = namesOf({ excludes, regroup: (name) => name.replace('GET ', '') });
    expect(find('GET /health', 'GET /orders')).toEqual([undefined, '/orders']);
  });

  test('is remembered, as many of them as there may be names', () => {
    const { find, asked } = namesOf({ maxNames: 3, excludes: new Excludes(['*'], []) });
    const hidden = ['a', 'b', 'c'];
    find(...hidden, ...hidden);
    expect(asked).toEqual(hidden);
    find('d', 'd', 'a', 'a', 'd');
    expect(asked).toEqual([...hidden, 'd', 'a']);
  });

  test.each([undefined, null, 7, Symbol('odd'), 'x'.repeat(5_000)])(
    'given as %s is counted each time',
    (raw) => {
      const { find, counts, asked } = namesOf({ excludes: new Excludes(['*'], []) });
      expect(find(raw, raw)).toEqual([undefined, undefined]);
      expect(counts.excluded).toBe(2);
      expect(asked).toHaveLength(2);
    },
  );

  test("is logged once for each list of the server's, the user's never", () => {
    const { names, find, hidden } = namesOf({ excludes });
    find('/static/a', '/health', 'get /health');
    expect(hidden).toEqual(['/health']);
    names.excludes = new Excludes(['/orders', '/health'], []);
    find('/orders', '/health');
    expect(hidden).toEqual(['/health', '/orders']);
  });
});

test('under a new list of excludes all names are judged anew', () => {
  const { names, find, overflowed } = namesOf({ maxNames: 3, excludes: new Excludes(['a'], []) });
  const [b] = [names.find('b')];
  expect(find('a', 'c', 'd', 'e')).toEqual([undefined, 'c', 'd', 'other:overflow']);
  const overflow = names.find('e');
  names.excludes = new Excludes(['c'], []);
  expect(names.size).toBe(0);
  expect(find('a', 'c', 'b', 'x', 'y')).toEqual(['a', undefined, 'b', 'x', 'other:overflow']);
  expect(names.find('b')).not.toBe(b);
  expect(names.find('y')).not.toBe(overflow);
  names.logOverflow();
  expect(overflowed).toEqual([['e', 'y']]);
});

describe('a name not seen for an hour', () => {
  const seen = (names: Names, raw: string, ms: number) => {
    const name = names.find(raw);
    if (name !== undefined) name.lastSeenMs = ms;
    return name;
  };

  test.each([
    [HOUR - 1, 2],
    [HOUR, 1],
  ])('or %d ms frees its place: %d names are held', (ms, size) => {
    const { names, asked } = namesOf({ regroup: (name) => name.replace(/\?.*/, '') });
    for (const form of ['old', 'old?a', 'old?b']) seen(names, form, 1_000);
    seen(names, 'new', 1_001);
    names.forgetUnseen(1_000 + ms);
    expect(names.size).toBe(size);
    asked.length = 0;
    for (const form of ['new', 'old?b', 'old']) names.find(form);
    expect(asked).toEqual(size === 2 ? [] : ['old?b']);
  });

  test('keeps it while its builder is open', () => {
    const { names } = namesOf();
    const name = seen(names, 'op', 0);
    if (name !== undefined) name.builder = new SpanBuilder('op', 0);
    names.forgetUnseen(5 * HOUR);
    expect(names.size).toBe(1);
    if (name !== undefined) name.builder = undefined;
    names.forgetUnseen(5 * HOUR);
    names.forgetUnseen(5 * HOUR);
    expect(names.size).toBe(0);
  });

  test('makes room for another one', () => {
    const { names, find } = namesOf({ maxNames: 1 });
    seen(names, 'a', 0);
    expect(find('b')).toEqual(['other:overflow']);
    names.forgetUnseen(HOUR);
    expect(find('b', 'a')).toEqual(['b', 'other:overflow']);
  });

  test('is found within sixty takings, each of which looks at some names, however many are held', () => {
    const held = 66_000;
    const { names } = namesOf({ maxNames: 2 * held });
    for (let i = 0; i < held; i++) seen(names, `op ${i}`, i < held - 500 ? HOUR : 0);
    names.forgetUnseen(HOUR);
    expect(names.size).toBe(held);
    for (let taking = 1; taking < 60; taking++) names.forgetUnseen(HOUR);
    expect(names.size).toBe(held - 500);
    for (let taking = 0; taking < 62; taking++) names.forgetUnseen(2 * HOUR);
    expect(names.size).toBeLessThan(held / 2);
    expect(names.size).toBeGreaterThan(0);
  });
});

describe('the samples of a name', () => {
  test('are counted anew in a new period, and not in the same', () => {
    const name = new Name('op');
    name.period = 7;
    Object.assign(name, { samples: 1, errorSamples: 2 });
    name.period = 7;
    expect([name.period, name.samples, name.errorSamples]).toEqual([7, 1, 2]);
    name.period = 8;
    expect([name.period, name.samples, name.errorSamples]).toEqual([8, 0, 0]);
  });
});

describe('groups of names', () => {
  test.each<[string[], string, string]>([
    [[], '/users/7', '/users/7'],
    [['/users/*'], '/users/7', '/users/*'],
    [['/users/*'], '/USERS/7', '/users/*'],
    [['/Users/*'], '/users/7', '/Users/*'],
    [[' /users/* '], '/users/7', '/users/*'],
    [['/users/*'], '/orders/7', '/orders/7'],
    [['/users/me/*', '/users/*'], '/users/me/7', '/users/me/*'],
    [['/users/*', '/users/me/*'], '/users/me/7', '/users/*'],
    [['', '  ', 'job-?'], 'job-1', 'job-?'],
    [['job'], 'JOB', 'job'],
  ])('%j count %s under %s', (patterns, name, group) => {
    expect(new NameGroups(patterns).groupOf(name)).toBe(group);
  });

  test.each([[['']], [[' ']]])('%j are none, also for a name without a character', (patterns) => {
    expect(new NameGroups([...patterns, 'x']).groupOf('')).toBe('');
  });
});
