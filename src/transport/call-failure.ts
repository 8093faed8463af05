import { codeOf, reasonOf } from '../runtime/reason.ts';

/** The codes, of OpenSSL or Node, of a certificate whose signer is not trusted here. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED/;

/** What to do about errors whose own words do not say it. */
const HINTS: readonly (readonly [code: RegExp, hint: string])[] = [
  [UNTRUSTED, 'who signed it is not trusted here: set ca or STARDUST_CA'],
  [/CERTIFICATE_REQUIRED/, 'the server wants a client certificate: set cert and key'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/, 'that is not TLS: is the address one with http://?'],
];

/** OpenSSL's own line: thread, number, library and function before its words, file and line behind them. */
const OPENSSL = /[\dA-F]+:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):.*/;

/** Why a call failed, in a few words, with what to do about it if that is known. */
export function callFailure(error: unknown): string {
  const code = codeOf(error) ?? '';
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1];
  const reason = reasonOf(error).replace(OPENSSL, '$1');
  return hint === undefined ? reason : `${reason}; ${hint}`;
}

/** Whether a text holds the code of a certificate whose signer is not trusted here. */
export function isUntrusted(text: string): boolean {
  return UNTRUSTED.test(text);
}

/** Whether the server broke off over our certificate, after which it reads no request. */
export function isRefusedCertificate(error: Error): boolean {
  return /_ALERT_.*(?:CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(codeOf(error) ?? '');
}
