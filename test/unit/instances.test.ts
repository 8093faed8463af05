import { beforeEach, expect, test } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.ts';
import { startLogHour } from '../../src/runtime/log.ts';
import { sessionOf } from '../../src/session/create-session.ts';
import { claimInstance } from '../../src/session/instances.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import { logLines } from '../support/logged.ts';

// Twenty lines are logged an hour.
beforeEach(() => startLogHour(0));

const IDENTITY = { appId: 'app', appName: 'Shop', clientId: '10.0.0.7@1', version: '1.0.0' };
const SERVERS = ['http://a', 'http://b'];

/** Claims that end with the test. */
function claims() {
  let isReporting = true;
  const claim = (more: Partial<typeof IDENTITY> = {}, servers = SERVERS) =>
    claimInstance({ ...IDENTITY, ...more }, servers, () => isReporting);
  return {
    claim,
    end: () => {
      isReporting = false;
    },
  };
}

test.each([
  ['the same', {}, SERVERS, 1],
  ['the same under another name and version', { appName: 'x', version: '2' }, SERVERS, 1],
  ['another app', { appId: 'other' }, SERVERS, 0],
  ['another instance', { clientId: '10.0.0.7@2' }, SERVERS, 0],
  ['one of another server', {}, ['http://a'], 0],
])('of two instances that report, the second is told of if it is %s: %#', (_, more, servers, count) => {
  const lines = logLines();
  const { claim, end } = claims();
  claim();
  expect(lines).toEqual([]);
  claim(more, servers);
  end();
  expect(lines).toHaveLength(count);
  for (const line of lines)
    expect(line).toMatch(/^warn a second exporter in this process reports as app \(10\.0\.0\.7@1\): /);
});

test('an instance that reports no more may be followed by the same, and that by none', () => {
  const lines = logLines();
  const first = claims();
  first.claim();
  first.end();
  const second = claims();
  second.claim();
  expect(lines).toEqual([]);
  const third = claims();
  third.claim();
  expect(lines).toHaveLength(1);
  for (const { end } of [second, third]) end();
});

test.each([
  ['http://a', 1],
  ['http://a,http://b', 2],
])('a session with %s has %i servers', (server, count) => {
  const session = sessionOf(resolveSettings({ server, appId: 'app' }, {}), {
    identity: IDENTITY,
    clock: new ServerClock(() => {}),
  });
  expect([session.servers, session.server]).toEqual([count, 'http://a']);
  session.close();
});

test('a session without a server is none', () => {
  const parts = { identity: IDENTITY, clock: new ServerClock(() => {}) };
  expect(() => sessionOf(resolveSettings({ appId: 'app' }, {}), parts)).toThrow('no server');
});
