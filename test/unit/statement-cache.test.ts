import { describe, expect, test } from 'vitest';
import { StatementCache } from '../../src/naming/statement-cache.ts';

/** How many of the statements were looked at, each as if the ones before it had been seen. */
function lookedAt(statements: readonly string[]): number {
  let times = 0;
  const cache = new StatementCache((statement) => ({ statement, time: times++ }));
  for (const statement of statements) cache.of(statement);
  return times;
}

describe('statements that differ in their values are looked at once', () => {
  test.each([
    [
      'numbers',
      ['select 1 from t where a = 5 and b > -7', 'select 22 from t where a = 0.5 and b > -1234567'],
    ],
    [
      'texts',
      ["select * from t where a = 'x'", "select * from t where a = ''", "select * from t where a = '; 5'"],
    ],
    ['doubled quotes', ["select * from t where a = 'it''s'", "select * from t where a = 'she''s 5'"]],
    ['dialects', ["select 5::int, N'a', [b c] from [t]", "select 6::int, N'from u', [b c] from [t]"]],
    ['quoted names', ['select "a"."b" from `t` where x=1', 'select "a"."b" from `t` where x=2']],
    ['comments of tools', ["select 1 /*traceparent='00-ab'*/", "select 2 /*traceparent='00-cd'*/"]],
    ['comments', ['select 1 /* a */ from t', 'select 2 /* bc */ from t']],
    ['nothing', ['select $1, ?, :name, @p1 from t', 'select $1, ?, :name, @p1 from t']],
  ])('%s', (_, statements) => {
    expect(lookedAt(statements)).toBe(1);
  });
});

describe('statements that differ in anything else are looked at each', () => {
  test.each([
    ['names with digits', ['select * from t1', 'select * from t2']],
    ['names that begin with digits', ['select * from 1_orders', 'select * from 2_orders']],
    ['numbers with exponents', ['insert into 1e-3 values (1)', 'insert into 1e-9 values (1)']],
    [
      'numbers with exponents and more',
      ['select * from 0x1e-3', 'select * from 0x1e+99', 'select * from 12e-3.5'],
    ],
    ['names in quotes', ['select * from "a 1 b"', 'select * from "a 2 b"']],
    ['names in brackets', ['select * from [a 1]', 'select * from [a 2]']],
    ['names of MySQL', ['select * from shop.1st', 'select * from shop.2nd']],
    [
      'what stands behind a comment',
      ["-- it's\nselect * from a -- it's", "-- it's\nselect * from b -- it's"],
    ],
    ['what stands behind an escape', ["select 'a\\'' from t, u -- '", "select 'a\\'' from v, w -- '"]],
    ['what stands behind a quote of Oracle', ["select q'[']' from t, 'x'", "select q'[']' from u, 'x'"]],
    ['what stands between dollars', ["select $$'$$ from t, $$'$$", "select $$'$$ from u, $$'$$"]],
    ['what stands between brackets', ["select [a]]'] from t, [']", "select [a]]'] from u, [']"]],
    ['a number and a control character', ['insert into t 5', 'insert into t \0', 'insert into t \x01']],
    ['a text and a comment', ["insert into t 'x'", 'insert into t /* x */']],
  ])('%s', (_, statements) => {
    expect(lookedAt(statements)).toBe(statements.length);
  });
});

test.each([
  ['', 'plain'],
  [" -- it's", 'not plain'],
])('most statements that take turns are looked at once, here with %j, which is %s', (end) => {
  const tables = 'orders carts users items shops bills taxes notes files roles rules teams'.split(' ');
  const statements = tables.map((table) => `select a from ${table} where b = $1${end}`);
  const turns = Array.from({ length: 10 }, () => statements).flat();
  expect(lookedAt(turns)).toBeLessThan(turns.length / 2);
});

test('however many statements there are, only so many are kept', () => {
  const statements = Array.from({ length: 5_000 }, (_, i) => `select * from t${i} where a = ${i}`);
  expect(lookedAt([...statements, ...statements])).toBeGreaterThan(9_000);
});

test('a statement that is too long to be kept is looked at each time', () => {
  const long = `select ${'a, '.repeat(1_000)} b from t`;
  expect(lookedAt([long, long])).toBe(2);
});
