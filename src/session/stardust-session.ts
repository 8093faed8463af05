import { reportBody } from '../report/encode.ts';
import { Alarm } from '../runtime/alarm.ts';
import { idleTime, monotonicTime, wallTime } from '../runtime/clock.ts';
import { keepSecret } from '../runtime/own-secrets.ts';
import { reasonOf } from '../runtime/reason.ts';
import type { Transport } from '../transport/transport.ts';
import { type Outcome, outcomeOf } from '../wire/answer.ts';
import type { TransportRequest } from '../wire/call.ts';
import { loginCall, logoutCall, pingCall, reportCall, withToken } from '../wire/calls.ts';
import type { Fields } from '../wire/fields.ts';
import { type Identity, loginAnswer, saltedSecret } from '../wire/login.ts';
import { pingAnswer } from '../wire/ping.ts';
import { type CallKind, judged, tellsOfServer } from './judged-answer.ts';
import { KnownNames } from './known-names.ts';
import { ProcessFigures } from './process-figures.ts';
import type { ReportSession, Resumed, SessionState } from './report-session.ts';
import { RoundTrips } from './round-trips.ts';
import type { ServerClock } from './server-clock.ts';
import type { SeenAnswer, SessionParts, SessionSettings } from './session-parts.ts';
import { Standing } from './standing.ts';

const MAX_PING_SECONDS = 3_600;
/** A ping that is refused with a fresh token must not log in with each interval. */
const REFUSED_PING_MS = 60_000;
const NO_MD5 =
  'no login: this Node has no MD5 (FIPS) to salt the secret with. Set saltedSecret to false ' +
  '(STARDUST_SALTED_SECRET=false), which sends it in clear, and use https';

/** One server's session: logs in once for all callers, keeps the token, pings, and logs in again if the token is refused. */
export class StardustSession implements ReportSession {
  readonly #settings: SessionSettings;
  readonly #transport: Transport;
  readonly #clock: ServerClock;
  readonly #answered: (data: Fields) => void;
  readonly #observe: (seen: SeenAnswer) => void;
  readonly servers = 1;
  readonly knownNames = new KnownNames();
  readonly roundTrips = new RoundTrips();
  readonly #standing: Standing;
  readonly #ping = new Alarm('a ping', () => this.#pingAgain());
  #figures: ProcessFigures | undefined;
  #identity: Identity;
  #secret: string;
  #login: Promise<Outcome> | undefined;
  #pingSeconds: number;

  constructor({ settings, identity, transport, clock, ...told }: SessionParts) {
    this.#settings = settings;
    this.#identity = identity;
    this.#transport = transport;
    this.#clock = clock;
    this.#answered = told.answered ?? (() => {});
    this.#observe = told.observe ?? (() => {});
    this.#standing = new Standing(transport.server);
    this.#secret = settings.secret;
    this.#pingSeconds = settings.pingIntervalSeconds;
    this.wantFigures(true);
  }

  get state(): SessionState {
    return this.#standing.kind;
  }

  get server(): string {
    return this.#transport.server;
  }

  get identity(): Identity {
    return this.#identity;
  }

  get token(): string | undefined {
    return this.#standing.token;
  }

  /** Seconds between pings: the server's wish, else the option. */
  get pingSeconds(): number {
    return this.#pingSeconds;
  }

  describe(appName: string, version: string): void {
    this.#identity = { ...this.#identity, appName, version };
  }

  wantFigures(wanted: boolean): void {
    const areRead = wanted && this.#settings.processInfo && !this.#standing.isClosed;
    if (!areRead) this.#figures?.stop();
    this.#figures = areRead ? (this.#figures ?? new ProcessFigures()) : undefined;
  }

  resume({ token, knownNames, roundTripsMs }: Resumed): void {
    if (token !== undefined) this.#standing.take(token);
    this.knownNames.add(knownNames);
    this.roundTrips.note(...roundTripsMs);
  }

  async prepare(): Promise<void> {}

  async report(builders: readonly Uint8Array[], leaves?: () => void): Promise<Outcome> {
    const outcome = await this.#authorized(async (token) => {
      try {
        const kind = builders.length === 0 ? 'empty report' : 'report';
        const call = await reportCall(reportBody(this.#identity, builders));
        leaves?.();
        return await this.#call(call, token, kind);
      } catch (error) {
        // No memory to compress in, say: nothing has left, and the counts must not be lost with the exception.
        return { kind: 'unreachable', unclear: false, reason: reasonOf(error) };
      }
    });
    if (outcome.kind === 'delivered') this.#answered(outcome.data);
    return outcome.kind === 'unreachable' && leaves === undefined ? { ...outcome, unclear: false } : outcome;
  }

  /** Logs in. A login under way is joined. */
  logIn(): Promise<Outcome> {
    this.#login ??= this.#loginUnderWay();
    return this.#login;
  }

