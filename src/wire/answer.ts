import { cut } from './text.ts';

/**
 * From what came over the wire to an outcome. Nearly every answer of Stardust is HTTP 200; the verdict is
 * the `code` inside the envelope (docs/protocol.md, "Envelope").
 */

/** What a transport brings back from one call. */
export type TransportResult =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** `sent` tells whether any byte of the request may have reached the server. */
  | { readonly kind: 'unreachable'; readonly sent: boolean; readonly reason: string };

/** The outcome of one call: expected results are values, not exceptions. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly data: Fields }
  | { readonly kind: 'unauthorized'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  /** `unclear`: the request left, the connection ended without an answer; it may have been taken. */
  | { readonly kind: 'unreachable'; readonly unclear: boolean; readonly reason: string };

/** An answer has about a dozen. */
const MAX_FIELDS = 1_000;

/** The fields of an answer's `data`, looked up without regard to case: `Token` and `token` are one. */
export class Fields {
  readonly #values = new Map<string, unknown>();

  constructor(data: Readonly<Record<string, unknown>>) {
    for (const key of Object.keys(data).slice(0, MAX_FIELDS)) this.#values.set(key.toLowerCase(), data[key]);
  }

  get(name: string): unknown {
    return this.#values.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
}

const MESSAGE_UNITS = 200;
const ABOUT_THE_TOKEN = /base-?64|\btoken\b|令牌/i;
const BODY_TOO_LARGE = /body too large/i;

/** Reads a Stardust answer. `data: null` means that the server could not read the body: all in it is lost. */
export function outcomeOf(result: TransportResult): Outcome {
  if (result.kind === 'unreachable') {
    return { kind: 'unreachable', unclear: result.sent, reason: result.reason };
  }
  const { status, body } = result;
  if (status === 413 || (status === 400 && isProblem(body))) {
    return { kind: 'unreadable', message: `HTTP ${status}` };
  }
  const envelope = status === 200 ? parseEnvelope(body) : undefined;
  if (envelope === undefined) {
    // A proxy, a load balancer, a login page: whoever answered, it was not Stardust.
    return { kind: 'unreachable', unclear: false, reason: `HTTP ${status} without a Stardust answer` };
  }
  return verdictOf(envelope);
}

/** Stardust's own 400 is a problem document; a page with that status is of something in between. */
function isProblem(body: string): boolean {
  try {
    return isRecord(JSON.parse(body));
  } catch {
    return false;
  }
}

/** A report refused again while an empty one is taken is one that the server cannot read. */
export function isUnreadable(outcome: Outcome, refusedBefore: boolean): boolean {
  return outcome.kind === 'unreadable' || (outcome.kind === 'refused' && refusedBefore);
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
  const message = cut(envelope.text('message') ?? '', MESSAGE_UNITS);
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
