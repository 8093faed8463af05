import { hostname, networkInterfaces } from 'node:os';
import { isMainThread, threadId } from 'node:worker_threads';
import type { Environment } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import { textOf } from '../span/attribute.ts';
import { SERVICE_NAME, SERVICE_VERSION } from '../span/semconv.ts';
import type { Attributes } from '../span/span-like.ts';
import type { Identity } from '../wire/login.ts';
import { percentDecoded } from '../wire/url.ts';

const DEFAULT_VERSION = '1.0.0';

/**
 * Who reports, from options and environment, else from the resource. `undefined` where nothing names the app;
 * the SDK's `unknown_service…` names none.
 */
export function identityOf(
  settings: Settings,
  environment: Environment,
  resource: Attributes | undefined,
): Identity | undefined {
  const declared = declaredAttributes(environment);
  const service = named(environment.OTEL_SERVICE_NAME) ?? named(declared.get(SERVICE_NAME));
  const serviceName = service ?? named(textOf(resource?.[SERVICE_NAME]));
  const appId = named(settings.appId) ?? serviceName;
  if (appId === undefined) return undefined;
  return {
    appId,
    appName: settings.appName ?? serviceName ?? appId,
    clientId: settings.clientId ?? defaultClientId(),
    version:
      settings.version ??
      (declared.get(SERVICE_VERSION) || textOf(resource?.[SERVICE_VERSION]) || DEFAULT_VERSION),
  };
}

function named(serviceName: string | undefined): string | undefined {
  const name = serviceName?.trim();
  return name === undefined || name === '' || name.startsWith('unknown_service') ? undefined : name;
}

/** `OTEL_RESOURCE_ATTRIBUTES`: `key=value` pairs, percent-encoded (OTel resource SDK specification). */
function declaredAttributes(environment: Environment): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of (environment.OTEL_RESOURCE_ATTRIBUTES ?? '').split(',')) {
    const [key, ...value] = pair.split('=');
    if (key !== undefined && value.length > 0) pairs.set(key.trim(), percentDecoded(value.join('=').trim()));
  }
  return pairs;
}

/** `<ip>@<pid>`: in a container, where the pid is always 1, the host name tells instances apart. */
function defaultClientId(): string {
  const instance = process.pid === 1 ? hostname() : String(process.pid);
  return `${localAddress()}@${instance}${isMainThread ? '' : `-${threadId}`}`;
}

/** The first address of this machine that others can reach. */
export function localAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find((each) => each.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';
}
