import { URL } from 'node:url';

/** Node's own class: an application may have replaced that of the globals, as jsdom does. */
export { URL };

/** An address, if it is one. */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Host and port of an address: the host of IPv6 without brackets, the port of the scheme if none is named. */
export function hostAndPort(url: URL): { readonly host: string; readonly port: number } {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Percent-encoding undone; the same text if it is not well-formed. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
