import type { SecureContext } from 'node:tls';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Resolved } from '../../config/resolve.ts';
import { Credentials } from '../../transport/credentials.ts';
import { bad, type Finding, good, warning } from '../finding.ts';
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
    logged.push(`the certificates cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    diag.disable();
    for (const text of logged) yield warning('tls', text, 'Set a PEM file that the app can read.');
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
    return good('tls', `${shown.protocol}, certificate for ${shown.subject} until ${shown.validTo}`);
  }
  if (shown.kind === 'not trusted') {
    const { code, subject, issuer } = shown;
    const text = `The certificate for ${subject}, signed by ${issuer}, is not trusted: ${code}`;
    return bad(
      'tls',
      text,
      certificateFix(code) ?? 'Install a certificate on the server that this machine trusts.',
    );
  }
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO|ECONNRESET/.test(shown.code)) {
    return bad(
      'tls',
      `${server} does not speak https (${shown.code}).`,
      `Set STARDUST_SERVER=${server.replace('https:', 'http:')}`,
    );
  }
  return bad(
    'tls',
    `${server} does not complete the TLS handshake: ${shown.code}`,
    'Is it an https server that listens there?',
  );
}
