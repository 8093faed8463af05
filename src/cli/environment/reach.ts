import { promises as dns, type LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { codeOf, reasonOf } from '../../runtime/reason.ts';
import { hostAndPort } from '../../wire/url.ts';
import { bad, type Finding, good } from '../finding.ts';

const PATIENCE_MS = 5_000;

/** The target of a connection: the server, or its proxy. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Its name in a sentence: `the server`, `the proxy`. */
  readonly called: string;
  /** The variable that sets it. */
  readonly variable: string;
}

export function targetOf(address: string, called: string, variable: string): Target {
  return { ...hostAndPort(new URL(address)), called, variable };
}

/** Checks that a host name can be resolved, and that its port accepts connections. */
export async function checkReach({ host, port, called, variable }: Target): Promise<Finding> {
  const addresses = await lookUp(host);
  if (addresses.length === 0) {
    return bad(
      'network',
      `${host} (${called}) cannot be resolved.`,
      `Is it right in ${variable}? Can this machine's DNS resolve it?`,
    );
  }
  const shown = addresses.map(({ address }) => address).join(', ');
  const place = `port ${port} of ${host}${isIP(host) === 0 ? ` (${shown})` : ''}`;
  const code = await connectionTo(host, port);
  if (code === undefined) return good('network', `${place} answers`);
  if (code === 'ECONNREFUSED') {
    return bad(
      'network',
      `Nothing listens on ${place}.`,
      `Is the port right in ${variable}? Is ${called} running? ${USUAL_PORT[called] ?? ''}`.trim(),
    );
  }
  return bad(
    'network',
    `No answer from ${place}: ${code}`,
    'Allow this machine to connect: a firewall or a route is in the way.',
  );
}

const USUAL_PORT: Readonly<Record<string, string>> = { 'the server': "Stardust's usual port is 6600." };

async function lookUp(host: string): Promise<LookupAddress[]> {
  try {
    return await dns.lookup(host, { all: true });
  } catch {
    return [];
  }
}

/** `undefined` if the connection was made, else the code of the error. */
function connectionTo(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (code?: string) => {
      socket.destroy();
      resolve(code);
    };
    socket
      .once('connect', () => end())
      .once('timeout', () => end('ETIMEDOUT'))
      .once('error', (error) => end(whyOf(error)));
  });
}

/** The result of a TLS handshake. */
export type Handshake =
  | { readonly kind: 'done'; readonly protocol: string; readonly subject: string; readonly validTo: string }
  | {
      readonly kind: 'not trusted';
      readonly code: string;
      readonly subject: string;
      readonly issuer: string;
      readonly validTo: string;
    }
  | { readonly kind: 'failed'; readonly code: string };

/** Makes a TLS handshake as the app would, and reads the certificate also if it is not trusted. */
export function shakeHands(
  { host, port }: Target,
  secureContext: SecureContext | undefined,
  atMostMs = PATIENCE_MS,
): Promise<Handshake> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connectTls({
      host,
      port,
      ...name,
      ...(secureContext && { secureContext }),
      rejectUnauthorized: false,
    });
    const end = (handshake: Handshake) => {
      socket.destroy();
      resolve(handshake);
    };
    socket
      .once('secureConnect', () => {
        const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate();
        const names = { subject: nameIn(subject), issuer: nameIn(issuer), validTo };
        if (socket.authorized) end({ kind: 'done', protocol: socket.getProtocol() ?? 'TLS', ...names });
        else end({ kind: 'not trusted', code: whyOf(socket.authorizationError), ...names });
      })
      .setTimeout(atMostMs, () => end({ kind: 'failed', code: 'ETIMEDOUT' }))
      .once('error', (error) => end({ kind: 'failed', code: whyOf(error) }));
  });
}

/** The code of an error, else its words. Node gives a certificate's code as a text. */
function whyOf(error: unknown): string {
  return codeOf(error) ?? reasonOf(error);
}

function nameIn(subject: { readonly CN?: string | string[] } | undefined): string {
  return String(subject?.CN ?? 'nobody');
}
