import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Fault, Faults, suffer } from './faults.ts';
import { httpServer } from './http-server.ts';
import { type DevServerOptions, type ServerLimits, settingsOf } from './options.ts';
import { Page } from './page-server/page-routes.ts';
import { answerCall } from './protocol/answer-call.ts';
import type { ReceivedApp } from './received/app-book.ts';
import type { AppSettings } from './received/apps.ts';
import type { ReceivedName } from './received/name-book.ts';
import { noteAnswer, type ReceivedRequest, RequestLog } from './received/request-log.ts';
import { summaryOf } from './received/summary.ts';
import { ServerState } from './server-state.ts';
import { Watch } from './wait-for.ts';

/** A stand-in Stardust server that is running. */
export interface DevServer {
  /** Its address, without a trailing slash; opened in a browser it is a page that shows what arrives. */
  readonly url: string;
  readonly port: number;
  /** What came from every app, as it is now; it does not change afterwards. */
  apps(): ReceivedApp[];
  app(appId: string): ReceivedApp | undefined;
  /** The last 10,000 calls, newest last. */
  requests(): ReceivedRequest[];
  /** Sets limits for one app, or for all, whatever was their own before. They come with the next report's answer. */
  setLimits(limits: Partial<ServerLimits>, appId?: string): void;
  /** Sets up an app, or turns one of its switches. */
  setApp(appId: string, app: AppSettings): void;
  /** Makes calls go wrong until the function that comes back is called. Of several that fit, the oldest strikes. */
  fault(fault: Fault): () => void;
  /** Makes every token given so far a bad one. */
  revokeTokens(): void;
  /** Forgets what was received. Apps, limits and faults stay. */
  clear(): void;
  /**
   * Resolves once the condition holds, which is looked at after each request.
   * @param timeoutMillis - 10,000 unless given; then it rejects and says what has been received
   */
  waitFor(condition: (server: DevServer) => boolean, timeoutMillis?: number): Promise<void>;
  /**
   * Resolves once an app has sent so many calls of a name.
   * @param total - 1 unless given; with 0, an announced name will do
   * @param timeoutMillis - 10,000 unless given
   */
  waitForName(appId: string, name: string, total?: number, timeoutMillis?: number): Promise<ReceivedName>;
  /** Stops listening and destroys open connections. */
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/**
 * Starts a stand-in for a Stardust server, which speaks its protocol and keeps what it receives in memory: for
 * development without a server, and for tests.
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const settings = settingsOf(options);
  const closing = new AbortController();
  // One listener for each call that waits for time to pass.
  setMaxListeners(0, closing.signal);
  const state = new ServerState(settings, closing.signal);
  const log = new RequestLog();
  const faults = new Faults();
  const watch = new Watch();

  const clear = () => {
    log.clear();
    state.apps.forgetReceived();
  };
  const revokeTokens = () => state.tokens.revokeAll();
  const shown = { apps: state.apps, log, faults, revokeTokens, clear };
  const page = new Page(shown, settings.host, settings.hosts);
  const changed = () => {
    watch.check();
    page.changed();
  };

  const http = httpServer({
    page,
    async handle(call) {
      const request = log.add(call);
      changed();
      const fate = await suffer(faults.strike(request), () => answerCall(call, state), closing.signal);
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
  const found = () => summaryOf(apps(), log.all());
  const server: DevServer = {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    port,
    apps,
    app: (appId) => state.apps.find(appId)?.book.snapshot(),
    requests: () => log.all(),
    setLimits: (limits, appId) => {
      state.apps.setLimits(limits, appId);
      page.changed();
    },
    setApp: (appId, app) => {
      state.apps.findOrAdd(appId).set(app);
      page.changed();
    },
    fault: (fault) => {
      const lift = faults.add(fault);
      page.changed();
      return () => {
        lift();
        page.changed();
      };
    },
    revokeTokens,
    clear: () => {
      clear();
      page.changed();
    },
    waitFor: async (condition, timeoutMillis = PATIENCE_MS) => {
      await watch.until(() => condition(server) || undefined, timeoutMillis, found);
    },
    waitForName: (appId, name, total = 1, timeoutMillis = PATIENCE_MS) => {
      const find = () => {
        const book = state.apps.find(appId)?.book.names.get(name);
        return book !== undefined && book.total >= total ? book.snapshot() : undefined;
      };
      return watch.until(find, timeoutMillis, () => `Wanted ${total} of ${JSON.stringify(name)}. ${found()}`);
    },
    close: async () => {
      closing.abort();
      watch.close();
      page.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
  return server;
}
