import { isMainThread } from 'node:worker_threads';
import { aggregatorOf } from '../aggregate/create-aggregator.ts';
import { Limits } from '../aggregate/limits.ts';
import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import { isSdkDisabled } from '../config/environment.ts';
import { describeChanges, describeSettings, type Resolved } from '../config/resolve.ts';
import { Ledger } from '../delivery/ledger.ts';
import type { Reporter } from '../delivery/reporter.ts';
import { Alarm } from '../runtime/alarm.ts';
import { inBackground } from '../runtime/background.ts';
import { withOwnBuiltIns } from '../runtime/built-ins.ts';
import { monotonicTime } from '../runtime/clock.ts';
import { holdProcess } from '../runtime/deadline.ts';
import { log, startLogHour } from '../runtime/log.ts';
import { onExit } from '../runtime/process-exit.ts';
import { unsupportedRuntime } from '../runtime/unsupported-runtime.ts';
import { identityOf } from '../session/identity.ts';
import { claimInstance } from '../session/instances.ts';
import { ServerClock } from '../session/server-clock.ts';
import { resourceOf, settledAttributes } from '../session/settled-resource.ts';
import type { ResourceLike, SpanLike } from '../span/span-like.ts';
import type { Identity } from '../wire/login.ts';
import { deliverAtExit } from './at-exit.ts';
import { type HandedOver, handedOver } from './handed-over.ts';
import { startReporting } from './start-reporting.ts';
import { type StardustStats, snapshotOf } from './stats.ts';

/**
 * How far an exporter is, and what is allowed there:
 *
 * | | counts spans | sends | shutdown |
 * | --- | --- | --- | --- |
 * | `new` | the first span starts it | no | yes |
 * | `inactive`: disabled, no server, or no app id | no | no | nothing to do |
 * | `counting`: who reports is not known yet | yes | no | yes |
 * | `reporting` | yes | yes | yes |
 * | `ending`: the last delivery runs | no | yes | runs |
 * | `ended` | no | no | done |
 */
type Stage =
  | { readonly is: 'new'; readonly waitsForSpan: boolean }
  | { readonly is: 'inactive' }
  | { readonly is: 'counting'; readonly naming?: Naming }
  | { readonly is: 'reporting'; readonly naming?: Naming; readonly reporter: Reporter }
  | {
      readonly is: 'ending' | 'ended';
      readonly over: Promise<void>;
      readonly reporter: Reporter | undefined;
    };

const START_AGAIN_MS = 60_000;

/** Reads the first span's resource, which may name the app, its display name and version. Absent before that span. */
type Naming = Promise<void>;

/** The life of an exporter, from the first span to the end: its stages, and what leads from one to the next. */
export class Lifecycle {
  readonly limits: Limits;
  readonly ledger = new Ledger();
  readonly aggregator: SpanAggregator;
  readonly #resolved: Resolved;
  readonly #clock = new ServerClock((byMs) => this.#reporter?.clockMoved(byMs));
  #stage: Stage = { is: 'new', waitsForSpan: false };
  /** The aggregator once the first span has named the app. A field, since each span asks for it; kept by `#enter`. */
  openDoor: SpanAggregator | undefined;

  constructor(resolved: Resolved) {
    this.#resolved = resolved;
    this.limits = new Limits(resolved.settings);
    this.aggregator = aggregatorOf(resolved.settings, {
      limits: this.limits,
      clock: this.#clock,
      counts: this.ledger,
    });
  }

  /** It has been ended. */
  get isOver(): boolean {
    return this.#stage.is === 'ending' || this.#stage.is === 'ended';
  }

