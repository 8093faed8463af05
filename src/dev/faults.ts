import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, json, ok, refused } from './protocol/answers.ts';
import type { ReceivedRequest } from './received/request-log.ts';

/** Which calls go wrong. */
interface FaultScope {
  /** The beginning of the path, ignoring case; every call where it is left out. */
  readonly path?: string;
  /** How many calls go wrong; for ever where it is left out. */
  readonly times?: number;
  /** Asked once the call has come in whole, before it is answered. */
  readonly when?: (request: ReceivedRequest) => boolean;
}

/** How a call goes wrong. */
type FaultEffect =
  /** HTTP 200 with this code; nothing is counted. */
  | { readonly kind: 'code'; readonly code: number; readonly message?: string }
  /** This status, as a proxy would answer; nothing is counted. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Code 0 with data null; nothing is counted. */
  | { readonly kind: 'unreadable' }
  /** The body is read, nothing is counted, and no answer ever comes. */
  | { readonly kind: 'hang' }
  /** The socket is closed once the body is read, and counted or not. */
  | { readonly kind: 'cut'; readonly counted: boolean }
  /** The usual answer, late. */
  | { readonly kind: 'slow'; readonly delayMillis: number }
  /** Counted as usual, then answered with HTTP 200 and this JSON. */
  | { readonly kind: 'answer'; readonly body: string };

/** Something that goes wrong; see {@link DevServer.fault}. */
export type Fault = FaultScope & FaultEffect;

/** What becomes of a call: an answer, none at all, or a closed socket. */
export type Fate = Answer | 'no answer' | 'cut';

/** A fault in force. */
export interface InjectedFault {
  readonly number: number;
  readonly fault: Fault;
  timesLeft: number;
}

/** The faults that were injected. The oldest that fits a call is the one that strikes. */
export class Faults {
  readonly #faults = new Set<InjectedFault>();
  #injected = 0;

  /** The function that comes back takes the fault away again. */
  add(fault: Fault): () => void {
    this.#injected += 1;
    const entry = { number: this.#injected, fault, timesLeft: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.add(entry);
    return () => this.#faults.delete(entry);
  }

  /** Those that are still to strike, the oldest first. */
  all(): InjectedFault[] {
    return [...this.#faults];
  }

  lift(number: number): void {
    for (const entry of this.#faults) if (entry.number === number) this.#faults.delete(entry);
  }

  /** The fault that strikes this call, if any; it counts as having struck. */
  strike(request: ReceivedRequest): Fault | undefined {
    for (const entry of this.#faults) {
      if (!concerns(entry.fault, request)) continue;
      entry.timesLeft -= 1;
      if (entry.timesLeft < 1) this.#faults.delete(entry);
      return entry.fault;
    }
    return undefined;
  }
}

/** Lets a fault have its way with a call that would `usually` be handled well. */
export async function suffer(
  fault: Fault | undefined,
  usually: () => Promise<Answer>,
  closing: AbortSignal,
): Promise<Fate> {
  switch (fault?.kind) {
    case undefined:
      return usually();
    case 'code':
      return refused(fault.code, fault.message ?? 'injected');
    case 'status': {
      const { status, body = '', contentType = 'text/html', headers = {} } = fault;
      return { status, body, contentType, headers };
    }
    case 'unreadable':
      return ok(null);
    case 'hang':
      return 'no answer';
    case 'cut':
      if (fault.counted) await usually();
      return 'cut';
    case 'slow':
      await delay(fault.delayMillis, undefined, { signal: closing });
      return usually();
    case 'answer':
      await usually();
      return json(fault.body);
  }
}

function concerns({ path = '', when }: Fault, request: ReceivedRequest): boolean {
  if (!request.path.toLowerCase().startsWith(path.toLowerCase())) return false;
  return when === undefined || when(request);
}
