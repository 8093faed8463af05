import { limitsAfter } from '../../aggregate/limits.ts';
import type { Settings } from '../../config/settings.ts';
import { ServerClock } from '../../session/server-clock.ts';
import type { SeenAnswer } from '../../session/session-parts.ts';
import { StardustSession } from '../../session/stardust-session.ts';
import { type Identity, loginAnswer } from '../../wire/login.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import { say } from '../language.ts';
import {
  clockFinding,
  excludesFinding,
  limitsFinding,
  refusalOf,
  refusedLogin,
  SALT_TOLERANCE_MS,
} from './answers.ts';
import { explainNotStardust, type Route } from './not-stardust.ts';

/** Logs in, pings, sends an empty report and logs out, by the app's own session, and tells what came back. */
export class ProtocolCheck {
  readonly #settings: Settings;
  readonly #route: Route;
  readonly #identity: Identity;
  readonly #clock = new ServerClock(() => {});
  readonly #session: StardustSession;
  /** The last answer, kept by the session's observer. */
  #seen: SeenAnswer | undefined;

  constructor(settings: Settings, identity: Identity, route: Route) {
    this.#settings = settings;
    this.#identity = identity;
    this.#route = route;
    this.#session = this.#newSession();
  }

  async *findings(): AsyncGenerator<Finding> {
    try {
      const isIn = yield* this.#checkLogin();
      if (!isIn) return;
      yield* this.#checkPing();
      yield* this.#checkReport();
      await this.#session.logout('check');
    } finally {
      this.#session.close();
    }
  }

  #newSession(): StardustSession {
    return new StardustSession({
      settings: this.#settings,
      identity: this.#identity,
      transport: this.#route.transport,
      clock: this.#clock,
      observe: (seen) => {
        this.#seen = seen;
      },
    });
  }

  async *#checkLogin(): AsyncGenerator<Finding, boolean> {
    const outcome = await this.#session.logIn();
    const seen = this.#seen;
    if (seen?.outcome.kind === 'unreachable' || seen?.outcome.kind === 'unreadable') {
      yield await explainNotStardust(seen.result, this.#route);
      return false;
    }
    if (outcome.kind !== 'delivered') {
      yield refusedLogin(outcome);
      return false;
    }
    const { appId } = this.#session.identity;
    yield good('login', say('login', { server: this.#route.server, app: this.#identity.appId }));
    if (appId !== this.#identity.appId) yield note('login', say('loginCalled', { app: appId }));
    const { secret, serverTimeMs } = loginAnswer(outcome.data);
    if (this.#clock.isKnown) yield clockFinding(this.#clock.offsetMs, this.#saltsSecret);
    else if (serverTimeMs !== undefined) yield note('clock', say('clockNonsense', { time: serverTimeMs }));
    yield* this.#secretFinding(secret);
    return true;
  }

  get #saltsSecret(): boolean {
    return this.#settings.secret !== '' && this.#settings.saltedSecret;
  }

  /** A secret comes back if the one that was sent was not the app's (docs/protocol.md, "Login"). */
  async *#secretFinding(secret: string | undefined): AsyncGenerator<Finding> {
    if (secret === undefined) {
      if (this.#settings.secret !== '') yield good('secret', say('secretRight'));
      return;
    }
    if (this.#settings.secret === '') {
      yield note('secret', say('secretNone'));
      return;
    }
    if (
      this.#saltsSecret &&
      Math.abs(this.#clock.offsetMs) > SALT_TOLERANCE_MS &&
      (await this.#isRightByServersClock())
    ) {
      yield note('secret', say('secretClock'));
      return;
    }
    yield warning('secret', say('secretWrong'), say('secretWrongFix', { app: this.#session.identity.appId }));
  }

  /** The session has taken over the server's secret and clock; a new one has the option's secret again. */
  async #isRightByServersClock(): Promise<boolean> {
    const session = this.#newSession();
    const outcome = await session.logIn();
    session.rest();
    return outcome.kind === 'delivered' && loginAnswer(outcome.data).secret === undefined;
  }

  async *#checkPing(): AsyncGenerator<Finding> {
    const outcome = await this.#session.ping();
    if (outcome.kind !== 'delivered') {
      yield bad('ping', say('pingBad', { refusal: refusalOf(outcome) }), say('serverLog'));
      return;
    }
    yield good('ping', say('ping', { seconds: this.#session.pingSeconds }));
  }

  async *#checkReport(): AsyncGenerator<Finding> {
    const outcome = await this.#session.report([]);
    if (outcome.kind !== 'delivered') {
      const isSwitchedOff = outcome.kind === 'refused' && /禁用/.test(outcome.message);
      yield bad(
        'report',
        say('reportBad', { refusal: refusalOf(outcome) }),
        isSwitchedOff ? say('reportOff', { app: this.#session.identity.appId }) : say('serverLogWait'),
      );
      return;
    }
    yield good('report', say('report'));
    yield limitsFinding(limitsAfter(outcome.data, this.#settings));
    yield excludesFinding(outcome.data);
    if (outcome.data.get('enableMeter') === false) yield note('limits', say('noMeter'));
  }
}
