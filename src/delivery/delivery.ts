import type { SpanBuilder } from '../aggregate/span-builder.ts';
import type { Backlog } from '../backlog/backlog.ts';
import { Batch, type Report } from '../backlog/batch.ts';
import type { Stored } from '../backlog/disk/stored-builders.ts';
import type { StoredFile } from '../backlog/disk/stored-file.ts';
import { announcementJson } from '../report/encode.ts';
import { log } from '../runtime/log.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { ServerClock } from '../session/server-clock.ts';
import type { Outcome } from '../wire/answer.ts';
import type { Fields } from '../wire/fields.ts';
import { Announcing } from './announcing.ts';
import { type DeliveryCounts, NO_DELIVERY } from './delivery-counts.ts';
import type { Settlement } from './settling.ts';
import { isUnreadable } from './unreadable.ts';

/** How a run of deliveries ended. */
export type RunEnd =
  | { readonly kind: 'done' }
  /** So much was sent that others shall have their turn: go on soon. */
  | { readonly kind: 'more' }
  /** The server is away: try again after a back-off. */
  | { readonly kind: 'away'; readonly unclear: boolean }
  /** The server knows us and takes nothing: ask again calmly. */
  | { readonly kind: 'refused' };

/** What delivery tells, and asks of, its owner. */
export interface DeliveryEvents {
  /** A batch that is on disk is about to be sent: it needs one file that holds all of it. */
  align(batch: Batch): Promise<void>;

  /** A report was taken; the data of its answer carries the limits. */
  answered(data: Fields): void;
  /** Builders with counts were taken. */
  delivered(builders: readonly SpanBuilder[]): void;
}

/** A thousand services that find their server again shall not fell it: so many reports, then a pause. */
const REPORTS_AT_ONCE = 4;
/** So many unreadable names are said; after them it is no news. */
const SAID_NAMES = 20;

/** Sends what waits in the backlog, oldest first, one report at a time, and judges what comes back. */
export class Delivery {
  readonly #backlog: Backlog;
  readonly #session: ReportSession;
  readonly #clock: ServerClock;
  readonly #events: DeliveryEvents;
  readonly #resendUnclear: boolean;
  readonly #announcing: Announcing;
  /** Taken out of the backlog: the one being sent, and those that must not go back, as they end unclear. */
  readonly #batches: Batch[] = [];
  /** Why an empty report goes first: to learn the limits, or to see whether the server takes anything. */
  #probe: 'limits' | 'doubt' | undefined = 'limits';
  #refusedBefore = false;
  #abandoned = false;
  readonly #counts: { -readonly [K in keyof DeliveryCounts]: number } = { ...NO_DELIVERY };
  readonly #saidUnreadable = new Set<string>();
  #lastError: string | undefined;

  constructor(
    backlog: Backlog,
    session: ReportSession,
    clock: ServerClock,
    options: { readonly resendUnclear: boolean; readonly maxNames: number },
    events: DeliveryEvents,
  ) {
    this.#backlog = backlog;
    this.#session = session;
    this.#clock = clock;
    this.#resendUnclear = options.resendUnclear;
    this.#announcing = new Announcing(session, options.maxNames * 4, (data) => events.answered(data));
    this.#events = events;
  }

