import { checkFields, type Examples, refuseUnknown } from './check-fields.ts';
import type { ReceivedRequest } from './received/request-log.ts';

/** Which calls go wrong. */
interface FaultScope {
  /** The beginning of the path, ignoring case. Default: every path. */
  readonly path?: string;
  /** How many calls go wrong. Default: all, until the fault is removed. */
  readonly times?: number;
  /** A further condition, evaluated after the whole call has been read and before it is answered. */
  readonly when?: (request: ReceivedRequest) => boolean;
}

/** How a call goes wrong. */
type FaultEffect =
  /** HTTP 200 with this code; nothing is counted. */
  | { readonly kind: 'code'; readonly code: number; readonly message?: string }
  /** This status, as a proxy would answer. Nothing is counted, unless `counted`: the call was passed on before. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly counted?: boolean;
    }
  /** Code 0 with data null; nothing is counted. */
  | { readonly kind: 'unreadable' }
  /** The body is read, nothing is counted, and no answer ever comes. */
  | { readonly kind: 'hang' }
  /** The body is read, and counted or not; then the socket is closed. */
  | { readonly kind: 'cut'; readonly counted: boolean }
  /** The usual answer, late. */
  | { readonly kind: 'slow'; readonly delayMillis: number }
  /** Counted as usual, then answered with HTTP 200 and this JSON. */
  | { readonly kind: 'answer'; readonly body: string };

/** A fault to inject; see {@link DevServer.fault}. */
export type Fault = FaultScope & FaultEffect;

/** What every fault takes, and what each kind does besides. */
const SCOPE: Examples = { path: '', times: 1, when: () => true, kind: '' };
const FIELDS: Readonly<Record<Fault['kind'], Examples>> = {
  code: { code: 500, message: '' },
  status: { status: 503, body: '', contentType: '', headers: {}, counted: false },
  unreadable: {},
  hang: {},
  cut: { counted: false },
  slow: { delayMillis: 1 },
  answer: { body: '' },
};

/**
 * Refuses a kind of fault, and fields of one, that do not exist or have another type.
 * @throws TypeError that names them
 */
export function checkFault(fault: Fault): void {
  refuseUnknown('kind of fault', [fault.kind], FIELDS);
  checkFields(`field of a ${fault.kind} fault`, fault, { ...SCOPE, ...FIELDS[fault.kind] });
}

/** A fault in force. */
export interface InjectedFault {
  readonly number: number;
  readonly fault: Fault;
  /** At least 1 while the fault is in force; `Faults.strike` counts it down. */
  timesLeft: number;
}

/** The faults in force. If several match a call, the oldest applies. */
export class Faults {
  /** Oldest first. */
  readonly #faults = new Set<InjectedFault>();
  #injected = 0;

  /** Returns a function that removes the fault. */
  add(fault: Fault): () => void {
    this.#injected += 1;
    const entry = { number: this.#injected, fault, timesLeft: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.add(entry);
    return () => this.#faults.delete(entry);
  }

  /** Oldest first. */
  all(): InjectedFault[] {
    return [...this.#faults];
  }

  remove(number: number): void {
    for (const entry of this.#faults) if (entry.number === number) this.#faults.delete(entry);
  }

  /** The fault that applies to this call, if any; this uses up one of its times. */
  strike(request: ReceivedRequest): Fault | undefined {
    for (const entry of this.#faults) {
      if (!matches(entry.fault, request)) continue;
      entry.timesLeft -= 1;
      if (entry.timesLeft < 1) this.#faults.delete(entry);
      return entry.fault;
    }
    return undefined;
  }
}

function matches({ path = '', when }: Fault, request: ReceivedRequest): boolean {
  if (!request.path.toLowerCase().startsWith(path.toLowerCase())) return false;
  return when === undefined || when(request);
}
