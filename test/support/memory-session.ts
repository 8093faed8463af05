import { Buffer } from 'node:buffer';
import { beforeEach, onTestFinished } from 'vitest';
import { startLogHour } from '../../src/runtime/log.ts';
import { ServerClock } from '../../src/session/server-clock.ts';
import type { SeenAnswer, SessionSettings } from '../../src/session/session-parts.ts';
import { StardustSession } from '../../src/session/stardust-session.ts';
import type { Fields } from '../../src/wire/fields.ts';
import { MemoryServer } from './memory-server.ts';

export const SETTINGS: SessionSettings = {
  secret: '',
  saltedSecret: true,
  tokenIn: 'query',
  pingIntervalSeconds: 30,
  processInfo: false,
};
export const IDENTITY = { appId: 'app', appName: 'Shop', clientId: '10.0.0.7@1', version: '2.1.0' };

/** A builder as a report brings it. */
export const BUILDER = Buffer.from('{"Name":"work","Total":1}');

export const LOGIN = '/App/Login';
export const PING = '/App/Ping';
export const LOGOUT = '/App/Logout';
export const REPORT = '/Trace/Report';

// Twenty lines are logged an hour.
beforeEach(() => startLogHour(0));

/** A session with a server in memory, closed after the test; the data that it passes on, and what sees its answers. */
export function sessionWith(settings: Partial<SessionSettings> = {}) {
  const server = new MemoryServer();
  const answered: Fields[] = [];
  const seen: SeenAnswer[] = [];
  const clock = new ServerClock(() => {});
  const session = new StardustSession({
    settings: { ...SETTINGS, ...settings },
    identity: IDENTITY,
    transport: server,
    clock,
    answered: (data) => answered.push(data),
    observe: (each) => seen.push(each),
  });
  onTestFinished(() => session.close());
  return { session, server, clock, answered, seen };
}

/** The tokens of calls; `null` if one has none in its query. */
export const tokens = (calls: MemoryServer['calls']) => calls.map(({ query }) => query.get('Token'));