  get counts(): DeliveryCounts {
    return { ...this.#counts };
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** What was taken out of the backlog and is not delivered yet. */
  get batches(): readonly Batch[] {
    return this.#batches;
  }

  /** Spans of them. */
  get pendingTotal(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.total, 0);
  }

  /**
   * Makes ours what another has left at its end: of its builders the first `done` had been delivered, and the next
   * `inFlight` were on their way.
   */
  async takeUp(stored: Stored, done: number, inFlight: number, files: readonly StoredFile[]): Promise<void> {
    const again = this.#resendUnclear ? inFlight : 0;
    const batch = new Batch(stored.builders, stored.isHour, files, true, done + inFlight - again);
    if (inFlight > 0) this.#counts.unclear++;
    this.#counts.adoptedSpans += batch.total;
    if (batch.isEmpty) {
      for (const file of files) await file.remove();
    } else if (again === 0) {
      this.#backlog.putBack(batch);
    } else {
      this.#probe = 'doubt';
      this.#batches.push(batch);
      await batch.resumeUnclear(again, this.#clock.offsetMs);
    }
  }

  /** Asks for the limits with the next run, even if nothing waits. */
  wantLimits(): void {
    this.#probe ??= 'limits';
  }

  /**
   * Delivers what waits, `atMost` so many reports of it. `untilMs` is when it has to be over: where announcing new
   * names would take longer, their counts go without. `last`: nothing is asked that only a later run could use.
   */
  async run(untilMs: number, atMost = REPORTS_AT_ONCE, last = false): Promise<RunEnd> {
    await this.#session.prepare();
    const tried = new Set<string>();
    let end: RunEnd;
    do {
      tried.add(this.#session.server);
      end = await this.#runOnce(untilMs, atMost, last);
      // Another server is in use now: on with it, but not with a report that may have been taken.
    } while (end.kind === 'away' && !end.unclear && !tried.has(this.#session.server));
    if (end.kind !== 'refused') this.#refusedBefore = false;
    if (end.kind !== 'more') await this.#putBack();
    return end;
  }

  /** Sends builders of Total 0 to bring hours up to date; true when they were taken. */
  async settle(settlements: readonly Settlement[]): Promise<boolean> {
    if (this.#probe === 'doubt') return false;
    const outcome = await this.#session.report(settlements.map((each) => announcementJson(each)));
    if (outcome.kind === 'delivered') this.#events.answered(outcome.data);
    return outcome.kind === 'delivered';
  }

  /** Judges no more; what was not delivered, as it is. */
  abandon(): Batch[] {
    this.#abandoned = true;
    return this.#batches.splice(0);
  }

  async #runOnce(untilMs: number, atMost: number, last: boolean): Promise<RunEnd> {
    const probing = this.#probe === 'doubt' || (this.#probe === 'limits' && !last);
    return (
      (probing ? await this.#sendEmpty() : undefined) ?? (await this.#sendAll(last ? 0 : untilMs, atMost))
    );
  }

  async #sendAll(untilMs: number, atMost: number): Promise<RunEnd> {
    for (let sent = 0; ; ) {
      const batch = await this.#nextBatch();
      if (batch === undefined) return { kind: 'done' };
      const report = await batch.next(this.#clock.offsetMs);
      if (report === undefined) {
        await this.#finish(batch);
        const isLeft = this.#batches.length > 0 || !this.#backlog.isEmpty;
        if (sent >= atMost && isLeft) return { kind: 'more' };
        continue;
      }
      const failed = await this.#announcing.announce(report.builders, untilMs, this.#refusedBefore);
      if (this.#abandoned) return { kind: 'done' };
      if (failed === undefined && !(await batch.leaves())) {
        this.#handOver(batch);
        continue;
      }
      const end = this.#judge(batch, report, failed ?? (await this.#sendReport(report)));
      if (end !== undefined) return end;
      sent++;
    }
  }

  async #nextBatch(): Promise<Batch | undefined> {
    const nowMs = this.#clock.now();
    let batch = this.#batches[0];
    while (batch !== undefined && this.#backlog.expire(batch, nowMs)) {
      this.#batches.shift();
      batch = this.#batches[0];
    }
    if (batch === undefined) {
      batch = this.#backlog.takeOldest(nowMs);
      if (batch !== undefined) this.#batches.push(batch);
      if (batch !== undefined && batch.files.length > 0) await this.#events.align(batch);
    }
    return batch;
  }

  async #finish(batch: Batch): Promise<void> {
    this.#remove(batch);
    for (const file of batch.files) await file.remove();
  }

  #handOver(batch: Batch): void {
    this.#remove(batch);
    this.#backlog.noteHandedOver(batch.total);
    this.#backlog.handOver();
  }

  #remove(batch: Batch): void {
    this.#batches.splice(this.#batches.indexOf(batch), 1);
  }

  /** Whatever must not go as it was goes back, to be merged with what comes. */
  async #putBack(): Promise<void> {
    for (const batch of [...this.#batches]) {
      const isHere = await batch.mark();
      if (this.#abandoned || batch.isUnclear) continue;
      if (!isHere) {
        this.#handOver(batch);
        continue;
      }
      this.#remove(batch);
      this.#backlog.putBack(batch);
    }
  }

  async #sendEmpty(): Promise<RunEnd | undefined> {
    const outcome = await this.#session.report([]);
    if (outcome.kind === 'delivered') this.#events.answered(outcome.data);
    if (outcome.kind === 'delivered' || outcome.kind === 'unreadable') {
      this.#probe = undefined;
      return undefined;
    }
    this.#noteFailure(outcome);
    return outcome.kind === 'unreachable' ? { kind: 'away', unclear: false } : { kind: 'refused' };
  }

  #sendReport(report: Report): Promise<Outcome> {
    if (report.unclear) {
      this.#counts.resent++;
      this.#counts.resentSpans += totalOf(report.builders);
    }
    return this.#session.report(report.json);
  }

  #judge(batch: Batch, report: Report, outcome: Outcome): RunEnd | undefined {
    if (this.#abandoned) return { kind: 'done' };
    if (outcome.kind === 'delivered') {
      this.#events.answered(outcome.data);
      this.#take(batch, report);
      return undefined;
    }
    this.#noteFailure(outcome);
    if (isUnreadable(outcome, this.#refusedBefore)) {
      this.#halve(batch, report);
      return undefined;
    }
    if (outcome.kind === 'unreachable') {
      this.#keep(batch, report, outcome.unclear);
      return { kind: 'away', unclear: outcome.unclear };
    }
    this.#probe = 'doubt';
    this.#refusedBefore = true;
    this.#keep(batch, report, false);
    return { kind: 'refused' };
  }

  #take(batch: Batch, report: Report): void {
    batch.delivered();
    this.#counts.delivered++;
    this.#counts.deliveredSpans += totalOf(report.builders);
    this.#announcing.note(report.builders);
    this.#events.delivered(report.builders);
  }

  #halve(batch: Batch, report: Report): void {
    const [only] = report.builders;
    if (report.builders.length > 1) {
      batch.halve();
    } else if (only !== undefined) {
      batch.delivered();
      this.#counts.unreadableSpans += only.total;
      this.#sayUnreadable(only.name);
    }
  }

  #sayUnreadable(name: string): void {
    if (this.#saidUnreadable.has(name) || this.#saidUnreadable.size >= SAID_NAMES) return;
    this.#saidUnreadable.add(name);
    log.warn(`the server cannot read the builder ${JSON.stringify(name)}: its counts are given up`);
  }

  #keep(batch: Batch, report: Report, unclear: boolean): void {
    if (unclear) this.#counts.unclear++;
    if (unclear || report.unclear) this.#probe = 'doubt';
    if (unclear && !this.#resendUnclear) this.#take(batch, report);
    else batch.giveBack(unclear || report.unclear);
  }

  #noteFailure(outcome: Outcome): void {
    if (outcome.kind === 'delivered') return;
    const kind = outcome.kind === 'unauthorized' ? 'refused' : outcome.kind;
    this.#counts[kind]++;
    this.#lastError = 'reason' in outcome ? outcome.reason : outcome.message;
  }
}

function totalOf(builders: readonly SpanBuilder[]): number {
  return builders.reduce((sum, builder) => sum + builder.total, 0);
}
