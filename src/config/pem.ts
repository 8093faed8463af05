import { Buffer } from 'node:buffer';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { Form } from './forms.ts';
import { looksLikeToken } from './shown.ts';

/** Where PEM comes from: given in code, or in a file that the environment names. */
export type PemSource = { readonly pem: string } | { readonly file: string };

/** Certificates, one behind the other. */
export const certificates = pem('certificates', areCertificates);

/** A private key; one under a passphrase is none, since nothing could open it. */
export const privateKey = pem('an unencrypted private key', isPrivateKey);

/** Whether a text holds certificates, each of them whole. */
export function areCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const begun = text.split('-----BEGIN CERTIFICATE-----').length - 1;
  return begun > 0 && blocks.length === begun && blocks.every((block) => succeeds(() => parsed(block)));
}

export function isPrivateKey(text: string): boolean {
  return succeeds(() => createPrivateKey(text));
}

/** What is wrong with a client certificate and its key as a pair. */
export function pairFault(cert: PemSource | undefined, key: PemSource | undefined): string | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (key === undefined) return 'option cert (STARDUST_CERT) must come with its key (STARDUST_KEY)';
  if (cert === undefined) return 'option key (STARDUST_KEY) must come with its cert (STARDUST_CERT)';
  if (!('pem' in cert && 'pem' in key)) return undefined;
  const isPair = parsed(cert.pem).checkPrivateKey(createPrivateKey(key.pem));
  return isPair ? undefined : 'option key must be the private key of option cert';
}

function pem(what: string, isValid: (text: string) => boolean): Form<PemSource> {
  return {
    accepts: `${what} in PEM, as text or Buffer (a file's name is for the variable only)`,
    fromCode: (value) => {
      const text = pemText(value);
      return text !== undefined && isValid(text) ? { pem: text } : undefined;
    },
    // The path is resolved now, the file is read for each connection. PEM itself is no path, and is not shown as one.
    fromText: (value) =>
      value.includes('-----BEGIN') || looksLikeToken(value) ? undefined : { file: resolve(value) },
  };
}

function pemText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  }
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(pemText);
  return texts.includes(undefined) ? undefined : texts.join('\n');
}

/** The first certificate of a text. */
function parsed(text: string): X509Certificate {
  return new X509Certificate(text);
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
