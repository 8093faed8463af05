import type { WireBuilder } from '../../wire/report-forms.ts';
import { cut } from '../../wire/text.ts';
import type { Room } from './capacity.ts';
import { NameBook, type ReceivedName } from './name-book.ts';
import { ownText } from './own-text.ts';
import type { ReportedTime } from './recent-periods.ts';

/** What came from one app. */
export interface ReceivedApp {
  readonly appId: string;
  readonly appName: string;
  /** The version last given at the top of a login or a report. */
  readonly version: string;
  /** The last 1,000 that appeared. */
  readonly clients: readonly string[];
  readonly logins: number;
  readonly pings: number;
  readonly logouts: number;
  /** Reports that were taken, those without builders included. */
  readonly reports: number;
  /** Bytes of the bodies of those reports, as they came over the wire. */
  readonly bytes: number;
  readonly names: readonly ReceivedName[];
  /** The body of the last ping that was taken. */
  readonly lastPing?: Readonly<Record<string, unknown>>;
  /** Builders that were dropped without a word, as the real server drops them. */
  readonly dropped: number;
}

const SILENT_PERIODS = 3;
const MAX_CLIENTS = 1_000;
const TEXT_UNITS = 200;
/** A ping is smaller by far. */
const MAX_PING_UNITS = 64 * 1024;

/** Who sent something, as far as the sender says. */
export interface Sender {
  readonly appName: string;
  readonly clientId: string;
  readonly version: string;
}

/** Writes down what comes from one app. */
export class AppBook {
  readonly appId: string;
  readonly names = new Map<string, NameBook>();
  /** Names that a report is making known right now, and when they will be. */
  readonly namesUnderWay = new Map<string, Promise<void>>();
  readonly #room: Room;
  readonly #clients = new Set<string>();
  #appName = '';
  #version = '';
  #logins = 0;
  #pings = 0;
  #logouts = 0;
  #reports = 0;
  #bytes = 0;
  #dropped = 0;
  #lastPing: Readonly<Record<string, unknown>> | undefined;
  #lastReportMs: number | undefined;
  #firstMs = Number.POSITIVE_INFINITY;
  #latestMs = 0;
  #untilMs = 0;

  constructor(appId: string, room: Room) {
    this.appId = appId;
    this.#room = room;
  }

  /** By our own clock; `undefined` until the first. */
  get lastReportMs(): number | undefined {
    return this.#lastReportMs;
  }

  login(sender: Sender): void {
    this.#logins += 1;
    this.#heardOf(sender);
  }

  ping(clientId: string, body: string): void {
    this.#pings += 1;
    if (body.length <= MAX_PING_UNITS) this.#lastPing = JSON.parse(body);
    this.#heardOf({ appName: '', clientId, version: '' });
  }

  logout(): void {
    this.#logouts += 1;
  }

  report(sender: Sender, bytes: number): void {
    this.#reports += 1;
    this.#bytes += bytes;
    this.#lastReportMs = Date.now();
    this.#heardOf(sender);
  }

  drop(): void {
    this.#dropped += 1;
  }

  /** Makes a name known; `false` where there is no room for it. */
  makeKnown(name: string): boolean {
    if (this.names.has(name)) return true;
    if (!this.#room.takeName()) return false;
    const own = ownText(name);
    this.names.set(own, new NameBook(own, this.#room));
    return true;
  }

  /** Takes a builder of a name that is known, or drops it. */
  add(builder: WireBuilder, periodMs: number): void {
    const name = this.names.get(builder.Name);
    if (name === undefined) this.drop();
    name?.add(builder, periodMs);
    if (name === undefined || builder.Total <= 0) return;
    this.#firstMs = Math.min(this.#firstMs, builder.StartTime);
    this.#latestMs = Math.max(this.#latestMs, builder.StartTime);
    this.#untilMs = Math.max(this.#untilMs, builder.StartTime, builder.EndTime);
  }

  /** As of now: a report comes within the period after its own, so one that has not come by then had no calls. */
  reportedTime(nowMs: number, periodMs: number): ReportedTime {
    const silentMs = nowMs - SILENT_PERIODS * periodMs;
    return {
      periodMs,
      firstMs: this.#firstMs,
      latestMs: Math.max(Math.min(this.#latestMs, nowMs), silentMs),
      untilMs: Math.max(Math.min(this.#untilMs, nowMs), silentMs),
    };
  }

  /** Everything but the names. */
  summary(): Omit<ReceivedApp, 'names'> {
    return {
      appId: this.appId,
      appName: this.#appName,
      version: this.#version,
      clients: [...this.#clients],
      logins: this.#logins,
      pings: this.#pings,
      logouts: this.#logouts,
      reports: this.#reports,
      bytes: this.#bytes,
      ...(this.#lastPing === undefined ? {} : { lastPing: this.#lastPing }),
      dropped: this.#dropped,
    };
  }

  snapshot(): ReceivedApp {
    return { ...this.summary(), names: [...this.names.values()].map((name) => name.snapshot()) };
  }

  #heardOf(sender: Sender): void {
    if (sender.appName !== '') this.#appName = ownText(cut(sender.appName, TEXT_UNITS));
    if (sender.version !== '') this.#version = ownText(cut(sender.version, TEXT_UNITS));
    if (sender.clientId !== '') this.#clients.add(ownText(sender.clientId));
    const [first] = this.#clients;
    if (first !== undefined && this.#clients.size > MAX_CLIENTS) this.#clients.delete(first);
  }
}
