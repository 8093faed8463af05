import { describe, expect, test } from 'vitest';
import { Excludes, tidy } from '../../src/aggregate/excludes.ts';

const byServer = (...entries: string[]) => new Excludes(entries, []);
const byUser = (...entries: string[]) => new Excludes([], entries);

describe('a server entry without a star', () => {
  test.each([
    ['/health', true],
    ['GET /health', true],
    ['get /HEALTH', true],
    ['HTTP /health', true],
    ['/healthz', false],
    ['/api/health', false],
    ['GET  /health', false],
    ['SELECT /health', false],
  ])('as /health: hides %s: %s', (name, hidden) => {
    expect(byServer('/health').verdict(name)).toBe(hidden ? 'server' : undefined);
  });

  test.each('get head post put delete connect options trace patch query http'.split(' '))(
    'hides it behind the method %s, in any case',
    (method) => {
      for (const each of [method, method.toUpperCase()]) {
        expect(byServer('/health').verdict(`${each} /health`)).toBe('server');
        expect(byServer('/health').verdict(`x${each} /health`)).toBeUndefined();
      }
    },
  );

  test('of three letters hides that name only, not every name with those letters', () => {
    expect(byServer('GET').verdict('GET')).toBe('server');
    expect(byServer('GET').verdict('GET /orders')).toBeUndefined();
    expect(byServer('GET').verdict('target')).toBeUndefined();
  });
});

describe('a pattern, of the server as of the user', () => {
  test.each([
    ['*/static/*', 'GET /static/app.js', true],
    ['*/static/*', '/static/', true],
    ['*/static/*', '/statics/', false],
    ['/orders/*', '/orders/7', true],
    ['/orders/*', 'GET /orders/7', false],
    ['/orders/*', '/orders', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a?c', '/abbc', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*?b', 'ab', true],
    ['*?b*', 'b', false],
    ['*', 'anything', true],
    ['****', '', true],
    ['?*', '', false],
    ['*ÄÖ*', 'xäöx', true],
    ['*.js', 'app.js', true],
    ['*.js', 'app.json', false],
    ['*ab?d*', 'abxabcd', true],
  ])('%s on %s: %s', (entry, name, hidden) => {
    expect(byServer(entry).verdict(name)).toBe(hidden ? 'server' : undefined);
    expect(byUser(entry).verdict(name)).toBe(hidden ? 'user' : undefined);
  });
});

test('a server entry with a method in it hides that name with that method alone', () => {
  const excludes = byServer('GET /health');
  expect(excludes.verdict('get /health')).toBe('server');
  for (const name of ['/health', 'POST /health', 'GET /healthz'])
    expect(excludes.verdict(name)).toBeUndefined();
});

test('a method in the middle of a name is no method', () => {
  expect(byServer('/a/b').verdict('/aget /b')).toBeUndefined();
});

test('a name that both hide is hidden by the server', () => {
  expect(new Excludes(['/health'], ['health']).verdict('/health')).toBe('server');
  expect(new Excludes(['/health'], ['health']).verdict('/healthz')).toBe('user');
});

test("a user's entry without a star is a piece of text found anywhere", () => {
  expect(byUser('health').verdict('GET /api/Healthz')).toBe('user');
  expect(byUser('health').verdict('/heal')).toBeUndefined();
});

test('entries are trimmed and empty ones hide nothing', () => {
  expect(byServer('  /health  ').verdict('/health')).toBe('server');
  expect(new Excludes(['', '  '], ['', ' ']).verdict('anything')).toBeUndefined();
});

test('a pattern of ten thousand stars and letters costs no more than its length', () => {
  const excludes = byServer(`${'*a'.repeat(240)}*b`);
  const names = Array.from({ length: 2_000 }, (_, i) => 'a'.repeat(150) + i);
  const turns = { count: 0 };
  for (const name of names) if (excludes.verdict(name) === undefined) turns.count++;
  expect(turns.count).toBe(2_000);
});

test('of a hundred thousand entries the first thousand count', () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => `*pattern${i}*`);
  const excludes = new Excludes(entries, []);
  expect(excludes.verdict('pattern999 ')).toBe('server');
  expect(excludes.verdict('pattern-none')).toBeUndefined();
});

describe('of a list', () => {
  const many = (length: number) => Array.from({ length }, (_, i) => `name ${i}`);

  test('the first thousand entries are read, empty ones too, and what is no text is passed over', () => {
    expect(tidy([...many(999), 'last', 'beyond'])).toHaveLength(1_000);
    expect(tidy([...many(999), 'last', 'beyond']).at(-1)).toBe('last');
    expect(tidy(['', ...many(998), 'last', 'beyond']).at(-1)).toBe('last');
    expect(tidy([null, 7, undefined, {}, ['a'], ' A b '])).toEqual(['a b']);
  });

  test.each([
    [500, 'server'],
    [501, undefined],
  ])('an entry of %d characters, without the white space around it, hides: %s', (units, verdict) => {
    const name = 'x'.repeat(units);
    expect(byServer(` ${name}\t`).verdict(name)).toBe(verdict);
    const pattern = `${name.slice(1)}*`;
    expect(byServer(pattern).verdict(name)).toBe(verdict);
  });

  /** Patterns of 400 characters each, which fit no name. */
  const long = (count: number, mark: string) =>
    Array.from({ length: count }, (_, i) => `${i} ${mark}`.padEnd(400, 'x'));

  test.each([
    ['*', 49, 400, 'user'],
    ['*', 49, 401, undefined],
    ['*', 50, 2, undefined],
    ['?', 4, 400, 'user'],
    ['?', 4, 401, undefined],
    ['?', 5, 2, undefined],
  ])('behind patterns with %s, %d of 400 characters, one of %d hides: %s', (mark, count, units, verdict) => {
    const pattern = `${mark}${'y'.repeat(units - 1)}`;
    const excludes = byUser(...long(count, mark), 'piece', pattern);
    expect(excludes.verdict(pattern.replace(mark, 'z'))).toBe(verdict);
    expect(excludes.verdict('a piece')).toBe('user');
  });
});
