import type { Fields } from './fields.ts';
import { type Identity, tokenOf } from './login.ts';
import { dottedVersion, wireText } from './text.ts';

/** Body of `POST /App/Ping`. `Time` is the real clock to the millisecond: many pings with one `Time` lose rows. */
export interface PingRequest extends Partial<ProcessInfo> {
  readonly Id: number;
  readonly Name: string;
  readonly AppName: string;
  /** Two to four dotted numbers; any other form makes the ping fail. */
  readonly Version?: string;
  readonly Time: number;
}

/** What a ping may tell of the process. Whole numbers, but for the share of the CPU. */
export interface ProcessInfo {
  readonly MachineName: string;
  readonly IP: string;
  readonly CommandLine: string;
  /** Unix ms. */
  readonly StartTime: number;
  /** Milliseconds of CPU since the start. */
  readonly ProcessorTime: number;
  /** Share of the time since the last ping, 0 to 1; all cores together count as at most 1. */
  readonly CpuUsage: number;
  /** Bytes. */
  readonly WorkingSet: number;
  /** Bytes. */
  readonly HeapSize: number;
  readonly Handles: number;
  readonly Connections: number;
  readonly GCCount: number;
}

export function pingRequest(who: Identity, info: ProcessInfo | undefined, timeMs: number): PingRequest {
  const version = dottedVersion(who.version);
  return {
    Id: process.pid,
    Name: wireText(who.appId, 50),
    AppName: wireText(who.appName, 50),
    ...(version !== undefined && { Version: version }),
    ...info,
    Time: timeMs,
  };
}

/** What the data of a ping's answer says. */
export interface PingAnswer {
  /** A new token, which comes when the old one is about to expire. */
  readonly token: string | undefined;
  readonly periodSeconds: number | undefined;
}

export function pingAnswer(data: Fields): PingAnswer {
  return {
    token: tokenOf(data),
    periodSeconds: data.number('period'),
  };
}
