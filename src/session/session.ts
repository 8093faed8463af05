import { reportBody } from '../report/encode.ts';
import { Alarm } from '../runtime/alarm.ts';
import { wallTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { Transport } from '../transport/transport.ts';
import { type Outcome, outcomeOf } from '../wire/answer.ts';
import { encodeBody } from '../wire/body.ts';
import type { TransportRequest } from '../wire/call.ts';
import { type Identity, loginAnswer, loginRequest, saltedSecret } from '../wire/login.ts';
import { pingAnswer, pingRequest } from '../wire/ping.ts';
import { ProcessFigures } from './process-figures.ts';
import type { ServerClock } from './server-clock.ts';

/** What a session is told once. */
export interface SessionSettings {
  readonly secret: string;
  /** Whether the secret is sent salted (docs/protocol.md, "Login") or in clear. */
  readonly saltedSecret: boolean;
  readonly tokenIn: 'query' | 'header';
  readonly pingIntervalSeconds: number;
  /** Whether pings carry the figures of the process. */
  readonly processInfo: boolean;
}

/**
 * `new`: no login yet; `loggedIn`: there is a token; `refused`: the server knows this app and does not want it;
 * `away`: the server was unreachable at the last call; `closed`: logged out.
 */
export type SessionState = 'new' | 'loggedIn' | 'refused' | 'away' | 'closed';

const MAX_PING_SECONDS = 3_600;

/** Where reports go: one server's session, or several as one. */
export interface ReportSession {
  readonly state: SessionState;
  /** The address of the server in use. */
  readonly server: string;
  readonly identity: Identity;
  describe(appName: string, version: string): void;
  wantFigures(wanted: boolean): void;
  /** Before a run of reports: chooses the server, which changes during the run only where it goes away. */
  prepare(): Promise<void>;
  report(builders: readonly Uint8Array[]): Promise<Outcome>;
  logout(reason: string): Promise<void>;
  /** Another server is used for now: no more pings, and a new login when it is this one's turn again. */
  rest(): void;
  close(): void;
}

/** Logs in once for all callers, keeps the token, pings, and logs in again when the token is refused. */
export class StardustSession implements ReportSession {
  readonly #settings: SessionSettings;
  readonly #transport: Transport;
  readonly #clock: ServerClock;
  readonly #ping = new Alarm('a ping', () => this.#sendPing());
  #figures: ProcessFigures | undefined;
  #identity: Identity;
  #secret: string;
  #token: string | undefined;
  #login: Promise<Outcome> | undefined;
  #pingSeconds: number;
  #away = false;
  #refused = false;
  #closed = false;

  constructor(settings: SessionSettings, identity: Identity, transport: Transport, clock: ServerClock) {
    this.#settings = settings;
    this.#identity = identity;
    this.#transport = transport;
    this.#clock = clock;
    this.#secret = settings.secret;
    this.#pingSeconds = settings.pingIntervalSeconds;
    this.wantFigures(true);
  }

  get state(): SessionState {
    if (this.#closed) return 'closed';
    if (this.#away) return 'away';
    if (this.#refused) return 'refused';
    return this.#token === undefined ? 'new' : 'loggedIn';
  }

  /** The address of the server in use. */
  get server(): string {
    return this.#transport.server;
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** What the resource tells after the login: a display name and a version. */
  describe(appName: string, version: string): void {
    this.#identity = { ...this.#identity, appName, version };
  }

  /** The server does, or does not, want the figures of the process (`enableMeter`). */
  wantFigures(wanted: boolean): void {
    if (wanted && this.#settings.processInfo && !this.#closed) this.#figures ??= new ProcessFigures();
    else {
      this.#figures?.stop();
      this.#figures = undefined;
    }
  }

  /** Sends builders, JSON already, as one report; none is an empty report, which asks for the limits. */
  report(builders: readonly Uint8Array[]): Promise<Outcome> {
    return this.#authorized(async (token) => {
      try {
        const { path, headers, body } = await encodeBody(reportBody(this.#identity, builders));
        return await this.#call({ method: 'POST', path, headers, body }, token);
      } catch (error) {
        // No memory to compress in, say: nothing has left, and the counts must not be lost with the exception.
        return { kind: 'unreachable', unclear: false, reason: String(error) };
      }
    });
  }

  /** Marks this instance as gone on the console, where it had logged in. */
  async logout(reason: string): Promise<void> {
    this.#ping.clear();
    this.#closed = true;
    if (this.#token === undefined) return;
    await this.#call(
      { method: 'GET', path: `/App/Logout?reason=${encodeURIComponent(reason)}` },
      this.#token,
    );
  }

  async prepare(): Promise<void> {}

  rest(): void {
    this.#ping.clear();
    this.#token = undefined;
  }

  close(): void {
    this.#closed = true;
    this.wantFigures(false);
    this.#ping.clear();
    this.#transport.close();
  }

  async #authorized(call: (token: string) => Promise<Outcome>): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const token = this.#token;
      if (token === undefined) {
        const login = await this.#logIn();
        if (login.kind !== 'delivered') return login;
      }
      const used = this.#token;
      if (used === undefined) return { kind: 'refused', code: 403, message: 'no token' };
      const outcome = await call(used);
      if (outcome.kind !== 'unauthorized') return outcome;
      if (attempt === 2) return { kind: 'refused', code: 401, message: outcome.message };
      if (this.#token === used) this.#token = undefined;
    }
  }

  #logIn(): Promise<Outcome> {
    this.#login ??= this.#sendLogin().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  async #sendLogin(): Promise<Outcome> {
    const now = this.#clock.now();
    const secret =
      this.#settings.saltedSecret && this.#secret !== '' ? saltedSecret(this.#secret, now) : this.#secret;
    const body = JSON.stringify(loginRequest(this.#identity, secret, now));
    const outcome = await this.#call({ method: 'POST', path: '/App/Login', headers: JSON_HEADERS, body });
    if (outcome.kind === 'unreachable') return { ...outcome, unclear: false };
    if (outcome.kind !== 'delivered')
      return this.#refuse(outcome.kind === 'refused' ? outcome.code : 401, outcome.message);
    const answer = loginAnswer(outcome.data);
    if (answer.token === undefined) return this.#refuse(403, 'the app is switched off');
    this.#refused = false;
    this.#token = answer.token;
    this.#secret = answer.secret ?? this.#secret;
    this.#identity = { ...this.#identity, appId: answer.code ?? this.#identity.appId };
    if (!this.#closed) this.#ping.set(this.#pingSeconds * 1_000);
    return outcome;
  }

  #refuse(code: number, message: string): Outcome {
    if (!this.#refused) {
      log.warn(`${this.#transport.server} refuses the login of ${this.#identity.appId}: ${code} ${message}`);
    }
    this.#refused = true;
    return { kind: 'refused', code, message };
  }

  /** Leaves logging in to the reports, whose back-off decides when a server is asked again. */
  async #sendPing(): Promise<void> {
    try {
      if (this.#token !== undefined) await this.#exchangePing();
    } finally {
      if (!this.#closed) this.#ping.set(this.#pingSeconds * 1_000);
    }
  }

  async #exchangePing(): Promise<void> {
    const outcome = await this.#authorized((token) => {
      const body = JSON.stringify(pingRequest(this.#identity, this.#figures?.read(), wallTime()));
      return this.#call({ method: 'POST', path: '/App/Ping', headers: JSON_HEADERS, body }, token);
    });
    if (outcome.kind !== 'delivered') return;
    const answer = pingAnswer(outcome.data);
    this.#token = answer.token ?? this.#token;
    const seconds = answer.periodSeconds;
    if (seconds !== undefined && seconds >= 1 && seconds <= MAX_PING_SECONDS) this.#pingSeconds = seconds;
  }

  async #call(request: TransportRequest, token?: string): Promise<Outcome> {
    const sentMs = wallTime();
    const outcome = outcomeOf(await this.#transport.send(withToken(request, token, this.#settings.tokenIn)));
    if (outcome.kind === 'delivered') this.#clock.learn(outcome.data.number('serverTime'), sentMs);
    if (!this.#closed) this.#noteReachable(outcome);
    return outcome;
  }

  /** Says once that the server is away, and once that it is back. */
  #noteReachable(outcome: Outcome): void {
    const away = outcome.kind === 'unreachable';
    if (away === this.#away) return;
    this.#away = away;
    if (away) log.warn(`${this.#transport.server} is away (${outcome.reason}); counts are kept`);
    else log.info(`${this.#transport.server} is back`);
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** A call with its token in the place that is wanted; as it is where there is none. */
export function withToken(
  request: TransportRequest,
  token: string | undefined,
  tokenIn: SessionSettings['tokenIn'],
): TransportRequest {
  if (token === undefined) return request;
  if (tokenIn === 'header') {
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
  }
  const separator = request.path.includes('?') ? '&' : '?';
  return { ...request, path: `${request.path}${separator}Token=${encodeURIComponent(token)}` };
}
