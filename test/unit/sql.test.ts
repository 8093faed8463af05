import { describe, expect, test } from 'vitest';
import { maskSql, sqlShape } from '../../src/sql/sql.ts';
import { recordedFiles } from '../support/recorded-spans.ts';

/** A statement, its action, its tables joined as in a name. */
type Row = readonly [statement: string, action: string, tables: string];

const RECORDED: readonly Row[] = [
  ['SELECT name FROM users WHERE id = $1', 'Select', 'users'],
  ['SELECT name FROM users WHERE id = ?', 'Select', 'users'],
  ['SELECT * FROM no_such_table', 'Select', 'no_such_table'],
  ['select * from users where id = $1', 'Select', 'users'],
  ['select * from nonexist', 'Select', 'nonexist'],
  ["SELECT 'literal secret' AS x", 'Select', ''],
  ['select $1::text as name', 'Select', ''],
  ['select 1 as one', 'Select', ''],
  ['SELECT 1', 'Select', ''],
  ['SELEC broken', 'Selec', ''],
  ['UPDATE users SET name = $1 WHERE id = 1', 'Update', 'users'],
  ["INSERT INTO users(id, name) VALUES (1, 'dup')", 'Insert', 'users'],
  ["INSERT INTO users(id, name) VALUES ($1, 'bob') ON CONFLICT DO NOTHING", 'Insert', 'users'],
  ["INSERT IGNORE INTO users VALUES (2, 'bob')", 'Insert', 'users'],
  ['BEGIN', 'Begin', ''],
  ['COMMIT', 'Commit', ''],
];

