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

/** Calls `registered` when a global tracer provider is registered. */
export function watchGlobals(registered: (apiVersion: string, provider: object) => void): void {
  onSet(globalThis as { [KEY]?: Globals }, KEY, (globals) => {
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
  });
}

const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether tracing is suppressed in this context, or in the active one, as for the calls of exporters. */
export function isSuppressed(context: unknown): boolean {
  const globals = (globalThis as { [KEY]?: Globals })[KEY];
  const at = (context as Context | undefined) ?? globals?.context?.active();
  return at?.getValue(SUPPRESSED) === true;
}

/** Calls `told` for each new value of a property, which otherwise behaves as before. */
function onSet<T extends object, K extends keyof T>(
  target: T,
  key: K,
  told: (value: NonNullable<T[K]>) => void,
): void {
  let value = target[key];
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    get: () => value,
    set: (next: T[K]) => {
      const isNew = next !== value;
      value = next;
      if (isNew && next !== undefined && next !== null) told(next);
    },
  });
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
