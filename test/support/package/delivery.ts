import { expect } from 'vitest';
import { startDevServer } from '../../../src/dev/index.ts';
import { runNode } from '../processes/child.ts';
import type { App } from './npm.ts';

/** Calls and errors of each name: no two figures alike, 1,000 calls in all. */
const WORK = {
  'cart.add': { total: 400, errors: 40 },
  'cart.pay': { total: 300, errors: 0 },
  'mail.send': { total: 200, errors: 199 },
  'stock.look': { total: 75, errors: 7 },
  'stock.order': { total: 25, errors: 25 },
};

/**
 * Runs a program of the app that does this work, with the two variables that a user has to set and no others,
 * and compares what a server has received with what was done.
 */
export async function expectDelivery(app: App, program: string): Promise<void> {
  const server = await startDevServer({ port: 0 });
  try {
    const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'shop' };
    const ended = await runNode([program, JSON.stringify(WORK)], { cwd: app.folder, node: app.node, env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });

    const { names = [], logins, logouts, dropped } = server.app('shop') ?? {};
    const counts = names.map(({ name, total, errors }) => [name, { total, errors }]);
    expect(Object.fromEntries(counts)).toEqual(WORK);
    expect({ logins, logouts, dropped }).toEqual({ logins: 1, logouts: 1, dropped: 0 });
    expect(server.apps()).toHaveLength(1);
    expect(ended.stdout).toBe('334 not sampled\n');
  } finally {
    await server.close();
  }
}
