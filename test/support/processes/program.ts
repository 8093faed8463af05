import { join } from 'node:path';
import { expect } from 'vitest';
import type { DevServer } from '../../../src/dev/index.ts';
import { REPO } from './built.ts';
import { type Child, type Ended, startNode } from './child.ts';

/** What a busy machine may add to a time. */
export const SLACK_MS = 2_500;
/** Far below the 15 s of a request and the 60 s of a period. */
export const AT_ONCE_MS = 3_000;

type Start = (
  server: { readonly url: string },
  steps: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Child;

/** Starts one of the programs in `test/exit/fixtures`, which does the steps it is told and reports to the server. */
export function starter(program: string): Start {
  return ({ url }, steps, env = {}) =>
    startNode(['--unhandled-rejections=strict', program, ...steps], {
      cwd: join(REPO, 'test/exit/fixtures'),
      env: { STARDUST_SERVER: url, STARDUST_APP_ID: 'exit', ...env },
      lifetimeMs: 20_000,
    });
}

/** It came to its last line, said nothing of its own, and took no longer than that. */
export function expectGoodEnd(ended: Ended, atMostMs = Number.POSITIVE_INFINITY): void {
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(ended.stdout).toMatch(/^(?:holding\n)?done\n$/);
  expect(ended.tookMs).toBeLessThan(atMostMs);
}

/** Lets a child go that is held, once something has happened. */
export async function letGoWhen(happened: Promise<unknown>, child: Child): Promise<Ended> {
  await Promise.all([happened, child.said('holding')]);
  child.letGo();
  return child.ended;
}

/** Resolves once the server has such a call, answered or not. */
export function requested(server: DevServer, path: string): Promise<void> {
  return server.waitFor(() => server.requests().some((request) => request.path.startsWith(path)));
}
