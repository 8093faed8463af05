import { describe, expect, test } from 'vitest';
import { maskSql } from '../../src/sql/sql.ts';

/** What of a statement is a value and what stays, where nothing but the words around it tells. */

describe('text in double quotes is a value, a name stays, by its place', () => {
  test.each([
    ['select "a" from "t" where "b" = "c"', 'select "a" from "t" where "b" = ?'],
    [
      'select a as "b", c as "d" from "e" join "f" on "g" = "h"',
      'select a as "b", c as "d" from "e" join "f" on "g" = ?',
    ],
    ['select case a when b then "c" end "d" from t', 'select case a when b then ? end ? from t'],
    [
      'select case when "a" = "b" then "c" else "d" end as "e", "f" from t',
      'select case when "a" = ? then ? else ? end as "e", "f" from t',
    ],
    ['select a from t order by "a", "b" limit 5', 'select a from t order by "a", "b" limit ?'],
    ['insert into "t" ("a", "b") values ("c", "d")', 'insert into "t" ("a", "b") values (?, ?)'],
    ['insert into t (a) values (1), ("b")', 'insert into t (a) values (?), (?)'],
    [
      'insert into t values ("a", f("b"), t."c", "d".e) on conflict ("f") do update set "g" = "h"',
      'insert into t values (?, f(?), t."c", "d".e) on conflict ("f") do update set "g" = ?',
    ],
    ['update "t" set "a" = "b", "c" = "d" where "e" = "f"', 'update "t" set "a" = ?, "c" = ? where "e" = ?'],
    [
      'select * from t where "a"="b" and "c" <> "d" or "e" is null',
      'select * from t where "a"=? and "c" <> ? or "e" is null',
    ],
    [
      'select * from t where "a" in ("b", "c") and "d" not in ("e")',
      'select * from t where "a" in (?, ?) and "d" not in (?)',
    ],
    [
      'select * from t where "a" like "b" and "c" ilike "d" and "e" between "f" and "g"',
      'select * from t where "a" like ? and "c" ilike ? and "e" between ? and ?',
    ],
    ['select * from t where "a" and b or "c"', 'select * from t where ? and b or ?'],
    [
      'select * from t where ("a" = "b" or "c" = "d") and e',
      'select * from t where ("a" = ? or "c" = ?) and e',
    ],
    ['select * from t where f(x, "a") = "b", "c"', 'select * from t where f(x, ?) = ?, ?'],
    ['select * from t where b = if("c" = "d", "e", "f")', 'select * from t where b = if("c" = ?, ?, ?)'],
    ['a "b", c."d" = "e"', 'a ?, c."d" = ?'],
  ])('%j becomes %j', (statement, masked) => {
    expect(maskSql(statement)).toBe(masked);
  });

  test.each([
    'select a "b", f(c) "d" from t',
    'select coalesce("a", "b"), "c" from t',
    'select a like b, "c" from t',
    'select a), "b" from t',
    'select "a" from t; "b"',
  ])('%j stays', (statement) => {
    expect(maskSql(statement)).toBe(statement);
  });
});

describe('what an insert or a copy gives without quotes is a value', () => {
  test.each([
    [
      'insert into t values (hunter2, null, now(), true, default, current_date, localtime, sysdate, otter)',
      'insert into t values (?, null, now(), true, default, current_date, localtime, sysdate, ?)',
    ],
    [
      'insert into t values (a.b, f(c), user, nulls, anull, current_, users)',
      'insert into t values (a.b, f(?), user, ?, ?, ?, ?)',
    ],
    [
      'insert into t value (hunter2) on duplicate key update a = b, c = (d)',
      'insert into t value (?) on duplicate key update a = b, c = (d)',
    ],
    ['insert into t values (hunter2) returning (a), (b)', 'insert into t values (?) returning (a), (b)'],
    ['insert into t values (hunter2 ), (timestamp a, b-c)', 'insert into t values (? ), (timestamp a, b-c)'],
    [
      'insert into t values (hunter2) as new on duplicate key update b = (c)',
      'insert into t values (?) as new on duplicate key update b = (c)',
    ],
    ['upsert into t values (hunter2); call p(a, b)', 'upsert into t values (?); call p(a, b)'],
    ['replace into t values (hunter2)', 'replace into t values (?)'],
    ['insert into t format csv hunter2, 5', 'insert into t format csv ?'],
    ['copy t from stdin; hunter2 otter', 'copy t from stdin; ?'],
    ['copy t from stdin with csv; hunter2 otter', 'copy t from stdin with csv; ?'],
    ['copy t from stdin\nhunter2 otter', 'copy t from stdin\n?'],
    ['copy t from stdin\nwith csv header\nhunter2 otter', 'copy t from stdin\n?'],
    ['copy t from stdin\n  (format csv)\nhunter2', 'copy t from stdin\n  ?'],
    ['select a; copy t from stdin; hunter2', 'select a; copy t from stdin; ?'],
    ['copy t from stdin; hunter2; otter', 'copy t from stdin; ?'],
  ])('%j becomes %j', (statement, masked) => {
    expect(maskSql(statement)).toBe(masked);
  });

  test.each([
    'insert into t (a, b) select (c), (d) from u',
    'insert into t set a = myvalues(b, c)',
    'insert into t set a = values_of(b, c)',
    'call p(a, b)',
    'select f(a, b) from (values (c, d)) x',
    'insert into t format',
    'insert into t format  ',
    'select a format b c',
    'begin; update t set a = b',
    'copy t from stdin',
    'copy t from program x; select y',
    'copy t from x\nselect y',
    'copy t to stdin; select y',
    'load t from stdin; select y',
    'copy t stdin; select y',
  ])('%j stays', (statement) => {
    expect(maskSql(statement)).toBe(statement);
  });
});

