import type { App } from '../received/apps.ts';
import type { ServerState } from '../server-state.ts';
import { type Answer, ok, refused, refusedWithTrace } from './answers.ts';
import { type Call, tokenOf } from './call.ts';
import { readProcessInfo, versionFault } from './process-figures.ts';
import { withBody } from './with-body.ts';

/** A ping renews a token that has less time left than this. */
const RENEWAL_MS = 600_000;

interface Session {
  readonly app: App;
  readonly clientId: string;
  readonly expiresMs: number;
}

/** `POST /App/Ping`. */
export function ping(call: Call, state: ServerState): Answer {
  return withSession(call, state, ({ app, clientId, expiresMs }) =>
    withBody(call, 'inf', (fields, text) => {
      const info = readProcessInfo(fields);
      const fault = versionFault(info.version);
      if (fault !== undefined) return refused(500, fault);
      app.book.ping(clientId, text);
      const nowMs = state.nowMs();
      return ok({
        time: info.timeMs,
        serverTime: nowMs,
        period: app.pingPeriod,
        token: expiresMs - nowMs < RENEWAL_MS ? state.issueToken(app.id, clientId) : null,
        newServer: null,
        commands: null,
      });
    }),
  );
}

/** `GET /App/Logout`. The token stays good. */
export function logout(call: Call, state: ServerState): Answer {
  return withSession(call, state, ({ app }) => {
    app.book.logout();
    return ok({ code: null, secret: null, name: app.id, token: null, expire: 0, time: 0, serverTime: 0 });
  });
}

/** Handles a call that needs a good token, which is checked before the body. */
function withSession(call: Call, state: ServerState, handle: (session: Session) => Answer): Answer {
  const verdict = state.tokens.read(tokenOf(call), state.nowMs());
  if (verdict.kind === 'missing') return refusedWithTrace(401, '认证失败');
  if (verdict.kind === 'bad') return refusedWithTrace(verdict.code, verdict.message);
  const app = state.apps.findOrAdd(verdict.appId);
  if (!app.enabled) return refusedWithTrace(403, '无效客户端！');
  return handle({ app, clientId: verdict.clientId, expiresMs: verdict.expiresMs });
}
