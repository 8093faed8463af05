import { log } from '../runtime/log.ts';
import type { Identity } from '../wire/login.ts';

/** One that reports, or has reported, as an instance. */
interface Claim {
  readonly key: string;
  isReporting(): boolean;
}

const KEY = Symbol.for('opentelemetry-stardust.instances');

/**
 * Warns if another part of this process reports as the same instance of the same app to the same server: a hot reload
 * without shutdown, or two entry points. The console then shows both as one, with twice the pings. The claims are on
 * `globalThis`, so that a process that loads this package twice has one such list.
 */
export function claimInstance(
  { appId, clientId }: Identity,
  servers: readonly string[],
  isReporting: () => boolean,
): void {
  const holder = globalThis as { [KEY]?: Claim[] };
  const claims = (holder[KEY] ?? []).filter((claim) => claim.isReporting());
  const key = [appId, clientId, ...servers].join('\n');
  if (claims.some((claim) => claim.key === key)) {
    log.warn(
      `a second exporter in this process reports as ${appId} (${clientId}): shut the first down, share it, ` +
        'or give each a clientId of its own',
    );
  }
  holder[KEY] = [...claims, { key, isReporting }];
}
