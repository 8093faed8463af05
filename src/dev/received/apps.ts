import { randomBytes } from 'node:crypto';
import type { ServerLimits } from '../options.ts';
import { AppBook } from './app-book.ts';
import { Room } from './capacity.ts';
import { ownText } from './own-text.ts';

const MAX_APPS = 1_000;
const MAX_APP_ID_UNITS = 200;
/** What an app is told that the stand-in server does not take in; the real one has no such bound. */
export const NO_ROOM = `This stand-in server holds ${MAX_APPS} apps, with an AppId of at most ${MAX_APP_ID_UNITS} characters.`;

/** What the console lets one set for an app. */
export interface AppSettings {
  readonly secret?: string;
  /** false: logins are refused with 403. */
  readonly enabled?: boolean;
  /** false: reports are refused with 500. */
  readonly tracing?: boolean;
  /** Seconds between two pings. */
  readonly pingPeriod?: number;
}

/** An app the server knows: its switches, the limits that are its own, and what came from it. */
export class App {
  readonly id: string;
  secret = randomBytes(8).toString('hex');
  enabled = true;
  tracing = true;
  pingPeriod = 60;
  ownLimits: Partial<ServerLimits> = {};
  book: AppBook;

  constructor(id: string, room: Room) {
    this.id = id;
    this.book = new AppBook(id, room);
  }

  set(settings: AppSettings): void {
    this.secret = settings.secret ?? this.secret;
    this.enabled = settings.enabled ?? this.enabled;
    this.tracing = settings.tracing ?? this.tracing;
    this.pingPeriod = settings.pingPeriod ?? this.pingPeriod;
  }
}

/** All apps the server knows, and the limits of those that have none of their own. */
export class Apps {
  readonly #apps = new Map<string, App>();
  #limits: ServerLimits;
  #room = new Room();

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  find(appId: string): App | undefined {
    return this.#apps.get(appId);
  }

  findOrAdd(appId: string): App {
    const app = this.#apps.get(appId) ?? new App(appId, this.#room);
    this.#apps.set(appId, app);
    return app;
  }

  /** Takes in an app that called by itself, while there is room. */
  admit(appId: string): App | undefined {
    const fits = this.#apps.size < MAX_APPS && appId.length <= MAX_APP_ID_UNITS;
    return fits ? this.findOrAdd(ownText(appId)) : undefined;
  }

  all(): App[] {
    return [...this.#apps.values()];
  }

  /** Of apps that have none of their own. */
  get limits(): ServerLimits {
    return this.#limits;
  }

  limitsOf(app: App): ServerLimits {
    return { ...this.#limits, ...app.ownLimits };
  }

  /** Sets limits for one app, or for every app, whatever was its own before. */
  setLimits(limits: Partial<ServerLimits>, appId?: string): void {
    if (appId !== undefined) {
      const app = this.findOrAdd(appId);
      app.ownLimits = { ...app.ownLimits, ...limits };
      return;
    }
    this.#limits = { ...this.#limits, ...limits };
    for (const app of this.#apps.values()) {
      const kept = Object.entries(app.ownLimits).filter(([name]) => !Object.hasOwn(limits, name));
      app.ownLimits = Object.fromEntries(kept);
    }
  }

  /** Opens a new book for every app. */
  forgetReceived(): void {
    this.#room = new Room();
    for (const app of this.#apps.values()) app.book = new AppBook(app.id, this.#room);
  }
}