const ACTIONS: readonly Row[] = [
  ['select a from t', 'Select', 't'],
  ['SeLeCt a FrOm t', 'Select', 't'],
  ['select*from t', 'Select', 't'],
  ['select count(*) from t', 'SelectCount', 't'],
  ['SELECT COUNT (DISTINCT a) FROM t', 'SelectCount', 't'],
  ['select /* all */ count(1) from t', 'SelectCount', 't'],
  ['select count(*) from t group by a', 'SelectCount', 't'],
  ['select a, count(*) from t', 'Select', 't'],
  ['select count from t', 'Select', 't'],
  ['select counter(*) from t', 'Select', 't'],
  ['select (select count(*) from u) from t', 'Select', 'u-t'],
  ['select a from t union select count(*) from u', 'Select', 't-u'],
  ['with c as (select count(*) from t) select a from c', 'Select', 't'],
  ['create rule r as on insert to t do update u set a = 1', 'Create', ''],
  ['select a, count(*) from t group by a', 'Group', 't'],
  ['select a from t GROUP\n\tBY a having count(*) > 1', 'Group', 't'],
  ['select a from (select a from t group by a) s', 'Group', 't'],
  ['select "group by" from t', 'Select', 't'],
  ["select 'group by' from t -- group by", 'Select', 't'],
  ['select percentile_cont(0.5) within group (order by a) from t', 'Select', 't'],
  ['insert into t (a) values (1)', 'Insert', 't'],
  ['insert into t select a from u group by a', 'Insert', 't-u'],
  ['insert into t values (1) on duplicate key update a = 1, b = 2', 'Upsert', 't'],
  ['insert into t select a from u, v on duplicate key update a = 1, b = 2', 'Upsert', 't-u-v'],
  ['insert into t values (1) on conflict (a) do update set a = 1, b = 2', 'Upsert', 't'],
  ['insert into t values (1) on conflict (a) where b do update set a = excluded.a', 'Upsert', 't'],
  ['insert into t values (1) on conflict do nothing', 'Insert', 't'],
  ['insert or replace into t values (1)', 'Upsert', 't'],
  ['insert or ignore into t values (1)', 'Insert', 't'],
  ['replace into t values (1)', 'Upsert', 't'],
  ['REPLACE t SET a = 1', 'Upsert', 't'],
  ['merge into t using u on (t.id = u.id) when matched then update set a = 1, b = 2', 'Upsert', 't-u'],
  [
    'MERGE t AS x USING (SELECT 1 FROM u) y ON 1 = 1 WHEN NOT MATCHED THEN INSERT (a, b) VALUES (1, 2);',
    'Upsert',
    't-u',
  ],
  ['delete from t where a = 1', 'Delete', 't'],
  ['create table t (a int)', 'Create', 't'],
  ['drop index i', 'Drop', ''],
  ['ROLLBACK TO SAVEPOINT a', 'Rollback', ''],
  ["set names 'utf8'", 'Set', ''],
  ['set @a = 1, b = 2', 'Set', ''],
  ['show full columns from t', 'Show', 't'],
  ['call p(1, 2)', 'Call', ''],
  ["EXEC sp_executesql N'select 1 from t', N'@a int', 1", 'Exec', ''],
  ['values (1, 2)', 'Values', ''],
  ['table t', 'Table', 't'],
  ['explain select a from t group by a', 'Explain', 't'],
  ['EXPLAIN ANALYZE VERBOSE SELECT a FROM t', 'Explain', 't'],
  ['explain (analyze, format json) update t set a = 1', 'Explain', 't'],
  ['explain format=tree with c as (select 1 from t) select * from c', 'Explain', 't'],
  ['describe t; select a from u', 'Describe', ''],
  ['with c as (select a from t) select * from c', 'Select', 't'],
  ['with c as (select a from t) select count(*) from c', 'SelectCount', 't'],
  ['with c as (select a from t) select a from c group by a', 'Group', 't'],
  ['with c as (delete from t returning *) insert into u select * from c', 'Insert', 't-u'],
  ['with c as (insert into t values (1) returning a) update u set a = c.a from c', 'Update', 't-u'],
  ['WITH c AS (SELECT 1) DELETE FROM t USING c WHERE t.a = c.a', 'Delete', 't'],
  ['with c as (select 1) merge into t using c on true when matched then delete', 'Upsert', 't'],
  ['with c as (select a from t', 'Select', 't'],
  ['(select a from t) union (select a from u)', 'Select', 't-u'],
  ['((with c as (select a from t) select count(*) from c))', 'SelectCount', 't'],
  [' \n;;\t; select a from t', 'Select', 't'],
  ['-- why\n/* and\nhow */ # and so\n select a from t', 'Select', 't'],
  ['begin; update t set a = 1; commit', 'Begin', ''],
  ['update t set a = 1; delete from u', 'Update', 't'],
  ['select a from t;', 'Select', 't'],
  ['SELEC * FORM t', 'Selec', ''],
  ['nonsense', 'Nonsense', ''],
  ['abcdefghijklmnopqrst', 'Abcdefghijklmnopqrst', ''],
];

