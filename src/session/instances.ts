import { log } from '../runtime/log.ts';
import { onePerProcess } from '../runtime/one-per-process.ts';
import type { Identity } from '../wire/login.ts';

/** One that reports, or has reported, as an instance. */
interface Claim {
  readonly key: string;
  isReporting(): boolean;
}

/**
 * Warns if another part of this process reports as the same instance of the same app to the same server: a hot reload
 * without shutdown, or two entry points. The console then shows both as one, with twice the pings.
 */
export function claimInstance(
  { appId, clientId }: Identity,
  servers: readonly string[],
  isReporting: () => boolean,
): void {
  const claims = onePerProcess<{ all: readonly Claim[] }>('instances', () => ({ all: [] }));
  const reporting = claims.all.filter((claim) => claim.isReporting());
  const key = [appId, clientId, ...servers].join('\n');
  if (reporting.some((claim) => claim.key === key)) {
    log.warn(
      `a second exporter in this process reports as ${appId} (${clientId}): shut the first down, share it, ` +
        'or give each a clientId of its own',
    );
  }
  claims.all = [...reporting, { key, isReporting }];
}
