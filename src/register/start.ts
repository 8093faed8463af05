import { isMainThread } from 'node:worker_threads';
import { diag } from '@opentelemetry/api';
import { samplerOf } from '../chains/otel-sampler.ts';
import { variableOf } from '../config/environment.ts';
import { CONSOLE_DEFAULTS, resolveSettings } from '../config/resolve.ts';
import { deliverAtExit } from '../lifecycle/at-exit.ts';
import { inBackground } from '../runtime/background.ts';
import { log } from '../runtime/log.ts';
import { orElse } from '../runtime/or-else.ts';
import { identityOf } from '../session/identity.ts';
import { stardust } from '../stardust.ts';
import { logApiCopies } from './api-copies.ts';
import type { Plan } from './decision.ts';
import { Ending } from './ending.ts';
import { hookEsModules, patchHttp } from './es-modules.ts';
import { type InstrumentationLike, ownSdkStarts, withdraw } from './own-sdk.ts';
import { type Packages, packageVersion } from './packages.ts';
import { connectionNames } from './route-hooks/connection-names.ts';
import { routeHooks } from './route-hooks/route-hooks.ts';
import { processorsFor } from './trace-exporters.ts';

interface NodeSdkLike {
  start(): void;
  shutdown(): Promise<void>;
}

/** Starts the SDK by plan, with our processor and those that the environment asks for. */
export function start(plan: Plan, packages: Packages): void {
  const { env } = process;
  hookEsModules(plan.esModuleHook, packages);
  const instrumentations = instrumentationsOf(plan, packages);
  if (plan.routeHooks) instrumentations.push(routeHooks(packages));
  const { spanProcessors, sampler, textMapPropagator } = stardust({ root: rootFor(plan) });
  const [ours] = spanProcessors;
  // Many a thread is one of a tool: a logger's, a compiler's.
  if (!isMainThread) ours.exporter.waitForSpan();
  const others = processorsFor(plan.traceExporters, env, packages.besideSdk);
  // NodeSDK sets the same logger once more and would complain about the first.
  if (variableOf(env, 'OTEL_LOG_LEVEL') !== undefined) diag.disable();
  const { NodeSDK } = packages.sdk as { NodeSDK: new (options: object) => NodeSdkLike };
  const sdk = new NodeSDK({
    instrumentations,
    spanProcessors: [connectionNames, ours, ...others],
    sampler,
    textMapPropagator,
    resourceDetectors: detectorsOf(plan, packages),
    ...(plan.metrics ? {} : { metricReaders: [] }),
    ...(plan.logs ? {} : { logRecordProcessors: [] }),
  });
  sdk.start();
  logApiCopies(process.argv[1], packages);
  patchHttp(packages);
  let over: Promise<void> | undefined;
  const shutdown = () => {
    over ??= sdk.shutdown();
    return over;
  };

  const { shutdownTimeoutMillis } = resolveSettings({}, env).settings;
  const ending = new Ending({
    atMostMs: shutdownTimeoutMillis,
    flush: async () => {
      const isAway = ours.stats().session === 'away';
      const flushed = isAway ? undefined : ours.exporter.flushInBackground(shutdownTimeoutMillis);
      const flushes = others.map((each) => orElse(each.forceFlush(), undefined));
      for (const each of [flushed, ...flushes]) await each;
    },
    shutdown,
    exit: () => deliverAtExit(ours.exporter.handOver(), shutdownTimeoutMillis),
  });
  ownSdkStarts(packages, () => {
    log.warn(
      'the app starts an OpenTelemetry SDK of its own (such as Sentry), and the one of register gives way: put stardust() ' +
        'into that set-up, or nothing more is counted (docs/zero-code.md, "Beside another SDK")',
    );
    ending.leave();
    withdraw(instrumentations, packages);
    inBackground('the shutdown of the SDK', shutdown);
  });
  // It takes milliseconds to write, of a start that everybody waits for.
  if (variableOf(env, 'OTEL_LOG_LEVEL') !== undefined) log.debug(describe(instrumentations, packages));
}

function instrumentationsOf(
  plan: Plan,
  { autoInstrumentations, hasInstrumentation }: Packages,
): InstrumentationLike[] {
  const { getNodeAutoInstrumentations } = autoInstrumentations as {
    getNodeAutoInstrumentations(settings: object): InstrumentationLike[];
  };
  // A setting for one that is not there is logged as an error.
  const settings = Object.entries(plan.instrumentations).filter(([name]) => hasInstrumentation(name));
  return getNodeAutoInstrumentations(Object.fromEntries(settings));
}

/** Where another exporter looks at the sampled flag too, it must mean there what it means everywhere. */
function rootFor({ traceExporters }: Plan) {
  if (traceExporters.length === 0) return undefined;
  return samplerOf({ ...process.env, OTEL_TRACES_EXPORTER: traceExporters.join(',') }).sampler;
}

function detectorsOf({ resourceDetectors }: Plan, { autoInstrumentations, besideSdk }: Packages): unknown[] {
  if (resourceDetectors === 'of the environment') {
    const { getResourceDetectors, getResourceDetectorsFromEnv } = autoInstrumentations as Record<
      string,
      (() => unknown[]) | undefined
    >;
    return (getResourceDetectors ?? getResourceDetectorsFromEnv)?.() ?? [];
  }
  const { envDetector, hostDetector, osDetector, processDetector } = besideSdk('@opentelemetry/resources');
  return [envDetector, hostDetector, osDetector, processDetector];
}

function describe(instrumentations: readonly InstrumentationLike[], { version }: Packages): string {
  const { settings } = resolveSettings({}, process.env, CONSOLE_DEFAULTS);
  const app = identityOf(settings, process.env, undefined)?.appId ?? 'not named';
  const names = instrumentations.map(({ instrumentationName: name }) =>
    name.replace(/^.*instrumentation-|^opentelemetry-stardust-/, ''),
  );
  return [
    `register ${packageVersion()} on Node ${process.versions.node} with OpenTelemetry SDK ${version}`,
    `server ${settings.server?.join(', ') ?? 'none'}`,
    `app ${app}`,
    `naming ${String(settings.naming)}`,
    `${names.length} instrumentations: ${names.join(' ')}`,
  ].join('; ');
}
