import { NameBook, type ReceivedName } from './received-name.ts';

/** What came from one app. */
export interface ReceivedApp {
  readonly appId: string;
  readonly appName: string;
  /** The version last given at the top of a login or a report. */
  readonly version: string;
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

  constructor(appId: string) {
    this.appId = appId;
  }

  login(sender: Sender): void {
    this.#logins += 1;
    this.#heardOf(sender);
  }

  ping(clientId: string, body: Readonly<Record<string, unknown>>): void {
    this.#pings += 1;
    this.#lastPing = body;
    this.#heardOf({ appName: '', clientId, version: '' });
  }

  logout(): void {
    this.#logouts += 1;
  }

  report(sender: Sender, bytes: number): void {
    this.#reports += 1;
    this.#bytes += bytes;
    this.#heardOf(sender);
  }

  drop(): void {
    this.#dropped += 1;
  }

  /** The book of a name, which is known from now on. */
  makeKnown(name: string): NameBook {
    const known = this.names.get(name) ?? new NameBook(name);
    this.names.set(name, known);
    return known;
  }

  snapshot(): ReceivedApp {
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
      names: [...this.names.values()].map((name) => name.snapshot()),
      ...(this.#lastPing === undefined ? {} : { lastPing: this.#lastPing }),
      dropped: this.#dropped,
    };
  }

  #heardOf(sender: Sender): void {
    if (sender.appName !== '') this.#appName = sender.appName;
    if (sender.version !== '') this.#version = sender.version;
    if (sender.clientId !== '') this.#clients.add(sender.clientId);
  }
}
