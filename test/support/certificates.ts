import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

const DAY_MS = 86_400_000;

/** A certificate and its key, both PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  /** What it is for: host names and addresses of a server. By default those of this machine. */
  readonly hosts?: readonly string[];
  readonly name?: string;
  /** Days from now on; before now where it is over. */
  readonly days?: number;
  /** With a key that no other has; making one takes long. */
  readonly ownKey?: boolean;
}

/** A certificate authority, made for a test. */
export class Authority {
  readonly #name: string;
  readonly #keys = keys();
  readonly cert: string;

  constructor(name = 'Authority of a test') {
    this.#name = name;
    const extensions = [{ name: 'basicConstraints', cA: true }];
    this.cert = signed(this.#name, this.#name, this.#keys, this.#keys, 365, extensions);
  }

  /** A certificate for a server or a client, signed by this authority. */
  issue({
    hosts = ['127.0.0.1', 'localhost'],
    name = 'test',
    days = 30,
    ownKey = false,
  }: Wanted = {}): Issued {
    const pair = ownKey ? keys() : COMMON_KEYS;
    const altNames = hosts.map((host) =>
      /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
    );
    const extensions = [{ name: 'subjectAltName', altNames }];
    return { cert: signed(name, this.#name, pair, this.#keys, days, extensions), key: pair.privateKey };
  }
}

interface Keys {
  readonly publicKey: string;
  readonly privateKey: string;
}

function keys(): Keys {
  return generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const COMMON_KEYS = keys();

let serial = 0;

function signed(
  name: string,
  issuer: string,
  of: Keys,
  by: Keys,
  days: number,
  extensions: readonly object[],
): string {
  const certificate = forge.pki.createCertificate();
  const now = Date.now();
  certificate.serialNumber = (++serial).toString(16).padStart(4, '0');
  certificate.validity.notBefore = new Date(now - 365 * DAY_MS);
  certificate.validity.notAfter = new Date(now + days * DAY_MS);
  certificate.setSubject([{ name: 'commonName', value: name }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer }]);
  certificate.setExtensions([...extensions]);
  certificate.publicKey = forge.pki.publicKeyFromPem(of.publicKey);
  certificate.sign(forge.pki.privateKeyFromPem(by.privateKey), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}
