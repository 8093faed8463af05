import { isUntrusted } from '../../transport/call-failure.ts';
import type { Transport } from '../../transport/transport.ts';
import type { TransportResult } from '../../wire/call.ts';
import { bad, type Finding } from '../finding.ts';
import { shakeHands } from './handshake.ts';
import { targetOf } from './target.ts';

const SERVER = 'STARDUST_SERVER';

/** How a server is reached. */
export interface Route {
  readonly server: string;
  /** The proxy in front of the server, if any. */
  readonly proxy: { readonly origin: string } | undefined;
  readonly transport: Transport;
}

/** Why a call got no answer from Stardust, and what to do about it. */
export async function explainNotStardust(result: TransportResult, route: Route): Promise<Finding> {
  const { server, proxy } = route;
  if (proxy === undefined && server.startsWith('http:') && (await speaksTls(server))) {
    return bad(
      'login',
      `${server} speaks https, not http.`,
      `Set ${SERVER}=${server.replace('http:', 'https:')}`,
    );
  }
  if (result.kind === 'unreachable') return explainSilence(result.reason, route);
  if (proxy !== undefined && result.status === 407) return wantsPassword(proxy.origin);
  const what = `HTTP ${result.status}${titleOf(result.body)}`;
  const { host } = new URL(server);
  if (proxy !== undefined) {
    return bad(
      'login',
      `What answers through the proxy ${proxy.origin} is not Stardust: ${what}`,
      `Let the proxy pass calls to ${host}, or bypass it: NO_PROXY=${host}`,
    );
  }
  if (result.status >= 500) {
    return bad(
      'login',
      `${server} answers ${what}: a gateway without a server behind it.`,
      'Start the Stardust server, or fix the route from the gateway to it.',
    );
  }
  return bad(
    'login',
    `What answers on ${server} is not Stardust: ${what}`,
    `Is the port right in ${SERVER}? Stardust's usual port is 6600. Behind a gateway, is the path right?`,
  );
}

function explainSilence(reason: string, { server, proxy }: Route): Finding {
  if (/\b407\b/.test(reason) && proxy !== undefined) return wantsPassword(proxy.origin);
  const fix = certificateFix(reason);
  if (fix !== undefined) return bad('tls', `${server} is not trusted: ${reason}`, fix);
  if (proxy !== undefined) {
    const { host } = new URL(server);
    return bad(
      'login',
      `No answer through the proxy ${proxy.origin}: ${reason}`,
      `Fix the proxy, or bypass it: NO_PROXY=${host}`,
    );
  }
  return bad(
    'login',
    `${server} accepts the connection but does not answer: ${reason}`,
    `Is it Stardust that listens there? Is ${SERVER} right?`,
  );
}

function wantsPassword(origin: string): Finding {
  return bad(
    'proxy',
    `The proxy ${origin} requires a user and a password (407).`,
    `Add them to the proxy's variable: ${origin.replace('://', '://user:password@')}`,
  );
}

/** What to do about a certificate that is not trusted, by OpenSSL's or Node's code. */
export function certificateFix(code: string): string | undefined {
  if (isUntrusted(code)) {
    return 'Set the CA file that it is signed with:\n  export STARDUST_CA=/path/to/ca.pem';
  }
  if (/ALTNAME_INVALID/.test(code)) return `Use the certificate's host name in ${SERVER}.`;
  if (/CERT_HAS_EXPIRED/.test(code))
    return "Renew the server's certificate. If it is new, set this machine's clock.";
  if (/CERT_NOT_YET_VALID/.test(code)) return "Set this machine's clock.";
  return undefined;
}

/** An https server answers a handshake at once. */
const GLANCE_MS = 2_000;

async function speaksTls(server: string): Promise<boolean> {
  const { kind } = await shakeHands(targetOf(server, 'the server', SERVER), undefined, GLANCE_MS);
  return kind !== 'failed';
}

/** The title of an HTML page, else the beginning of the text. */
function titleOf(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  const text = (title ?? body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return text === '' ? '' : ` "${text.slice(0, 60)}"`;
}
