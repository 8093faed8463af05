import { promises as dns, type LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { codeOf, reasonOf } from '../../runtime/reason.ts';
import { hostAndPort } from '../../wire/url.ts';
import { bad, type Finding, good } from '../finding.ts';

const PATIENCE_MS = 5_000;

/** Where a connection goes: to the server, or to the proxy before it. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** As it is called in a sentence: `the server`, `the proxy`. */
  readonly called: string;
  /** The variable that names it. */
  readonly variable: string;
}

export function targetOf(address: string, called: string, variable: string): Target {
  return { ...hostAndPort(new URL(address)), called, variable };
}

/** Whether a name has addresses, and whether anybody listens there. */
export async function checkReach({ host, port, called, variable }: Target): Promise<Finding> {
  const addresses = await lookUp(host);
  if (addresses.length === 0) {
    return bad(
      'network',
      `The name ${host} of ${called} has no address.`,
      `Is it right in ${variable}? Does the DNS of this machine know it?`,
    );
  }
  const shown = addresses.map(({ address }) => address).join(', ');
  const place = `port ${port} of ${host}${isIP(host) === 0 ? ` (${shown})` : ''}`;
  const code = await connectionTo(host, port);
  if (code === undefined) return good('network', `${place} answers`);
  if (code === 'ECONNREFUSED') {
    return bad(
      'network',
      `Nobody listens on ${place}.`,
      `Is the port right in ${variable}? Does ${called} run? ${USUAL_PORT[called] ?? ''}`.trim(),
    );
  }
  return bad(
    'network',
    `There is no answer from ${place}: ${code}`,
    'Let this machine call it: a firewall, a route or a network between the two is in the way.',
  );
}

const USUAL_PORT: Readonly<Record<string, string>> = { 'the server': 'The usual port of Stardust is 6600.' };

async function lookUp(host: string): Promise<LookupAddress[]> {
  try {
    return await dns.lookup(host, { all: true });
  } catch {
    return [];
  }
}

/** Nothing where the connection is made, else the code of what went wrong. */
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

/** How a server showed itself in a TLS handshake. */
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

/** Shakes hands as the app would; a certificate that is not trusted is looked at all the same. */
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