  async #loginUnderWay(): Promise<Outcome> {
    try {
      return await this.#sendLogin();
    } finally {
      this.#login = undefined;
    }
  }

  /** Sends one ping, and takes a new token and the interval from its answer. Logs in first if there is no token. */
  async ping(): Promise<Outcome> {
    const outcome = await this.#authorized((token) =>
      this.#call(pingCall(this.#identity, this.#figures?.read(), wallTime()), token, 'ping'),
    );
    if (outcome.kind !== 'delivered') return outcome;
    const { token, periodSeconds } = pingAnswer(outcome.data);
    if (token !== undefined) {
      keepSecret(token);
      this.#standing.take(token);
    }
    if (periodSeconds !== undefined && periodSeconds >= 1 && periodSeconds <= MAX_PING_SECONDS) {
      this.#pingSeconds = periodSeconds;
    }
    return outcome;
  }

  async logout(reason: string): Promise<void> {
    const token = this.token;
    this.#end();
    if (token !== undefined) await this.#call(logoutCall(reason), token);
  }

  rest(): void {
    this.#ping.clear();
    this.#standing.forgetToken();
  }

  close(): void {
    this.#end();
    this.wantFigures(false);
    this.#transport.close();
  }

  #end(): void {
    this.#ping.clear();
    this.#standing.close();
  }

  async #authorized(call: (token: string) => Promise<Outcome>): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      if (this.#standing.isClosed) return { kind: 'unreachable', unclear: false, reason: 'closed' };
      if (this.token === undefined) {
        const login = await this.logIn();
        if (login.kind !== 'delivered') return login;
      }
      const token = this.token;
      if (token === undefined) return { kind: 'refused', code: 403, message: 'no token' };
      const outcome = await call(token);
      if (outcome.kind !== 'unauthorized') return outcome;
      if (attempt === 2) return { kind: 'refused', code: 401, message: outcome.message };
      // Another call may have logged in meanwhile.
      if (this.token === token) this.#standing.forgetToken();
    }
  }

  async #sendLogin(): Promise<Outcome> {
    const now = this.#clock.now();
    const isSalted = this.#settings.saltedSecret && this.#secret !== '';
    const secret = isSalted ? saltedSecret(this.#secret, now) : this.#secret;
    if (secret === undefined) return this.#refuse(0, NO_MD5, NO_MD5);
    const outcome = await this.#call(loginCall(this.#identity, secret, now));
    if (outcome.kind === 'unreachable') return { ...outcome, unclear: false };
    if (outcome.kind !== 'delivered') {
      return this.#refuse(outcome.kind === 'refused' ? outcome.code : 401, outcome.message);
    }
    const answer = loginAnswer(outcome.data);
    for (const each of [answer.token, answer.secret]) keepSecret(each);
    this.#secret = answer.secret ?? this.#secret;
    this.#identity = { ...this.#identity, appId: answer.code ?? this.#identity.appId };
    if (answer.token === undefined) {
      const isNew = answer.code !== undefined && answer.secret !== undefined;
      return this.#refuse(
        403,
        isNew ? 'the app is new to the server and waits to be enabled' : 'the app is switched off',
      );
    }
    this.#standing.admit(answer.token, this.#identity.appId);
    this.#setPing();
    return outcome;
  }

  #refuse(
    code: number,
    message: string,
    line = `${this.#transport.server} refuses the login of ${this.#identity.appId}: ${code} ${message}`,
  ): Outcome {
    this.#standing.refuse(line);
    return { kind: 'refused', code, message };
  }

  /** Leaves logging in to the reports, whose back-off decides when a server is asked again. */
  async #pingAgain(): Promise<void> {
    let isRefused = false;
    try {
      isRefused = this.token !== undefined && (await this.ping()).kind === 'refused';
    } finally {
      this.#setPing(isRefused ? REFUSED_PING_MS : 0);
    }
  }

  #setPing(atLeastMs = 0): void {
    if (!this.#standing.isClosed) this.#ping.set(Math.max(this.#pingSeconds * 1_000, atLeastMs));
  }

  async #call(request: TransportRequest, token?: string, kind: CallKind = 'other'): Promise<Outcome> {
    const sentMs = monotonicTime();
    const idleMs = idleTime();
    const result = await this.#transport.send(
      token === undefined ? request : withToken(request, token, this.#settings.tokenIn),
    );
    const outcome = judged(outcomeOf(result), kind);
    if (outcome.kind === 'delivered') {
      this.roundTrips.note(idleTime() - idleMs);
      this.#clock.learn(outcome.data.number('serverTime'), sentMs);
    }
    if (tellsOfServer(outcome, kind)) this.#standing.note(outcome);
    this.#observe({ result, outcome });
    return outcome;
  }
}