const TABLES: readonly Row[] = [
  ['select * from a, b as x, c y, d', 'Select', 'a-b-c-d'],
  ['select * from a, b a', 'Select', 'a-b'],
  ['select * from a as order, b', 'Select', 'a-b'],
  ['select * from a with nolock, b', 'Select', 'a-b'],
  ['select * from "", t', 'Select', 't'],
  ['select * from a, b, c, d, e', 'Select', 'a-b-c-d'],
  ['select * from a join b on a.x = b.x, c', 'Select', 'a-b-c'],
  ['select * from a left outer join b using (x, y) cross join c natural join d', 'Select', 'a-b-c-d'],
  ['select straight_join a.x from a straight_join b', 'Select', 'a-b'],
  ['select * from t, T join "t" on true', 'Select', 't'],
  ['select * from orders where a in (select a from Orders o, items)', 'Select', 'orders-items'],
  ['select * from a where x = 1 order by x, y limit 5, 10', 'Select', 'a'],
  ['select (select max(x) from b), (select 1) from a', 'Select', 'b-a'],
  ['select * from a union all select * from b except select * from c', 'Select', 'a-b-c'],
  ['select * from (select * from a, b) s, c', 'Select', 'a-b-c'],
  ['select * from ((a join b on 1 = 1) join c on 2 = 2), d', 'Select', 'a-b-c-d'],
  ['select * from a where exists (select from b)', 'Select', 'a-b'],
  ['select * from only a, only (b)', 'Select', 'a-b'],
  ['select * into b from a', 'Select', 'b-a'],
  ["select * from a into outfile '/tmp/x'", 'Select', 'a'],
  ['select x into outfile ? from a', 'Select', 'a'],
  ["select x, y into dumpfile '/tmp/x' from a", 'Select', 'a'],
  ['select x, y into @a, @b from t', 'Select', 't'],
  ['insert low_priority into a (x, y) values (1, 2), (3, 4)', 'Insert', 'a'],
  ['insert a (x) values (1)', 'Insert', 'a'],
  ['insert overwrite table a select * from b', 'Insert', 'a-b'],
  ['insert all into a values (1) into b values (2) select * from dual', 'Insert', 'a-b-dual'],
  ['insert into a with c as (select * from b) select * from c', 'Insert', 'a-b'],
  ['update only a set x = 1, y = 2 from b, c where a.x = b.x', 'Update', 'a-b-c'],
  ['update low_priority ignore a set x = 1', 'Update', 'a'],
  ['update or rollback a set x = 1', 'Update', 'a'],
  ['update top (5) a set x = 1, y = 2', 'Update', 'a'],
  ['update a, b set a.x = b.x, a.y = 1', 'Update', 'a-b'],
  ['update a join b on a.x = b.x set a.y = 1, a.z = 2', 'Update', 'a-b'],
  ['update o set x = 1 from dbo.orders as o join items i on 1 = 1', 'Update', 'orders-items'],
  ['delete from only a using b, c where a.x = b.x returning x, y', 'Delete', 'a-b-c'],
  ['delete a from orders a join b on a.x = b.x', 'Delete', 'orders-b'],
  ['delete low_priority quick from a', 'Delete', 'a'],
  ['delete from a using b join c using (x, y) where 1 = 1', 'Delete', 'a-b-c'],
  ['update "set" s, t set x = 1', 'Update', 'set-t'],
  ['delete from a output deleted.x, deleted.y where x = 1', 'Delete', 'a'],
  ['truncate table a, b', 'Truncate', 'a-b'],
  ['truncate a', 'Truncate', 'a'],
  [
    'create table if not exists s.a (x int references b on update cascade on delete set null, y int)',
    'Create',
    'a',
  ],
  ['create temporary table a as select * from b', 'Create', 'a-b'],
  ['create or replace view v as select * from a', 'Create', 'a'],
  ['alter table only a add column x int, add column y int', 'Alter', 'a'],
  ['drop table if exists a, s.b cascade', 'Drop', 'a-b'],
  ['copy a (x, y) from stdin', 'Copy', 'a'],
  ['copy (select * from a) to stdout', 'Copy', 'a'],
  ["load data infile 'x' into table a", 'Load', 'a'],
  ['revoke select on a from bob', 'Revoke', ''],
  ['fetch next from c', 'Fetch', ''],
];

const NO_TABLES: readonly Row[] = [
  ['select * from generate_series(1, 10) g, unnest($1::int[]) u, json_each (x) j, t', 'Select', 't'],
  ['select * from table(f(x)), lateral g(y), t', 'Select', 't'],
  ['select * from unnest($1) with ordinality as o(a, b), t', 'Select', 't'],
  ['select * from a cross join lateral (select * from b) c', 'Select', 'a-b'],
  ['select extract(year from x), extract(epoch from (y)) from t', 'Select', 't'],
  ['select substring(a from 1 for 2), trim(both from b), overlay(c placing d from 3) from t', 'Select', 't'],
  ['select extract(year from (select max(x) from u)) from t', 'Select', 'u-t'],
  ['select * from t where a is distinct from b and c is not distinct from d', 'Select', 't'],
  ['select distinct a from t', 'Select', 't'],
  ['select distinct on (a) a from t', 'Select', 't'],
  ['select * from t for update of t, u skip locked', 'Select', 't'],
  ['select convert(a using utf8), group_concat(a order by b) from t', 'Select', 't'],
  ['create index i on t using btree (a)', 'Create', ''],
  ['alter table t alter a type int using a::int', 'Alter', 't'],
  [
    'select insert(a, 1, 2, b), replace(c, d, e), truncate(f, 2), replace(replace(g, h, i), j, k) from t',
    'Select',
    't',
  ],
  ['select m.from, m.to, m.table, m.update from t m', 'Select', 't'],
  ['select a as order, b as group from t', 'Select', 't'],
  ['select * from t with (nolock), u with (updlock, rowlock)', 'Select', 't-u'],
  ['select * from t group by a with rollup', 'Group', 't'],
  ['select a at time zone b, cast(c as timestamp with time zone) from t', 'Select', 't'],
  ['select * from $1, @t, :name, ?, t', 'Select', 't'],
  ["select * from 'file.csv'", 'Select', ''],
  [
    'with recursive c (a, b) as (select 1, 2 from t union all select * from c), d as materialized (select * from c, u) select * from c join d',
    'Select',
    't-u',
  ],
  ['with "C" as (select 1), d as not materialized (select 2) select * from c, "D", t', 'Select', 't'],
  ['with orders as (select * from public.orders) select * from orders', 'Select', 'orders'],
  ['select * from (with c as (select * from t) select * from c) s', 'Select', 't'],
];