  /** Logs in no earlier than with the first span. */
  waitForSpan(): void {
    if (this.#stage.is === 'new') this.#enter({ is: 'new', waitsForSpan: true });
  }

  /** Starts counting if there is a server to report to, and logs why not otherwise. */
  start(): void {
    if (this.#stage.is !== 'new') return;
    const { waitsForSpan } = this.#stage;
    const { settings, warnings } = this.#resolved;
    startLogHour(warnings.length);
    for (const warning of warnings) log.warn(warning);
    this.#enter({ is: 'inactive' });
    if (isSdkDisabled(process.env)) {
      log.info('inactive: OTEL_SDK_DISABLED is true');
    } else if (unsupportedRuntime !== undefined) {
      log.warn(`inactive: ${unsupportedRuntime} is not supported, Node.js and Deno are`);
    } else if (settings.server === undefined) {
      log.warn('inactive: no server is set (option server or variable STARDUST_SERVER)');
    } else {
      this.#enter({ is: 'counting' });
      const identity = identityOf(settings, process.env, undefined);
      if (identity !== undefined && !waitsForSpan) this.#startReports(identity);
    }
  }

  /** Counts a span until one brings the resource; after the end it counts none. */
  countFirst(span: SpanLike): void {
    this.start();
    const stage = this.#stage;
    if (this.isOver) this.ledger.afterShutdown++;
    if (stage.is !== 'counting' && stage.is !== 'reporting') return;
    this.aggregator.add(span);
    const resource = resourceOf(span);
    if (resource === undefined) return;
    this.#enter({ ...stage, naming: inBackground('reading the resource', () => this.#identify(resource)) });
  }

  /** Sends what has been counted so far, as far as it gets in this time. */
  async flush(atMostMs: number): Promise<void> {
    this.start();
    await namingIn(this.#stage);
    if (this.#stage.is === 'reporting') await this.#stage.reporter.flush(atMostMs);
  }

  /**
   * Removes and returns the counts that another thread can still deliver when this process exits; with a
   * `backlogDirectory` they are left to the next process.
   */
  handOver(): HandedOver | undefined {
    const reporter = this.#reporter;
    const isOnDisk = this.#resolved.settings.backlogDirectory !== undefined;
    if (reporter === undefined || isOnDisk || reporter.session.state === 'away') return undefined;
    const waiting = reporter.takeOut();
    if (this.ledger.waiting === 0) return undefined;
    this.ledger.giveUp('handedOver', this.ledger.waiting);
    return handedOver(waiting, reporter.session, this.#clock);
  }

  /** The last delivery, within `shutdownTimeoutMillis`. */
  end(): Promise<void> {
    const stage = this.#stage;
    if (stage.is === 'ending' || stage.is === 'ended') return stage.over;
    if (stage.is === 'inactive') return Promise.resolve();
    const over = inBackground('the shutdown', () => this.#end(namingIn(stage)));
    this.#enter({ is: 'ending', over, reporter: this.#reporter });
    return over;
  }

  stats(): StardustStats {
    const reporter = this.#reporter;
    return snapshotOf(this.ledger, {
      namesInUse: this.aggregator.namesInUse,
      periodsWaiting: reporter?.periodsWaiting ?? 0,
      session: reporter?.session.state ?? (this.#stage.is === 'inactive' ? 'inactive' : 'new'),
      server: reporter?.session.server ?? this.#resolved.settings.server?.[0],
    });
  }

  #enter(stage: Stage): void {
    this.#stage = stage;
    const isNamed = (stage.is === 'reporting' || stage.is === 'counting') && stage.naming !== undefined;
    this.openDoor = isNamed ? this.aggregator : undefined;
  }

  get #reporter(): Reporter | undefined {
    return 'reporter' in this.#stage ? this.#stage.reporter : undefined;
  }

  async #identify(resource: ResourceLike): Promise<void> {
    const attributes = await settledAttributes(resource);
    if (this.#stage.is === 'ended') return;
    const identity = identityOf(this.#resolved.settings, process.env, attributes);
    if (identity === undefined) this.#giveUpUnnamed();
    else if (this.#reporter === undefined) this.#startReports(identity);
    else this.#reporter.session.describe(identity.appName, identity.version);
  }

  #giveUpUnnamed(): void {
    log.warn(
      'inactive: nothing names the app (option appId, STARDUST_APP_ID, OTEL_SERVICE_NAME or service.name)',
    );
    this.aggregator.take();
    this.ledger.giveUp('noApp', this.ledger.waiting);
    if (this.#stage.is === 'counting') this.#enter({ is: 'inactive' });
  }

  /** What a host refuses now it may allow later: tried again until it succeeds. Until then spans are counted. */
  #startReports(identity: Identity): void {
    if (this.#reporter !== undefined || this.#stage.is === 'ended') return;
    inBackground('the start of reports', () => {
      const again = new Alarm('the start of reports', () => this.#startReports(identity));
      again.set(START_AGAIN_MS);
      this.#report(identity);
      again.clear();
    });
  }

  #report(identity: Identity): void {
    const { appId, appName, version, clientId } = identity;
    const servers = this.#resolved.settings.server ?? [];
    const reporter = startReporting({
      resolved: this.#resolved,
      identity,
      limits: this.limits,
      aggregator: this.aggregator,
      clock: this.#clock,
      ledger: this.ledger,
    });
    const changes = describeChanges(this.#resolved);
    log.info(
      `reporting as ${appId} (${appName} ${version}, ${clientId}) to ${servers.join(', ')}` +
        (changes === '' ? '' : `; ${changes}`),
    );
    log.debug(`settings: ${describeSettings(this.#resolved)}`);
    claimInstance(identity, servers, () => this.#stage.is === 'reporting');
    if (this.#stage.is === 'counting') this.#enter({ ...this.#stage, is: 'reporting', reporter });
    if (this.#stage.is === 'ending') this.#enter({ ...this.#stage, reporter });
  }

  async #end(naming: Naming | undefined): Promise<void> {
    const { shutdownTimeoutMillis } = this.#resolved.settings;
    const untilMs = monotonicTime() + shutdownTimeoutMillis;
    const deliverLast = async () => {
      await naming;
      await this.#reporter?.end(untilMs);
    };
    // The app may not wait for us, as Next.js at SIGTERM.
    const forgetExit = onExit('the last delivery', () => {
      if (isMainThread) deliverAtExit(this.handOver(), untilMs - monotonicTime());
    });
    await holdProcess(deliverLast(), shutdownTimeoutMillis);
    forgetExit();
    withOwnBuiltIns(() => {
      const reporter = this.#reporter;
      if (this.#stage.is === 'ending') this.#enter({ ...this.#stage, is: 'ended' });
      if (reporter === undefined) this.ledger.giveUp('shutdown', this.ledger.waiting);
      else reporter.abandon();
      const { waiting, figures } = this.ledger;
      if (figures.givenUp.shutdown > 0)
        log.loss(`${figures.givenUp.shutdown} spans could not be delivered before the end`);
      if (waiting > 0) log.info(`${waiting} spans wait on disk for the next process of this app`);
    });
  }
}

function namingIn(stage: Stage): Naming | undefined {
  return 'naming' in stage ? stage.naming : undefined;
}
