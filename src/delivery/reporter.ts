import { Excludes, tidy } from '../aggregate/excludes.ts';
import type { Limits } from '../aggregate/limits.ts';
import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import { Backlog } from '../backlog/backlog.ts';
import type { Batch } from '../backlog/batch.ts';
import { DiskBacklog } from '../backlog/disk/disk-backlog.ts';
import type { Slot } from '../backlog/slot.ts';
import type { Resolved } from '../config/resolve.ts';
import { Alarm } from '../runtime/alarm.ts';
import { inBackground } from '../runtime/background.ts';
import { wallTime } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { onExit } from '../runtime/process-exit.ts';
import { sessionOf } from '../session/create-session.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { ServerClock } from '../session/server-clock.ts';
import type { Fields } from '../wire/fields.ts';
import type { Identity } from '../wire/login.ts';
import { Backoff } from './backoff.ts';
import { Delivery, type RunEnd } from './delivery.ts';
import { type HandedOver, partsOf } from './handed-over.ts';
import { Period } from './period.ts';
import { Settling } from './settling.ts';

/** What reporting is told once. */
export interface ReportingSettings {
  /** The user's own excludes, which stay beside the server's. */
  readonly excludes: readonly string[];
  readonly resendUnclear: boolean;
  readonly maxNames: number;
}

const FIRST_PERIOD_MS = [3_000, 7_000] as const;
const MAX_DELAY_MS = 10_000;
/** Between bursts of reports. */
const PAUSE_MS = 1_000;
/** A dead folder is adopted at the second look; a process that lives touches its own every 15 s. */
const SECOND_LOOK_MS = [15_000, 30_000] as const;
const LOOK_AGAIN_MS = 60_000;
const ASK_AGAIN_MS = 60_000;
const LOG_IN_AGAIN_MS = 180_000;
const SILENT_PERIODS = 5;

/** The period: takes the builders, has them delivered, one run at a time, and hands the answer's limits back. */
export class Reporting {
  readonly #settings: ReportingSettings;
  readonly #limits: Limits;
  readonly #aggregator: SpanAggregator;
  readonly #backlog: Backlog;
  readonly #disk: DiskBacklog | undefined;
  readonly #session: ReportSession;
  readonly #clock: ServerClock;
  readonly #delivery: Delivery;
  readonly #period: Period;
  readonly #settling = new Settling(
    async (due) => (await this.#exclusively(() => this.#delivery.settle(due))) === true,
  );
  readonly #sending = new Alarm('sending', () => this.#sendUnlessBusy());
  readonly #retry = new Alarm('sending again', () => this.#sendUnlessBusy());
  readonly #looking = new Alarm('the look for left counts', () => this.#look(LOOK_AGAIN_MS));
  readonly #backoff = new Backoff();
  /** Where in the time after a taking this process sends, so that many do not send at once. */
  readonly #place = Math.random();
  #serverExcludes = '[]';
  #accepted = false;
  #ended = false;
  #leftOnDisk = 0;
  #forgetExit = () => {};
  #running: Promise<unknown> | undefined;
  #flush: Promise<void> | undefined;
  #silent = 0;
  #excludedBefore = 0;

