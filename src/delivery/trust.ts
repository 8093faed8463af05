import { log } from '../runtime/log.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { Ledger } from './ledger.ts';
import type { RunEnd } from './run.ts';

/**
 * How far the server is trusted. `unasked`: it has not told the limits yet, or is to tell them anew; `trusted`: reports
 * go; `doubted`: the last report may or may not have arrived, or something else answered; `refusing`: it turned a report
 * away. In all but `trusted` an empty report goes first, see {@link ask}.
 */
export class Trust {
  readonly #session: ReportSession;
  readonly #ledger: Ledger;
  #state: 'unasked' | 'trusted' | 'doubted' | 'refusing' = 'unasked';

  constructor(session: ReportSession, ledger: Ledger) {
    this.#session = session;
    this.#ledger = ledger;
  }

  get state() {
    return this.#state;
  }

  /** The limits are wanted, even if nothing waits. */
  wantLimits(): void {
    if (this.#state === 'trusted') this.#state = 'unasked';
  }

  /** It is unknown whether a report arrived, or whether the server is there. */
  doubt(): void {
    this.#state = 'doubted';
  }

  /** A report was refused; logged once, unless the login was refused, which has been logged. */
  refuse(message: string): void {
    const session = this.#session;
    if (this.#state !== 'refusing' && session.state !== 'refused')
      log.warn(
        `${session.server} refuses the reports of ${session.identity.appId} (${message}); counts are kept`,
      );
    this.#state = 'refusing';
  }

  /** Sends an empty report. The server is trusted again if it takes it, and even if it cannot read it; else a run ends. */
  async ask(): Promise<RunEnd | undefined> {
    const outcome = await this.#session.report([]);
    if (outcome.kind === 'delivered' || outcome.kind === 'unreadable') {
      if (this.#state === 'refusing') log.info(`${this.#session.server} takes reports again`);
      this.#state = 'trusted';
      return undefined;
    }
    this.#ledger.noteFailure(outcome);
    if (outcome.kind === 'unreachable') return { kind: 'away', unclear: false };
    this.refuse(outcome.message);
    return { kind: 'refused' };
  }
}
