// What the server tells the page, as JSON. Times are Unix milliseconds, costs milliseconds.
import type { WireSample } from '../../wire/report-forms.ts';
import type { ServerLimits } from '../limits.ts';

/** Everything that the page shows at all times; sent whole after each change. */
export interface Overview {
  readonly nowMs: number;
  /** Of apps that have none of their own. */
  readonly limits: ServerLimits;
  /** The first 100. */
  readonly apps: readonly AppOverview[];
  /** How many more there are. */
  readonly moreApps: number;
  /** The last 100 calls, newest first. */
  readonly calls: readonly CallOverview[];
  readonly faults: readonly FaultOverview[];
}

export interface AppOverview {
  readonly appId: string;
  readonly appName: string;
  readonly version: string;
  readonly clientCount: number;
  readonly reports: number;
  readonly bytes: number;
  readonly dropped: number;
  /** When a report last came in; `undefined` if none has. */
  readonly lastReportMs?: number;
  readonly limits: ServerLimits;
  readonly total: number;
  readonly errors: number;
  /** Those with the most calls. */
  readonly operations: readonly Operation[];
  readonly moreOperations: number;
  /** How many names are left out because the excludes fit them. */
  readonly excluded: number;
}

export interface Operation {
  readonly name: string;
  readonly kind: string;
  readonly total: number;
  readonly errors: number;
  /** Calls a minute over the last five periods. */
  readonly perMinute: number;
  readonly averageMs: number;
  readonly maxMs: number;
  readonly samples: number;
  readonly errorSamples: number;
  /** Calls in each of the last periods, oldest first. */
  readonly recent: readonly number[];
  readonly recentErrors: readonly number[];
}

export interface CallOverview {
  readonly number: number;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly appId: string;
  readonly bytes: number;
  /** Builders in a report. */
  readonly builders?: number;
  readonly status?: number;
  readonly code?: number;
}

/** One call with its body, indented where it is JSON. */
export interface CallDetails extends CallOverview {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How many characters of the body are left out. */
  readonly more: number;
}

export interface FaultOverview {
  readonly number: number;
  /** What happens: a code, `HTTP 503`, or the kind of the fault. */
  readonly effect: string;
  /** The beginning of the paths it strikes; empty for all. */
  readonly path: string;
  readonly delayMillis?: number;
  readonly timesLeft?: number;
}

/** The samples of one name, oldest first. */
export interface OperationSamples {
  readonly samples: readonly WireSample[];
  readonly errorSamples: readonly WireSample[];
}

/** A sample of a trace, and whose it is. */
export interface TraceSpan {
  readonly appId: string;
  readonly name: string;
  readonly failed: boolean;
  readonly sample: WireSample;
}

/** A trace of which samples came in. */
export interface TraceSummary {
  readonly traceId: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** That of its root; if that was not kept, of its earliest sample. */
  readonly name: string;
  readonly apps: readonly string[];
  readonly spans: number;
  readonly errors: number;
}

/** A name of this length was cut by its sender: the server takes no longer ones. */
export const MAX_NAME_UNITS = 200;

/** The ways in which the page can make calls go wrong. */
export const FAULT_EFFECTS = ['401', '500', 'unreadable', 'slow', 'hang', 'away'] as const;
export type FaultEffectName = (typeof FAULT_EFFECTS)[number];

export interface NewFault {
  readonly effect: FaultEffectName;
  readonly path: string;
  readonly delayMillis?: number;
  readonly times?: number;
}

/** What the page asks the server to do. */
export type Control =
  /** For one app, or for all where none is named. */
  | { readonly do: 'limits'; readonly appId?: string; readonly limits: Partial<ServerLimits> }
  /** Adds a name to an app's excludes, as the button of Stardust's console does. */
  | { readonly do: 'exclude'; readonly appId: string; readonly name: string }
  | ({ readonly do: 'fault' } & NewFault)
  | { readonly do: 'lift'; readonly number: number }
  | { readonly do: 'revoke-tokens' }
  | { readonly do: 'clear' };