  constructor(
    settings: ReportingSettings,
    limits: Limits,
    aggregator: SpanAggregator,
    backlog: Backlog,
    disk: DiskBacklog | undefined,
    session: ReportSession,
    clock: ServerClock,
  ) {
    this.#settings = settings;
    this.#aggregator = aggregator;
    this.#backlog = backlog;
    this.#disk = disk;
    this.#session = session;
    this.#clock = clock;
    this.#limits = limits;
    limits.onChange((now, before) => {
      if (now.periodSeconds !== before.periodSeconds) this.align();
    });
    this.#period = new Period(clock, (over) => this.#take(over));
    this.#delivery = new Delivery(backlog, session, clock, settings, {
      align: async (batch) => this.#disk?.align(batch),
      answered: (data) => this.#apply(data),
      delivered: (builders) => {
        this.#sayAccepted();
        this.#settling.note(builders);
      },
    });
  }

  /** Spans that wait on disk for the next process. */
  get leftOnDisk(): number {
    return this.#leftOnDisk;
  }

  get backlog(): Backlog {
    return this.#backlog;
  }

  get session(): ReportSession {
    return this.#session;
  }

  get delivery(): Delivery {
    return this.#delivery;
  }

  /** Logs in and asks for the limits at once; the first taking follows within seconds. */
  start(): void {
    const [least, most] = FIRST_PERIOD_MS;
    this.#period.start(this.#limits.value.periodSeconds * 1_000, between(least, most));
    this.#sendUnlessBusy();
    if (this.#disk === undefined) return;
    this.#look(between(...SECOND_LOOK_MS));
    this.#forgetExit = onExit('leaving counts on disk', () => this.abandon());
  }

  /** The clock was set: periods and borders are the server's. */
  align(): void {
    if (!this.#ended) this.#period.align(this.#limits.value.periodSeconds * 1_000);
  }

  /** Joins a run under way, then takes what is there and tries once at once. */
  flush(atMostMs: number): Promise<void> {
    this.#flush ??= this.#exclusively(async () => {
      this.#flush = undefined;
      this.#collect();
      await this.#run(wallTime() + atMostMs, Number.POSITIVE_INFINITY);
    });
    return this.#flush;
  }

  /** The last delivery and the logout, then silence; ends early where the server is away already. */
  async end(): Promise<void> {
    this.#stop();
    await this.#exclusively(async () => {
      this.#collect();
      if (this.#session.state !== 'away') await this.#delivery.run(0, Number.POSITIVE_INFINITY, true);
    });
    this.#stop();
    if (this.#session.state !== 'away') await this.#session.logout('shutdown');
  }

  /** Breaks off whatever still runs; the number of spans that are neither delivered nor on disk. */
  abandon(): number {
    this.#forgetExit();
    const { total, slots, batches } = this.#breakOff();
    const left = this.#disk?.leave(slots, batches) ?? 0;
    this.#leftOnDisk += left;
    this.#session.close();
    return total - left;
  }

  /** Takes out what another thread could deliver now; with a disk it is left to the next process. */
  handOver(): HandedOver | undefined {
    const { identity, server, state } = this.#session;
    if (this.#disk !== undefined || state === 'away') return undefined;
    const { total, slots, batches } = this.#breakOff();
    if (total === 0) return undefined;
    this.#backlog.noteHandedOver(total);
    const parts = partsOf(slots, batches);
    return { identity, server, clockOffsetMs: this.#clock.offsetMs, parts, total };
  }

  /** Takes everything out, whatever still runs. */
  #breakOff(): { readonly total: number; readonly slots: Slot[]; readonly batches: Batch[] } {
    this.#stop();
    this.#collect();
    const total = this.#backlog.total + this.#delivery.pendingTotal;
    return { total, slots: this.#backlog.clear(), batches: this.#delivery.abandon() };
  }

  #stop(): void {
    this.#ended = true;
    this.#period.stop();
    this.#settling.stop();
    this.#sending.clear();
    this.#retry.clear();
    this.#looking.clear();
  }

  #take(periodIsOver: boolean): void {
    if (periodIsOver) this.#store();
    this.#collect();
    if (!periodIsOver) return;
    const { excluded } = this.#aggregator.dropped;
    this.#silent = this.#backlog.isEmpty ? this.#silent + 1 : 0;
    if (this.#silent > 0 && (excluded > this.#excludedBefore || this.#silent % SILENT_PERIODS === 0)) {
      // Excludes come only with a report's answer: without asking, a cleared list would never be learnt.
      this.#delivery.wantLimits();
    }
    this.#excludedBefore = excluded;
    this.#sending.set(this.#place * Math.min(MAX_DELAY_MS, this.#limits.value.periodSeconds * 250));
  }

  /** What is here at the end of a period has waited for one. */
  #store(): void {
    const disk = this.#disk;
    if (disk === undefined) return;
    this.#backlog.markDue();
    inBackground('storing on disk', () => this.#exclusively(() => disk.store(this.#delivery)));
  }

  #look(nextMs: number): void {
    const disk = this.#disk;
    if (disk === undefined || this.#ended) return;
    this.#looking.set(nextMs);
    inBackground('the look for left counts', () =>
      this.#exclusively(async () => {
        if (await disk.adopt(this.#delivery)) this.#sending.set(0);
      }),
    );
  }

  #collect(): void {
    this.#backlog.add(this.#aggregator.take());
  }

  #sendUnlessBusy(): void {
    if (this.#running !== undefined || this.#retry.isSet) return;
    inBackground('sending', () => this.#exclusively(() => this.#run(Number.POSITIVE_INFINITY)));
  }

  async #run(untilMs: number, atMost?: number): Promise<void> {
    this.#retry.clear();
    const end = await this.#delivery.run(untilMs, atMost);
    if (end.kind === 'done' || end.kind === 'more') this.#backoff.reset();
    if (end.kind !== 'done' && !this.#ended) this.#retry.set(this.#pause(end));
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

  #apply(data: Fields): void {
    this.#limits.take(data);
    this.#applyExcludes(data.get('excludes'));
    const figuresWanted = data.get('enableMeter');
    if (typeof figuresWanted === 'boolean') this.#session.wantFigures(figuresWanted);
  }

  /** A list replaces the former one, null clears it, anything else is no list. */
  #applyExcludes(value: unknown): void {
    if (!Array.isArray(value) && value !== null) return;
    const entries = tidy(value ?? []);
    const key = JSON.stringify(entries);
    if (key === this.#serverExcludes) return;
    this.#serverExcludes = key;
    this.#aggregator.excludes = new Excludes(entries, this.#settings.excludes);
  }

  #sayAccepted(): void {
    if (this.#accepted) return;
    this.#accepted = true;
    const { appId } = this.#session.identity;
    log.info(`${this.#session.server} took the first report of ${appId}`);
  }
}

/** Starts to report as this app. */
export function startReporting(
  resolved: Resolved,
  identity: Identity,
  limits: Limits,
  aggregator: SpanAggregator,
  clock: ServerClock,
): Reporting {
  const { settings } = resolved;
  const backlog = new Backlog(settings.maxBacklogBytes);
  const { backlogDirectory, maxBacklogBytes } = settings;
  const disk =
    backlogDirectory === undefined
      ? undefined
      : new DiskBacklog(backlogDirectory, identity.appId, maxBacklogBytes, backlog);
  const session = sessionOf(resolved, identity, clock);
  const reporting = new Reporting(settings, limits, aggregator, backlog, disk, session, clock);
  reporting.start();
  return reporting;
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
