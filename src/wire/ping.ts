import type { Fields } from './fields.ts';
import { type Identity, tokenOf } from './login.ts';
import { dottedVersion, wireText } from './text.ts';

/** Body of `POST /App/Ping`. `Time` is the real clock to the millisecond: many pings with one `Time` lose rows. */
export interface PingRequest extends ProcessInfo {
  readonly Id: number;
  readonly Name: string;
  readonly AppName: string;
  /** Two to four dotted numbers; any other form makes the ping fail. */
  readonly Version?: string;
  readonly Time: number;
}

/** What a ping may tell of the process. Whole numbers, except the share of the CPU. What is not known is left out. */
export interface ProcessInfo {
  readonly MachineName?: string | undefined;
  readonly IP?: string | undefined;
  readonly CommandLine?: string | undefined;
  /** Unix ms. */
  readonly StartTime?: number | undefined;
  /** Milliseconds of CPU since the start. */
  readonly ProcessorTime?: number | undefined;
  /** CPU time by the time since the last ping: 1 is one core, so that it may pass 1. */
  readonly CpuUsage?: number | undefined;
  /** Bytes. */
  readonly WorkingSet?: number | undefined;
  /** Bytes. */
  readonly HeapSize?: number | undefined;
  readonly Threads?: number | undefined;
  /** Open files. */
  readonly Handles?: number | undefined;
  /** TCP connections. */
  readonly Connections?: number | undefined;
  /** Garbage collections since the last ping. */
  readonly GCCount?: number | undefined;
}

/** The number of this process; 0 if it is not to be had. */
export function processId(): number {
  try {
    return process.pid;
  } catch {
    return 0;
  }
}

export function pingRequest(who: Identity, info: ProcessInfo | undefined, timeMs: number): PingRequest {
  const version = dottedVersion(who.version);
  return {
    Id: processId(),
    Name: wireText(who.appId, 50),
    AppName: wireText(who.appName, 50),
    ...(version !== undefined && { Version: version }),
    ...info,
    Time: timeMs,
  };
}

/** The data of a ping's answer. */
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
