import type { DevServer, Fault, ReceivedRequest } from '../../../../src/dev/index.ts';
import type { WireBuilder } from '../../../../src/wire/report-forms.ts';
import type { Dice } from '../../../support/dice.ts';
import { Gate } from '../../../support/gate.ts';
import { mishap } from '../../../support/mishaps.ts';

/** A report as a server received it, and what the server did with it. */
export interface Sending {
  /** Of all calls to all places. */
  readonly number: number;
  readonly place: Place;
  /** Those with counts. */
  readonly builders: readonly WireBuilder[];
  /** Those of samples that were taken from their counts. */
  readonly apart: readonly WireBuilder[];
  /** Names that are announced, or settled, without counts. */
  readonly announced: readonly string[];
  readonly isEmpty: boolean;
  /** It was counted. */
  readonly isTaken: boolean;
  /** What its sender can know: of a `late` answer it may know nothing, if it did not wait for it. */
  readonly end: 'answered' | 'turned away' | 'unclear' | 'unclear, but may be a proxy' | 'late';
  readonly rejection: Rejection | undefined;
}

/** How its sender sees that a report was not taken. `expired`: by its token, which says nothing of the report. */
export type Rejection = 'unreadable' | 'expired' | 'refused' | 'answered by another' | 'not answered';

/** How a call was met. */
interface Met {
  readonly number: number;
  readonly hasGoodToken: boolean;
  fault?: Fault;
}

/** The ids of its samples. */
export function samplesOf({ Samples, ErrorSamples }: WireBuilder): string[] {
  return [...Samples, ...ErrorSamples].map(({ Id }) => Id);
}

let calls = 0;

/** The number of the last call to any place. */
export function lastCall(): number {
  return calls;
}

/** One place that a service reports to, and the way there. */
export class Place {
  readonly server: DevServer;
  readonly gate: Gate;
  #mends: (() => void)[] = [];
  readonly #met = new Map<ReceivedRequest, Met>();
  readonly #refusedTokens = new Set<string>();

  constructor(server: DevServer) {
    this.server = server;
    this.gate = new Gate(server.port);
    // The oldest fault is asked first; this one never applies.
    server.fault({ kind: 'hang', when: (request) => this.#meet(request) });
  }

  async suffer(dice: Dice): Promise<void> {
    if (dice.percent(70)) this.#mends.push(this.server.fault(this.#noting(mishap(dice))));
    if (dice.percent(10)) this.#revokeTokens();
    if (dice.percent(10) && this.gate.isOpen) await this.gate.shut();
  }

  async mend(): Promise<void> {
    for (const mend of this.#mends.splice(0)) mend();
    if (!this.gate.isOpen) await this.gate.open();
  }

  /** In the order in which they came. */
  sendings(): Sending[] {
    return this.server.requests().flatMap((request) => {
      const met = this.#met.get(request);
      if (!request.path.startsWith('/Trace/') || met === undefined) return [];
      const all = (request.body as { readonly Builders: readonly WireBuilder[] }).Builders;
      const builders = all.filter(({ Total }) => Total > 0);
      const apart = all.filter((builder) => builder.Total === 0 && samplesOf(builder).length > 0);
      const others = all.filter((builder) => !builders.includes(builder) && !apart.includes(builder));
      return [
        {
          ...endOf(request, met),
          number: met.number,
          place: this,
          builders,
          apart,
          announced: others.map(({ Name }) => Name),
          isEmpty: all.length === 0,
          rejection: rejectionOf(request, met),
        },
      ];
    });
  }

  async close(): Promise<void> {
    await this.gate.shut();
    await this.server.close();
  }

  #meet(request: ReceivedRequest): false {
    this.#met.set(request, { number: ++calls, hasGoodToken: !this.#refusedTokens.has(tokenOf(request)) });
    return false;
  }

  /** Of several faults in force the first that matches applies: `when` is asked of it alone. */
  #noting(fault: Fault): Fault {
    const when = (request: ReceivedRequest) => {
      if (fault.when?.(request) === false) return false;
      const met = this.#met.get(request);
      if (met !== undefined) met.fault = fault;
      return true;
    };
    return { ...fault, when };
  }

  #revokeTokens(): void {
    for (const request of this.server.requests()) this.#refusedTokens.add(tokenOf(request));
    this.server.revokeTokens();
  }
}

function endOf(request: ReceivedRequest, { fault, hasGoodToken }: Met): Pick<Sending, 'isTaken' | 'end'> {
  const isOk = request.answerStatus === 200 && request.answerCode === 0;
  switch (fault?.kind) {
    case undefined:
    case 'answer':
      return { isTaken: isOk, end: isOk ? 'answered' : 'turned away' };
    case 'slow':
      return { isTaken: isOk, end: 'late' };
    case 'code':
    case 'unreadable':
      return { isTaken: false, end: 'turned away' };
    case 'hang':
      return { isTaken: false, end: 'unclear' };
    case 'cut':
      return { isTaken: fault.counted && hasGoodToken, end: 'unclear' };
    case 'status':
      return { isTaken: fault.counted === true && hasGoodToken, end: endBy(fault.status) };
  }
}

function rejectionOf(request: ReceivedRequest, { fault }: Met): Rejection | undefined {
  switch (fault?.kind) {
    case 'unreadable':
      return 'unreadable';
    case 'status':
      return 'answered by another';
    case 'hang':
    case 'cut':
    case 'slow':
      return 'not answered';
    case 'code':
      return fault.code === 401 ? 'expired' : fault.code === 429 ? 'not answered' : 'refused';
    default:
      return request.answerStatus === 200 && request.answerCode === 0 ? undefined : 'expired';
  }
}

function endBy(status: number): Sending['end'] {
  if (status === 500 || status === 503) return 'unclear, but may be a proxy';
  return status < 300 || status === 408 || status > 500 ? 'unclear' : 'turned away';
}

function tokenOf({ query, headers }: ReceivedRequest): string {
  return query.Token ?? query.token ?? headers.authorization ?? '';
}
