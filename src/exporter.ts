import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { aggregatorOf } from './aggregate/create-aggregator.ts';
import type { SamplingLimits } from './aggregate/limits.ts';
import type { SpanAggregator } from './aggregate/span-aggregator.ts';
import { Backlog } from './backlog/backlog.ts';
import { DiskBacklog } from './backlog/disk/disk-backlog.ts';
import { offerSource, type SamplingSource, withdrawSource } from './chains/sampling-source.ts';
import type { StardustOptions } from './config/options.ts';
import { describeSettings, type Resolved, resolveSettings } from './config/resolve.ts';
import type { Settings } from './config/settings.ts';
import type { HandedOver } from './delivery/handed-over.ts';
import { Reporting } from './delivery/reporter.ts';
import { type StardustStats, statsOf } from './delivery/stats.ts';
import { inBackground } from './runtime/background.ts';
import { wallTime } from './runtime/clock.ts';
import { holdProcess, within } from './runtime/deadline.ts';
import { log, startLogHour } from './runtime/log.ts';
import { sessionOf } from './session/create-session.ts';
import { identityOf } from './session/identity.ts';
import { ServerClock } from './session/server-clock.ts';
import type { ReportSession } from './session/session.ts';
import type { Attributes, ResourceLike, SpanLike } from './span/span-like.ts';
import type { Identity } from './wire/login.ts';

const RESOURCE_TIMEOUT_MS = 5_000;

/**
 * Adds finished spans up into builders and sends them to Stardust once a period. Usually behind a
 * {@link StardustSpanProcessor}; it is a `SpanExporter` of OpenTelemetry too, see {@link StardustExporter.export}.
 *
 * @example
 * ```ts
 * new StardustSpanProcessor(new StardustExporter({ server: 'http://stardust:6600', appId: 'orders' }));
 * ```
 */
