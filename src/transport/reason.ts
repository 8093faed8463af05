/** What to do about errors whose own words do not say it. */
const HINTS: readonly (readonly [code: RegExp, hint: string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED/,
    'who signed it is not trusted here: set ca or STARDUST_CA',
  ],
  [/CERTIFICATE_REQUIRED/, 'the server wants a client certificate: set cert and key'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/, 'that is not TLS: is the address one with http://?'],
];

/** An error in a few words, with what to do about it where that is known. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? '';
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1];
  return hint === undefined ? wordsOf(error) : `${wordsOf(error)}; ${hint}`;
}

/** An error in a few words, by its code where it has one. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  return `${codeOf(error) ?? error.name}: ${error.message.replace(/\s+/g, ' ').trim()}`.slice(0, 200);
}

/** Whether the server broke off over our certificate, after which it reads no request. */
export function isRefusedCertificate(error: Error): boolean {
  return /_ALERT_.*(?:CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(codeOf(error) ?? '');
}

/** An error's code, as Node and undici give it. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
