import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as api from '@opentelemetry/api';
import { log } from '../runtime/log.ts';
import { currentFolder, type Packages, realPath } from './packages.ts';

/** What is changed of a copy of the api. */
export type Api = Pick<typeof api, 'trace' | 'context'>;

type RequireHook = [
  names: string[],
  options: object,
  load: (exports: Api, name: string, folder: string | undefined) => Api,
];

const API = '@opentelemetry/api';
const FOLDER = /^(.*[\\/]node_modules[\\/]@opentelemetry[\\/]api)[\\/]/;

/**
 * Logs once if the app, this package and the instrumentations do not share one copy of the api: what is registered
 * through one is not always seen by another.
 */
export function logApiCopies(script: string | undefined, { besideInstrumentation }: Packages): void {
  const app = createRequire(
    join(script === undefined ? (currentFolder() ?? '/') : realPath(script), 'app.js'),
  );
  warnOf([app, createRequire(import.meta.url), besideInstrumentation].map(folderFrom));
}

/** Calls back with each copy of the api that is loaded from now on. */
export function watchApiCopies(
  { besideInstrumentation }: Packages,
  found: (copy: Api, folder: string) => void,
): void {
  const { Hook } = besideInstrumentation('require-in-the-middle') as {
    Hook: new (...args: RequireHook) => object;
  };
  new Hook([API], {}, (exports, _, folder) => {
    if (folder !== undefined) found(exports, folder);
    return exports;
  });
}

/** Logs that an SDK was set up through this copy of the api, and not through ours. */
export function logForeignApi(folder: string): void {
  warnOf([folderFrom(createRequire(import.meta.url)), folder]);
}

function warnOf(folders: readonly (string | undefined)[]): void {
  const copies = [...new Set(folders.filter((each) => each !== undefined))];
  if (copies.length < 2) return;
  log.warn(
    `there are ${copies.length} copies of ${API}, and spans made through one may not be seen by another: ` +
      `${copies.join(' and ')}. Make it one: npm ls ${API} shows who brings which`,
  );
}

function folderFrom(require: NodeJS.Require): string | undefined {
  try {
    return FOLDER.exec(require.resolve(API))?.[1];
  } catch {
    return undefined;
  }
}
