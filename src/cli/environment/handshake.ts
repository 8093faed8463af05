import { isIP } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { say } from '../language.ts';
import { CONNECT_MS, failureOf, type Target } from './target.ts';

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
  atMostMs = CONNECT_MS,
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
        const names = { subject: nameIn(subject), issuer: nameIn(issuer), validTo: dayOf(validTo) };
        if (socket.authorized) end({ kind: 'done', protocol: socket.getProtocol() ?? 'TLS', ...names });
        else end({ kind: 'not trusted', code: failureOf(socket.authorizationError), ...names });
      })
      .setTimeout(atMostMs, () => end({ kind: 'failed', code: 'ETIMEDOUT' }))
      .once('error', (error) => end({ kind: 'failed', code: failureOf(error) }));
  });
}

function nameIn(subject: { readonly CN?: string | string[] } | undefined): string {
  return String(subject?.CN ?? say('nobody'));
}

/** `2027-11-28`, of `Nov 28 07:50:44 2027 GMT`. */
function dayOf(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : new Date(time).toISOString().slice(0, 10);
}
