import { expect, onTestFinished, test } from 'vitest';
import { DiskStore } from '../../../src/backlog/disk/disk-store.ts';
import { DiskCopy } from '../../../src/delivery/disk-copy.ts';
import { boundedBacklog } from '../../support/backlog.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { kept, leaveBehind, namesIn } from './support/left.ts';

const NOW_MS = 1_000;

test('a clock that is corrected while a report is on its way does not bring back what is delivered', async () => {
  const root = temporaryFolder();
  const { backlog } = boundedBacklog();
  const copy = new DiskCopy(backlog, new DiskStore(root, 'shop'));
  onTestFinished(() => void copy.leave([]));
  backlog.add(kept({ a: 3, b: 4 }).builders);
  await copy.renew();
  const whole = backlog.next(NOW_MS);
  if (whole === undefined) throw new Error('nothing waits');
  const first = backlog.replace(whole, whole.split(1));
  first.state = 'sent';
  await copy.leaves();
  backlog.remove(first);
  await copy.ended();
  await copy.leaves();
  backlog.shift(2_000);
  await copy.ended();
  leaveBehind(root);
  const next = new DiskStore(root, 'shop');
  onTestFinished(() => void next.leave([]));
  expect(namesIn(await next.adopt())).toEqual([{ b: 4 }]);
});

/** A report of all that waits, which a copy on disk was written of before and while it was on its way. */
async function onItsWay(root: string) {
  const { backlog } = boundedBacklog();
  const copy = new DiskCopy(backlog, new DiskStore(root, 'shop'));
  onTestFinished(() => void copy.leave([]));
  backlog.add(kept({ a: 3, b: 4 }).builders);
  await copy.renew();
  const report = backlog.next(NOW_MS);
  if (report === undefined) throw new Error('nothing waits');
  report.state = 'leaving';
  await copy.leaves();
  report.state = 'sent';
  backlog.add(kept({ c: 5 }).builders);
  await copy.renew();
  return { backlog, copy, report };
}

async function statesIn(root: string): Promise<Record<string, string>> {
  leaveBehind(root);
  const next = new DiskStore(root, 'shop');
  onTestFinished(() => void next.leave([]));
  const left = await next.adopt();
  return Object.fromEntries(left.flatMap(({ builders, state }) => builders.map(({ name }) => [name, state])));
}

test.each(['unclear', 'ready'] as const)(
  'a report that is %s after its answer, and is split, is so in all of its parts to the next process',
  async (state) => {
    const root = temporaryFolder();
    const { backlog, copy, report } = await onItsWay(root);
    report.state = state;
    const half = backlog.replace(report, report.split(1));
    await copy.ended();
    if (state === 'ready') half.state = 'sent';
    await copy.leaves();
    const first = state === 'ready' ? 'sent' : 'unclear';
    expect(await statesIn(root)).toEqual({ a: first, b: state, c: 'ready' });
  },
);

test('what comes while a copy is there is in the next one, before more is delivered', async () => {
  const root = temporaryFolder();
  const { backlog } = boundedBacklog();
  const copy = new DiskCopy(backlog, new DiskStore(root, 'shop'));
  onTestFinished(() => void copy.leave([]));
  backlog.add(kept({ a: 3, b: 4 }).builders);
  await copy.renew();
  const whole = backlog.next(NOW_MS);
  if (whole === undefined) throw new Error('nothing waits');
  const first = backlog.replace(whole, whole.split(1));
  first.state = 'sent';
  await copy.leaves();
  backlog.remove(first);
  backlog.add(kept({ a: 2 }).builders);
  await copy.ended();
  leaveBehind(root);
  const next = new DiskStore(root, 'shop');
  onTestFinished(() => void next.leave([]));
  expect(namesIn(await next.adopt())).toEqual([{ b: 4 }, { a: 2 }]);
});

test.each([
  ['leaving', 'ready'],
  ['sent', 'sent'],
  ['unclear', 'unclear'],
] as const)(
  'a process that ends while a report is %s tells the next one whether it may have arrived',
  async (state, found) => {
    const root = temporaryFolder();
    const { backlog } = boundedBacklog();
    const copy = new DiskCopy(backlog, new DiskStore(root, 'shop'));
    backlog.add(kept({ a: 3 }).builders);
    await copy.renew();
    const report = backlog.next(NOW_MS);
    if (report === undefined) throw new Error('nothing waits');
    report.state = state;
    await copy.leaves();
    copy.leave(backlog.clear());
    const next = new DiskStore(root, 'shop');
    onTestFinished(() => void next.leave([]));
    const left = await next.adopt();
    expect(namesIn(left)).toEqual([{ a: 3 }]);
    expect(left.map((each) => each.state)).toEqual([found]);
  },
);
