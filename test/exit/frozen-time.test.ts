import { beforeAll, expect, it } from 'vitest';
import { built } from '../support/processes/built.ts';
import { expectGoodEnd, SLACK_MS, starter } from '../support/processes/program.ts';
import { liveServer, silentServer } from '../support/processes/servers.ts';

beforeAll(() => built(), 90_000);

const start = starter('frozen-time.cjs');

it.each(['before', 'after'])(
  'flushes and shuts down in time where a test suite froze time %s the set-up',
  { timeout: 30_000 },
  async (when) => {
    expectGoodEnd(await start(await silentServer(), [when]).ended, 2_000 + SLACK_MS);
    const server = await liveServer();
    expectGoodEnd(await start(server, [when]).ended, 2_000 + SLACK_MS);
    expect(server.app('exit')?.logins).toBe(1);
  },
);
