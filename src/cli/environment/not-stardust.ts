import { isUntrusted } from '../../transport/call-failure.ts';
import type { Transport } from '../../transport/transport.ts';
import { statusOf } from '../../wire/answer.ts';
import type { TransportResult } from '../../wire/call.ts';
import { bad, type Finding } from '../finding.ts';
import { say, told } from '../language.ts';
import { shakeHands } from './handshake.ts';
import { targetOf } from './target.ts';

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
      say('speaksHttps', { server }),
      say('setServer', { server: server.replace('http:', 'https:') }),
    );
  }
  if (result.kind === 'unreachable') return explainSilence(result.reason, route);
  if (proxy !== undefined && result.status === 407) return wantsPassword(proxy.origin);
  const what = `${told(statusOf(result.status, result.location))}${titleOf(result.body)}`;
  const { host } = new URL(server);
  if (proxy !== undefined) {
    return bad('login', say('proxyAnswers', { proxy: proxy.origin, what }), say('proxyAnswersFix', { host }));
  }
  if (result.status >= 500) {
    return bad('login', say('gateway', { server, what }), say('gatewayFix'));
  }
  return bad('login', say('notStardust', { server, what }), say('notStardustFix'));
}

function explainSilence(failure: string, { server, proxy }: Route): Finding {
  if (/\b407\b/.test(failure) && proxy !== undefined) return wantsPassword(proxy.origin);
  const reason = told(failure);
  const fix = certificateFix(failure);
  if (fix !== undefined) return bad('tls', say('notTrusted', { server, reason }), fix);
  if (proxy !== undefined) {
    const { host } = new URL(server);
    return bad('login', say('proxySilent', { proxy: proxy.origin, reason }), say('proxySilentFix', { host }));
  }
  return bad('login', say('silent', { server, reason }), say('silentFix'));
}

function wantsPassword(origin: string): Finding {
  return bad(
    'proxy',
    say('proxyPassword', { proxy: origin }),
    say('proxyPasswordFix', { address: origin.replace('://', '://user:password@') }),
  );
}

/** What to do about a certificate that is not trusted, by OpenSSL's or Node's code. */
export function certificateFix(code: string): string | undefined {
  if (isUntrusted(code)) {
    return say('setCa');
  }
  if (/ALTNAME_INVALID/.test(code)) return say('certificateName');
  if (/CERT_HAS_EXPIRED/.test(code)) return say('certificateOld');
  if (/CERT_NOT_YET_VALID/.test(code)) return say('certificateYoung');
  return undefined;
}

/** An https server answers a handshake at once. */
const GLANCE_MS = 2_000;

async function speaksTls(server: string): Promise<boolean> {
  const { kind } = await shakeHands(targetOf(server, 'server', 'STARDUST_SERVER'), undefined, GLANCE_MS);
  return kind !== 'failed';
}

/** The title of an HTML page, else the beginning of the text. */
function titleOf(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  const text = (title ?? body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return text === '' ? '' : ` "${text.slice(0, 60)}"`;
}
