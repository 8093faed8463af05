import { isUntrusted } from '../../transport/call-failure.ts';
import type { Transport } from '../../transport/transport.ts';
import type { TransportResult } from '../../wire/call.ts';
import { bad, type Finding } from '../finding.ts';
import { shakeHands, targetOf } from './reach.ts';

const SERVER = 'STARDUST_SERVER';

/** How a server is called. */
export interface Way {
  readonly server: string;
  /** Between us and the server, where there is one. */
  readonly proxy: { readonly origin: string } | undefined;
  readonly transport: Transport;
}

/** What it means that a call came back without an answer of Stardust, and what to do. */
export async function explain(result: TransportResult, way: Way): Promise<Finding> {
  const { server, proxy } = way;
  if (proxy === undefined && server.startsWith('http:') && (await speaksTls(server))) {
    return bad(
      'login',
      `${server} speaks https, not http.`,
      `Set ${SERVER}=${server.replace('http:', 'https:')}`,
    );
  }
  if (result.kind === 'unreachable') return explainSilence(result.reason, way);
  if (proxy !== undefined && result.status === 407) return wantsPassword(proxy.origin);
  const what = `HTTP ${result.status}${titleOf(result.body)}`;
  const { host } = new URL(server);
  if (proxy !== undefined) {
    return bad(
      'login',
      `What answers through the proxy ${proxy.origin} is not Stardust: ${what}`,
      `Have the proxy let calls to ${host} pass, or go round it: NO_PROXY=${host}`,
    );
  }
  if (result.status >= 500) {
    return bad(
      'login',
      `${server} answers ${what}: a gateway without a server behind it.`,
      'Start the Stardust server, or mend the way from the gateway to it.',
    );
  }
  return bad(
    'login',
    `What answers on ${server} is not Stardust: ${what}`,
    `Is the port right in ${SERVER}? The usual one of Stardust is 6600. Behind a gateway, is the path?`,
  );
}

function explainSilence(reason: string, { server, proxy }: Way): Finding {
  if (/\b407\b/.test(reason) && proxy !== undefined) return wantsPassword(proxy.origin);
  const mend = mendForCertificate(reason);
  if (mend !== undefined) return bad('tls', `${server} is not trusted: ${reason}`, mend);
  if (proxy !== undefined) {
    const { host } = new URL(server);
    return bad(
      'login',
      `No answer through the proxy ${proxy.origin}: ${reason}`,
      `Mend the proxy, or go round it: NO_PROXY=${host}`,
    );
  }
  return bad(
    'login',
    `${server} takes the call and does not answer it: ${reason}`,
    `Is it Stardust that listens there? Is ${SERVER} right?`,
  );
}

function wantsPassword(origin: string): Finding {
  return bad(
    'proxy',
    `The proxy ${origin} wants a user and a password (407).`,
    `Put them into the variable of the proxy: ${origin.replace('://', '://user:password@')}`,
  );
}

/** What to do about a certificate that is not trusted, by OpenSSL's or Node's code. */
export function mendForCertificate(code: string): string | undefined {
  if (isUntrusted(code)) {
    return 'Name the file of the authority that signed it:\n  export STARDUST_CA=/path/to/ca.pem';
  }
  if (/ALTNAME_INVALID/.test(code)) return `Use the name in ${SERVER} that the certificate is for.`;
  if (/CERT_HAS_EXPIRED/.test(code))
    return 'Renew the certificate of the server; if it is not old, set the clock.';
  if (/CERT_NOT_YET_VALID/.test(code)) return 'Set the clock of this machine.';
  return undefined;
}

/** A server with https answers at once, if not what was wanted. */
const GLANCE_MS = 2_000;

async function speaksTls(server: string): Promise<boolean> {
  const { kind } = await shakeHands(targetOf(server, 'the server', SERVER), undefined, GLANCE_MS);
  return kind !== 'failed';
}

/** The title of a page, else the beginning of a text. */
function titleOf(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  const text = (title ?? body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return text === '' ? '' : ` "${text.slice(0, 60)}"`;
}
