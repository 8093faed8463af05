import type { Outcome } from '../wire/answer.ts';
import type { Identity } from '../wire/login.ts';
import type { KnownNames } from './known-names.ts';
import type { RoundTrips } from './round-trips.ts';

/**
 * `new`: no login yet; `loggedIn`: there is a token; `refused`: the server knows this app and does not want it;
 * `away`: the server was unreachable at the last call; `closed`: logged out.
 */
export type SessionState = 'new' | 'loggedIn' | 'refused' | 'away' | 'closed';

/** What a session of another thread had. */
export interface Resumed {
  readonly token: string | undefined;
  readonly knownNames: readonly string[];
  readonly roundTripsMs: readonly number[];
}

/** Where reports go: one server's session, or several as one. */
export interface ReportSession {
  readonly state: SessionState;
  /** This many servers can be tried. */
  readonly servers: number;
  /** The address of the server in use. */
  readonly server: string;
  /** Who reports, as the server calls it since the last login. */
  readonly identity: Identity;
  /** The token at hand. */
  readonly token: string | undefined;
  /** Names that the server in use has taken from this process. */
  readonly knownNames: KnownNames;
  /** Of the server in use. */
  readonly roundTrips: RoundTrips;
  /** Goes on with what another thread's session had. */
  resume(resumed: Resumed): void;
  /** Sets the display name and version, which the resource may tell after the login. */
  describe(appName: string, version: string): void;
  /** Sets whether the server wants the figures of the process (`enableMeter`). */
  wantFigures(wanted: boolean): void;
  /** Before a run of reports: chooses the server, which changes during the run only if it goes away. */
  prepare(): Promise<void>;
  /**
   * Sends builders, JSON already, as one report; none is an empty report, which asks for the limits.
   *
   * @param leaves - for a report with counts, whose end alone can be unclear: called each time before it leaves
   */
  report(builders: readonly Uint8Array[], leaves?: () => void): Promise<Outcome>;
  /** Marks this instance as gone on the console, if it had logged in. The session is closed from then on. */
  logout(reason: string): Promise<void>;
  /** Another server is used for now: no more pings, and a new login when it is this one's turn again. */
  rest(): void;
  close(): void;
}
