import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as api from '@opentelemetry/api';
import { type Api, logForeignApi, watchApiCopies } from './api-copies.ts';
import type { Exports, Packages } from './packages.ts';

/** An instrumentation of the app's own copy. */
export interface InstrumentationLike {
  readonly instrumentationName: string;
  disable(): void;
  setTracerProvider(provider: api.TracerProvider): void;
}

/**
 * Calls back before the app sets up a tracer provider or a context manager of its own, which would be refused
 * while ours are there. Its instrumentations would still be there, and every call would count twice.
 */
export function ownSdkStarts(packages: Packages, giveWay: () => void): void {
  const appsOwn = instrumentationsFromNowOn(packages);
  const watched = new Set<unknown>();
  let given = false;
  const once = (folder: string | undefined) => {
    if (given) return;
    given = true;
    giveWay();
    if (folder !== undefined) letIn(folder);
  };
  const watch = ({ trace, context }: Api, folder?: string) => {
    if (watched.has(trace)) return;
    watched.add(trace);
    const former = trace.getTracerProvider();
    // Own properties, taken away again so that the methods of the class come to light.
    trace.setGlobalTracerProvider = (provider) => {
      Reflect.deleteProperty(trace, 'setGlobalTracerProvider');
      once(folder);
      // Those who asked for the provider before were given ours.
      if ('setDelegate' in former) (former as api.ProxyTracerProvider).setDelegate(provider);
      for (const each of appsOwn()) each.setTracerProvider(provider);
      return trace.setGlobalTracerProvider(provider);
    };
    context.setGlobalContextManager = (manager) => {
      Reflect.deleteProperty(context, 'setGlobalContextManager');
      once(folder);
      return context.setGlobalContextManager(manager);
    };
  };
  // On 3.x the api is there twice, for CommonJS and for ES modules, and an app may use either.
  watch(api);
  watch(packages.besideSdk('@opentelemetry/api') as unknown as Api);
  watchApiCopies(packages, watch);
}

/** Another copy of the api registers nothing where one of another version has been first. */
function letIn(folder: string): void {
  const globals = (globalThis as Globals)[API];
  const { version } = createRequire(import.meta.url)(join(folder, 'package.json')) as { version: string };
  if (globals !== undefined) globals.version = version;
  logForeignApi(folder);
}

/** Notes the instrumentations that are set up from now on, until they are asked for. */
function instrumentationsFromNowOn({ besideInstrumentation }: Packages): () => InstrumentationLike[] {
  const { InstrumentationBase } = besideInstrumentation('@opentelemetry/instrumentation') as {
    InstrumentationBase: { prototype: InstrumentationLike };
  };
  const { prototype } = InstrumentationBase;
  const { setTracerProvider } = prototype;
  const noted = new Set<InstrumentationLike>();
  prototype.setTracerProvider = function (provider) {
    noted.add(this);
    setTracerProvider.call(this, provider);
  };
  return () => {
    Reflect.deleteProperty(prototype, 'setTracerProvider');
    return [...noted];
  };
}

/** Takes back all that the SDK has set for the whole process. */
export function withdraw(instrumentations: readonly InstrumentationLike[], { besideSdk }: Packages): void {
  for (const each of [api.trace, api.context, api.propagation, api.metrics, logsOf(besideSdk)])
    each?.disable();
  for (const each of instrumentations) {
    // These modules are loaded already and are not patched again for another: ours stays, in the app's service.
    const isInPlace = each.instrumentationName === '@opentelemetry/instrumentation-http';
    if (isInPlace) each.setTracerProvider(api.trace.getTracerProvider());
    else each.disable();
  }
}

/** In the api since 3.x, a package of its own before. */
function logsOf(besideSdk: Packages['besideSdk']): { disable(): void } | undefined {
  try {
    const { logs } = besideSdk('@opentelemetry/api') as Exports & { logs?: { disable(): void } };
    return logs ?? (besideSdk('@opentelemetry/api-logs').logs as { disable(): void });
  } catch {
    return undefined;
  }
}

const API = Symbol.for('opentelemetry.js.api.1');

/** What all copies of the api share. */
interface Globals {
  [API]?: { version?: string; trace?: unknown };
}

/** Whether a tracer provider has been set already, by whichever copy of the api. */
export function hasProvider(): boolean {
  return (globalThis as Globals)[API]?.trace !== undefined;
}

/** The version of the api that the process has settled on. */
export function apiVersion(): string | undefined {
  return (globalThis as Globals)[API]?.version;
}