export class StardustExporter {
  readonly #options: StardustOptions;
  readonly #samplingSource: SamplingSource = {
    maxSamples: () => this.#reporting?.limits.maxSamples ?? this.#resolved.settings.maxSamples,
    maxNames: () => this.#resolved.settings.maxNames,
    // The same number before the first span as after it, unless the server says otherwise.
    period: () =>
      this.#aggregator?.period ?? Math.floor(wallTime() / (this.#resolved.settings.periodSeconds * 1_000)),
    link: () => {
      this.#chainsAreMarked = true;
      this.#aggregator?.markChains();
    },
    stats: () => this.stats(),
  };
  #chainsAreMarked = false;
  #resolved: Resolved;
  /** Where spans are added up: from the first span on, where there is a server to tell, until the shutdown. */
  #counting: SpanAggregator | undefined;
  #aggregator: SpanAggregator | undefined;
  #backlog: Backlog | undefined;
  #disk: DiskBacklog | undefined;
  #reporting: Reporting | undefined;
  #session: ReportSession | undefined;
  #opened = false;
  #waitsForSpan = false;
  #hasProcessor = false;
  #saidBothWays = false;
  #identifying: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #afterShutdown = 0;
  #unusable = 0;
  /** Nothing names the app: there is nobody to report as. */
  #unnamed = false;
  #noApp = 0;
  #lostAtShutdown = 0;

  /** @throws TypeError for bad options: it names each one, its rule and what was given. */
  constructor(options: StardustOptions = {}) {
    this.#options = options;
    this.#resolved = resolveSettings(options, process.env);
    // One turn later, so that a processor can still add its options.
    inBackground('the start of the exporter', async () => {
      await undefined;
      this.#open();
    });
  }

  /**
   * Takes in a processor's options, which win over the exporter's own.
   * @throws TypeError for bad options.
   * @internal
   */
  configure(options: StardustOptions): void {
    this.#hasProcessor = true;
    offerSource(this.#samplingSource);
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    if (given.length === 0) return;
    const resolved = resolveSettings({ ...this.#options, ...Object.fromEntries(given) }, process.env);
    if (this.#opened) log.warn('options given to a processor after its exporter had started are ignored');
    else this.#resolved = resolved;
  }

  /**
   * Logs in no earlier than with the first span, so that a process or thread without any stays off the console.
   * @internal
   */
  waitForSpan(): void {
    this.#waitsForSpan = true;
  }

  /** Counts one finished span. Costs tens of nanoseconds and never throws. */
  count(span: SpanLike): void {
    try {
      if (this.#counting !== undefined) this.#counting.add(span);
      else this.#countFirst(span);
    } catch {
      this.#unusable++;
    }
  }

  /**
   * Adds spans up, as any `SpanExporter` takes them; the period sends them, so the result is a success at once.
   * A `BatchSpanProcessor` before it passes sampled spans only, drops what is over 2,048 queued, and its
   * `forceFlush` never calls the exporter's: prefer {@link StardustSpanProcessor}.
   */
  export(spans: readonly SpanLike[], resultCallback: (result: ExportResult) => void): void {
    if (this.#hasProcessor && !this.#saidBothWays) {
      this.#saidBothWays = true;
      log.warn(
        'this exporter has a StardustSpanProcessor and is given spans by export() too: they count twice',
      );
    }
    for (const span of spans) this.count(span);
    resultCallback(
      this.#ending === undefined
        ? { code: ExportResultCode.SUCCESS }
        : { code: ExportResultCode.FAILED, error: new Error('StardustExporter has been shut down') },
    );
  }

  /**
   * Sends what has been counted so far: joins a delivery under way, then tries once at once. Resolves when that
   * try has its outcome, also a bad one (the counts then wait); takes at most `requestTimeoutMillis`; never rejects.
   */
  async forceFlush(): Promise<void> {
    const { requestTimeoutMillis } = this.#resolved.settings;
    await holdProcess(this.flushInBackground(requestTimeoutMillis), requestTimeoutMillis);
  }

  /**
   * The same, as far as it gets in this time, and without holding the process.
   * @internal
   */
  async flushInBackground(atMostMs: number): Promise<void> {
    this.#open();
    if (this.#ending !== undefined || this.#aggregator === undefined || this.#unnamed) return;
    await this.#identifying;
    await this.#reporting?.flush(atMostMs);
  }

  /**
   * Takes out what is not delivered, and could be by another thread, in the moment in which the process ends.
   * @internal
   */
  handOver(): HandedOver | undefined {
    return this.#reporting?.handOver();
  }

  /** Flushes, logs out and closes the sockets, once, within `shutdownTimeoutMillis`; then all is a quiet no-op. */
  shutdown(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /**
   * What a {@link StardustSampler} asks of us.
   * @internal
   */
  get samplingSource(): SamplingSource {
    return this.#samplingSource;
  }

  /** What happened since start, as a frozen plain object. */
  stats(): StardustStats {
    const inactive = this.#unnamed || (this.#opened && this.#aggregator === undefined);
    return statsOf({
      aggregator: this.#aggregator,
      backlog: this.#backlog,
      leftOnDisk: this.#reporting?.leftOnDisk ?? 0,
      delivery: this.#reporting?.delivery,
      session: this.#session?.state ?? (inactive ? 'inactive' : 'new'),
      server: this.#session?.server ?? this.#resolved.settings.server?.[0],
      afterShutdown: this.#afterShutdown,
      unusable: this.#unusable,
      noApp: this.#noApp,
      lostAtShutdown: this.#lostAtShutdown,
    });
  }

  /** Starts counting, where there is a server to report to; says why not otherwise. */
  #open(): void {
    if (this.#opened || this.#ending !== undefined) return;
    this.#opened = true;
    const { settings, warnings } = this.#resolved;
    startLogHour(warnings.length);
    for (const warning of warnings) log.warn(warning);
    if (process.env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') {
      log.info('inactive: OTEL_SDK_DISABLED is true');
    } else if (settings.server === undefined) {
      log.warn('inactive: no server is set (option server or variable STARDUST_SERVER)');
    } else {
      this.#aggregator = aggregatorOf(settings, limitsOf(settings));
      if (this.#chainsAreMarked) this.#aggregator.markChains();
      const identity = identityOf(settings, process.env, undefined);
      if (identity !== undefined && !this.#waitsForSpan) this.#report(identity);
    }
  }

  /** The first span brings the resource, which may name the app, its display name and version. */
  #countFirst(span: SpanLike): void {
    if (this.#ending !== undefined) {
      this.#afterShutdown++;
      return;
    }
    this.#open();
    if (this.#aggregator === undefined || this.#unnamed) return;
    this.#aggregator.add(span);
    const { resource } = span;
    if (typeof resource !== 'object' || resource === null) return;
    this.#identifying = inBackground('reading the resource', () => this.#identify(resource));
    this.#counting = this.#aggregator;
  }

  async #identify(resource: ResourceLike | undefined): Promise<void> {
    const attributes = await settledAttributes(resource);
    const { settings } = this.#resolved;
    const identity = identityOf(settings, process.env, attributes);
    if (identity === undefined) this.#giveUpUnnamed();
    else if (this.#session !== undefined) this.#session.describe(identity.appName, identity.version);
    else this.#report(identity);
  }

  #giveUpUnnamed(): void {
    log.warn(
      'inactive: nothing names the app (option appId, STARDUST_APP_ID, OTEL_SERVICE_NAME or service.name)',
    );
    this.#unnamed = true;
    this.#counting = undefined;
    this.#aggregator?.take();
    this.#noApp = this.#aggregator?.counted ?? 0;
  }

  #report(identity: Identity): void {
    const aggregator = this.#aggregator;
    if (aggregator === undefined) return;
    const { settings } = this.#resolved;
    const { appId, appName, version, clientId } = identity;
    log.info(
      `reporting as ${appId} (${appName} ${version}, ${clientId}): ${describeSettings(this.#resolved)}`,
    );
    const clock = new ServerClock((offsetMs) => {
      aggregator.clockOffsetMs = offsetMs;
      this.#reporting?.align();
    });
    this.#session = sessionOf(this.#resolved, identity, clock);
    this.#backlog = new Backlog(settings.maxBacklogBytes);
    if (settings.backlogDirectory !== undefined) {
      this.#disk = new DiskBacklog(settings.backlogDirectory, appId, settings.maxBacklogBytes, this.#backlog);
    }
    this.#reporting = new Reporting(
      settings,
      limitsOf(settings),
      aggregator,
      this.#backlog,
      this.#disk,
      this.#session,
      clock,
    );
    this.#reporting.start();
  }

  async #end(): Promise<void> {
    this.#counting = undefined;
    withdrawSource(this.#samplingSource);
    await holdProcess(this.#deliverLast(), this.#resolved.settings.shutdownTimeoutMillis);
    if (this.#reporting !== undefined) this.#lostAtShutdown = this.#reporting.abandon();
    else if (!this.#unnamed) this.#lostAtShutdown = this.#aggregator?.counted ?? 0;
    this.#aggregator?.take();
    if (this.#lostAtShutdown > 0)
      log.warn(`${this.#lostAtShutdown} spans could not be delivered before the end`);
  }

  async #deliverLast(): Promise<void> {
    await this.#identifying;
    await this.#reporting?.end();
  }
}

function limitsOf(settings: Settings): SamplingLimits {
  const { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength } = settings;
  return { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength };
}

/** The attributes once the pending ones have come; read before, the SDK logs an error. */
async function settledAttributes(resource: ResourceLike | undefined): Promise<Attributes | undefined> {
  if (resource?.asyncAttributesPending === true && resource.waitForAsyncAttributes !== undefined) {
    await within(
      RESOURCE_TIMEOUT_MS,
      resource.waitForAsyncAttributes().catch(() => {}),
    );
  }
  return resource?.attributes;
}
