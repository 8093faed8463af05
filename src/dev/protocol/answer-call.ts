import type { ServerState } from '../server-state.ts';
import { type Answer, bare } from './answers.ts';
import type { Call } from './call.ts';
import { login } from './login.ts';
import { report, reportRaw } from './report.ts';
import { logout, ping } from './session.ts';

type Handler = (call: Call, state: ServerState) => Answer | Promise<Answer>;

/** By the path in lower case. */
const ROUTES: ReadonlyMap<string, { readonly methods: readonly string[]; readonly handler: Handler }> =
  new Map([
    ['/app/login', { methods: ['POST'], handler: login }],
    ['/app/ping', { methods: ['GET', 'POST'], handler: ping }],
    ['/app/logout', { methods: ['GET', 'POST'], handler: logout }],
    ['/trace/report', { methods: ['POST'], handler: report }],
    ['/trace/reportraw', { methods: ['POST'], handler: reportRaw }],
  ]);

/** Answers a call as the real server would. */
export async function answerCall(call: Call, state: ServerState): Promise<Answer> {
  const route = ROUTES.get(call.route);
  if (route === undefined) return bare(404);
  if (!route.methods.includes(call.method)) return bare(405, { allow: route.methods.join(', ') });
  return route.handler(call, state);
}
