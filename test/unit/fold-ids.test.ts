import { expect, test } from 'vitest';
import { foldIds } from '../../src/naming/fold-ids.ts';

test.each([
  ['job 7 of 12', 'job * of *'],
  ['job-7', 'job-*'],
  ['job_7', 'job_*'],
  ['(7)', '(*)'],
  ['v2', 'v2'],
  ['2nd', '2nd'],
  ['a1b', 'a1b'],
  ['room101', 'room101'],
  ['room1234', 'room*'],
  ['1234th', '*th'],
  ['é1234', 'é*'],
  ['run 20261129T101500 of shard12', 'run *T* of shard12'],
  ['0af7651916cd43dd8448eb211c80319c', '*'],
  ['trace 00f067aa0ba902b7 ended', 'trace * ended'],
  ['00f067aa0ba902b', '00f067aa0ba902b'],
  ['deadbeefdeadbeefx', 'deadbeefdeadbeefx'],
  ['xdeadbeefdeadbeef', 'xdeadbeefdeadbeef'],
  ['order 6F9619FF-8B86-D011-B42D-00CF4FC964FF', 'order *'],
  ['order6f9619ff-8b86-d011-b42d-00cf4fc964ff', 'order*'],
  ['订单1234', '订单*'],
  ['订单12', '订单*'],
])('with its ids folded, the name %j is %j', (name, folded) => {
  expect(foldIds(name)).toBe(folded);
});