const NAMES: readonly Row[] = [
  ['select * from "public"."Orders"', 'Select', 'Orders'],
  ['select * from [dbo].[Order Details] d', 'Select', 'Order Details'],
  ['select * from `shop`.`orders`', 'Select', 'orders'],
  ['select * from shop..orders, srv.shop.dbo.items', 'Select', 'orders-items'],
  ['select * from shop . orders', 'Select', 'orders'],
  ['select * from "select", "from" where x', 'Select', 'select-from'],
  ['select * from `a``b`, "c""d", [e]]f]', 'Select', 'a`b-c"d-e]f'],
  ['select * from "a.b", "it\'s from x"', 'Select', "a.b-it's from x"],
  ['select * from "a:b\nc\u0000d"', 'Select', 'a_b_c_d'],
  [`select * from ${'n'.repeat(70)}`, 'Select', 'n'.repeat(60)],
  [`select * from "${'n'.repeat(59)}😀"`, 'Select', 'n'.repeat(59)],
  ['select * from Größe, "заказы", 注文', 'Select', 'Größe-заказы-注文'],
  ['select * from größe, GRÖSSE, GRÖßE', 'Select', 'größe-GRÖSSE'],
  ['select\u00a0*\u3000from\u2003t', 'Select', 't'],
  ['select * from t1, _t2, t$3, t#4', 'Select', 't1-_t2-t$3-t#4'],
  ['select * from 2024_orders, shop.2025_orders', 'Select', '2024_orders-2025_orders'],
  ['select * from #temp join ##shared', 'Select', '#temp-##shared'],
  ['select * from count, key, replace, merge', 'Select', 'count-key-replace-merge'],
  ['select[id]from[dbo].[t]', 'Select', 't'],
  ['select * from only.t, order.u', 'Select', 't-u'],
  ['select * from "t" where a = \'x\\n\'', 'Select', 't'],
  ['select * from .5x, 2024', 'Select', ''],
];

const TEXTS: readonly Row[] = [
  ["select 'a from x' from t", 'Select', 't'],
  ["select 'it''s from x', '' from t", 'Select', 't'],
  ["select 'it\\'s from x', '\\\\' from t", 'Select', 't'],
  ["select 'C:\\' from t where a = 'b' and c in (select d from u)", 'Select', 't-u'],
  ["select E'it\\'s from x', N'from y', X'00', q'[it's from z]' from t", 'Select', 't'],
  ['select $$a from x$$, $tag$b from $y$ $$ $tag$ from t', 'Select', 't'],
  ['select "a \\" from x" from t', 'Select', 't'],
  ['select a[1], b[i], array[x, y] from t', 'Select', 't'],
  ['select 1.5, .5, -1e-5, 0xFF, 1_000, 5. from t', 'Select', 't'],
  ["select a #>> '{b}', a #- '{c}' from t", 'Select', 't'],
  ['select a -- from x\nfrom t # join u\r, v', 'Select', 't-v'],
  ['select /*+ index(a from x) */ a /* b /* c */ from y */ from t', 'Select', 't'],
  ['select /*! straight_join */ a from /* src/* */ t', 'Select', 't'],
  ['select a from t /* from x', 'Select', 't'],
  ['select %s, %(name)s from t where a = @@rowcount', 'Select', 't'],
  ["select '''a' from t where b = '''c'", 'Select', 't'],
  ["select * from t where a = 'C:\\' and b in (select c from u)", 'Select', 't-u'],
  ["select 'a\\' from x' from t", 'Select', 't'],
  ['select a /* /* x */ from t /* y */', 'Select', 't'],
  ['select * from {oj t left outer join u on 1 = 1}', 'Select', 'u'],
];

