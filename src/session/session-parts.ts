import type { Transport } from '../transport/transport.ts';
import type { Outcome } from '../wire/answer.ts';
import type { TransportResult } from '../wire/call.ts';
import type { Fields } from '../wire/fields.ts';
import type { Identity } from '../wire/login.ts';
import type { ServerClock } from './server-clock.ts';

/** Session options, fixed at construction. */
export interface SessionSettings {
  readonly secret: string;
  /** Whether the secret is sent salted (docs/protocol.md, "Login") or in clear. */
  readonly saltedSecret: boolean;
  readonly tokenIn: 'query' | 'header';
  readonly pingIntervalSeconds: number;
  /** Whether pings carry the figures of the process. */
  readonly processInfo: boolean;
}

/** What a session is made of. */
export interface SessionParts {
  readonly settings: SessionSettings;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: ServerClock;
  /** Called with the data of each answer to a report that was taken: the limits. */
  readonly answered?: (data: Fields) => void;
  /** Sees each answer, before the session acts on it. Must not throw. */
  readonly observe?: (seen: SeenAnswer) => void;
}

/** One answer, and what it was taken for. */
export interface SeenAnswer {
  readonly result: TransportResult;
  readonly outcome: Outcome;
}
