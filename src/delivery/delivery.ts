import { type SpanBuilder, spansIn } from '../aggregate/span-builder.ts';
import type { Backlog } from '../backlog/backlog.ts';
import type { Kept } from '../backlog/disk/store.ts';
import type { Report } from '../backlog/report.ts';
import { announcementJson } from '../report/encode.ts';
import { packReport } from '../report/packing.ts';
import { nextTurn } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { ServerClock } from '../session/server-clock.ts';
import { mayHaveArrived, type Outcome, type Unreachable } from '../wire/answer.ts';
import { Announcing } from './announcing.ts';
import type { DiskCopy } from './disk-copy.ts';
import type { Ledger } from './ledger.ts';
import type { Run, RunEnd } from './run.ts';
import type { Settlement } from './settling.ts';
import { Trust } from './trust.ts';

/** What a delivery is made of. */
export interface DeliveryParts {
  readonly backlog: Backlog;
  readonly session: ReportSession;
  readonly clock: ServerClock;
  readonly ledger: Ledger;
  readonly disk?: DiskCopy | undefined;
  /** Whether a report that may have arrived goes again, or has passed for delivered. */
  readonly resendUnclear: boolean;
  /** Called with builders that the server took. */
  readonly delivered: (builders: readonly SpanBuilder[]) => void;
}

/** Reports per run. After an outage many services come back at once, so each pauses between runs. */
const REPORTS_AT_ONCE = 4;
/** Rejections of one report, while an empty one is taken each time, after which its content is at fault. */
const REFUSALS = 2;
const FOREIGN_ANSWERS = 3;
/** The same for ends without an answer: a firewall resets connections too, but so does a server that is restarted. */
const SILENT_ENDS = 5;
/** Unreadable names that are logged; further ones are no news. */
const LOGGED_NAMES = 20;
/** This often the samples of a report are halved: enough for a few bad ones, and no siege where each one is bad. */
const SAMPLE_SPLITS = 64;

