import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev/index.ts';
import { built } from '../support/processes/built.ts';
import { startNode } from '../support/processes/child.ts';
import { systemCallsInSrc } from '../support/system-calls.ts';

/** Each call by which `register` asks something of the system, refused in turn. */

let server: DevServer;

beforeAll(async () => {
  await built();
  server = await startDevServer({ port: 0 });
}, 90_000);
afterAll(() => server.close());

const OF_A_PROCESS = /^(?:register|lifecycle\/at-exit|runtime\/(?:thread|process-exit))/;
const calls = systemCallsInSrc()
  .filter(({ files }) => files.some((file) => OF_A_PROCESS.test(file)))
  .map(({ name }) => name);

it('finds the calls, so that a new one has its test', () => {
  expect(calls).toEqual(expect.arrayContaining(['fs.realpathSync', 'process.kill', 'worker_threads.Worker']));
});

describe.concurrent('a program under register runs and ends as it would without', {
  timeout: 60_000,
}, () => {
  it.each(calls)('where the host refuses %s', async (refused) => {
    for (const [ending, signal, plain] of ENDINGS) {
      const registered = await run(ending, signal, REGISTER, {
        STARDUST_SERVER: server.url,
        STARDUST_APP_ID: 'refused',
        REFUSED: refused,
      });
      expect(registered).toEqual(plain);
    }
  });
});

/** How each ends without us. */
const ENDINGS = [
  ['exits', undefined, { status: 5, stdout: '' }],
  ['bySignal', 'SIGTERM', { status: 143, stdout: 'ready\n' }],
] as const;
const REGISTER = ['--require', './refused.cjs', '--require', 'opentelemetry-stardust/register'];

/** Its exit status as shells tell it. */
async function run(
  ending: string,
  signal: 'SIGTERM' | undefined,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly stdout: string }> {
  const cwd = join(import.meta.dirname, 'fixtures');
  const child = startNode([...flags, 'endings.cjs', ending], { cwd, env, lifetimeMs: 20_000 });
  if (signal !== undefined) {
    await child.said('ready');
    await child.signal(signal);
  }
  const { code, signal: endedBy, stdout } = await child.ended;
  return { status: code ?? 128 + constants.signals[endedBy ?? 'SIGKILL'], stdout };
}
