import * as api from '@opentelemetry/api';
import type { Exports, Packages } from './packages.ts';

/** An instrumentation of the app's own copy. */
export interface InstrumentationLike {
  readonly instrumentationName: string;
  disable(): void;
  setTracerProvider(provider: api.TracerProvider): void;
  getModuleDefinitions?(): readonly { readonly moduleExports?: unknown }[];
}

type Api = Pick<typeof api, 'trace' | 'context'>;

/**
 * Calls back before the app sets up a tracer provider or a context manager of its own, which would be refused
 * while ours are there. Its instrumentations would be there all the same, and every call be counted twice.
 */
export function ownSdkStarts({ besideSdk }: Packages, giveWay: () => void): void {
  const watched: Api[] = [];
  const once = () => {
    for (const { trace, context } of watched) {
      // The methods of the class come to light again.
      Reflect.deleteProperty(trace, 'setGlobalTracerProvider');
      Reflect.deleteProperty(context, 'setGlobalContextManager');
    }
    giveWay();
  };
  // On 3.x the api is there twice, for CommonJS and for ES modules, and an app may use either.
  for (const copy of new Set<Api>([api, besideSdk('@opentelemetry/api') as unknown as Api])) {
    const { trace, context } = copy;
    if (watched.some((each) => each.trace === trace)) continue;
    watched.push(copy);
    trace.setGlobalTracerProvider = (provider) => {
      once();
      return trace.setGlobalTracerProvider(provider);
    };
    context.setGlobalContextManager = (manager) => {
      once();
      return context.setGlobalContextManager(manager);
    };
  }
}

/** Takes back all that the SDK has set for the whole process. */
export function withdraw(instrumentations: readonly InstrumentationLike[], { besideSdk }: Packages): void {
  for (const each of [api.trace, api.context, api.propagation, api.metrics, logsOf(besideSdk)])
    each?.disable();
  for (const each of instrumentations) {
    // A module that is loaded already is not patched again for another: ours stays, in the app's service.
    const isInPlace = each.getModuleDefinitions?.().some(({ moduleExports }) => moduleExports !== undefined);
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

/** Whether a tracer provider has been set already, by whichever copy of the api. */
export function hasProvider(): boolean {
  return (globalThis as { [API]?: { trace?: unknown } })[API]?.trace !== undefined;
}

/** The version of the api that the process has settled on. */
export function apiVersion(): string | undefined {
  return (globalThis as { [API]?: { version?: string } })[API]?.version;
}
