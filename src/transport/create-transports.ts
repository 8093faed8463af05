import type { Resolved } from '../config/resolve.ts';
import { safeHeaders } from '../config/user-functions.ts';
import { Credentials } from './credentials.ts';
import { HttpTransport } from './http.ts';

/** A way to each server, in the order in which they are named: proxy, certificates and headers are those of the settings. */
export function transportsOf({ settings, proxies }: Resolved): HttpTransport[] {
  const { requestTimeoutMillis, dispatcher } = settings;
  const headers = safeHeaders(settings.headers, requestTimeoutMillis);
  const credentials = new Credentials(settings);
  return (settings.server ?? []).map((server) => {
    const proxy = proxies.get(server);
    return new HttpTransport({ server, requestTimeoutMillis, dispatcher, headers, credentials, proxy });
  });
}
