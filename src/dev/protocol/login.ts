import { randomBytes } from 'node:crypto';
import { saltedSecret } from '../../wire/login.ts';
import { cut } from '../../wire/text.ts';
import { APPS_FULL, type App } from '../received/apps.ts';
import type { ServerState } from '../server-state.ts';
import { type Answer, ok, refused } from './answers.ts';
import type { Call } from './call.ts';
import type { JsonFields } from './json-fields.ts';
import { withBody } from './with-body.ts';

/** A salted secret is accepted within this distance of the server's clock. */
const SALT_SECONDS = 600;
const CLIENT_UNITS = 50;

/** `POST /App/Login`. */
export function login(call: Call, state: ServerState): Answer {
  return withBody(call, 'model', (fields) => {
    const asked = readLogin(fields);
    if (asked.appId === '') return refused(500, "名称不能为空！ (Parameter 'Name')");
    const { autoRegister, tokenExpireSeconds } = state.settings;
    const known = state.apps.find(asked.appId);
    const secretFits = known !== undefined && fits(asked.secret, known, state.nowMs());
    if (known?.enabled === false || !(secretFits || autoRegister)) return refused(403, '禁止登录');

    const app = known ?? state.apps.admit(asked.appId);
    if (app === undefined) return refused(500, APPS_FULL);
    const clientId = asked.clientId === '' ? randomBytes(4).toString('hex') : asked.clientId;
    app.book.login({ ...asked, clientId });
    return ok({
      code: secretFits ? null : app.id,
      secret: secretFits ? null : app.secret,
      name: app.id,
      token: state.issueToken(app.id, clientId),
      expire: tokenExpireSeconds,
      time: 0,
      serverTime: state.nowMs(),
    });
  });
}

function readLogin(fields: JsonFields) {
  fields.int64('Time');
  fields.text('IP');
  return {
    appId: fields.text('AppId') || fields.text('Code'),
    secret: fields.text('Secret'),
    clientId: cut(fields.text('ClientId'), CLIENT_UNITS),
    appName: fields.text('AppName'),
    version: fields.text('Version'),
  };
}

/** Whether a secret is the app's: in clear, or salted with a time near the server's. */
function fits(given: string, app: App, nowMs: number): boolean {
  if (app.secret === '' || given.toLowerCase() === app.secret.toLowerCase()) return true;
  const seconds = Number(/^\$md5\$(\d{1,12})\$/.exec(given)?.[1]);
  if (!(Math.abs(nowMs / 1_000 - seconds) <= SALT_SECONDS)) return false;
  return given === saltedSecret(app.secret, seconds * 1_000);
}