/** Sends what waits in the backlog, oldest first, one report at a time, and acts on the outcome. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #trust: Trust;
  readonly #announcing: Announcing;
  readonly #unreadable = new Set<string>();
  /** Since a report was last taken apart. */
  #sampleSplits = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#trust = new Trust(parts.session, parts.ledger);
    this.#announcing = new Announcing(parts.session);
  }

  /** Makes ours what another has left. */
  adopt({ builders, state }: Kept): void {
    const { ledger, backlog, clock, resendUnclear } = this.#parts;
    // The other's clock ran ahead, and the server would drop what lies in its future without a word.
    const nowMs = clock.now();
    const latestMs = builders.reduce((latest, { startTimeMs }) => Math.max(latest, startTimeMs), nowMs);
    for (const builder of builders) builder.shift(nowMs - latestMs);
    const spans = spansIn(builders);
    ledger.adopt(spans);
    if (state !== 'ready') ledger.noteUnclear();
    if (state === 'ready') backlog.add(builders);
    else if (state === 'sent' && !resendUnclear) ledger.deliver(spans);
    else {
      this.#trust.doubt();
      backlog.addUnclear(builders);
    }
  }

  /** Asks for the limits with the next run, even if nothing waits. */
  wantLimits(): void {
    this.#trust.wantLimits();
  }

  /** Delivers what waits. What is taken out of the backlog meanwhile is judged no more. */
  async run(run: Run): Promise<RunEnd> {
    const { session } = this.#parts;
    await session.prepare();
    for (let tried = 1; ; tried++) {
      const end = (await this.#askFirst(run)) ?? (await this.#sendAll(run));
      // Another server is in use now: on with it, but not with a report that the first may have taken.
      const isElsewhere = end.kind === 'away' && !end.unclear && tried < session.servers;
      if (!isElsewhere) return end;
    }
  }

  /** Sends builders of Total 0 to bring hours up to date; true when they were taken. Only a trusted server is bothered. */
  async settle(settlements: readonly Settlement[]): Promise<boolean> {
    if (this.#trust.state !== 'trusted') return false;
    const outcome = await this.#parts.session.report(settlements.map(announcementJson));
    return outcome.kind === 'delivered';
  }

  async #askFirst(run: Run): Promise<RunEnd | undefined> {
    const { state } = this.#trust;
    const isAsked = state === 'trusted' || (state === 'unasked' && run.for === 'end');
    return isAsked ? undefined : this.#ask();
  }

  async #ask(): Promise<RunEnd | undefined> {
    const end = await this.#trust.ask();
    this.#parts.backlog.leaving?.confirm(end === undefined);
    return end;
  }

  async #sendAll(run: Run): Promise<RunEnd> {
    const { backlog, clock } = this.#parts;
    const atMost = run.for === 'period' ? REPORTS_AT_ONCE : Number.POSITIVE_INFINITY;
    for (let sent = 0; ; sent++) {
      await nextTurn();
      const next = backlog.next(clock.now());
      if (next === undefined) return { kind: 'done' };
      if (sent >= atMost) return { kind: 'more' };
      // At the end no sample that was taken apart holds up counts.
      if (run.for === 'end' && next.spans === 0) {
        backlog.remove(next);
        continue;
      }
      const end = await this.#sendNext(next, run);
      if (end !== undefined) return end;
    }
  }

  /** Sends what of the next report fits into one; how the run ends, if it ends with it. */
  async #sendNext(next: Report, run: Run): Promise<RunEnd | undefined> {
    const { backlog, clock, disk } = this.#parts;
    const { json } = await packReport(next.builders, clock.offsetMs);
    const report = json.length < next.builders.length ? backlog.replace(next, next.split(json.length)) : next;
    const failure = await this.#announcing.announce(report.builders, run.untilMs);
    const outcome = failure ?? (await this.#send(report, json));
    if (outcome === undefined || backlog.leaving !== report) return { kind: 'done' };
    const end = await this.#judge(report, outcome);
    await disk?.ended();
    return end;
  }

  /** `undefined` if it was taken out of the backlog before it left. */
  async #send(report: Report, json: readonly Buffer[]): Promise<Outcome | undefined> {
    const { backlog, session, disk, ledger } = this.#parts;
    const isResent = report.state === 'unclear';
    if (!isResent) report.state = 'leaving';
    await disk?.leaves();
    if (backlog.leaving !== report) return undefined;
    if (isResent) {
      ledger.noteResent(report.spans);
      log.warn(
        `a report is sent again, since it is unknown whether it arrived: up to ${report.spans} calls of ${report.builders.length} names may count twice`,
      );
    }
    const outcome = await session.report(json, () => {
      if (!isResent) report.state = 'sent';
    });
    if (!isResent) report.state = 'ready';
    else if (!mayHaveArrived(outcome)) ledger.noteNotResent(report.spans);
    return outcome;
  }

  async #judge(report: Report, outcome: Outcome): Promise<RunEnd | undefined> {
    const { ledger, session } = this.#parts;
    if (outcome.kind !== 'delivered') ledger.noteFailure(outcome);
    switch (outcome.kind) {
      case 'delivered':
        this.#take(report);
        return undefined;
      case 'unreadable':
        this.#split(report);
        return undefined;
      case 'unreachable':
        return this.#judgeUnreachable(report, outcome);
      default:
        // A refused login says nothing of the report, which did not even leave.
        if (session.state === 'refused') return { kind: 'refused' };
        this.#trust.refuse(outcome.message);
        return this.#reject(report, REFUSALS, { kind: 'refused' });
    }
  }

  async #judgeUnreachable(report: Report, outcome: Unreachable): Promise<RunEnd | undefined> {
    const { unclear, status } = outcome;
    const { ledger, resendUnclear } = this.#parts;
    this.#trust.doubt();
    if (unclear) {
      ledger.noteUnclear();
      // A proxy also says 500 and 503 without having asked the server.
      if (!resendUnclear && status !== 500 && status !== 503) {
        this.#take(report);
        return { kind: 'away', unclear };
      }
      if (report.spans > 0) report.state = 'unclear';
    }
    const atMost = status === undefined ? SILENT_ENDS : FOREIGN_ANSWERS;
    return this.#reject(report, atMost, { kind: 'away', unclear });
  }

  /** Counts that a report was turned away: often enough, while an empty one is taken each time, and it is split. */
  async #reject(report: Report, atMost: number, end: RunEnd): Promise<RunEnd | undefined> {
    if (!report.reject(atMost)) return end;
    await this.#parts.disk?.ended();
    const stillRejected = await this.#ask();
    const isJudged = stillRejected === undefined && this.#parts.backlog.leaving === report;
    if (isJudged && !report.mayBeByChance) this.#split(report);
    return stillRejected;
  }

  /** What cannot be read goes once more without samples, which follow; then in halves. The one builder that is left is given up. */
  #split(report: Report): void {
    const { backlog, ledger } = this.#parts;
    const { builders, spans } = report;
    if (report.isMixed) {
      this.#sampleSplits = 0;
      backlog.replace(report, report.takeApart());
    } else if (builders.length > 1 && (spans > 0 || this.#sampleSplits++ < SAMPLE_SPLITS)) {
      backlog.replace(report, report.split(Math.ceil(builders.length / 2)));
    } else {
      ledger.giveUp('unreadable', spans);
      if (spans > 0) this.#logUnreadable(builders[0]?.name ?? '');
      backlog.remove(report);
    }
  }

  #take(report: Report): void {
    const { backlog, ledger, session, delivered } = this.#parts;
    const { builders, spans } = report;
    ledger.deliver(spans);
    session.knownNames.add(builders.map(({ name }) => name));
    backlog.remove(report);
    delivered(builders);
  }

  #logUnreadable(name: string): void {
    if (this.#unreadable.has(name) || this.#unreadable.size >= LOGGED_NAMES) return;
    this.#unreadable.add(name);
    log.loss(`the server cannot read the builder ${JSON.stringify(name)}: its counts are given up`);
  }
}
