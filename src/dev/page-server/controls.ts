import { isRecord } from '../../wire/fields.ts';
import type { Fault, Faults } from '../faults.ts';
import { checkLimits, type ServerLimits } from '../limits.ts';
import { FAULT_EFFECTS, type FaultEffectName } from '../page/page-data.ts';
import type { Apps } from '../received/apps.ts';

/** What the page's controls act on. */
export interface Controlled {
  readonly apps: Apps;
  readonly faults: Faults;
  revokeTokens(): void;
  clear(): void;
}

const MAX_FAULTS = 50;
const MAX_PATH_UNITS = 200;
const MAX_DELAY_MS = 600_000;
const MAX_TIMES = 1_000_000;

/** Does what the page asks for. Returns what is wrong with the request, or `undefined` if it was done. */
export function control(asked: unknown, on: Controlled): string | undefined {
  if (!isRecord(asked)) return 'not an object';
  switch (asked.do) {
    case 'limits':
      return setLimits(asked, on.apps);
    case 'exclude':
      return exclude(asked, on.apps);
    case 'fault':
      return inject(asked, on.faults);
    case 'lift':
      on.faults.remove(Number(asked.number));
      return undefined;
    case 'revoke-tokens':
      on.revokeTokens();
      return undefined;
    case 'clear':
      on.clear();
      return undefined;
    default:
      return 'no such control';
  }
}

function setLimits({ appId, limits }: Asked, apps: Apps): string | undefined {
  if (appId !== undefined && !isKnown(appId, apps)) return 'no such app';
  if (!isRecord(limits)) return 'limits must be an object';
  try {
    checkLimits(limits);
  } catch (error) {
    return (error as TypeError).message;
  }
  apps.setLimits(tidy(limits), appId);
  return undefined;
}

/** The real server sends null instead of an empty list of excludes. */
function tidy(limits: Partial<ServerLimits>): Partial<ServerLimits> {
  if (limits.excludes === undefined || limits.excludes === null) return limits;
  const excludes = [...new Set(limits.excludes.map((entry) => entry.trim()))].filter((entry) => entry !== '');
  return { ...limits, excludes: excludes.length === 0 ? null : excludes };
}

function exclude({ appId, name }: Asked, apps: Apps): string | undefined {
  const app = isKnown(appId, apps) ? apps.find(appId) : undefined;
  if (app === undefined || typeof name !== 'string') return 'no such app';
  const excludes = [...(apps.limitsOf(app).excludes ?? []), name];
  return setLimits({ appId, limits: { excludes } }, apps);
}

function inject({ effect, path, delayMillis, times }: Asked, faults: Faults): string | undefined {
  if (faults.all().length >= MAX_FAULTS) return `${MAX_FAULTS} faults are in force already`;
  if (typeof path !== 'string' || path.length > MAX_PATH_UNITS) return 'path must be a text';
  if (!isEffect(effect)) return 'no such fault';
  if (!isWhole(times ?? 1, 1, MAX_TIMES)) return `times must be from 1 to ${MAX_TIMES}`;
  if (!isWhole(delayMillis ?? 0, 0, MAX_DELAY_MS)) return `delayMillis must be from 0 to ${MAX_DELAY_MS}`;
  const scope = { path, ...(times === undefined ? {} : { times: Number(times) }) };
  faults.add({ ...scope, ...faultOf(effect, Number(delayMillis ?? 0)) });
  return undefined;
}

function faultOf(effect: FaultEffectName, delayMillis: number): Fault {
  switch (effect) {
    case '401':
    case '500':
      return { kind: 'code', code: Number(effect) };
    case 'slow':
      return { kind: 'slow', delayMillis };
    case 'away':
      return { kind: 'cut', counted: false };
    default:
      return { kind: effect };
  }
}

type Asked = Readonly<Record<string, unknown>>;

function isKnown(appId: unknown, apps: Apps): appId is string {
  return typeof appId === 'string' && apps.find(appId) !== undefined;
}

function isEffect(effect: unknown): effect is FaultEffectName {
  return FAULT_EFFECTS.some((known) => known === effect);
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
}