const CUT_OFF: readonly Row[] = [
  ['select', 'Select', ''],
  ['sel', 'Sel', ''],
  ['with', 'Select', ''],
  ['with c', 'Select', ''],
  ['with c as', 'Select', ''],
  ['explain', 'Explain', ''],
  ['select * from', 'Select', ''],
  ['select * from public.', 'Select', ''],
  ['select * from "Ord', 'Select', ''],
  ['select * from t where a = "', 'Select', 't'],
  ["select * from t where a = 'b", 'Select', 't'],
  ["select * from t where a = 'b\\", 'Select', 't'],
  ['select * from t where a = $tag$ b', 'Select', 't'],
  ['select * from t, [b', 'Select', 't'],
  ['select * from t -', 'Select', 't'],
  ['select * from t where a in ((((1, 2', 'Select', 't'],
  ['select * from t)))) , u', 'Select', 't-u'],
  ['insert into', 'Insert', ''],
  ['insert into t values (1) on conflict (a) do', 'Insert', 't'],
];

describe.each([
  ['recorded', RECORDED],
  ['action', ACTIONS],
  ['tables', TABLES],
  ['what is no table', NO_TABLES],
  ['names', NAMES],
  ['strings, comments and numbers', TEXTS],
  ['cut off', CUT_OFF],
])('%s', (_, rows) => {
  test.each(rows)('%s → %s:%s', (statement, action, tables) => {
    const shape = sqlShape(statement);
    expect({ action: shape?.action, tables: shape?.tables.join('-') }).toEqual({ action, tables });
  });
});

test('every recorded statement of an SQL system is in the table', () => {
  const statements = recordedFiles()
    .flatMap(({ spans }) => spans)
    .map(({ attributes }) => attributes)
    .filter((attributes) => /sql/.test(String(attributes['db.system.name'] ?? attributes['db.system'])))
    .map((attributes) => attributes['db.query.text'] ?? attributes['db.statement'])
    .filter((statement) => statement !== undefined);
  expect([...new Set(statements)].sort()).toEqual(RECORDED.map(([statement]) => statement).sort());
});

test.each([
  '',
  ' \n;',
  '-- only a comment',
  '123',
  '?',
  "'select'",
  '"select" a from t',
  '{call p(1)}',
  '((',
  'sp_help',
  'begin2',
  '@a = 1',
  'выбрать * from t',
  'abcdefghijklmnopqrstu',
])('%j begins with no word: no shape', (statement) => {
  expect(sqlShape(statement)).toBeUndefined();
});

describe('of a long statement the first 4,096 characters count', () => {
  const start = 'select * from a, ';

  test('a table behind them is not seen', () => {
    const statement = `select * from a where x = '${'y'.repeat(4_096)}' and z in (select z from b)`;
    expect(sqlShape(statement)?.tables).toEqual(['a']);
  });

  test('nor one whose name reaches beyond them, of which only a half is known', () => {
    const statement = `${start}${' '.repeat(4_090 - start.length)}customers`;
    expect(sqlShape(statement)?.tables).toEqual(['a']);
    expect(sqlShape(statement.slice(0, 4_096))?.tables).toEqual(['a', 'custom']);
  });
});

