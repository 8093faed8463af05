import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { applyFault } from './apply-fault.ts';
import { checkFault, type Fault, Faults } from './faults.ts';
import { createHttpServer } from './http-server.ts';
import { checkLimits, type ServerLimits } from './limits.ts';
import { type DevServerOptions, settingsOf } from './options.ts';
import { Page } from './page-server/page-routes.ts';
import { answerCall } from './protocol/answer-call.ts';
import type { ReceivedApp } from './received/app-book.ts';
import { type AppSettings, checkAppSettings } from './received/apps.ts';
import type { ReceivedName } from './received/name-book.ts';
import { noteAnswer, type ReceivedRequest, RequestLog } from './received/request-log.ts';
import { summaryOf } from './received/summary.ts';
import { ServerState } from './server-state.ts';
import { Waiters } from './waiters.ts';

/** A stand-in Stardust server that is running. */
export interface DevServer {
  /** Its address, without a trailing slash. In a browser it shows a page with what arrives. */
  readonly url: string;
  readonly port: number;
  /** A snapshot of what every app sent. */
  apps(): ReceivedApp[];
  /** A snapshot of what one app sent; `undefined` for an app that is not known. */
  app(appId: string): ReceivedApp | undefined;
  /** The last 10,000 calls, newest last. */
  requests(): ReceivedRequest[];
  /**
   * Sets limits for one app, or for all apps, where it also replaces their own. Apps get them with the answer to
   * their next report.
   * @throws TypeError for a limit that does not exist, has another type or is out of range
   */
  setLimits(limits: Partial<ServerLimits>, appId?: string): void;
  /**
   * Adds an app, or changes its settings.
   * @throws TypeError for a setting that does not exist or has another type
   */
  setApp(appId: string, app: AppSettings): void;
  /**
   * Injects a fault. Call the returned function to remove it. If several match, the oldest applies.
   * @throws TypeError for a kind or a field that does not exist, or a field of another type
   */
  fault(fault: Fault): () => void;
  /** Invalidates every token issued so far. */
  revokeTokens(): void;
  /** Forgets what was received. Apps, limits and faults stay. */
  clear(): void;
  /**
   * Resolves when the condition holds. It is evaluated after each call.
   * @param timeoutMillis - 10,000 by default; then it rejects with a summary of what was received
   */
  waitFor(condition: (server: DevServer) => boolean, timeoutMillis?: number): Promise<void>;
  /**
   * Resolves when an app has sent this many calls of a name.
   * @param total - 1 by default; with 0, an announced name is enough
   * @param timeoutMillis - 10,000 by default; then it rejects with a summary of what was received
   */
  waitForName(appId: string, name: string, total?: number, timeoutMillis?: number): Promise<ReceivedName>;
  /** Stops listening and destroys open connections. */
  close(): Promise<void>;
}

const WAIT_MS = 10_000;

/**
 * Starts a stand-in for a Stardust server, for development without a server and for tests. It speaks the server's
 * protocol and keeps what it receives in memory.
 * @throws TypeError for an option or a limit that does not exist, has another type or is out of range
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const settings = settingsOf(options);
  const closing = new AbortController();
  allowAnyListeners(closing.signal);
  const state = new ServerState(settings, closing.signal);
  const log = new RequestLog();
  const faults = new Faults();
  const waiters = new Waiters();

  const clear = () => {
    log.clear();
    state.apps.forgetReceived();
  };
  const revokeTokens = () => state.tokens.revokeAll();
  const shown = { apps: state.apps, log, faults, revokeTokens, clear };
  const page = new Page(shown, settings.host, settings.hosts);
  const changed = () => {
    waiters.check();
    page.changed();
  };

  const http = createHttpServer({
    page,
    async handle(call) {
      const request = log.add(call);
      changed();
      const fate = await applyFault(faults.strike(request), () => answerCall(call, state), closing.signal);
      if (typeof fate === 'object') noteAnswer(request, fate);
      return fate;
    },
    over: changed,
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(settings.port, settings.host, resolve);
  });
  const { port } = http.address() as AddressInfo;

  const apps = () => state.apps.all().map((app) => app.book.snapshot());
  const summary = () => summaryOf(apps(), log.all());
  const server: DevServer = {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    port,
    apps,
    app: (appId) => state.apps.find(appId)?.book.snapshot(),
    requests: () => log.all(),
    setLimits: (limits, appId) => {
      checkLimits(limits);
      state.apps.setLimits(limits, appId);
      page.changed();
    },
    setApp: (appId, app) => {
      checkAppSettings(app);
      state.apps.findOrAdd(appId).set(app);
      page.changed();
    },
    fault: (fault) => {
      checkFault(fault);
      const remove = faults.add(fault);
      page.changed();
      return () => {
        remove();
        page.changed();
      };
    },
    revokeTokens,
    clear: () => {
      clear();
      page.changed();
    },
    waitFor: async (condition, timeoutMillis = WAIT_MS) => {
      await waiters.until(() => condition(server) || undefined, timeoutMillis, summary);
    },
    waitForName: (appId, name, total = 1, timeoutMillis = WAIT_MS) => {
      const find = () => {
        const book = state.apps.find(appId)?.book.names.get(name);
        return book !== undefined && book.total >= total ? book.snapshot() : undefined;
      };
      return waiters.until(
        find,
        timeoutMillis,
        () => `Wanted ${total} of ${JSON.stringify(name)}. ${summary()}`,
      );
    },
    close: async () => {
      closing.abort();
      waiters.close();
      page.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
  return server;
}

/** One for each call that waits for time to pass. A test under jsdom has a class of its own, which counts none. */
function allowAnyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // It needs no leave.
  }
}
