import { monotonicTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import type { Outcome } from '../wire/answer.ts';
import type { Identity } from '../wire/login.ts';
import type { KnownNames } from './known-names.ts';
import type { ReportSession, Resumed, SessionState } from './report-session.ts';
import type { RoundTrips } from './round-trips.ts';

const FIRST_RETURN_MS = 60_000;
const LAST_RETURN_MS = 600_000;

/**
 * Several servers as one, each with a login and a token of its own. The first that answers is used. After a call that
 * reached no server the next one is in use, and the caller may try again. The first is probed once a minute at most,
 * less often if it went away again soon, and used again once it answers.
 */
export class Failover implements ReportSession {
  readonly #sessions: readonly [ReportSession, ...ReportSession[]];
  #current: ReportSession;
  readonly #serverInUse: OnChange;
  #returnMs = Number.NEGATIVE_INFINITY;
  #pauseMs = FIRST_RETURN_MS;

  constructor(sessions: readonly [ReportSession, ...ReportSession[]]) {
    this.#sessions = sessions;
    this.#current = sessions[0];
    this.#serverInUse = new OnChange(this.#current.server);
  }

  get state(): SessionState {
    const isAway = this.#sessions.every((session) => session.state === 'away');
    return isAway ? 'away' : this.#current.state === 'away' ? 'new' : this.#current.state;
  }

  get servers(): number {
    return this.#sessions.length;
  }

  get server(): string {
    return this.#current.server;
  }

  get identity(): Identity {
    return this.#current.identity;
  }

  get token(): string | undefined {
    return this.#current.token;
  }

  get knownNames(): KnownNames {
    return this.#current.knownNames;
  }

  get roundTrips(): RoundTrips {
    return this.#current.roundTrips;
  }

  resume(resumed: Resumed): void {
    this.#current.resume(resumed);
  }

  describe(appName: string, version: string): void {
    for (const session of this.#sessions) session.describe(appName, version);
  }

  wantFigures(wanted: boolean): void {
    for (const session of this.#sessions) session.wantFigures(wanted);
  }

  async prepare(): Promise<void> {
    const first = this.#sessions[0];
    if (this.#current === first || monotonicTime() < this.#returnMs) return;
    // An empty report is the probe: it counts nothing, so any server may take it.
    const outcome = await first.report([]);
    this.#returnMs = monotonicTime() + this.#pauseMs;
    if (outcome.kind === 'delivered') this.#use(first);
  }

  async report(builders: readonly Uint8Array[], leaves?: () => void): Promise<Outcome> {
    const outcome = await this.#current.report(builders, leaves);
    // A report that may have been taken goes to the same server again, as long as that one lives.
    if (outcome.kind === 'unreachable' && outcome.unclear) return outcome;
    if (outcome.kind === 'unreachable') this.#goOn();
    else this.#logServer();
    return outcome;
  }

  async logout(reason: string): Promise<void> {
    await this.#current.logout(reason);
  }

  rest(): void {
    this.#current.rest();
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }

  #goOn(): void {
    const next = (this.#sessions.indexOf(this.#current) + 1) % this.#sessions.length;
    if (this.#current === this.#sessions[0]) {
      const isSoon = monotonicTime() - this.#returnMs < this.#pauseMs;
      this.#pauseMs = isSoon ? Math.min(this.#pauseMs * 2, LAST_RETURN_MS) : FIRST_RETURN_MS;
      this.#returnMs = monotonicTime() + this.#pauseMs;
    }
    this.#use(this.#sessions[next] ?? this.#sessions[0]);
  }

  #use(session: ReportSession): void {
    if (session === this.#current) return;
    this.#current.rest();
    this.#current = session;
  }

  /** Only of a server that answers: in an outage of all, none is news. */
  #logServer(): void {
    const { server } = this.#current;
    if (this.#serverInUse.isNew(server)) log.info(`reports go to ${server} now`);
  }
}
