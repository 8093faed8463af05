import { createRequire } from 'node:module';
import { join } from 'node:path';
import { log } from '../runtime/log.ts';
import { type Packages, realPath } from './packages.ts';

const API = '@opentelemetry/api';
const FOLDER = /^(.*[\\/]node_modules[\\/]@opentelemetry[\\/]api)[\\/]/;

/**
 * Logs once if the app, this package and the instrumentations do not share one copy of the api: what is registered
 * through one is not always seen by another.
 */
export function logApiCopies(script: string | undefined, { besideInstrumentation }: Packages): void {
  const app = createRequire(join(script === undefined ? process.cwd() : realPath(script), 'app.js'));
  const folders = new Set(
    [app, createRequire(import.meta.url), besideInstrumentation]
      .map(folderFrom)
      .filter((each) => each !== undefined),
  );
  if (folders.size < 2) return;
  log.warn(
    `there are ${folders.size} copies of ${API}, and spans made through one may not be seen by another: ` +
      `${[...folders].join(' and ')}. Make it one: npm ls ${API} shows who brings which`,
  );
}

function folderFrom(require: NodeJS.Require): string | undefined {
  try {
    return FOLDER.exec(require.resolve(API))?.[1];
  } catch {
    return undefined;
  }
}
