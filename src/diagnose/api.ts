import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';

/** One copy of `@opentelemetry/api` that the process has loaded. */
export interface ApiCopy {
  readonly version: string;
  readonly folder: string;
}

/** What the api keeps for the whole process: who registered what, and with which version. */
interface Globals {
  readonly version: string;
  trace?: ProxyProvider;
  readonly context?: { active(): Context };
}

interface Context {
  getValue(key: symbol): unknown;
}

/** The api's own provider, which hands on to the SDK's. */
interface ProxyProvider {
  setDelegate(provider: object): void;
}

/** Where every copy of the api, 1.x, looks for what was registered. */
const KEY = Symbol.for('opentelemetry.js.api.1');

/** Tells of a global tracer provider in the moment in which it is registered. */
export function watchGlobals(registered: (apiVersion: string, provider: object) => void): void {
  onSet(globalThis as { [KEY]?: Globals }, KEY, (globals) => {
    onSet(globals, 'trace', (proxy) => {
      const { setDelegate } = proxy;
      proxy.setDelegate = function (provider) {
        setDelegate.call(this, provider);
        try {
          registered(globals.version, provider);
        } catch {
          // A provider that lets nobody watch it: it works all the same.
        }
      };
    });
  });
}

const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether a span that is started in this context, or in the active one, is not wanted: exporters' own calls. */
export function isSuppressed(context: unknown): boolean {
  const globals = (globalThis as { [KEY]?: Globals })[KEY];
  const at = (context as Context | undefined) ?? globals?.context?.active();
  return at?.getValue(SUPPRESSED) === true;
}

/** Is told each value that a property gets; the property behaves as before. */
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