describe('a masked statement', () => {
  test.each([
    ["select 'a', 'it''s', '', 'x\ny' from t", 'select ?, ?, ?, ? from t'],
    ["select 'it\\'s', '\\\\', 'a' from t", 'select ?, ?, ? from t'],
    ["select 'C:\\', 'a' from t", 'select ?, ? from t'],
    [
      "select E'a\\'b', N'c', n'd', X'00FF', b'01', r'e', q'[it's]', nq'{it's}' from t",
      'select ?, ?, ?, ?, ?, ?, ?, ? from t',
    ],
    ["select _utf8'a', U&'b', date '2020-01-01', interval '1 day'", 'select _utf8?, U&?, date ?, interval ?'],
    ["select $$a $b$ c$$, $tag$it's $$ $tag$ from t", 'select ?, ? from t'],
    [
      'select 1, -5, +5, 1.5, .5, 5., 1e5, 1.5E-10, 0xFF, 1_000, 12px',
      'select ?, -?, +?, ?, ?, ?, ?, ?, ?, ?, ?',
    ],
    ['select t1.c2, t1.c_3 from t1, "t2", `t3`, [t4]', 'select t1.c2, t1.c_3 from t1, "t2", `t3`, [t4]'],
    [
      'a = ? and b = $1 and c = :1 and d = :name and e = @p1 and f = ?1 and g = %s',
      'a = ? and b = $1 and c = :1 and d = :name and e = @p1 and f = ?1 and g = %s',
    ],
    ['x[1], x[1:20], x[:5], $1.50, $123456, @123456, :123456', 'x[?], x[?:?], x[:5], $?, $?, @?, :?'],
    ['a in (1, 2, 3) limit 10', 'a in (?, ?, ?) limit ?'],
    ['true, false, null, default, current_date', 'true, false, null, default, current_date'],
    ["a=1-1 and b->>'c'='d'", 'a=?-? and b->>?=?'],
    ["a #>> '{b,1}' and c = 2", 'a #>> ? and c = ?'],
    ['a::int, b::"char", 5::text', 'a::int, b::"char", ?::text'],
    ["select a -- it's 5\n, 6", 'select a  \n, ?'],
    ["select a # it's 5\n, 6", 'select a  \n, ?'],
    ["select/*it's 5*/a/*+ hint('x') */from t", 'select a from t'],
    ['select /* a /* b */ c */ 5', 'select   ?'],
    ['select a /* never closed 5', 'select a  '],
    ["select 'never closed, 5", 'select ?'],
    ['select $a$ never closed, 5', 'select ?'],
    ['select "never closed, 5', 'select ?'],
    ['select `never closed, 5', 'select ?'],
    ['select [never closed, 5', 'select ?'],
    ["select [Order Details], [a, 'x', 5], ['y', 6]", 'select [Order Details], [?], [?, ?]'],
    ['select * from #t where a = 1', 'select * from #t where a = ?'],
    ['insert overwrite table t values (hunter2, 5)', 'insert overwrite table t values (?, ?)'],
    ['', ''],
    ["'", '?'],
  ])('%j becomes %j', (statement, masked) => {
    expect(maskSql(statement, 'name')).toBe(masked);
  });

  test('of MySQL has text in double quotes, of others names', () => {
    const statement = 'select "a \\" b", "c""d", \'e\' from `f`';
    expect(maskSql(statement, 'text')).toBe('select ?, ?, ? from `f`');
    expect(maskSql(statement, 'name')).toBe('select "a \\" b", "c""d", ? from `f`');
  });

  test('has no number of a map whose keys are text', () => {
    expect(maskSql('match (n {"age":42}) return n', 'text')).toBe('match (n {?:?}) return n');
  });

  test('keeps nothing where the dialect cannot be told', () => {
    // `C:\` and a path that was cut off, or `C:' and b = ` and a word.
    expect(maskSql("a = 'C:\\' and b = '/home")).toBe('a = ?');
    // A comment of MySQL that looks nested, or one of PostgreSQL that was cut off.
    expect(maskSql("a = 1 /* src/* */ and b = 'c'")).toBe('a = ? ?');
    // A comment of MySQL, or an operator of PostgreSQL and the begin of a string of two lines.
    expect(maskSql("a = 1 # 'b\nc'")).toBe('a = ? ?');
  });
});
