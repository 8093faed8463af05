import type { WireBuilder } from '../../wire/report-forms.ts';
import { cut, detached } from '../../wire/text.ts';
import type { Bounds } from './bounds.ts';
import { NameBook, type ReceivedName } from './name-book.ts';
import type { ReportedTime } from './recent-periods.ts';

/** What one app has sent. */
export interface ReceivedApp {
  readonly appId: string;
  readonly appName: string;
  /** The version in its last login or report. */
  readonly version: string;
  /** The last 1,000 client ids. */
  readonly clients: readonly string[];
  readonly logins: number;
  readonly pings: number;
  readonly logouts: number;
  /** Reports that were accepted, including those without builders. */
  readonly reports: number;
  /** Bytes of the bodies of those reports, as sent. */
  readonly bytes: number;
  readonly names: readonly ReceivedName[];
  /** The body of the last ping that was accepted. */
  readonly lastPing?: Readonly<Record<string, unknown>>;
  /** Builders that were dropped without an error, as the real server does. */
  readonly dropped: number;
}

/** After this many periods without a report the figures move on. */
const SILENT_PERIODS = 3;
const MAX_CLIENTS = 1_000;
const TEXT_UNITS = 200;
/** Far more than a real ping has. */
const MAX_PING_UNITS = 64 * 1024;

/** Who sent something, in the sender's own words. Unknown fields are empty. */
export interface Sender {
  readonly appName: string;
  readonly clientId: string;
  readonly version: string;
}

/** Records what one app sends. */
export class AppBook {
  readonly appId: string;
  readonly names = new Map<string, NameBook>();
  /** Names that a report is making known now; each promise resolves when its name is known. */
  readonly namesUnderWay = new Map<string, Promise<void>>();
  readonly #bounds: Bounds;
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

  constructor(appId: string, bounds: Bounds) {
    this.appId = appId;
    this.#bounds = bounds;
  }

  /** By this machine's clock; `undefined` before the first report. */
  get lastReportMs(): number | undefined {
    return this.#lastReportMs;
  }

  login(sender: Sender): void {
    this.#logins += 1;
    this.#noteSender(sender);
  }

  ping(clientId: string, body: string): void {
    this.#pings += 1;
    if (body.length <= MAX_PING_UNITS) this.#lastPing = JSON.parse(body);
    this.#noteSender({ appName: '', clientId, version: '' });
  }

  logout(): void {
    this.#logouts += 1;
  }

  report(sender: Sender, bytes: number): void {
    this.#reports += 1;
    this.#bytes += bytes;
    this.#lastReportMs = Date.now();
    this.#noteSender(sender);
  }

  drop(): void {
    this.#dropped += 1;
  }

  /** Makes a name known; `false` if there are too many. */
  makeKnown(name: string): boolean {
    if (this.names.has(name)) return true;
    if (!this.#bounds.names.take()) return false;
    const own = detached(name);
    this.names.set(own, new NameBook(own, this.#bounds));
    return true;
  }

  /** Adds a builder if its name is known, else drops it. */
  add(builder: WireBuilder, periodMs: number): void {
    const name = this.names.get(builder.Name);
    if (name === undefined) this.drop();
    name?.add(builder, periodMs);
    if (name === undefined || builder.Total <= 0) return;
    this.#firstMs = Math.min(this.#firstMs, builder.StartTime);
    this.#latestMs = Math.max(this.#latestMs, builder.StartTime);
    this.#untilMs = Math.max(this.#untilMs, builder.StartTime, builder.EndTime);
  }

  /** As of `nowMs`. A period that was not reported by the end of the next one counts as one without calls. */
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

  #noteSender(sender: Sender): void {
    if (sender.appName !== '') this.#appName = detached(cut(sender.appName, TEXT_UNITS));
    if (sender.version !== '') this.#version = detached(cut(sender.version, TEXT_UNITS));
    if (sender.clientId !== '') this.#clients.add(detached(sender.clientId));
    const [first] = this.#clients;
    if (first !== undefined && this.#clients.size > MAX_CLIENTS) this.#clients.delete(first);
  }
}
