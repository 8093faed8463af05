import { randomBytes } from 'node:crypto';
import { detached } from '../../wire/text.ts';
import { checkFields } from '../check-fields.ts';
import type { ServerLimits } from '../limits.ts';
import { AppBook } from './app-book.ts';
import { Bounds } from './bounds.ts';

const MAX_APPS = 1_000;
const MAX_APP_ID_UNITS = 200;
/** The answer to an app that exceeds these bounds, which the real server does not have. */
export const APPS_FULL = `This stand-in server holds ${MAX_APPS} apps, with an AppId of at most ${MAX_APP_ID_UNITS} characters.`;

/** What can be set for an app on Stardust's console. */
export interface AppSettings {
  readonly secret?: string;
  /** If false, logins are refused with 403. */
  readonly enabled?: boolean;
  /** If false, reports are refused with 500. */
  readonly tracing?: boolean;
  /** Seconds between two pings. */
  readonly pingPeriod?: number;
}

const SETTINGS = { secret: '', enabled: true, tracing: true, pingPeriod: 60 };

/**
 * Refuses settings that do not exist or have another type.
 * @throws TypeError that names them
 */
export function checkAppSettings(settings: AppSettings): void {
  checkFields('setting of an app', settings, SETTINGS);
}

/** An app that the server knows: its settings, its own limits, and what it has sent. */
export class App {
  readonly id: string;
  secret = randomBytes(8).toString('hex');
  enabled = true;
  tracing = true;
  pingPeriod = 60;
  ownLimits: Partial<ServerLimits> = {};
  book: AppBook;

  constructor(id: string, bounds: Bounds) {
    this.id = id;
    this.book = new AppBook(id, bounds);
  }

  set(settings: AppSettings): void {
    this.secret = settings.secret ?? this.secret;
    this.enabled = settings.enabled ?? this.enabled;
    this.tracing = settings.tracing ?? this.tracing;
    this.pingPeriod = settings.pingPeriod ?? this.pingPeriod;
  }
}

/** All apps that the server knows, and the limits of those without limits of their own. */
export class Apps {
  readonly #apps = new Map<string, App>();
  #limits: ServerLimits;
  #bounds = new Bounds();

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  find(appId: string): App | undefined {
    return this.#apps.get(appId);
  }

  findOrAdd(appId: string): App {
    const app = this.#apps.get(appId) ?? new App(appId, this.#bounds);
    this.#apps.set(appId, app);
    return app;
  }

  /** Adds an app that nobody set up; `undefined` if there are too many or its id is too long. */
  admit(appId: string): App | undefined {
    const fits = this.#apps.size < MAX_APPS && appId.length <= MAX_APP_ID_UNITS;
    return fits ? this.findOrAdd(detached(appId)) : undefined;
  }

  all(): App[] {
    return [...this.#apps.values()];
  }

  /** For apps without limits of their own. */
  get limits(): ServerLimits {
    return this.#limits;
  }

  limitsOf(app: App): ServerLimits {
    return { ...this.#limits, ...app.ownLimits };
  }

  /** Sets limits for one app, or for every app, where they replace its own. */
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

  /** Starts a new book for every app. */
  forgetReceived(): void {
    this.#bounds = new Bounds();
    for (const app of this.#apps.values()) app.book = new AppBook(app.id, this.#bounds);
  }
}
