import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Loads a package by its name. Throws where it is missing. */
export type Load = (name: string) => Exports;

/** What a package exports; of unknown shape, as it is the app's own copy, of one line or another. */
export type Exports = Readonly<Record<string, unknown>>;

const SDK = '@opentelemetry/sdk-node';
const INSTRUMENTATIONS = '@opentelemetry/auto-instrumentations-node';

/** The packages that only `register` needs. */
export interface Packages {
  readonly sdk: Exports;
  readonly autoInstrumentations: Exports;
  /** Whether the installed instrumentations include one of this name; older releases lack some. */
  hasInstrumentation(name: string): boolean;
  /** Loads what the SDK depends on. */
  readonly besideSdk: Load;
  /** Loads what the instrumentations have in common; pnpm puts it where only they find it. */
  readonly besideInstrumentation: NodeJS.Require;
  /** The version of the SDK. */
  readonly version: string;
}

export type Found =
  | { readonly kind: 'found'; readonly packages: Packages }
  | { readonly kind: 'missing'; readonly names: readonly string[] };

/** Looks from where the app's first file is, then in the current folder, then beside this package. */
export function findPackages(script: string | undefined): Found {
  // Below a file there is nothing, and the search goes on above it; but `node .` names a folder.
  const folders = [script === undefined ? undefined : realPath(script), currentFolder()];
  const places = [
    ...folders.flatMap((folder) => (folder === undefined ? [] : [join(folder, 'app.js')])),
    import.meta.url,
  ];
  const instrumentations = pathOf(INSTRUMENTATIONS, places);
  // The instrumentations depend on an SDK of their line.
  const sdk = pathOf(SDK, instrumentations === undefined ? places : [...places, instrumentations]);
  if (instrumentations === undefined || sdk === undefined) {
    const missing = [instrumentations === undefined && INSTRUMENTATIONS, sdk === undefined && SDK];
    return { kind: 'missing', names: missing.filter((name) => name !== false) };
  }
  const besideSdk = createRequire(sdk);
  const besideInstrumentations = createRequire(instrumentations);
  return {
    kind: 'found',
    packages: {
      sdk: besideSdk(sdk),
      autoInstrumentations: besideInstrumentations(instrumentations),
      hasInstrumentation: (name) => pathOf(name, [instrumentations]) !== undefined,
      besideSdk,
      besideInstrumentation: createRequire(besideInstrumentations.resolve('@opentelemetry/instrumentation')),
      version: versionOf(sdk),
    },
  };
}

/**
 * How to install what is missing, for the line of OpenTelemetry that the app is on; the lines do not mix, and the
 * newer one needs Node 22.15.
 */
export function installCommand(apiVersion: string | undefined, nodeVersion: string): string {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isOld = major < 22 || (major === 22 && minor < 15);
  const isLine2 = isOld || /^1\.[0-9]\./.test(apiVersion ?? '');
  return isLine2
    ? `npm install @opentelemetry/api@1.9 ${SDK}@0.223 ${INSTRUMENTATIONS}@0.81`
    : `npm install @opentelemetry/api ${SDK} ${INSTRUMENTATIONS}`;
}

/** It may have been removed since somebody went there. */
export function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** What `npm link` and the like lead to, as Node itself follows them. */
export function realPath(script: string): string {
  try {
    return realpathSync(script);
  } catch {
    return resolve(script);
  }
}

function pathOf(name: string, places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // Not there: on to the next place.
    }
  }
  return undefined;
}

/** The version of this package. */
export function packageVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('opentelemetry-stardust/package.json');
  return manifest.version;
}

/** From the manifest above a package's main file, as not every package lets its manifest be loaded. */
function versionOf(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest: { name?: string; version?: string } = createRequire(path)(join(folder, 'package.json'));
      if (manifest.name?.startsWith('@opentelemetry/') && manifest.version) return manifest.version;
    } catch {
      // One folder up.
    }
  }
  return 'unknown';
}
