import { isMainThread, threadId } from 'node:worker_threads';
import { type Environment, variableOf } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import { textOf } from '../span/attribute.ts';
import { SERVICE_NAME, SERVICE_VERSION } from '../span/semconv.ts';
import type { Attributes } from '../span/span-like.ts';
import type { Identity } from '../wire/login.ts';
import { processId } from '../wire/ping.ts';
import { endOf } from '../wire/text.ts';
import { percentDecoded } from '../wire/url.ts';
import { hostName, localAddress } from './machine.ts';

const DEFAULT_VERSION = '1.0.0';
/** The server keeps this many. Names of pods differ at their end, so the end is kept. */
const CLIENT_ID_UNITS = 50;

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
  const service = named(variableOf(environment, 'OTEL_SERVICE_NAME')) ?? named(declared.get(SERVICE_NAME));
  const serviceName = service ?? named(textOf(resource?.[SERVICE_NAME]));
  const appId = named(settings.appId) ?? serviceName;
  if (appId === undefined) return undefined;
  return {
    appId,
    appName: settings.appName ?? serviceName ?? appId,
    clientId: endOf(settings.clientId ?? defaultClientId(), CLIENT_ID_UNITS),
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
  for (const pair of (variableOf(environment, 'OTEL_RESOURCE_ATTRIBUTES') ?? '').split(',')) {
    const [key = '', ...value] = pair.split('=');
    pairs.set(key.trim(), percentDecoded(value.join('=').trim()));
  }
  return pairs;
}

/**
 * `<ip>@<pid>`: in a container, where the pid is always 1, the host name tells instances apart. Where there is no
 * address the host name takes its place; where there is neither, the pid is all.
 */
function defaultClientId(): string {
  const host = hostName();
  const place = localAddress() ?? host;
  const pid = processId();
  const instance = pid === 1 && host !== place ? (host ?? pid) : pid;
  const thread = isMainThread ? '' : `-${threadId}`;
  return `${place === undefined ? '' : `${place}@`}${instance}${thread}`;
}
