import { foreignText } from '../runtime/own-secrets.ts';
import type { TransportResult } from './call.ts';
import { Fields, isRecord } from './fields.ts';

/**
 * From what came over the wire to an outcome. Nearly every answer of Stardust is HTTP 200; the verdict is
 * the `code` inside the envelope (docs/protocol.md, "Envelope").
 */

/** The outcome of one call: expected results are values, not exceptions. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly data: Fields }
  | { readonly kind: 'unauthorized'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | Unreachable;

/** No answer of Stardust's came. */
export interface Unreachable {
  readonly kind: 'unreachable';
  /** The request left as a whole, so it may have been taken. */
  readonly unclear: boolean;
  /** The HTTP status of an answer that is not Stardust's, such as a gateway's. */
  readonly status?: number;
  readonly reason: string;
}

/** Whether the server may have taken what a call brought. */
export function mayHaveArrived(outcome: Outcome): boolean {
  return outcome.kind === 'delivered' || (outcome.kind === 'unreachable' && outcome.unclear);
}

const ABOUT_THE_TOKEN = /base-?64|\btoken\b|令牌/i;
const BODY_TOO_LARGE = /body too large/i;

/** Reads a Stardust answer. `data: null` means that the server could not read the body: all in it is lost. */
export function outcomeOf(result: TransportResult): Outcome {
  if (result.kind === 'unreachable') {
    return { kind: 'unreachable', unclear: result.sent, reason: foreignText(result.reason) };
  }
  const { status, body, location } = result;
  if (status === 413 || (status === 400 && isProblem(body))) {
    return { kind: 'unreadable', message: `HTTP ${status}` };
  }
  const envelope = status === 200 ? parseEnvelope(body) : undefined;
  if (envelope === undefined) {
    // A proxy, a load balancer, a firewall: Stardust itself did not answer.
    const reason = `${statusOf(status, location)} without a Stardust answer`;
    return { kind: 'unreachable', unclear: mayHaveBeenTaken(status), status, reason };
  }
  return verdictOf(envelope);
}

/** The status of an answer, and where a redirect leads: without the query, which may hold a token. */
export function statusOf(status: number, location: string | undefined): string {
  return location === undefined
    ? `HTTP ${status}`
    : `HTTP ${status} to ${foreignText(location.split('?')[0] ?? '')}`;
}

/** A gateway that gives up waiting answers by itself, after the server may have taken the request. */
function mayHaveBeenTaken(status: number): boolean {
  return status < 300 || status === 408 || status === 499 || status >= 500;
}

/**
 * Whether data can be the answer to a report. A proxy that answers a ping twice on a kept connection makes the second
 * answer that of the next call, and it looks like a success.
 */
export function answersReport(data: Fields): boolean {
  const isOfPing = data.get('serverTime') !== undefined || data.get('token') !== undefined;
  return !isOfPing || data.get('maxSamples') !== undefined;
}

/** Stardust's own 400 is a problem document; a page with that status is of something in between. */
function isProblem(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) && new Fields(parsed).text('title') !== undefined;
  } catch {
    return false;
  }
}

function parseEnvelope(body: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (!isRecord(parsed)) return undefined;
    const envelope = new Fields(parsed);
    return envelope.number('code') === undefined ? undefined : envelope;
  } catch {
    return undefined;
  }
}

function verdictOf(envelope: Fields): Outcome {
  const code = envelope.number('code') ?? -1;
  const message = foreignText(envelope.text('message') ?? '');
  const data = envelope.get('data');
  if (code === 0 || code === 200) {
    if (isRecord(data)) return { kind: 'delivered', data: new Fields(data) };
    return { kind: 'unreadable', message: 'the server could not read the body' };
  }
  if (code === 401 || (code === 500 && ABOUT_THE_TOKEN.test(message))) {
    return { kind: 'unauthorized', message };
  }
  if (BODY_TOO_LARGE.test(message)) return { kind: 'unreadable', message };
  if (code === 429) return { kind: 'unreachable', unclear: false, reason: `code 429 ${message}` };
  return { kind: 'refused', code, message };
}
