import { limitsAfter } from '../../aggregate/limits.ts';
import type { Settings } from '../../config/settings.ts';
import { reportBody } from '../../report/encode.ts';
import { ProcessFigures } from '../../session/process-figures.ts';
import { withToken } from '../../session/session.ts';
import { type Outcome, outcomeOf } from '../../wire/answer.ts';
import { encodeBody } from '../../wire/body.ts';
import type { TransportRequest, TransportResult } from '../../wire/call.ts';
import {
  type Identity,
  type LoginAnswer,
  loginAnswer,
  loginRequest,
  saltedSecret,
} from '../../wire/login.ts';
import { type ProcessInfo, pingAnswer, pingRequest } from '../../wire/ping.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import {
  clockFinding,
  excludesFinding,
  FIXES,
  limitsFinding,
  refusalOf,
  refusedLogin,
  SALT_TOLERANCE_MS,
} from './answers.ts';
import { explainNotStardust, type Route } from './not-stardust.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Logs in, pings, sends an empty report and logs out, as an app does, and says what came back. */
export class Conversation {
  readonly #settings: Settings;
  readonly #route: Route;
  #identity: Identity;
  #token: string | undefined;
  /** Server time minus ours. */
  #offsetMs = 0;

  constructor(settings: Settings, identity: Identity, route: Route) {
    this.#settings = settings;
    this.#identity = identity;
    this.#route = route;
  }

  async *findings(): AsyncGenerator<Finding> {
    const answer = yield* this.#checkLogin();
    if (answer === undefined) return;
    yield* this.#checkPing();
    yield* this.#checkReport();
    await this.#call({ method: 'GET', path: '/App/Logout?reason=check' });
  }

  async *#checkLogin(): AsyncGenerator<Finding, LoginAnswer | undefined> {
    const { outcome, result } = await this.#logIn();
    if (outcome.kind === 'unreachable' || outcome.kind === 'unreadable') {
      yield await explainNotStardust(result, this.#route);
      return undefined;
    }
    if (outcome.kind !== 'delivered') {
      yield refusedLogin(outcome.kind === 'refused' ? outcome.code : 401, outcome.message);
      return undefined;
    }
    const answer = loginAnswer(outcome.data);
    if (answer.token === undefined) {
      yield refusedLogin(403, 'no token: the app is being switched off');
      return undefined;
    }
    const { appId } = this.#identity;
    yield good('login', `${this.#route.server} takes the login of ${appId}`);
    this.#take(answer);
    if (this.#identity.appId !== appId) yield note('login', `the server calls it ${this.#identity.appId}`);
    if (answer.serverTimeMs !== undefined) yield clockFinding(this.#offsetMs, this.#saltsSecret);
    yield* this.#secretFinding(answer);
    return answer;
  }

  get #saltsSecret(): boolean {
    return this.#settings.secret !== '' && this.#settings.saltedSecret;
  }

  /** Code and secret come back where what we sent was not the app's (docs/protocol.md, "Login"). */
  async *#secretFinding({ secret }: LoginAnswer): AsyncGenerator<Finding> {
    if (secret === undefined) {
      if (this.#settings.secret !== '') yield good('secret', 'the secret is right');
      return;
    }
    if (this.#settings.secret === '') {
      yield note('secret', 'no secret is set, and the server lets the app in without');
      return;
    }
    if (
      this.#saltsSecret &&
      Math.abs(this.#offsetMs) > SALT_TOLERANCE_MS &&
      (await this.#isRightByServersClock())
    ) {
      yield note('secret', 'the secret is right, were it not for the clock');
      return;
    }
    yield warning(
      'secret',
      'The secret is wrong; the server lets the app in all the same, and hands out the right one.',
      `Set STARDUST_SECRET to the secret that the console shows for ${this.#identity.appId}.`,
    );
  }

  async #isRightByServersClock(): Promise<boolean> {
    const { outcome } = await this.#logIn();
    return outcome.kind === 'delivered' && loginAnswer(outcome.data).secret === undefined;
  }

  async *#checkPing(): AsyncGenerator<Finding> {
    const body = JSON.stringify(pingRequest(this.#identity, this.#figures(), Date.now()));
    const { outcome } = await this.#call({ method: 'POST', path: '/App/Ping', headers: JSON_HEADERS, body });
    if (outcome.kind !== 'delivered') {
      yield bad('ping', `The server does not take a ping: ${refusalOf(outcome)}`, FIXES.ping);
      return;
    }
    const seconds = pingAnswer(outcome.data).periodSeconds ?? this.#settings.pingIntervalSeconds;
    yield good('ping', `the server takes a ping, and wants one every ${seconds} s`);
  }

  /** As the app sends them: a ping without figures shows on the console as a row of zeros. */
  #figures(): ProcessInfo | undefined {
    if (!this.#settings.processInfo) return undefined;
    const figures = new ProcessFigures();
    figures.stop();
    return figures.read();
  }

  async *#checkReport(): AsyncGenerator<Finding> {
    const { path, headers, body } = await encodeBody(reportBody(this.#identity, []));
    const { outcome } = await this.#call({ method: 'POST', path, headers, body });
    if (outcome.kind !== 'delivered') {
      const isSwitchedOff = outcome.kind === 'refused' && /禁用/.test(outcome.message);
      yield bad(
        'report',
        `The server does not take a report: ${refusalOf(outcome)}`,
        isSwitchedOff ? `Switch the tracing of ${this.#identity.appId} on, on the console.` : FIXES.report,
      );
      return;
    }
    yield good('report', 'the server takes an empty report');
    yield limitsFinding(limitsAfter(outcome.data, this.#settings));
    yield excludesFinding(outcome.data);
    if (outcome.data.get('enableMeter') === false)
      yield note('limits', 'the server wants no figures of the process');
  }

  async #logIn(): Promise<Reply> {
    const nowMs = Date.now() + this.#offsetMs;
    const { secret } = this.#settings;
    const sent = this.#saltsSecret ? saltedSecret(secret, nowMs) : secret;
    const body = JSON.stringify(loginRequest(this.#identity, sent, nowMs));
    return this.#call({ method: 'POST', path: '/App/Login', headers: JSON_HEADERS, body });
  }

  #take({ token, code }: LoginAnswer): void {
    this.#token = token;
    this.#identity = { ...this.#identity, appId: code ?? this.#identity.appId };
  }

  async #call(request: TransportRequest): Promise<Reply> {
    const sentMs = Date.now();
    const result = await this.#route.transport.send(withToken(request, this.#token, this.#settings.tokenIn));
    const outcome = outcomeOf(result);
    const serverTimeMs = outcome.kind === 'delivered' ? outcome.data.number('serverTime') : undefined;
    if (serverTimeMs) this.#offsetMs = Math.round(serverTimeMs - (sentMs + Date.now()) / 2);
    return { outcome, result };
  }
}

interface Reply {
  readonly outcome: Outcome;
  /** What stands behind the outcome, to tell strangers apart. */
  readonly result: TransportResult;
}
