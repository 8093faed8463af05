import { beforeAll, expect, test } from 'vitest';
import { built, REPO } from '../support/processes/built.ts';
import { startNode } from '../support/processes/child.ts';

beforeAll(() => built(), 90_000);

test('the demo with --keep leaves its service and the page running until Ctrl-C', {
  timeout: 150_000,
}, async () => {
  const demo = startNode(['test/demo/run.mjs', '--keep'], { cwd: REPO, lifetimeMs: 140_000 });
  await demo.said('Ctrl-C ends them.');
  const [page = '', service = ''] = ['Page', 'Service'].map(
    (what) => new RegExp(`^${what}: +(http:[^, \\n]+)`, 'm').exec(demo.stdout)?.[1] ?? '',
  );
  expect(await (await fetch(page)).text()).toContain('<html');
  expect(await (await fetch(`${service}/orders/7`)).json()).toMatchObject({ id: 7 });
  await demo.signal('SIGINT');
  expect(await demo.ended).toMatchObject({ code: 0, signal: null });
  await expect(fetch(page)).rejects.toThrow();
  await expect(fetch(`${service}/orders/7`)).rejects.toThrow();
});
