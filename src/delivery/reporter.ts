import type { Limits } from '../aggregate/limits.ts';
import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import type { Kept } from '../backlog/disk/store.ts';
import { Alarm } from '../runtime/alarm.ts';
import { inBackground } from '../runtime/background.ts';
import { Backoff } from '../runtime/backoff.ts';
import { monotonicTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import { onExit } from '../runtime/process-exit.ts';
import type { ReportSession } from '../session/report-session.ts';
import { Delivery, type DeliveryParts } from './delivery.ts';
import { Period } from './period.ts';
import type { Run, RunEnd } from './run.ts';
import { Settling } from './settling.ts';

/** What reporting is made of. */
export interface ReporterParts extends Omit<DeliveryParts, 'delivered'> {
  readonly limits: Limits;
  readonly aggregator: SpanAggregator;
}

const FIRST_PERIOD_MS = [3_000, 7_000] as const;
const MAX_DELAY_MS = 10_000;
/** Between bursts of reports. */
const PAUSE_MS = 1_000;
/** What others left is looked for after the login, once more after this, and then once a minute. */
const SECOND_LOOK_MS = [15_000, 30_000] as const;
const LOOK_AGAIN_MS = 60_000;
const IS_LOGGED_IN_MS = 1_000;
const ASK_AGAIN_MS = 60_000;
const LOG_IN_AGAIN_MS = 180_000;
const SILENT_PERIODS = 5;
const between = (least: number, most: number) => least + Math.random() * (most - least);

/** When builders are taken and when they are sent: once a period, one run of deliveries at a time. */
export class Reporter {
  readonly #parts: ReporterParts;
  readonly #delivery: Delivery;
  readonly #settling: Settling;
  readonly #period: Period;
  /** While it is set, a back-off or a pause runs, or this process waits for its place in the period. */
  readonly #sending = new Alarm('sending', () => this.#sendUnlessBusy());
  readonly #looking = new Alarm('the look for left counts', () => this.#look());
  readonly #backoff = new Backoff();
  readonly #firstReport = new OnChange();
  /** Where in the time after a taking this process sends, so that many do not send at once. */
  readonly #sendDelayShare = Math.random();
  #forgetExit = () => {};
  #running: Promise<unknown> | undefined;
  /** Waits for its turn. */
  #flush: Promise<void> | undefined;
  #nextLookMs = between(...SECOND_LOOK_MS);
  #silentPeriods = 0;
  #excludedBefore = 0;

  constructor(parts: ReporterParts) {
    const { limits, clock } = parts;
    this.#parts = parts;
    this.#delivery = new Delivery({
      ...parts,
      delivered: (builders) => {
        this.#logFirst();
        this.#settling.note(builders);
      },
    });
    this.#settling = new Settling(
      clock,
      async (due) => (await this.#exclusively(() => this.#delivery.settle(due))) === true,
    );
    this.#period = new Period(clock, (over) => this.#take(over));
    limits.onChange((now, before) => {
      if (now.periodSeconds !== before.periodSeconds) this.#period.align(this.#periodMs);
    });
  }

  get session(): ReportSession {
    return this.#parts.session;
  }

  /** Five-minute periods that wait. */
  get periodsWaiting(): number {
    return this.#parts.backlog.periods;
  }

  /** Logs in and asks for the limits at once; the first taking follows within seconds. */
  start(): void {
    this.#period.start(this.#periodMs, between(...FIRST_PERIOD_MS));
    this.#sendUnlessBusy();
    if (this.#parts.disk === undefined) return;
    this.#look();
    this.#forgetExit = onExit('leaving counts on disk', () => this.abandon());
  }

  /** The clock was corrected by this much: what waits moves with it, and so do periods and borders. */
  clockMoved(byMs: number): void {
    this.#parts.backlog.shift(byMs);
    this.#period.align(this.#periodMs);
  }

  /** Joins a run under way, then takes what is there and tries once at once. */
  flush(atMostMs: number): Promise<void> {
    this.#flush ??= this.#exclusively(async () => {
      this.#flush = undefined;
      await this.#collect();
      await this.#run({ for: 'flush', untilMs: monotonicTime() + atMostMs });
    });
    return this.#flush;
  }

  /** The last delivery and the logout, then silence; ends early if the server is away already. */
  async end(untilMs: number): Promise<void> {
    const { session } = this.#parts;
    this.#stop();
    await this.#exclusively(async () => {
      await this.#collect();
      if (session.state !== 'away') await this.#delivery.run({ for: 'end', untilMs });
    });
    if (session.state !== 'away') await session.logout('shutdown');
  }

  /** Breaks off what still runs. What is neither delivered nor on disk is given up. */
  abandon(): void {
    const { ledger, disk, session } = this.#parts;
    this.#forgetExit();
    const waiting = this.takeOut();
    const onDisk = Math.min(disk?.leave(waiting) ?? 0, ledger.waiting);
    ledger.giveUp('shutdown', ledger.waiting - onDisk);
    session.close();
  }

  /** Breaks off what still runs, and takes out all that waits. */
  takeOut(): Kept[] {
    this.#stop();
    this.#parts.backlog.add(this.#parts.aggregator.take());
    return this.#parts.backlog.clear();
  }

  get #periodMs(): number {
    return this.#parts.limits.value.periodSeconds * 1_000;
  }

  #stop(): void {
    this.#period.stop();
    this.#settling.stop();
    this.#sending.stop();
    this.#looking.stop();
  }

  async #take(periodIsOver: boolean): Promise<void> {
    await this.#collect();
    if (!periodIsOver) return;
    this.#wantLimitsIfSilent();
    // A call that hangs, or the pause after one that failed, holds up what has come.
    if (this.#running !== undefined || this.#sending.isSet) this.#store();
    const delayMs = this.#sendDelayShare * Math.min(MAX_DELAY_MS, this.#periodMs / 4);
    if (!this.#sending.isSet) this.#sending.set(delayMs);
  }

  /** Excludes come only with a report's answer: without asking, a cleared list would never be learnt. */
  #wantLimitsIfSilent(): void {
    const { backlog, ledger } = this.#parts;
    this.#silentPeriods = backlog.isEmpty ? this.#silentPeriods + 1 : 0;
    const isHidden = ledger.excluded > this.#excludedBefore || this.#silentPeriods % SILENT_PERIODS === 0;
    if (this.#silentPeriods > 0 && isHidden) this.#delivery.wantLimits();
    this.#excludedBefore = ledger.excluded;
  }

  /** Only once the server's clock is known: what is found must not move with its correction. */
  #look(): void {
    const { session, disk, backlog } = this.#parts;
    const isLoggedIn = session.state === 'loggedIn';
    this.#looking.set(isLoggedIn ? this.#nextLookMs : IS_LOGGED_IN_MS);
    if (!isLoggedIn) return;
    this.#nextLookMs = LOOK_AGAIN_MS;
    inBackground('the look for left counts', async () => {
      await disk?.adopt((kept) => this.#delivery.adopt(kept));
      if (!backlog.isEmpty && !this.#sending.isSet) this.#sending.set(0);
    });
  }

  #collect(): Promise<void> {
    return this.#parts.aggregator.takeInParts((builders) => this.#parts.backlog.add(builders));
  }

  #store(): void {
    inBackground('storing on disk', () => this.#parts.disk?.renew());
  }

  #sendUnlessBusy(): void {
    if (this.#running !== undefined) return;
    const run = () => this.#run({ for: 'period', untilMs: Number.POSITIVE_INFINITY });
    inBackground('sending', () => this.#exclusively(run));
  }

  async #run(run: Run): Promise<void> {
    this.#sending.clear();
    const end = await this.#delivery.run(run);
    if (end.kind === 'done' || end.kind === 'more') this.#backoff.reset();
    if (end.kind !== 'done') this.#sending.set(this.#pause(end));
    if (end.kind !== 'more') this.#store();
  }

  #pause(end: RunEnd): number {
    if (end.kind === 'more') return PAUSE_MS * between(0.8, 1.2);
    if (end.kind === 'away') return this.#backoff.next();
    const pause = this.#parts.session.state === 'refused' ? LOG_IN_AGAIN_MS : ASK_AGAIN_MS;
    return pause * between(1, 1.1);
  }

  /** One at a time, in the order of asking. Never rejects: `undefined` when the work failed. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T | undefined> {
    await undefined;
    while (this.#running !== undefined) await this.#running;
    const running = inBackground('a delivery', work);
    this.#running = running;
    const result = await running;
    this.#running = undefined;
    return result;
  }

  #logFirst(): void {
    if (!this.#firstReport.isNew('taken')) return;
    const { session } = this.#parts;
    log.info(`${session.server} took the first report of ${session.identity.appId}`);
  }
}
