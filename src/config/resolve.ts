import { keepSecret, keepSecretsIn } from '../runtime/own-secrets.ts';
import { type Environment, variableOf } from './environment.ts';
import { optionOf } from './option-of.ts';
import type { StardustOptions } from './options.ts';
import { pairFault } from './pem.ts';
import { type Proxies, proxiesOf } from './proxies.ts';
import { REDACT_SQL, SETTINGS, type Setting, type SettingName, type Settings } from './settings.ts';
import { shown, shownIfHarmless } from './shown.ts';

/** Where a setting came from. */
type Origin = 'option' | 'environment' | 'default';

export interface Resolved {
  readonly settings: Settings;
  readonly origins: Readonly<Partial<Record<SettingName, Origin>>>;
  /** The proxies of the environment, by server; none if a dispatcher makes the calls. */
  readonly proxies: Proxies['proxies'];
  /** What is wrong and was passed over: bad variables and unknown options. */
  readonly warnings: readonly string[];
}

/** Defaults that depend on who asks. */
export type Defaults = Partial<Pick<Settings, 'naming' | 'internalSpans'>>;

/** Of `stardust()` and `register`: what makes a console read right. A bare class leaves spans as they are. */
export const CONSOLE_DEFAULTS: Defaults = { naming: 'stardust', internalSpans: false };

/**
 * Options over environment over defaults.
 * @throws TypeError for bad options in code: it names each option, its rule and what was given.
 */
export function resolveSettings(
  options: StardustOptions,
  environment: Environment,
  defaults: Defaults = {},
): Resolved {
  const settings: Record<string, unknown> = {};
  const origins: Partial<Record<SettingName, Origin>> = {};
  const faults: string[] = [];
  const warnings: string[] = unknownKeys(options);
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting: Setting<unknown> = SETTINGS[name];
    const given = optionOf(options, name);
    if (given !== undefined && given !== null && given !== '') {
      const value = setting.form.fromCode(given);
      if (value === undefined) faults.push(fault(`option ${name}`, setting, given));
      settings[name] = value;
      origins[name] = 'option';
      continue;
    }
    const value = fromEnvironment(setting, environment, warnings);
    settings[name] = value ?? optionOf(defaults as Partial<Settings>, name) ?? setting.fallback;
    origins[name] = value === undefined ? 'default' : 'environment';
  }
  pairUp(settings, origins, faults, warnings);
  if (faults.length > 0) throw new TypeError(`opentelemetry-stardust: ${faults.join('; ')}`);
  const redact = settings.redact as Settings['redact'];
  const sql = redact.sql ?? fromEnvironment(REDACT_SQL, environment, warnings) ?? REDACT_SQL.fallback;
  settings.redact = { ...redact, sql };
  // The loop above fills every row with a value of that row's form, its default, or nothing.
  const resolved = Object.freeze(settings) as Settings;
  keepSecrets(resolved);
  const servers = resolved.dispatcher === undefined ? (resolved.server ?? []) : [];
  const { proxies, warnings: proxyWarnings } = proxiesOf(servers, environment);
  return { settings: resolved, origins, proxies, warnings: [...warnings, ...proxyWarnings] };
}

/** Texts that are shown, in which a secret may stand: in a path, or because they were taken for another one. */
const SHOWN_TEXTS = [
  'server',
  'appId',
  'appName',
  'clientId',
  'version',
  'backlogDirectory',
  'nameGroups',
  'excludes',
] as const;

/** Nothing of these is shown, also where somebody else quotes it. */
function keepSecrets(settings: Settings): void {
  const { secret, headers, key, redact } = settings;
  // Of `redact` too: a value may stand where the name of a key belongs.
  for (const text of [...SHOWN_TEXTS.flatMap((name) => settings[name] ?? []), ...redact.keys])
    keepSecretsIn(text);
  keepSecret(secret);
  if (typeof headers === 'object') for (const value of Object.values(headers)) keepSecret(value);
  if (key !== undefined && 'pem' in key) keepSecret(key.pem);
}

/** A client certificate and its key are of use only together. */
function pairUp(
  settings: Record<string, unknown>,
  origins: Resolved['origins'],
  faults: string[],
  warnings: string[],
): void {
  const { cert, key } = settings as Pick<Settings, 'cert' | 'key'>;
  const isInCode = origins.cert === 'option' || origins.key === 'option';
  if (faults.some((each) => /^option (?:cert|key) /.test(each))) return;
  const unpaired = pairFault(cert, key);
  if (unpaired === undefined) return;
  if (isInCode) faults.push(unpaired);
  else warnings.push(`${unpaired}; no client certificate is used`);
  settings.cert = undefined;
  settings.key = undefined;
}

function fromEnvironment<T>(
  setting: Setting<T>,
  environment: Environment,
  warnings: string[],
): T | undefined {
  const text = setting.variable === undefined ? undefined : variableOf(environment, setting.variable);
  if (text === undefined) return undefined;
  const value = setting.form.fromText(text);
  if (value === undefined) {
    warnings.push(`${fault(`variable ${setting.variable}`, setting, text)}; its default is taken`);
  }
  return value;
}

/** Each setting with its value and where it came from; secrets are masked. */
export function describeSettings(resolved: Resolved): string {
  const { origins } = resolved;
  const names = Object.keys(SETTINGS) as SettingName[];
  const parts = names.map((name) => `${described(name, resolved)} (${origins[name]})`);
  return [...parts, ...describeProxies(resolved)].join(', ');
}

/** Settings that the line at start names by itself. */
const NAMED_ANYWAY: readonly SettingName[] = ['server', 'appId', 'appName', 'clientId', 'version'];

/** The settings that are not a default, with their values; empty if there are none. Secrets are masked. */
export function describeChanges(resolved: Resolved): string {
  const { origins } = resolved;
  const names = Object.keys(SETTINGS) as SettingName[];
  const changed = names.filter((name) => origins[name] !== 'default' && !NAMED_ANYWAY.includes(name));
  return [...changed.map((name) => described(name, resolved)), ...describeProxies(resolved)].join(', ');
}

function described(name: SettingName, { settings, origins }: Resolved): string {
  const value = settings[name];
  if (value === undefined || isEmpty(value)) return `${name}=none`;
  const { secret }: Setting<unknown> = SETTINGS[name];
  const isMasked = secret === true || (secret === 'inCode' && origins[name] === 'option');
  return `${name}=${isMasked ? '***' : shown(value)}`;
}

function describeProxies({ proxies }: Resolved): string[] {
  const ways = new Set([...proxies.values()].map((proxy) => proxy.origin));
  return [...ways].map((way) => `proxy=${shown(way)} (environment)`);
}

function unknownKeys(options: StardustOptions): string[] {
  const unknown = Object.keys(options).filter((key) => !Object.hasOwn(SETTINGS, key));
  return unknown.length === 0 ? [] : [`unknown options are ignored: ${unknown.join(', ')}`];
}

function fault(subject: string, setting: Pick<Setting<unknown>, 'form' | 'secret'>, given: unknown): string {
  const what = setting.secret !== undefined ? `a value of type ${typeof given}` : shownIfHarmless(given);
  return `${subject} must be ${setting.form.accepts}, not ${what}`;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
