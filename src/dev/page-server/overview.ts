import { isRecord } from '../../wire/fields.ts';
import { StarPattern } from '../../wire/star-pattern.ts';
import type { Faults, InjectedFault } from '../faults.ts';
import type { AppOverview, CallDetails, CallOverview, FaultOverview, Overview } from '../page/page-data.ts';
import type { App, Apps } from '../received/apps.ts';
import type { LoggedRequest, RequestLog } from '../received/request-log.ts';

const MAX_APPS = 100;
const MAX_CALLS = 100;
/** Names of all apps together. Each app shows at least `MIN_OPERATIONS`, if there are many apps too. */
const MAX_OPERATIONS = 2_000;
const MIN_OPERATIONS = 20;
const MAX_TEXT_UNITS = 200;
const MAX_BODY_UNITS = 1024 * 1024;

/** What the page shows. */
export interface Shown {
  readonly apps: Apps;
  readonly log: RequestLog;
  readonly faults: Faults;
}

/** The state that every page has at all times. Its size is bounded for any input. */
export function overviewOf({ apps, log, faults }: Shown): Overview {
  const all = apps.all();
  const shown = all.slice(0, MAX_APPS);
  const share = Math.max(MIN_OPERATIONS, Math.floor(MAX_OPERATIONS / shown.length));
  return {
    nowMs: Date.now(),
    limits: apps.limits,
    apps: shown.map((app) => appOverview(app, apps, share)),
    moreApps: all.length - shown.length,
    calls: log.last(MAX_CALLS).reverse().map(callOverview),
    faults: faults.all().map(faultOverview),
  };
}

/** A call with its body, indented if it is JSON. */
export function callDetails(request: LoggedRequest): CallDetails {
  const { body, headers } = request;
  const text = typeof body === 'string' ? body : JSON.stringify(body, undefined, 2);
  return {
    ...callOverview(request),
    headers,
    body: text.slice(0, MAX_BODY_UNITS),
    more: Math.max(text.length - MAX_BODY_UNITS, 0),
  };
}

function appOverview(app: App, apps: Apps, share: number): AppOverview {
  const { book } = app;
  const limits = apps.limitsOf(app);
  const { appName, version, clients, reports, bytes, dropped } = book.summary();
  const names = [...book.names.values()].sort((one, other) => other.total - one.total);
  const shown = names.slice(0, share);
  const excludes = (limits.excludes ?? []).map((entry) => new StarPattern(entry.toLowerCase()));
  const wanted = shown.filter(({ name }) => !excludes.some((exclude) => exclude.matches(name.toLowerCase())));
  const time = book.reportedTime(Date.now(), limits.period * 1_000);
  return {
    appId: app.id,
    appName,
    version,
    clientCount: clients.length,
    reports,
    bytes,
    dropped,
    ...(book.lastReportMs === undefined ? {} : { lastReportMs: book.lastReportMs }),
    limits,
    total: names.reduce((sum, { total }) => sum + total, 0),
    errors: names.reduce((sum, { errors }) => sum + errors, 0),
    operations: wanted.map((name) => name.figures(time)),
    moreOperations: names.length - shown.length,
    excluded: shown.length - wanted.length,
  };
}

function callOverview(request: LoggedRequest): CallOverview {
  const { number, atMs, method, path, bytes, answerStatus, answerCode } = request;
  const body = isRecord(request.body) ? request.body : {};
  const appId = body.AppId ?? body.Name;
  return {
    number,
    atMs,
    method,
    path: path.slice(0, MAX_TEXT_UNITS),
    appId: typeof appId === 'string' ? appId.slice(0, MAX_TEXT_UNITS) : '',
    bytes,
    ...(Array.isArray(body.Builders) ? { builders: body.Builders.length } : {}),
    ...(answerStatus === undefined ? {} : { status: answerStatus }),
    ...(answerCode === undefined ? {} : { code: answerCode }),
  };
}

function faultOverview({ number, fault, timesLeft }: InjectedFault): FaultOverview {
  return {
    number,
    effect: effectOf(fault),
    path: fault.path ?? '',
    ...(fault.kind === 'slow' ? { delayMillis: fault.delayMillis } : {}),
    ...(Number.isFinite(timesLeft) ? { timesLeft } : {}),
  };
}

function effectOf(fault: InjectedFault['fault']): string {
  if (fault.kind === 'code') return String(fault.code);
  if (fault.kind === 'status') return `HTTP ${fault.status}`;
  return fault.kind === 'cut' ? 'away' : fault.kind;
}
