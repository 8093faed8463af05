import { log } from '../runtime/log.ts';
import type { Outcome } from '../wire/answer.ts';
import type { SessionState } from './report-session.ts';

type Reachable =
  | { readonly kind: 'new' }
  | { readonly kind: 'loggedIn'; readonly token: string }
  /** The last login was refused; this has been logged. */
  | { readonly kind: 'refused' };

/** Away leads back to what was before, and nothing leads out of closed. */
type State = Reachable | { readonly kind: 'away'; readonly before: Reachable } | { readonly kind: 'closed' };

const NEW: Reachable = { kind: 'new' };

/** How a session stands with its server: without a token, with one, refused, away, or closed. Each change is logged once. */
export class Standing {
  readonly #server: string;
  #state: State = NEW;

  constructor(server: string) {
    this.#server = server;
  }

  get kind(): SessionState {
    return this.#state.kind;
  }

  get isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  /** The token at hand, whether or not the server is away now. */
  get token(): string | undefined {
    const reachable = this.#reachable;
    return reachable?.kind === 'loggedIn' ? reachable.token : undefined;
  }

  /** Takes a token: the first, a renewed one, or one that another thread has got. */
  take(token: string): void {
    this.#become({ kind: 'loggedIn', token });
  }

  forgetToken(): void {
    if (this.token !== undefined) this.#become(NEW);
  }

  /** A login of this app got a token. */
  admit(token: string, appId: string): void {
    if (this.#reachable?.kind === 'refused') log.info(`${this.#server} lets ${appId} log in again`);
    this.take(token);
  }

  /** A login was refused; the line tells why. */
  refuse(line: string): void {
    if (this.#reachable?.kind !== 'refused') log.warn(line);
    this.#become({ kind: 'refused' });
  }

  /** An answer came, or none. */
  note(outcome: Outcome): void {
    const before = this.#reachable;
    if (before === undefined) return;
    const isAway = this.#state.kind === 'away';
    if (outcome.kind === 'unreachable' && !isAway) {
      this.#state = { kind: 'away', before };
      log.warn(`${this.#server} is away (${outcome.reason}); counts are kept`);
    } else if (outcome.kind !== 'unreachable' && isAway) {
      this.#state = before;
      log.info(`${this.#server} is back`);
    }
  }

  close(): void {
    this.#state = { kind: 'closed' };
  }

  get #reachable(): Reachable | undefined {
    const state = this.#state;
    return state.kind === 'away' ? state.before : state.kind === 'closed' ? undefined : state;
  }

  #become(next: Reachable): void {
    if (this.#state.kind === 'away') this.#state = { kind: 'away', before: next };
    else if (!this.isClosed) this.#state = next;
  }
}
