import { wallTime } from '../runtime/clock.ts';

/**
 * Trace ids of .NET services are 30 characters: 8 hex (IPv4), 13 decimal digits (Unix ms), 4 hex (sequence), `e`,
 * 4 hex (pid). OpenTelemetry knows 32 only, so such an id travels inside with `00` appended, and outside as it
 * came (docs/sampling-and-chains.md).
 */
const AGENT_SHAPE = /^[0-9a-f]{8}(\d{13})[0-9a-f]{4}e[0-9a-f]{4}$/;
const APPENDED = '00';
const TEN_YEARS_MS = 10 * 365.25 * 86_400_000;

/** Whether an id has the shape of the .NET agent's, with a time in it that is within ten years of now. */
export function isAgentTraceId(id: string): boolean {
  // Of another shape the time is not a number, and nothing is within ten years of that.
  return Math.abs(Number(AGENT_SHAPE.exec(id)?.[1]) - wallTime()) < TEN_YEARS_MS;
}

/** The 32 characters under which OpenTelemetry carries an agent's 30. */
export function carriedTraceId(agentId: string): string {
  return agentId + APPENDED;
}

/** The id as Stardust and the next hop are to see it: the agent's 30 characters where it was one, else unchanged. */
export function originalTraceId(traceId: string): string {
  if (!traceId.endsWith(APPENDED)) return traceId;
  const agentId = traceId.slice(0, -APPENDED.length);
  return isAgentTraceId(agentId) ? agentId : traceId;
}
