import type { Limits } from '../aggregate/limits.ts';
import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import { Backlog } from '../backlog/backlog.ts';
import { DiskStore } from '../backlog/disk/disk-store.ts';
import type { Resolved } from '../config/resolve.ts';
import { Alarm } from '../runtime/alarm.ts';
import { inBackground } from '../runtime/background.ts';
import { monotonicTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { onExit } from '../runtime/process-exit.ts';
import { sessionOf } from '../session/create-session.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { ServerClock } from '../session/server-clock.ts';
import type { Identity } from '../wire/login.ts';
import { Answers } from './answers.ts';
import { Backoff } from './backoff.ts';
import { Delivery, type Run, type RunEnd } from './delivery.ts';
import { DiskCopy } from './disk-copy.ts';
import type { HandedOver } from './handed-over.ts';
import type { Ledger } from './ledger.ts';
import { Period } from './period.ts';
import { Settling } from './settling.ts';

/** What reporting is made of. */
export interface ReporterParts {
  readonly resolved: Resolved;
  /** Who reports. */
  readonly identity: Identity;
  readonly limits: Limits;
  readonly aggregator: SpanAggregator;
  readonly clock: ServerClock;
  readonly ledger: Ledger;
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

/** When builders are taken and when they are sent: once a period, one run of deliveries at a time. */
export class Reporter {
  readonly #parts: ReporterParts;
  readonly #session: ReportSession;
  readonly #backlog: Backlog;
  readonly #disk: DiskCopy | undefined;
  readonly #delivery: Delivery;
  readonly #settling: Settling;
  readonly #period: Period;
  readonly #sending = new Alarm('sending', () => this.#sendUnlessBusy());
  readonly #retry = new Alarm('sending again', () => this.#sendUnlessBusy());
  readonly #looking = new Alarm('the look for left counts', () => this.#look(LOOK_AGAIN_MS));
  readonly #backoff = new Backoff();
  /** Where in the time after a taking this process sends, so that many do not send at once. */
  readonly #sendDelayShare = Math.random();
  #forgetExit = () => {};
  #isAccepted = false;
  #isEnded = false;
  #running: Promise<unknown> | undefined;
  #flush: Promise<void> | undefined;
  #silentPeriods = 0;
  #excludedBefore = 0;

  constructor(parts: ReporterParts) {
    const { resolved, identity, limits, aggregator, clock, ledger } = parts;
    const { backlogDirectory, maxBacklogBytes, resendUnclear, excludes } = resolved.settings;
    this.#parts = parts;
    const session = sessionOf(resolved, identity, clock);
    this.#session = session;
    this.#backlog = new Backlog({
      maxBytes: maxBacklogBytes,
      giveUp: (reason, spans) => ledger.giveUp(reason, spans),
    });
    if (backlogDirectory !== undefined) {
      const store = new DiskStore(backlogDirectory, identity.appId, (spans) => ledger.loseLeft(spans));
      this.#disk = new DiskCopy(this.#backlog, store);
    }
    const answers = new Answers({ limits, aggregator, session, excludes });
    this.#delivery = new Delivery({
      backlog: this.#backlog,
      session,
      clock,
      ledger,
      disk: this.#disk,
      resendUnclear,
      answered: (data) => answers.take(data),
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
      if (now.periodSeconds !== before.periodSeconds) this.#align();
    });
  }

  get session(): ReportSession {
    return this.#session;
  }

  /** Five-minute periods that wait. */
  get periodsWaiting(): number {
    return this.#backlog.periods;
  }

  /** Logs in and asks for the limits at once; the first taking follows within seconds. */
  start(): void {
    this.#period.start(this.#periodMs, between(...FIRST_PERIOD_MS));
    this.#sendUnlessBusy();
    if (this.#disk === undefined) return;
    this.#look(between(...SECOND_LOOK_MS));
    this.#forgetExit = onExit('leaving counts on disk', () => this.abandon());
  }

  /** The clock was corrected by this much: what waits moves with it, and so do periods and borders. */
  clockMoved(byMs: number): void {
    this.#backlog.shift(byMs);
    this.#align();
  }

  /** Joins a run under way, then takes what is there and tries once at once. */
  flush(atMostMs: number): Promise<void> {
    this.#flush ??= this.#exclusively(async () => {
      this.#flush = undefined;
      this.#collect();
      await this.#run({ for: 'flush', untilMs: monotonicTime() + atMostMs });
    });
    return this.#flush;
  }

  /** The last delivery and the logout, then silence; ends early if the server is away already. */
  async end(untilMs: number): Promise<void> {
    this.#stop();
    await this.#exclusively(async () => {
      this.#collect();
      if (this.#session.state !== 'away') await this.#delivery.run({ for: 'end', untilMs });
    });
    if (this.#session.state !== 'away') await this.#session.logout('shutdown');
  }

  /** Breaks off what still runs. What is neither delivered nor on disk is given up. */
  abandon(): void {
    const { ledger } = this.#parts;
    this.#forgetExit();
    this.#breakOff();
    const onDisk = Math.min(this.#disk?.leave() ?? 0, ledger.waiting);
    ledger.giveUp('shutdown', ledger.waiting - onDisk);
    this.#backlog.clear();
    this.#session.close();
  }

  /** Removes and returns what another thread could deliver now; with a disk it is left to the next process. */
  handOver(): HandedOver | undefined {
    const { identity, server, token, knownNames, state } = this.#session;
    const { ledger, clock } = this.#parts;
    if (this.#disk !== undefined || state === 'away') return undefined;
    this.#breakOff();
    if (ledger.waiting === 0) return undefined;
    ledger.giveUp('handedOver', ledger.waiting);
    const waiting = this.#backlog.waiting().map((each) => ({
      builders: each.builders(),
      isHour: each.isHour,
      inFlight: each.inFlight,
    }));
    this.#backlog.clear();
    const names = waiting.flatMap(({ builders }) => builders.map(({ name }) => name));
    return {
      identity,
      server,
      token,
      knownNames: names.filter((name) => knownNames.has(name)),
      clockOffsetMs: clock.offsetMs,
      waiting,
    };
  }

  get #periodMs(): number {
    return this.#parts.limits.value.periodSeconds * 1_000;
  }

  #align(): void {
    if (!this.#isEnded) this.#period.align(this.#periodMs);
  }

  #breakOff(): void {
    this.#stop();
    this.#delivery.stop();
    this.#collect();
  }

  #stop(): void {
    this.#isEnded = true;
    this.#period.stop();
    this.#settling.stop();
    this.#sending.clear();
    this.#retry.clear();
    this.#looking.clear();
  }

  #take(periodIsOver: boolean): void {
    // What is here at the end of a period has waited for one.
    if (periodIsOver) inBackground('storing on disk', () => this.#disk?.periodIsOver());
    this.#collect();
    if (!periodIsOver) return;
    const { excluded } = this.#parts.ledger;
    this.#silentPeriods = this.#backlog.isEmpty ? this.#silentPeriods + 1 : 0;
    const isHidden = excluded > this.#excludedBefore || this.#silentPeriods % SILENT_PERIODS === 0;
    // Excludes come only with a report's answer: without asking, a cleared list would never be learnt.
    if (this.#silentPeriods > 0 && isHidden) this.#delivery.wantLimits();
    this.#excludedBefore = excluded;
    this.#sending.set(this.#sendDelayShare * Math.min(MAX_DELAY_MS, this.#periodMs / 4));
  }

  /** Only once the server's clock is known: what is found must not move with its correction. */
  #look(nextMs: number): void {
    const disk = this.#disk;
    if (disk === undefined || this.#isEnded) return;
    if (this.#session.state !== 'loggedIn') {
      this.#looking.set(IS_LOGGED_IN_MS);
      return;
    }
    this.#looking.set(nextMs);
    inBackground('the look for left counts', async () => {
      await disk.adopt((kept) => this.#delivery.adopt(kept));
      if (!this.#backlog.isEmpty) this.#sending.set(0);
    });
  }

  #collect(): void {
    this.#backlog.add(this.#parts.aggregator.take());
  }

  #sendUnlessBusy(): void {
    if (this.#running !== undefined || this.#retry.isSet) return;
    const run = () => this.#run({ for: 'period', untilMs: Number.POSITIVE_INFINITY });
    inBackground('sending', () => this.#exclusively(run));
  }

  async #run(run: Run): Promise<void> {
    this.#retry.clear();
    const end = await this.#delivery.run(run);
    if (end.kind === 'done' || end.kind === 'more') this.#backoff.reset();
    if (end.kind !== 'done' && !this.#isEnded) this.#retry.set(this.#pause(end));
  }

  #pause(end: RunEnd): number {
    if (end.kind === 'more') return PAUSE_MS * between(0.8, 1.2);
    if (end.kind === 'away') return this.#backoff.next();
    const pause = this.#session.state === 'refused' ? LOG_IN_AGAIN_MS : ASK_AGAIN_MS;
    return pause * between(1, 1.1);
  }

  /** One at a time, in the order of asking. Never rejects: `undefined` when the work failed. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T | undefined> {
    await undefined;
    while (this.#running !== undefined) await this.#running;
    const running = work().catch((error: unknown) => {
      log.error(`a delivery failed: ${String(error)}`);
      return undefined;
    });
    this.#running = running;
    const result = await running;
    if (this.#running === running) this.#running = undefined;
    return result;
  }

  #logFirst(): void {
    if (this.#isAccepted) return;
    this.#isAccepted = true;
    log.info(`${this.#session.server} took the first report of ${this.#session.identity.appId}`);
  }
}

/** Starts to report. */
export function startReporting(parts: ReporterParts): Reporter {
  const reporter = new Reporter(parts);
  reporter.start();
  return reporter;
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
