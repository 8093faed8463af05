import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';

/** One copy of `@opentelemetry/api` that the process has loaded. */
export interface ApiCopy {
  readonly version: string;
  readonly folder: string;
}

/** What the api keeps for the whole process: what was registered, and by which version. */
interface Globals {
  readonly version: string;
  trace?: ProxyProvider;
  readonly context?: { active(): Context };
}

interface Context {
  getValue(key: symbol): unknown;
}

/** The api's own provider, which passes calls on to the SDK's. */
interface ProxyProvider {
  setDelegate(provider: object): void;
}

/** Where every 1.x copy of the api looks for what was registered. */
const KEY = Symbol.for('opentelemetry.js.api.1');

/** Calls `registered` each time a global tracer provider is registered, also in the place of one that was taken back. */
export function watchGlobals(registered: (apiVersion: string, provider: object) => void): void {
  const watch = (globals: Globals) => {
    onSet(globals, 'trace', (proxy) => {
      const { setDelegate } = proxy;
      proxy.setDelegate = function (provider) {
        setDelegate.call(this, provider);
        try {
          registered(globals.version, provider);
        } catch {
          // The provider cannot be watched. The app must not notice.
        }
      };
    });
    return globals;
  };
  onSet(globalThis as { [KEY]?: Globals }, KEY, watch, (globals) => {
    return new Proxy(globals, {
      // What is taken back is deleted, and what watches it with it.
      deleteProperty: (target, key) =>
        Reflect.deleteProperty(target, key) && (key !== 'trace' || Boolean(watch(target))),
    });
  });
}

const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether tracing is suppressed in this context, or in the active one, as for the calls of exporters. */
export function isSuppressed(context: unknown): boolean {
  const globals = (globalThis as { [KEY]?: Globals })[KEY];
  const at = (context as Context | undefined) ?? globals?.context?.active();
  return at?.getValue(SUPPRESSED) === true;
}

/** Calls `told` for each new value of a property, which otherwise behaves as before; readers see it as `shown` gives it. */
function onSet<T extends object, K extends keyof T>(
  target: T,
  key: K,
  told: (value: NonNullable<T[K]>) => void,
  shown: (value: NonNullable<T[K]>) => T[K] = (value) => value,
): void {
  let value = target[key];
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    get: () => value,
    set: (next: T[K]) => {
      if (next === value) return;
      value = next;
      if (next === undefined || next === null) return;
      told(next);
      value = shown(next);
    },
  });
}

/** The SDK that has left its mark in the process, with its version, such as `Sentry 10.2.0`. */
export function otherSdk(): string | undefined {
  const { __SENTRY__: sentry } = globalThis as { __SENTRY__?: { readonly version?: unknown } };
  return sentry === undefined ? undefined : `Sentry ${String(sentry.version ?? '')}`.trim();
}

const FOLDER = /^(.*[\\/]node_modules[\\/]@opentelemetry[\\/]api)[\\/]/;

export function apiCopies(): ApiCopy[] {
  const folders = new Set(loadedFiles().flatMap((file) => FOLDER.exec(file)?.[1] ?? []));
  return [...folders].map((folder) => ({ folder, version: versionIn(folder) }));
}

/** The files of all CommonJS modules. */
export function loadedFiles(): string[] {
  return Object.keys(CACHE);
}

export const CACHE = (Module as unknown as { readonly _cache: Record<string, { readonly exports: unknown }> })
  ._cache;

const versions = new Map<string, string>();

function versionIn(folder: string): string {
  let version = versions.get(folder);
  if (version === undefined) {
    ({ version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string });
    versions.set(folder, version);
  }
  return version;
}