describe('a password of an account is a value, in quotes or without', () => {
  test.each([
    ['create user ana password hunter2 valid', 'create user ana password ? valid'],
    ['create user ana identified by hunter2', 'create user ana identified by ?'],
    [
      'create user ana identified by "hunter2" default tablespace x',
      'create user ana identified by ? default tablespace x',
    ],
    ['create user ana identified by `hunter2` account lock', 'create user ana identified by ? account lock'],
    [
      'create user ana identified with plugin by hunter2 replace otter',
      'create user ana identified with plugin by ? replace ?',
    ],
    ['create role ana with login password hunter2 valid', 'create role ana with login password ? valid'],
    ['create login ana with password = hunter2', 'create login ana with password = ?'],
    ['alter user ana set passphrase hunter2', 'alter user ana set passphrase ?'],
    ["alter user ana password 'hunter2'", 'alter user ana password ?'],
    ['alter prototype user ana password hunter2', 'alter prototype user ana password ?'],
    ['alter typed user ana password hunter2', 'alter typed user ana password ?'],
    ['set password for ana = hunter2', 'set password for ana = ?'],
    ['change password hunter2', 'change password ?'],
    ['grant select on t to ana identified by hunter2', 'grant select on t to ana identified by ?'],
    ['connect scott/tiger@orcl', 'connect scott/?@orcl'],
    ['conn scott/tiger@orcl', 'conn scott/?@orcl'],
    ['connect to remote user ana using hunter2', 'connect to remote user ana using ?'],
    ['create link l connect to ana identified by hunter2', 'create link l connect to ana identified by ?'],
    ['set fs.s3a.secret.key=hunter2', 'set fs.s3a.secret.key=?'],
    ['set a.b = hunter2; set c.d:e=otter', 'set a.b = ?; set c.d:e=?'],
    [
      'select a; create user ana password hunter2; select password x',
      'select a; create user ana password ?; select password x',
    ],
  ])('%j becomes %j', (statement, masked) => {
    expect(maskSql(statement)).toBe(masked);
  });

  test.each([
    'alter role ana password null',
    'alter user ana password expire',
    'alter user ana password $1',
    'alter user ana password :p',
    'alter user ana password ?',
    'alter user ana password_policy strict',
    'create user ana identified with bye x standby y replaced z',
    'recreate user ana password word',
    'created user ana password word',
    'conn scott tiger',
    'connect to remote user ana password_policy strict misusing x using1 y',
    'select set a.b=c',
    'create table user password text',
    'create view v as select user, password word from t',
    'create materialized view v as select password word from user',
    'select password word from user',
    'delete from user where password is y',
  ])('%j stays', (statement) => {
    expect(maskSql(statement)).toBe(statement);
  });
});

describe('what is written right beside a string, a number or a bracket', () => {
  test.each([
    ["select 'a'# 'b\nc'", 'select ??'],
    ["select [a] # 'b\nc'", 'select [a] ?'],
    ['select [a]]b], [c, [d] from t', 'select [?], [?] from t'],
    ["select 'C:\\', '5' from t", 'select ?, ? from t'],
    ['select {\'age\':42, "n":43}', 'select {?:?, "n":?}'],
    ['select (a):5, b[c]:6, "d":7, 8:9', 'select (a):?, b[c]:?, "d":?, ?:?'],
    ['a = /* x */:1', 'a =  :1'],
    ["select _ascii'a', _latin'b', seq'c', quote'd', q'[e']'", 'select _ascii?, _latin?, seq?, quote?, ?'],
  ])('%j becomes %j', (statement, masked) => {
    expect(maskSql(statement)).toBe(masked);
  });

  test.each(['select a from t limit :1', ':1'])('%j stays', (statement) => {
    expect(maskSql(statement)).toBe(statement);
  });
});

test('three quotes are one string where double quotes are text, as in BigQuery', () => {
  const statement = `select '''it's 5''', """a"b""", 'c' from t`;
  expect(maskSql(statement, 'text')).toBe('select ?, ?, ? from t');
});
