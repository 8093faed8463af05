import type { DevServerSettings } from './options.ts';
import { Tokens } from './protocol/tokens.ts';
import { Apps } from './received/apps.ts';

/** The state that all calls share: the apps, the key of the tokens, the clock. */
export class ServerState {
  readonly settings: DevServerSettings;
  readonly apps: Apps;
  readonly tokens = new Tokens();
  /** Aborts when the server closes. Every delay ends with it. */
  readonly closing: AbortSignal;

  constructor(settings: DevServerSettings, closing: AbortSignal) {
    this.settings = settings;
    this.apps = new Apps(settings.limits);
    this.closing = closing;
  }

  /** The server's own clock, in Unix milliseconds. */
  nowMs(): number {
    return Date.now() + this.settings.clockOffsetMillis;
  }

  issueToken(appId: string, clientId: string): string {
    return this.tokens.issue(appId, clientId, this.nowMs() + this.settings.tokenExpireSeconds * 1_000);
  }
}
