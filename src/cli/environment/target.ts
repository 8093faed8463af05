import { codeOf, reasonOf } from '../../runtime/reason.ts';
import { hostAndPort } from '../../wire/url.ts';

/** How long a connection or a handshake may take. */
export const CONNECT_MS = 5_000;

/** The target of a connection: the server, or its proxy. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly called: 'server' | 'proxy';
  /** The variable that sets it. */
  readonly variable: string;
}

export function targetOf(address: string, called: Target['called'], variable: string): Target {
  return { ...hostAndPort(new URL(address)), called, variable };
}

/** The code of an error, else its words. Node gives a certificate's code as a text. */
export function failureOf(error: unknown): string {
  return codeOf(error) ?? reasonOf(error);
}
