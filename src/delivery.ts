import type { SpanBuilder } from './aggregate/span-builder.ts';
import type { Backlog } from './backlog.ts';
import { log } from './log.ts';
import type { ServerClock } from './server-clock.ts';
import type { ReportSession } from './session.ts';
import type { Settlement } from './settling.ts';
import type { Fields, Outcome } from './wire/answer.ts';
import { packReport, REPORT_BUILDERS, REPORT_MEMORY_BYTES } from './wire/packing.ts';
import { announcementJson } from './wire/report.ts';

/** How a run of deliveries ended. */
export type RunEnd =
  | { readonly kind: 'done' }
  /** The server is away: try again after a back-off. */
  | { readonly kind: 'away'; readonly unclear: boolean }
  /** The server knows us and takes nothing: ask again calmly. */
  | { readonly kind: 'refused' };

/** What became of reports and their counts, since start. */
export interface DeliveryCounts {
  /** Spans in reports that the server took. */
  readonly deliveredSpans: number;
  /** Spans of builders that the server could not read. */
  readonly unreadableSpans: number;
  readonly delivered: number;
  readonly refused: number;
  readonly unreadable: number;
  readonly unreachable: number;
  readonly unclear: number;
  readonly resent: number;
}

export const NO_DELIVERY: DeliveryCounts = {
  deliveredSpans: 0,
  unreadableSpans: 0,
  delivered: 0,
  refused: 0,
  unreadable: 0,
  unreachable: 0,
  unclear: 0,
  resent: 0,
};

/** What delivery tells its owner. */
export interface DeliveryEvents {
  /** A report was taken; the data of its answer carries the limits. */
  answered(data: Fields): void;
  /** Builders with counts were taken. */
  delivered(builders: readonly SpanBuilder[]): void;
}

interface Report {
  readonly builders: readonly SpanBuilder[];
  readonly json: readonly Buffer[];
  /** It left once and no answer came: sent again, it may count twice. */
  readonly unclear: boolean;
}

const ANNOUNCED_AT_ONCE = 50;
const MILLIS_PER_NEW_NAME = 10;
/** So many unreadable names are said; after them it is no news. */
const SAID_NAMES = 20;

