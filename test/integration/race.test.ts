import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { StardustStats } from '../../src/index.ts';
import { devServer } from '../support/harness.ts';

const program = new URL('./fixtures/new-names.mjs', import.meta.url);

async function ready(url: string): Promise<ChildProcess> {
  const child = fork(program, { env: { ...process.env, STARDUST_SERVER: url, STARDUST_APP_ID: 'app' } });
  await once(child, 'message');
  return child;
}

test('ten processes that bring the same new names at once lose nothing to the race of the server', async () => {
  const server = await devServer({ dropRacingNames: true });
  const children = await Promise.all(Array.from({ length: 10 }, () => ready(server.url)));
  const answers = children.map((child) => once(child, 'message'));
  const ends = children.map((child) => once(child, 'exit'));
  for (const child of children) child.send({ names: 20, spans: 140 });
  const stats = (await Promise.all(answers)).map(([each]) => each as StardustStats);
  await Promise.all(ends);
  expect(stats.every(({ delivered, waiting }) => delivered === 140 && waiting === 0)).toBe(true);
  expect(server.app('app')?.names.map(({ total }) => total)).toEqual(Array.from({ length: 20 }, () => 70));
  // The race was there: announcements lost it, which costs nothing.
  expect(server.app('app')?.dropped).toBeGreaterThan(0);
}, 120_000);
