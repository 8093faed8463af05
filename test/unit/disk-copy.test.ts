import { describe, expect, test } from 'vitest';
import type { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import type { Backlog } from '../../src/backlog/backlog.ts';
import type { Kept, Progress } from '../../src/backlog/disk/store.ts';
import type { Report } from '../../src/backlog/report.ts';
import { DiskCopy } from '../../src/delivery/disk-copy.ts';
import { boundedBacklog } from '../support/backlog.ts';
import { spanBuilder } from '../support/builder.ts';

/** When what waits is written, and what is told of how far it has come: by a store that notes what it is told. */

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const namesOf = (builders: readonly SpanBuilder[]) => builders.map(({ name }) => name).join(' ');

function diskCopy() {
  const { backlog } = boundedBacklog();
  const deeds: string[] = [];
  const disk = {
    works: true,
    /** Once, while something is written. */
    meanwhile: () => {},
    left: [] as readonly Kept[],
  };
  const store = {
    keep: async (waiting: readonly Kept[]) => {
      deeds.push(`keep ${waiting.map(({ state, builders }) => `${state}: ${namesOf(builders)}`).join(', ')}`);
      const { meanwhile, works } = disk;
      disk.meanwhile = () => {};
      meanwhile();
      return works;
    },
    mark: async ({ done, sent, unclear }: Progress) => {
      deeds.push(`mark ${done} ${sent} ${unclear}`);
    },
    adopt: async () => disk.left,
    leave: (waiting: readonly Kept[]) => waiting.length,
  };
  const add = (...names: string[]) => backlog.add(names.map((name) => spanBuilder(name, NOW)));
  return { copy: new DiskCopy(backlog, store), backlog, deeds, disk, add };
}

function next(backlog: Backlog): Report {
  const report = backlog.next(NOW);
  if (report === undefined) throw new Error('nothing waits');
  return report;
}

describe('a copy', () => {
  test('is not written while nothing waits, or before it is asked for', async () => {
    const { copy, deeds, add } = diskCopy();
    await copy.renew();
    add('a');
    await copy.leaves();
    await copy.ended();
    expect(deeds).toEqual([]);
  });

  test('is written once, until something else waits, and removed once nothing does', async () => {
    const { copy, backlog, deeds, add } = diskCopy();
    add('a');
    for (let i = 0; i < 3; i++) await copy.renew();
    add('b');
    for (let i = 0; i < 3; i++) await copy.renew();
    backlog.clear();
    for (let i = 0; i < 3; i++) await copy.renew();
    expect(deeds).toEqual(['keep ready: a', 'keep ready: a b', 'keep ']);
  });

  test('that cannot be written is tried again when it is renewed, not when a report leaves', async () => {
    const { copy, backlog, deeds, disk, add } = diskCopy();
    disk.works = false;
    add('a', 'b');
    await copy.renew();
    const [first, second] = next(backlog).split(1);
    backlog.replace(next(backlog), [first, second]);
    first.state = 'sent';
    await copy.leaves();
    backlog.remove(first);
    await copy.ended();
    await copy.renew();
    disk.works = true;
    await copy.renew();
    await copy.renew();
    expect(deeds).toEqual([
      ...['keep ready: a b', 'mark 0 1 0', 'mark 0 0 0'],
      ...['keep ready: b', 'keep ready: b'],
    ]);
  });

  test('is told how much of it is delivered, is on its way and may have arrived', async () => {
    const { copy, backlog, deeds, add } = diskCopy();
    add('a', 'b', 'c');
    await copy.renew();
    const [a, rest] = next(backlog).split(1);
    const [b, c] = rest.split(1);
    backlog.replace(next(backlog), [a, b, c]);
    a.state = 'sent';
    await copy.leaves();
    backlog.remove(a);
    await copy.ended();
    b.state = 'unclear';
    await copy.ended();
    backlog.remove(b);
    c.state = 'leaving';
    await copy.leaves();
    backlog.remove(c);
    await copy.ended();
    await copy.ended();
    expect(deeds).toEqual([
      ...['keep ready: a b c', 'mark 0 1 0', 'mark 1 0 0'],
      ...['mark 1 0 1', 'mark 2 1 0', 'keep '],
    ]);
  });

  test('that is overtaken while it is written is written anew before a report leaves', async () => {
    const { copy, backlog, deeds, disk, add } = diskCopy();
    add('a');
    await copy.renew();
    next(backlog).state = 'sent';
    add('b');
    disk.meanwhile = () => add('c');
    await copy.leaves();
    expect(deeds).toEqual([
      'keep ready: a',
      'keep sent: a, ready: b',
      'keep sent: a, ready: b c',
      'mark 0 1 0',
    ]);
  });

  test('that fails while a newer one is written leaves the newer one valid', async () => {
    const { copy, deeds, disk, add } = diskCopy();
    add('a');
    disk.works = false;
    let newer = Promise.resolve();
    disk.meanwhile = () => {
      disk.works = true;
      add('b');
      newer = copy.renew();
    };
    const older = copy.renew();
    await Promise.all([older, newer]);
    await copy.renew();
    expect(deeds).toEqual(['keep ready: a', 'keep ready: a b']);
  });
});

describe('what former processes left', () => {
  test('is written as ours at once, and nothing is if they left none', async () => {
    const { copy, backlog, deeds, disk } = diskCopy();
    const took: Kept[] = [];
    const take = (kept: Kept) => {
      took.push(kept);
      backlog.add(kept.builders);
    };
    await copy.adopt(take);
    expect(deeds).toEqual([]);
    disk.left = ['a', 'b'].map((name) => ({ builders: [spanBuilder(name, NOW)], state: 'ready' }));
    await copy.adopt(take);
    expect([took, deeds]).toEqual([disk.left, ['keep ready: a b']]);
  });

  test('and passes for delivered is removed at once', async () => {
    const { copy, deeds, disk } = diskCopy();
    disk.left = [{ builders: [spanBuilder('a', NOW)], state: 'sent' }];
    await copy.adopt(() => {});
    await copy.leaves();
    expect(deeds).toEqual(['keep ']);
  });
});

test('the end of a process is told to the store', () => {
  const { copy } = diskCopy();
  const waiting: Kept[] = [{ builders: [], state: 'ready' }];
  expect([copy.leave(waiting), copy.leave([])]).toEqual([1, 0]);
});
