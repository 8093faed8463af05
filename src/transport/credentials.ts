import type { SecureContext } from 'node:tls';
import { areCertificates, isPrivateKey, type PemSource } from '../config/pem.ts';
import { inBackground } from '../runtime/background.ts';
import { log } from '../runtime/log.ts';
import { OnChange } from '../runtime/on-change.ts';
import { callFailure } from './call-failure.ts';
import { PemFile } from './pem-file.ts';
import type { Connector } from './sockets.ts';

/** Certificates and keys for TLS, fixed at construction. */
export interface CredentialSources {
  /** The authorities that are trusted, instead of Node's own. */
  readonly ca?: PemSource | undefined;
  /** The client's certificate, and its key. */
  readonly cert?: PemSource | undefined;
  readonly key?: PemSource | undefined;
}

/** A connector that has the credentials of the moment for each new connection. */
export function secured(
  credentials: Credentials,
  connectorWith: (context: SecureContext | undefined) => Connector,
): Connector {
  let made: { readonly context: SecureContext | undefined; readonly connect: Connector } | undefined;
  return (options, callback) => {
    inBackground('a connection', async () => {
      try {
        const context = await credentials.context();
        // A new one also forgets the sessions of the old, which would be resumed without a look at the certificates.
        if (made === undefined || made.context !== context)
          made = { context, connect: connectorWith(context) };
        made.connect(options, callback);
      } catch (error) {
        callback(error as Error, null);
      }
    });
  };
}

type Read = () => Promise<string | undefined>;

/** Certificates and key as they are at the moment; one for all servers. */
export class Credentials {
  readonly #readAll: readonly Read[];
  #made: { readonly from: string; readonly context: SecureContext | undefined } | undefined;
  readonly #fault = new OnChange();

  constructor({ ca, cert, key }: CredentialSources) {
    this.#readAll = [
      readerOf('STARDUST_CA', ca, areCertificates),
      readerOf('STARDUST_CERT', cert, areCertificates),
      readerOf('STARDUST_KEY', key, isPrivateKey),
    ];
  }

  /**
   * What a new connection uses: the same object until something changes; `undefined` for Node's defaults.
   * Rejects only if nothing was ever usable.
   */
  async context(): Promise<SecureContext | undefined> {
    const texts: (string | undefined)[] = [];
    for (const read of this.#readAll) texts.push(await read());
    const from = texts.join('\0');
    if (from === this.#made?.from) return this.#made.context;
    try {
      this.#made = { from, context: await contextOf(texts) };
      this.#fault.forget();
    } catch (error) {
      if (this.#made === undefined) throw error;
      this.#complain(callFailure(error));
    }
    return this.#made.context;
  }

  /** Not an error: a certificate and its key are replaced one after the other. */
  #complain(reason: string): void {
    if (!this.#fault.isNew(reason)) return;
    log.warn(`the new certificates cannot be used (${reason}); those before are`);
  }
}

function readerOf(variable: string, source: PemSource | undefined, isValid: (text: string) => boolean): Read {
  if (source === undefined) return () => Promise.resolve(undefined);
  if ('pem' in source) return () => Promise.resolve(source.pem);
  const file = new PemFile(variable, source.file, isValid);
  return () => file.read();
}

async function contextOf([ca, cert, key]: readonly (string | undefined)[]): Promise<
  SecureContext | undefined
> {
  const isClient = cert !== undefined && key !== undefined;
  if (ca === undefined && !isClient) return undefined;
  const { createSecureContext } = await import('node:tls');
  return createSecureContext({ ca, ...(isClient && { cert, key }) });
}