/** Sends what waits in the backlog, oldest first, one report at a time, and judges what comes back. */
export class Delivery {
  readonly #backlog: Backlog;
  readonly #session: ReportSession;
  readonly #clock: ServerClock;
  readonly #events: DeliveryEvents;
  readonly #resendUnclear: boolean;
  readonly #maxKnownNames: number;
  /** Names the server is known to have taken. */
  readonly #announced = new Set<string>();
  #announcedTo = '';
  /** Reports that go as they are before anything else: halves, and the one of an unclear end. */
  #ahead: Report[] = [];
  #inFlight = 0;
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
    this.#maxKnownNames = options.maxNames * 4;
    this.#events = events;
  }

  get counts(): DeliveryCounts {
    return { ...this.#counts };
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Spans taken out of the backlog and not yet judged. */
  get pendingTotal(): number {
    return this.#inFlight + this.#ahead.reduce((sum, report) => sum + totalOf(report.builders), 0);
  }

  /** Asks for the limits with the next run, even if nothing waits. */
  wantLimits(): void {
    this.#probe ??= 'limits';
  }

  /**
   * Delivers all that waits. `untilMs` is when it has to be over: where announcing new names would take longer,
   * their counts go without. `last`: nothing is asked that only a later run could use.
   */
  async run(untilMs: number, last = false): Promise<RunEnd> {
    await this.#session.prepare();
    const tried = new Set<string>();
    let end: RunEnd;
    do {
      tried.add(this.#session.server);
      end = await this.#runOnce(untilMs, last);
      // Another server is in use now: on with it, but not with a report that may have been taken.
    } while (end.kind === 'away' && !end.unclear && !tried.has(this.#session.server));
    // Whatever must not go as it was goes back, to be merged with what comes.
    for (const report of this.#ahead) if (!report.unclear) this.#backlog.add(report.builders);
    this.#ahead = this.#ahead.filter((report) => report.unclear);
    if (end.kind !== 'refused') this.#refusedBefore = false;
    return end;
  }

  /** Sends builders of Total 0 to bring hours up to date; true when they were taken. */
  async settle(settlements: readonly Settlement[]): Promise<boolean> {
    if (this.#probe === 'doubt') return false;
    const outcome = await this.#session.report(settlements.map((each) => announcementJson(each)));
    if (outcome.kind === 'delivered') this.#events.answered(outcome.data);
    return outcome.kind === 'delivered';
  }

  /** Gives up what is neither delivered nor in the backlog; the count of its spans. */
  abandon(): number {
    this.#abandoned = true;
    const total = this.pendingTotal;
    this.#ahead = [];
    this.#inFlight = 0;
    return total;
  }

  async #runOnce(untilMs: number, last: boolean): Promise<RunEnd> {
    const probing = this.#probe === 'doubt' || (this.#probe === 'limits' && !last);
    return (probing ? await this.#sendEmpty() : undefined) ?? (await this.#sendAll(last ? 0 : untilMs));
  }

  async #sendAll(untilMs: number): Promise<RunEnd> {
    for (;;) {
      const report = this.#ahead.shift() ?? (await this.#nextReport());
      if (report === undefined) return { kind: 'done' };
      this.#inFlight = totalOf(report.builders);
      const outcome = (await this.#announce(report, untilMs)) ?? (await this.#sendReport(report));
      const end = this.#judge(report, outcome);
      this.#inFlight = 0;
      if (end !== undefined) return end;
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

  /** The names the server has not yet taken, ahead of the counts: two reports with one new name lose one of them. */
  async #announce(report: Report, untilMs: number): Promise<Outcome | undefined> {
    if (this.#session.server !== this.#announcedTo) {
      this.#announcedTo = this.#session.server;
      this.#announced.clear();
    }
    const unknown = report.builders.filter((builder) => !this.#announced.has(builder.name));
    if (Date.now() + unknown.length * MILLIS_PER_NEW_NAME > untilMs) return undefined;
    const waiting: (readonly SpanBuilder[])[] = [];
    for (let i = 0; i < unknown.length; i += ANNOUNCED_AT_ONCE) {
      waiting.push(unknown.slice(i, i + ANNOUNCED_AT_ONCE));
    }
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const outcome = await this.#session.report(batch.map((each) => announcementJson(each)));
      if (isUnreadable(outcome, this.#refusedBefore) && batch.length > 1) {
        waiting.unshift(...halves(batch));
      } else if (outcome.kind === 'delivered' || isUnreadable(outcome, this.#refusedBefore)) {
        // A name that cannot even be announced shows itself when its counts follow.
        this.#remember(batch);
        if (outcome.kind === 'delivered') this.#events.answered(outcome.data);
      } else {
        // An announcement counts nothing, so its end is never unclear.
        return outcome.kind === 'unreachable' ? { ...outcome, unclear: false } : outcome;
      }
    }
    return undefined;
  }

  #sendReport(report: Report): Promise<Outcome> {
    if (report.unclear) this.#counts.resent++;
    return this.#session.report(report.json);
  }

  #judge(report: Report, outcome: Outcome): RunEnd | undefined {
    if (this.#abandoned) return { kind: 'done' };
    if (outcome.kind === 'delivered') {
      this.#events.answered(outcome.data);
      this.#take(report);
      return undefined;
    }
    this.#noteFailure(outcome);
    if (isUnreadable(outcome, this.#refusedBefore)) {
      this.#halve(report);
      return undefined;
    }
    if (outcome.kind === 'unreachable') {
      this.#keep(report, outcome.unclear);
      return { kind: 'away', unclear: outcome.unclear };
    }
    this.#probe = 'doubt';
    this.#refusedBefore = true;
    this.#keep(report, false);
    return { kind: 'refused' };
  }

  #take(report: Report): void {
    this.#counts.delivered++;
    this.#counts.deliveredSpans += totalOf(report.builders);
    this.#remember(report.builders);
    this.#events.delivered(report.builders);
  }

  #halve(report: Report): void {
    const [only] = report.builders;
    if (report.builders.length > 1) {
      const [first, second] = halves(report.builders);
      this.#ahead.unshift(
        { builders: first, json: report.json.slice(0, first.length), unclear: false },
        { builders: second, json: report.json.slice(first.length), unclear: false },
      );
    } else if (only !== undefined) {
      this.#counts.unreadableSpans += only.total;
      this.#sayUnreadable(only.name);
    }
  }

  #sayUnreadable(name: string): void {
    if (this.#saidUnreadable.has(name) || this.#saidUnreadable.size >= SAID_NAMES) return;
    this.#saidUnreadable.add(name);
    log.warn(`the server cannot read the builder ${JSON.stringify(name)}: its counts are given up`);
  }

  #keep(report: Report, unclear: boolean): void {
    if (!unclear && !report.unclear) {
      this.#backlog.add(report.builders);
      return;
    }
    this.#probe = 'doubt';
    if (unclear) this.#counts.unclear++;
    if (this.#resendUnclear) this.#ahead.unshift({ ...report, unclear: true });
    else this.#take(report);
  }

  async #nextReport(): Promise<Report | undefined> {
    const candidates = this.#backlog.takeOldest(REPORT_BUILDERS, REPORT_MEMORY_BYTES, this.#clock.now());
    if (candidates.length === 0) return undefined;
    this.#inFlight = totalOf(candidates);
    const { builders, json, rest } = await packReport(candidates, this.#clock.offsetMs);
    this.#backlog.add(rest);
    this.#inFlight = totalOf(builders);
    return { builders, json, unclear: false };
  }

  #remember(builders: readonly SpanBuilder[]): void {
    // Forgetting all is harmless, a name is only announced once more; growing for ever is not.
    if (this.#announced.size > this.#maxKnownNames) this.#announced.clear();
    for (const builder of builders) this.#announced.add(builder.name);
  }

  #noteFailure(outcome: Outcome): void {
    if (outcome.kind === 'delivered') return;
    const kind = outcome.kind === 'unauthorized' ? 'refused' : outcome.kind;
    this.#counts[kind]++;
    this.#lastError = 'reason' in outcome ? outcome.reason : outcome.message;
  }
}

/** A report refused again while an empty one is taken is one that the server cannot read. */
function isUnreadable(outcome: Outcome, refusedBefore: boolean): boolean {
  return outcome.kind === 'unreadable' || (outcome.kind === 'refused' && refusedBefore);
}

function halves<T>(list: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

function totalOf(builders: readonly SpanBuilder[]): number {
  return builders.reduce((sum, builder) => sum + builder.total, 0);
}
