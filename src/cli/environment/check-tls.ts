import type { SecureContext } from 'node:tls';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Resolved } from '../../config/resolve.ts';
import { Credentials } from '../../transport/credentials.ts';
import { bad, type Finding, good, warning } from '../finding.ts';
import { say, told } from '../language.ts';
import { shakeHands } from './handshake.ts';
import { certificateFix } from './not-stardust.ts';
import type { Target } from './target.ts';

/** Reads the certificate files as the app does. Faults in them are logged, so the log is captured here. */
export async function* readCertificates({
  settings,
}: Resolved): AsyncGenerator<Finding, SecureContext | undefined> {
  const logged: string[] = [];
  const ignore = () => {};
  const warn = (_: string, text: unknown) => void logged.push(String(text));
  diag.setLogger({ error: ignore, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  try {
    return await new Credentials(settings).context();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logged.push(say('certificates', { reason }));
    return undefined;
  } finally {
    diag.disable();
    for (const text of logged) yield warning('tls', told(text), say('certificatesFix'));
  }
}

/** Checks the server's certificate, as far as a handshake shows it. */
export async function checkTls(
  server: string,
  target: Target,
  secureContext: SecureContext | undefined,
): Promise<Finding> {
  const shown = await shakeHands(target, secureContext);
  if (shown.kind === 'done') {
    const { protocol, subject, validTo } = shown;
    return good('tls', say('tls', { protocol, subject, date: validTo }));
  }
  if (shown.kind === 'not trusted') {
    const { code, subject, issuer } = shown;
    const text = say('certificateBad', { subject, issuer, code });
    return bad('tls', text, certificateFix(code) ?? say('certificateBadFix'));
  }
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO|ECONNRESET/.test(shown.code)) {
    return bad(
      'tls',
      say('speaksHttp', { server, code: shown.code }),
      say('setServer', { server: server.replace('https:', 'http:') }),
    );
  }
  return bad('tls', say('noHandshake', { server, code: shown.code }), say('noHandshakeFix'));
}
